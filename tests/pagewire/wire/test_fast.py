"""The short cut for ordinary bodies says what the general way says, and takes what is ordinary."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagewire import samples
from pagewire.events import KINDS, Event
from pagewire.wire import Item, _fast, event_of, read
from pagewire.wire._fit import fit_bit_by_bit, shape_of
from pagewire.wire._split import read_any
from pagewire.wire._typed import event_bit_by_bit
from tests.pagewire.bounded import BOUNDED
from tests.pagewire.wire.bodies import BACK, ENDS, PAGE, RECEIVED, WHEN, body, entry
from tests.pagewire.wire.strategies import bodies, changed_samples, dumped, leaves, mended, torn_samples, values


def made_as_bit_by_bit(item: Item) -> None:
    """The typed event made in one conversion must be the one made member by member."""
    event = event_of(item, RECEIVED)
    common = {name: getattr(event, name) for name in Event.__struct_fields__}
    assert repr(event) == repr(event_bit_by_bit(item.kind, event.raw, common))


def taken(raw: bytes) -> bool:
    """Whether the short cut takes a body; if so, it must agree."""
    found = read(raw, RECEIVED)
    assert found == read_any(raw, RECEIVED)
    for item in found.items:
        made_as_bit_by_bit(item)
    return _fast.items(raw, RECEIVED) is not None


ORDINARY = {**ENDS, "message": {"mid": "m_1", "text": "ä", "attachments": [{"type": "image"}], "is_echo": False}}
ODDLY_WRITTEN = (
    b' {"object":"page",\n"x":1,"\\u0065ntry":[{"time":null,"id":"1","messaging":[{"timestamp":1790000000000,'
    b'"sender":{"id":"2"},"recipient":{"id":"1"},"message":{"m\\u0069d":"m","text":"\xff","x\xfe":1e999}}]}]} '
)
ECHO = {**BACK, "message": {"mid": "mid.1:a%b", "is_echo": True, "app_id": 5}}


@pytest.mark.parametrize(
    "raw",
    [
        body(entry(ORDINARY)),
        body(entry(ECHO), object_="instagram"),
        body(entry(ORDINARY, ECHO), entry(ORDINARY, id="2")),
        body(entry()),
        body(entry(ORDINARY, hop_context=[{"app_id": 5}])),
        body(),
        body(entry({**ORDINARY, "reaction": {}, "prior_message": {}, "x": 1})),
        samples.body("messenger/signature_vector_escaped_body"),
        ODDLY_WRITTEN,
    ],
)
def test_ordinary_bodies_are_taken(raw: bytes) -> None:
    assert taken(raw)


@pytest.mark.parametrize(
    "item",
    [
        {**ENDS, "message": {"mid": ""}},
        {**ENDS, "message": {"text": "x"}},
        {**ENDS, "message": {"mid": 5}},
        {**ENDS, "message": {"mid": "m", "is_deleted": True}},
        {**BACK, "message": {"mid": "m", "is_deleted": True, "is_echo": True}},
        {**ENDS, "message": {"mid": "m", "is_echo": None}},
        {**ENDS, "message": "TEST_MESSAGE"},
        {**ENDS, "message": {"mid": "m", "x": json.loads("[" * 200 + "]" * 200)}},
        {**ORDINARY, "timestamp": 1_790_000_000},
        {**ORDINARY, "timestamp": "1790000000000"},
        {**ORDINARY, "timestamp": float(WHEN)},
        {**ORDINARY, "timestamp": 10**18},
        {**ORDINARY, "sender": {"id": ""}},
        {**ORDINARY, "sender": {"user_ref": "u"}},
        {**ORDINARY, "sender": {"id": 5}},
        {**ORDINARY, "recipient": None},
        {**ENDS, "reaction": {"mid": "m"}},
        5,
    ],
)
def test_unusual_items_are_left_to_the_general_way(item: Any) -> None:
    assert _fast.message("page", PAGE, msgspec.Raw(dumped(item))) is None
    assert taken(body(entry(item)))
    assert taken(body(entry(ORDINARY), entry(ORDINARY, item)))


@pytest.mark.parametrize("item", [ORDINARY, ECHO])
@pytest.mark.parametrize(("account", "ordinary"), [(PAGE, True), ("0", False), ("", False)])
def test_an_item_is_ordinary_only_in_an_entry_with_an_account(item: Any, account: str, ordinary: bool) -> None:
    assert (_fast.message("page", account, msgspec.Raw(dumped(item))) is not None) is ordinary
    assert taken(body(entry(item, id=account)))


@pytest.mark.parametrize(
    "members",
    [
        {"id": 5},
        {"id": None},
        {"time": 5, "brand_new": 1},
        {"standby": []},
        {"changes": None},
        {"field": "x"},
        {"messaging": None},
    ],
)
def test_unusual_entries_are_left_to_the_general_way(members: dict[str, Any]) -> None:
    assert not taken(body({**entry(ORDINARY), **members}))


@pytest.mark.parametrize("name", samples.names())
def test_samples(name: str) -> None:
    taken(samples.body(name))


@BOUNDED
@given(bodies)
def test_bodies_of_messages(value: Any) -> None:
    taken(dumped(value))


@BOUNDED
@given(changed_samples() | values)
def test_any_json(value: Any) -> None:
    taken(dumped(value))


@BOUNDED
@given(torn_samples() | st.binary(max_size=50))
def test_any_bytes(raw: bytes) -> None:
    taken(raw)


@BOUNDED
@given(st.data(), st.sampled_from(sorted(KINDS)))
def test_fields_read_at_once_are_those_read_one_by_one(data: st.DataObject, kind: str) -> None:
    struct: type[Event] = KINDS[kind]
    shape = shape_of(struct)
    members = dict.fromkeys(shape.__struct_fields__, leaves | values)
    payload = mended(data.draw(st.fixed_dictionaries({}, optional=members)))
    try:
        at_once = msgspec.convert(payload, shape, strict=False)
    except msgspec.ValidationError:
        return
    gone: list[str] = []
    assert repr(shape(**fit_bit_by_bit(shape, payload, gone))) == repr(at_once)
    assert gone == []
