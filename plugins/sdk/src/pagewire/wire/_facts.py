"""Whose item it is and when it happened: the account, person and time rules of Meta's messaging items."""

from typing import Any

import msgspec

from pagewire.events import millis_of
from pagewire.wire._json import Json, value_or_none


def account_of(kind: str, item: Json, payload: Any, entry_id: str) -> str:
    """The account: the entry's id, or the business end of the item where the entry has none (dashboard tests send 0)."""
    if entry_id and entry_id != "0":
        return entry_id
    end = item.get("sender" if _is_outbound(kind, payload) else "recipient")
    return (text(end.get("id")) if isinstance(end, dict) else None) or entry_id


def person_of(kind: str, item: Json, payload: Any, account: str) -> str | None:
    """The person's scoped id, or their ``user_ref`` before there is one."""
    if kind.startswith("call."):
        ends = (text(item.get(end)) for end in ("from", "to", "recipient_id"))
        return next((end for end in ends if end and end != account), None)
    found = _id(item.get("recipient" if _is_outbound(kind, payload) else "sender"))
    if found is None and kind == "optin" and isinstance(payload, dict):
        return text(payload.get("user_ref"))
    return found


def time_of(kind: str, item: Json, payload: Any) -> int | None:
    """Milliseconds since 1970 as the item itself states them."""
    stated = item.get("timestamp")
    if stated is None and kind.startswith("change.") and isinstance(payload, dict):
        stated = payload.get("timestamp")
    return millis_of(stated)


def text(value: Any) -> str | None:
    """An id as text: Meta sends them as strings and as whole numbers."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return str(value) or None


def plain(raw: msgspec.Raw | None) -> str:
    """An id still in JSON as text; empty when there is none."""
    return text(value_or_none(raw)) or ""


def _is_outbound(kind: str, payload: Any) -> bool:
    return kind == "message_echo" or (kind == "message_deleted" and payload.get("is_echo") is True)


def _id(end: Any) -> str | None:
    if not isinstance(end, dict):
        return None
    return text(end.get("id")) or text(end.get("user_ref"))
