"""Whatever comes, `read` and `event_of` never raise, drop nothing, and say the same again."""

import json
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from pagewire.events import struct_of
from pagewire.wire import Item, Reading, event_of, read
from tests.pagewire.bounded import BOUNDED
from tests.pagewire.wire.bodies import RECEIVED, body, entry
from tests.pagewire.wire.strategies import changed_samples, dumped, mended, objects, torn_samples, values

CONTAINERS = ("messaging", "standby", "calls", "changes")


def sound(raw: bytes) -> Reading:
    """Read a body twice, make every event, and hold the outcome to what is always true of it."""
    reading = read(raw, RECEIVED)
    assert reading == read(raw, RECEIVED)
    assert reading.unreadable is None or not reading.items
    for item in reading.items:
        whole(item)
    return reading


def whole(item: Item) -> None:
    event = event_of(item, RECEIVED)
    assert repr(event) == repr(event_of(item, RECEIVED))
    assert type(event) is struct_of(item.kind)
    assert (event.id, event.kind, event.account, event.person) == (item.id, item.kind, item.account, item.person)
    assert item.key.encode()
    assert len(item.id) == 32
    assert item.channel in {"messaging", "standby"}
    assert item.via in {*CONTAINERS, "entry"}


def elements(value: Any) -> list[Any]:
    """What a body holds, told independently: every element of every container, once, in order."""
    if not isinstance(value, dict) or not isinstance(value.get("entry"), list):
        return [value]
    return [element for entry_ in value["entry"] for element in _of_entry(entry_)]


def _of_entry(entry_: Any) -> list[Any]:
    if not isinstance(entry_, dict):
        return [entry_]
    found: list[Any] = []
    present = [entry_[name] for name in CONTAINERS if entry_.get(name) is not None]
    for container in present:
        found += container if isinstance(container, list) else [container]
    itself = entry_.get("field") is not None or not present
    return [*found, entry_] if itself else found


def nothing_dropped(value: Any) -> None:
    found = sound(dumped(value)).items
    held = [mended(element) for element in elements(value)]
    assert len(found) == len(held)
    for item, element in zip(found, held, strict=True):
        raw = mended(json.loads(item.raw))
        # A change that wraps a messaging item is kept as that item.
        wrapped = element.get("value") if isinstance(element, dict) and item.via == "changes" else element
        assert raw in (element, wrapped)


def same_keys(value: Any) -> None:
    def turned(part: Any) -> Any:
        if isinstance(part, dict):
            return {key: turned(part[key]) for key in reversed(part)}
        return [turned(element) for element in part] if isinstance(part, list) else part

    first = [item.key for item in read(dumped(value), RECEIVED).items]
    again = json.dumps(turned(value), indent=3).encode()
    assert [item.key for item in read(again, RECEIVED).items] == first


@BOUNDED
@given(st.binary(max_size=200))
def test_any_bytes(raw: bytes) -> None:
    sound(raw)


@BOUNDED
@given(torn_samples())
def test_torn_samples(raw: bytes) -> None:
    sound(raw)


@BOUNDED
@given(values)
def test_any_json_value(value: Any) -> None:
    nothing_dropped(value)
    same_keys(value)


@BOUNDED
@given(objects, st.sampled_from(CONTAINERS))
def test_any_object_as_an_item(item: Any, container: str) -> None:
    value = json.loads(body(entry(item, container=container)))
    nothing_dropped(value)
    same_keys(value)


@BOUNDED
@given(st.lists(objects | values, max_size=3))
def test_any_object_as_an_entry(found: list[Any]) -> None:
    value = json.loads(body(*found))
    nothing_dropped(value)
    same_keys(value)


@BOUNDED
@given(changed_samples())
def test_changed_samples(value: Any) -> None:
    nothing_dropped(value)
    same_keys(value)


def told(item: Item) -> Any:
    """An item without its bytes: half a surrogate pair anywhere makes them anew for the whole body."""
    return msgspec.structs.replace(item, raw=b""), mended(json.loads(item.raw))


@BOUNDED
@given(objects, changed_samples())
def test_a_bad_neighbour_changes_nothing(odd: Any, value: Any) -> None:
    alone = read(dumped(value), RECEIVED).items
    held = value.get("entry") if isinstance(value, dict) else None
    if isinstance(held, list):
        neighbour = json.loads(body(entry(odd)))["entry"][0]
        beside = read(dumped({**value, "entry": [neighbour, *held]}), RECEIVED).items
        assert [told(item) for item in beside[1:]] == [told(item) for item in alone]
