"""The structs: documented whole, found by the right keys, and true to the samples."""

import inspect
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagewire import events, hooks, samples
from pagewire.events import (
    KINDS,
    Call,
    Change,
    Conversation,
    Event,
    Message,
    MessageDeleted,
    MessageEcho,
    instant,
    millis_of,
)
from pagewire.wire import read
from tests.generated import events_page
from tests.generated.words import attributes, own_doc
from tests.pagewire.bounded import BOUNDED

STRUCTS: list[type[Event]] = list(dict.fromkeys([Event, *KINDS.values(), Call, Change]))
PARTS = events_page.shared_parts()


@pytest.mark.parametrize("struct", [*STRUCTS, *PARTS])
def test_every_struct_and_field_is_documented(struct: type[msgspec.Struct]) -> None:
    assert own_doc(struct)
    assert set(attributes(struct)) == set(struct.__struct_fields__)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_place_in_the_docs(kind: str) -> None:
    page = events_page.text()
    assert f"| `{kind}` |" in page
    assert f"## {events_page.heading(KINDS[kind])}\n" in page


@pytest.mark.parametrize("struct", STRUCTS)
def test_every_field_may_be_missing(struct: type[Event]) -> None:
    made = struct(
        id="1", kind="k", channel="messaging", object="page", account="2", person=None, timestamp=NOW, received=NOW
    )
    assert made.conversation is None
    assert msgspec.json.decode(msgspec.json.encode(made))["kind"] == "k"


NOW = datetime(2026, 9, 21, tzinfo=UTC)


@pytest.mark.parametrize("struct", STRUCTS)
def test_its_hook_exists(struct: type[Event]) -> None:
    assert struct.hook in hooks.EVENT_HOOKS


def test_what_is_exported_is_there() -> None:
    exported = {
        name for name in vars(events) if not name.startswith("_") and not inspect.ismodule(getattr(events, name))
    }
    assert exported == set(events.__all__)


@pytest.mark.parametrize("name", samples.names())
def test_samples_come_in_the_containers_their_kinds_name(name: str) -> None:
    for item in read(samples.body(name), 0).items:
        tested_from_the_dashboard = "dashboard" in name
        assert item.via in events.struct_of(item.kind).containers or tested_from_the_dashboard


BASE: dict[str, Any] = {
    "id": "1",
    "channel": "messaging",
    "object": "page",
    "account": "2",
    "person": "3",
    "timestamp": NOW,
    "received": NOW,
}


def test_direction() -> None:
    assert Message(kind="message", **BASE).direction == "inbound"
    assert MessageEcho(kind="message_echo", **BASE).direction == "outbound"
    assert MessageDeleted(kind="message_deleted", **BASE).direction == "inbound"
    assert MessageDeleted(kind="message_deleted", is_echo=True, **BASE).direction == "outbound"


def test_a_conversation_is_object_account_and_person() -> None:
    assert Message(kind="message", **BASE).conversation == Conversation("page", "2", "3")
    assert str(Conversation("page", "2", "3")) == "page/2/3"


@pytest.mark.parametrize("app_id", ["263902037430900", "26390203743090", "1217981644879628"])
def test_both_spellings_of_the_inbox_are_the_inbox(app_id: str) -> None:
    assert MessageEcho(kind="message_echo", app_id=app_id, **BASE).from_inbox
    assert not MessageEcho(kind="message_echo", app_id="1", **BASE).from_inbox


def test_an_event_cannot_be_changed() -> None:
    event: Any = Message(kind="message", **BASE)
    with pytest.raises(AttributeError):
        event.text = "other"


@BOUNDED
@given(st.integers() | st.floats() | st.text() | st.none() | st.booleans() | st.lists(st.integers()))
def test_any_value_is_a_time_or_none(value: Any) -> None:
    millis = millis_of(value)
    when = instant(value)
    assert (millis is None) == (when is None)
    if millis is not None and when is not None:
        assert 1970 <= when.year <= 9999
        assert round(when.timestamp() * 1000) == millis


@BOUNDED
@given(st.datetimes(datetime(1974, 1, 1), datetime(5000, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_seconds_milliseconds_and_texts_tell_the_same_time(when: datetime) -> None:
    whole = when.replace(microsecond=0)
    seconds = int(whole.timestamp())
    assert instant(seconds) == instant(str(seconds)) == instant(seconds * 1000) == instant(f"{seconds * 1000}") == whole
