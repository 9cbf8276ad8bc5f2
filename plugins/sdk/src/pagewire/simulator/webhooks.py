"""A delivery body as Meta writes and signs it (webhooks.md 1.2, 2.1). Pure: values in, bytes out."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from typing import Any

import msgspec

_ESCAPED = re.compile("[/<%@\u00a0-\U0010ffff]")
_NAMED = {"/": "\\/", "<": "\\u003C", "%": "\\u0025", "@": "\\u0040"}


class Item(msgspec.Struct, kw_only=True, eq=False):
    """One thing to tell an app.

    Attributes:
        account: the ``entry.id`` it goes under.
        channel: ``messaging``, ``standby``, ``changes``, or ``changed_fields``, which only names the field.
        lane: its conversation; items of one lane keep their order.
        value: the item itself.
        swap: tell it only after the next item of its lane.
        again: how many more times to tell it.
    """

    account: str
    channel: str
    lane: str
    value: dict[str, Any]
    swap: bool = False
    again: int = 0

    @property
    def mid(self) -> str | None:
        """The message id it is about, if any."""
        for key in ("message", "reaction", "read", "postback", "message_edit"):
            if key in self.value:
                found = self.value[key].get("mid")
                return found if isinstance(found, str) else None
        return None


def body(object_name: str, items: Sequence[Item], now_ms: int) -> bytes:
    """One delivery body: an entry per account, its items in order.

    Args:
        object_name: ``page`` or ``instagram``.
        items: what to tell; channels and accounts may be mixed.
        now_ms: becomes ``entry.time``; ``changes`` entries carry it in seconds (webhooks.md 2.1).
    """
    entries: dict[tuple[str, bool], dict[str, Any]] = {}
    for item in items:
        changes = item.channel in ("changes", "changed_fields")
        entry = entries.setdefault(
            (item.account, changes), {"time": now_ms // 1000 if changes else now_ms, "id": item.account}
        )
        entry.setdefault(item.channel, []).append(
            item.value["field"] if item.channel == "changed_fields" else item.value
        )
    return escaped({"object": object_name, "entry": list(entries.values())})


def escaped(value: Any) -> bytes:
    """JSON in Meta's spelling: ASCII only, and ``/ < % @`` escaped too."""
    plain = msgspec.json.encode(value).decode()
    return _ESCAPED.sub(_escape, plain).encode()


def _escape(match: re.Match[str]) -> str:
    char = match.group()
    named = _NAMED.get(char)
    if named is not None:
        return named
    units = char.encode("utf-16-be")
    return "".join(f"\\u{units[at] << 8 | units[at + 1]:04x}" for at in range(0, len(units), 2))


def signature_headers(secret: str, raw: bytes) -> dict[str, str]:
    """``X-Hub-Signature-256`` and the older SHA-1 header over the raw bytes (webhooks.md 1.2)."""
    key = secret.encode()
    return {
        "X-Hub-Signature-256": "sha256=" + hmac.new(key, raw, hashlib.sha256).hexdigest(),
        "X-Hub-Signature": "sha1=" + hmac.new(key, raw, hashlib.sha1).hexdigest(),
    }
