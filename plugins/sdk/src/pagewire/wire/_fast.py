"""The short cut for ordinary bodies: entries that hold nothing but ``messaging``, most of them messages and echoes.

It decides nothing of its own. A body it does not recognise at a glance it leaves to the general way, an item likewise, and what
it takes comes out exactly as it would there; a test holds it to that.
"""

from msgspec import DecodeError, Raw, Struct, json

from pagewire.events import MILLIS_FROM, MILLIS_UNTIL
from pagewire.wire._entry import Entry
from pagewire.wire._item import Item
from pagewire.wire._json import too_deep
from pagewire.wire._keys import key_part


class _Entry(Struct, forbid_unknown_fields=True, gc=False):
    id: str
    messaging: list[Raw]
    time: Raw
    hop_context: Raw = Raw()  # which app had the thread before; no item


class _Body(Struct, gc=False):
    object: str
    entry: list[_Entry]


class _End(Struct, gc=False):
    id: str


class _Message(Struct, gc=False):
    mid: str
    is_echo: bool = False
    is_deleted: bool = False


class _Item(Struct, gc=False):
    sender: _End
    recipient: _End
    timestamp: int
    message: _Message


_body = json.Decoder(_Body)
_item = json.Decoder(_Item)


def items(body: bytes, received_ms: int) -> tuple[Item, ...] | None:
    """The items of an ordinary body; ``None`` when its envelope is unusual."""
    try:
        found = _body.decode(body)
    except (DecodeError, UnicodeError, RecursionError):
        return None
    made: list[Item] = []
    for entry in found.entry:
        for raw in entry.messaging:
            item = message(found.object, entry.id, raw)
            made.append(_any(found.object, entry, raw, received_ms) if item is None else item)
    return tuple(made)


def _any(object_: str, entry: _Entry, raw: Raw, received_ms: int) -> Item:
    return Entry(object_, entry.id, entry.time, received_ms).messaging(raw, "messaging")


def message(object_: str, account: str, raw: Raw) -> Item | None:
    """An ordinary message or echo; ``None`` for anything else."""
    try:
        item = _item.decode(raw)
    except (DecodeError, UnicodeError, RecursionError):
        return None
    said = item.message
    person = item.recipient.id if said.is_echo else item.sender.id
    ordinary = account and account != "0" and person and said.mid and not said.is_deleted
    data = bytes(raw)
    if not ordinary or not MILLIS_FROM <= item.timestamp < MILLIS_UNTIL or too_deep(data):
        return None
    kind = "message_echo" if said.is_echo else "message"
    key = _key(object_, account, kind, said.mid)
    return Item(kind, "messaging", object_, account, person, item.timestamp, False, "messaging", key, data)


def _key(object_: str, account: str, kind: str, mid: str) -> str:
    key = f"{object_}:{account}:{kind}:{mid}"
    if key.count(":") == 3 and "%" not in key:
        return key  # as nearly all are
    return f"{key_part(object_)}:{key_part(account)}:{kind}:{key_part(mid)}"
