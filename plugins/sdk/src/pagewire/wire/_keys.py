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


def _digest(value: Any) -> str:
    """SHA-256 of a JSON value with sorted keys and without spaces."""
    return hashlib.sha256(msgspec.json.encode(value, order="sorted")).hexdigest()
