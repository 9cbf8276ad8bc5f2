"""Natural keys: the same for every repeat of a delivery, different for everything else.

Kept out of every key: callback, app, channel, place in the body and the time of the delivery. A repeat may differ in all of
them (Meta, webhooks: at-least-once delivery).
"""

import hashlib
from typing import Any

import msgspec

from pagewire.wire._json import Json
from pagewire.wire._rules import rule_of


def natural_key(kind: str, item: Json, payload: Any, prefix: tuple[str, str]) -> str:
    """The key of one item.

    Args:
        kind: what the item was classified as.
        item: the item.
        payload: the part of it that holds the kind's fields.
        prefix: object and account.
    """
    parts = rule_of(kind)(item, payload if isinstance(payload, dict) else {})
    return ":".join([key_part(part) for part in (*prefix, kind, *parts)])


def key_of_value(object_: str, account: str, value: Any) -> str:
    """The key of an item that is no object: nothing but its value tells it from others."""
    return ":".join([key_part(part) for part in (object_, account, "unknown")]) + ":" + _digest(value)


def key_of_bytes(object_: str, account: str, data: bytes) -> str:
    """The key of an item that cannot be read."""
    return ":".join([key_part(part) for part in (object_, account, "unknown")]) + ":" + hashlib.sha256(data).hexdigest()


def key_part(part: Any) -> str:
    """One part of a key as text without the separator."""
    if part is None:
        return ""
    text = part if type(part) is str else str(part) if isinstance(part, int | float) else _digest(part)
    return text.replace("%", "%25").replace(":", "%3A") if ":" in text or "%" in text else text


def ids_of_message(object_: str, account: str, mid: str) -> tuple[str, ...]:
    """Ids of the events that may be the first word of a message: as such, as an echo, as a tap on a button, as unsent.

    Args:
        object_: ``page`` or ``instagram``.
        account: Page id or Instagram account id.
        mid: Meta's id of the message.
    """
    prefix = f"{key_part(object_)}:{key_part(account)}"
    keys = (f"{prefix}:{kind}:{key_part(mid)}" for kind in _FIRST_WORDS)
    return tuple(hashlib.sha256(key.encode()).hexdigest()[:32] for key in keys)


_FIRST_WORDS = ("message", "message_echo", "postback", "message_deleted")


def _digest(value: Any) -> str:
    """SHA-256 of a JSON value with sorted keys and without spaces."""
    return hashlib.sha256(msgspec.json.encode(value, order="sorted")).hexdigest()
