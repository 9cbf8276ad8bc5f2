"""Delivery body -> items. Item by item: a bad one never spoils its neighbours, and none is dropped."""

from collections.abc import Iterator

import msgspec

from pagewire.events import Channel
from pagewire.wire import _fast, _json
from pagewire.wire._entry import Entry
from pagewire.wire._facts import plain
from pagewire.wire._item import Item, Reading

_CONTAINERS: tuple[Channel, ...] = ("messaging", "standby")


def read(body: bytes, received_ms: int) -> Reading:
    """Split a delivery body into classified items. Never raises.

    Args:
        body: the bytes of the request, as signed.
        received_ms: milliseconds since 1970, the time of last resort.
    """
    found = _fast.items(body, received_ms)
    return Reading(found) if found is not None else read_any(body, received_ms)


def read_any(body: bytes, received_ms: int) -> Reading:
    """What `read` means: the same, without the short cut for ordinary bodies."""
    try:
        return Reading(tuple(_items(body, received_ms)))
    except _json.Unreadable as error:
        return Reading(unreadable=str(error))


def _items(body: bytes, received_ms: int) -> Iterator[Item]:
    members = _json.fields(body)
    entries = _json.elements(members["entry"]) if members and "entry" in members else None
    object_ = plain(members.get("object")) if members else ""
    if entries is None:
        yield Entry(object_, "", None, received_ms).body(body)
        return
    for raw in entries:
        yield from _of_entry(object_, raw, received_ms)


def _of_entry(object_: str, raw: msgspec.Raw, received_ms: int) -> Iterator[Item]:
    found = _json.fields(raw)
    # A member that is null is as good as missing.
    members = {name: member for name, member in (found or {}).items() if bytes(member) != b"null"}
    entry = Entry(object_, plain(members.get("id")), members.get("time"), received_ms)
    for channel in _CONTAINERS:
        for element in _elements(members, channel):
            yield entry.messaging(element, channel)
    for element in _elements(members, "calls"):
        yield entry.call(element)
    for element in _elements(members, "changes"):
        yield entry.change(element)
    if "field" in members:
        yield entry.change(raw, whole=True)
    elif not members.keys() & {*_CONTAINERS, "calls", "changes"}:
        yield entry.itself(raw)


def _elements(members: dict[str, msgspec.Raw], container: str) -> list[msgspec.Raw]:
    """The items in a container; a container that is no array counts as one item."""
    raw = members.get(container)
    if raw is None:
        return []
    found = _json.elements(raw)
    return [raw] if found is None else found
