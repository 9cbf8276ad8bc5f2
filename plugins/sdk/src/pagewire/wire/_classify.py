"""Which kind an item is: the first key that counts wins, and exactly one kind comes out."""

from typing import Any, TypeGuard

from pagewire.events import KINDS, Call
from pagewire.wire._json import Json

KEY_KINDS: tuple[tuple[str, str], ...] = tuple(
    (key, kind) for kind, struct in KINDS.items() for key in struct.finds if key != "message"
)
"""Item keys below ``message``, in the order in which they are looked for."""

OF_ENTRY = frozenset({"id", "time", "hop_context", "messaging", "standby", "calls", "changes"})
"""What belongs to an entry and not to the item it may be itself. A repeat may carry another ``time``."""

_INTEGRITY = ("violations", "restrictions", "action_events")


def kind_of(item: Json) -> str:
    """The kind of a messaging item. A key counts only if its value is not null."""
    message = item.get("message")
    if isinstance(message, dict):
        return _message_kind(message)
    for key, kind in KEY_KINDS:
        if item.get(key) is not None:
            return kind
    if item.get("status") is not None and any(item.get(key) is not None for key in _INTEGRITY):
        return "page_integrity"
    return "unknown"


def _message_kind(message: Json) -> str:
    # An unsent echo is a deletion, so deletion is asked for first.
    if message.get("is_deleted") is True:
        return "message_deleted"
    return "message_echo" if message.get("is_echo") is True else "message"


def is_messaging(value: Any) -> TypeGuard[Json]:
    """Whether a change's value is a messaging item: the dashboard's test button sends those."""
    if not isinstance(value, dict) or not ("sender" in value or "recipient" in value):
        return False
    return kind_of(value) not in {"unknown", "page_integrity"}


def change_kind(change: Json) -> str:
    """The kind of an element of ``changes``, or of an entry that is a change itself."""
    field = change.get("field")
    return f"change.{field}" if isinstance(field, str) and field else "unknown"


def call_kind(call: Json) -> str:
    """The kind of an element of ``calls``."""
    event = call.get("event")
    return f"call.{event}" if isinstance(event, str) and event else "call.unknown"


def payload_of(kind: str, item: Json) -> Any:
    """The part of an item that holds the kind's own fields."""
    struct = KINDS.get(kind, Call if kind.startswith("call.") else None)
    for key in struct.finds if struct else ():
        if item.get(key) is not None:
            return item[key]
    if not kind.startswith("change."):
        return item
    inner = item.get("value")
    return own_part(item) if inner is None else inner


def own_part(entry: Json) -> Json:
    """An entry that is an item itself, without what it has as an entry."""
    return {name: member for name, member in entry.items() if name not in OF_ENTRY}
