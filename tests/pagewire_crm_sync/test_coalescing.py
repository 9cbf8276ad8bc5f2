"""A person who is merely seen again costs one request an interval, and never two at a time."""

import asyncio
import gc

import msgspec
import pytest

from pagewire.errors import TryLater
from pagewire.stores import Store
from pagewire_crm_sync import Config, CrmSync
from pagewire_crm_sync import sink as crm
from pagewire_crm_sync.contact import Contact
from pagewire_crm_sync.facts import DEFAULT_KINDS, contact_of
from pagewire_crm_sync.outcome import DONE
from pagewire_crm_sync.pause import Pause
from pagewire_crm_sync.people import People
from pagewire_crm_sync.secrets import Secrets
from tests.pagewire_crm_sync.sink_server import Holds, Says, Sink
from tests.pagewire_crm_sync.world import (
    ANNA,
    BEN,
    PAGE,
    HookContext,
    ManualClock,
    message,
    optin,
    referral,
    rfc3339,
)

KEY = ("page", PAGE, ANNA)


async def test_touches_within_the_interval_make_one_trailing_upsert(
    sink: Sink, plugin: CrmSync, config: Config, clock: ManualClock
) -> None:
    for after in (0, 1, 5, 3):
        await plugin.event_received(message(after=after), HookContext(config))
    assert [event["data"]["lastSeen"] for event in sink.events] == [rfc3339(0)]
    await clock.sleeping(60)
    clock.advance(60)
    await sink.received(2)
    assert sink.events[1]["data"] == {
        "key": {"object": "page", "account": PAGE, "scopedId": ANNA},
        "firstSeen": rfc3339(0),
        "lastSeen": rfc3339(5),
        "lastKind": "message",
    }


async def test_the_trailing_upsert_starts_a_new_rest(
    sink: Sink, plugin: CrmSync, config: Config, clock: ManualClock
) -> None:
    await plugin.event_received(message(after=0), HookContext(config))
    await plugin.event_received(message(after=1), HookContext(config))
    await clock.sleeping(60)
    clock.advance(60)
    await sink.received(2)
    await clock.sleeping(60)
    await plugin.event_received(message(after=61), HookContext(config))
    assert len(sink.requests) == 2
    clock.advance(60)
    await sink.received(3)
    assert sink.contacts[KEY]["lastSeen"] == rfc3339(61)


async def test_after_a_quiet_interval_the_person_is_forgotten_and_sent_at_once(
    sink: Sink, plugin: CrmSync, config: Config, clock: ManualClock
) -> None:
    await plugin.event_received(message(after=0), HookContext(config))
    await clock.sleeping(60)
    clock.advance(60)
    await plugin.event_received(message(after=60), HookContext(config))
    assert [event["data"]["lastSeen"] for event in sink.events] == [rfc3339(0), rfc3339(60)]


@pytest.mark.parametrize("news", [referral, optin])
async def test_news_is_sent_at_once_with_what_waited(sink: Sink, plugin: CrmSync, config: Config, news: object) -> None:
    await plugin.event_received(message(after=0), HookContext(config))
    await plugin.event_received(message(after=9), HookContext(config))
    await plugin.event_received(news(after=5), HookContext(config))  # type: ignore[operator]
    assert [event["data"]["lastSeen"] for event in sink.events] == [rfc3339(0), rfc3339(9)]


async def test_an_event_out_of_order_that_moves_first_seen_is_news(sink: Sink, plugin: CrmSync, config: Config) -> None:
    await plugin.event_received(message(after=10), HookContext(config))
    await plugin.event_received(message(after=2), HookContext(config))
    assert len(sink.requests) == 2
    assert sink.contacts[KEY]["firstSeen"] == rfc3339(2)
    assert sink.contacts[KEY]["lastSeen"] == rfc3339(10)


async def test_a_repeat_needs_no_request(sink: Sink, plugin: CrmSync, config: Config) -> None:
    seen = optin()
    for _ in range(3):
        await plugin.event_received(seen, HookContext(config))
    assert len(sink.requests) == 1


async def test_an_interval_of_zero_sends_every_touch(sink: Sink, plugin: CrmSync, config: Config) -> None:
    every = msgspec.structs.replace(config, interval="0s")
    for after in range(3):
        await plugin.event_received(message(after=after), HookContext(every))
    assert len(sink.requests) == 3


async def test_only_an_acknowledged_upsert_lets_touches_wait(sink: Sink, plugin: CrmSync, config: Config) -> None:
    sink.script.append(Says(500))
    with pytest.raises(TryLater):
        await plugin.event_received(message(after=0), HookContext(config))
    await plugin.event_received(message(after=1), HookContext(config))
    assert len(sink.requests) == 2


async def test_a_trailing_upsert_that_fails_is_tried_after_another_interval(
    sink: Sink, plugin: CrmSync, config: Config, clock: ManualClock
) -> None:
    await plugin.event_received(message(after=0), HookContext(config))
    await plugin.event_received(message(after=1), HookContext(config))
    sink.script.append(Says(500))
    await clock.sleeping(60)
    clock.advance(60)
    await sink.received(2)
    await clock.sleeping(60)
    clock.advance(60)
    await sink.received(3)
    await clock.sleeping(60)
    assert sink.contacts[KEY]["lastSeen"] == rfc3339(1)


async def test_while_a_trailing_upsert_fails_an_event_brings_what_waited(
    sink: Sink, plugin: CrmSync, config: Config, clock: ManualClock
) -> None:
    await plugin.event_received(message(after=0), HookContext(config))
    await plugin.event_received(message(after=8), HookContext(config))
    sink.script.append(Says(500))
    await clock.sleeping(60)
    clock.advance(60)
    await sink.received(2)
    await clock.sleeping(60)
    await plugin.event_received(message(after=7), HookContext(config))
    assert [event["data"]["lastSeen"] for event in sink.events] == [rfc3339(0), rfc3339(8), rfc3339(8)]


async def test_a_refused_trailing_upsert_is_given_up(
    sink: Sink, plugin: CrmSync, config: Config, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    await plugin.event_received(message(after=0), HookContext(config))
    await plugin.event_received(message(after=1), HookContext(config))
    sink.script.append(Says(422))
    await clock.sleeping(60)
    clock.advance(60)
    await sink.received(2)
    await plugin.plugin_stopped()
    assert len(sink.requests) == 2
    assert "lastSeen of a contact is lost: the sink answered 422" in caplog.text
    assert ANNA not in caplog.text


async def test_a_pause_of_the_sink_does_not_stop_touches_that_can_wait(
    sink: Sink, plugin: CrmSync, config: Config
) -> None:
    await plugin.event_received(message(after=0), HookContext(config))
    sink.script.append(Says(429, (("retry-after", "30"),)))
    with pytest.raises(TryLater):
        await plugin.event_received(message(BEN), HookContext(config))
    await plugin.event_received(message(after=1), HookContext(config))
    assert len(sink.requests) == 2


async def test_a_cancelled_hook_call_does_not_cut_its_request_short(
    sink: Sink, plugin: CrmSync, config: Config
) -> None:
    answer = asyncio.Event()
    sink.script.append(Holds(answer))
    seen = message()
    call = asyncio.create_task(plugin.event_received(seen, HookContext(config)))
    await sink.received(1)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    again = asyncio.create_task(plugin.event_received(seen, HookContext(config)))
    await asyncio.sleep(0)
    answer.set()
    await again
    assert len(sink.requests) == 1
    assert sink.contacts[KEY]["lastSeen"] == rfc3339(0)


async def test_one_writer_a_person_while_others_go_on(sink: Sink, plugin: CrmSync, config: Config) -> None:
    answer = asyncio.Event()
    sink.script.append(Holds(answer))
    first = asyncio.create_task(plugin.event_received(message(after=0), HookContext(config)))
    await sink.received(1)
    second = asyncio.create_task(plugin.event_received(referral(after=1), HookContext(config)))
    await plugin.event_received(message(BEN), HookContext(config))
    assert [event["subject"] for event in sink.events] == [ANNA, BEN]
    answer.set()
    await asyncio.gather(first, second)
    assert [event["subject"] for event in sink.events] == [ANNA, BEN, ANNA]


async def test_stopping_sends_what_waits_and_closes(sink: Sink, plugin: CrmSync, config: Config) -> None:
    await plugin.event_received(message(after=0), HookContext(config))
    await plugin.event_received(message(after=1), HookContext(config))
    await plugin.plugin_stopped()
    await sink.quiet()
    assert sink.contacts[KEY]["lastSeen"] == rfc3339(1)
    await plugin.plugin_stopped()
    assert len(sink.requests) == 2
    left = {task.get_coro().__qualname__ for task in asyncio.all_tasks()}  # type: ignore[union-attr]
    assert not any(name.startswith(("People.", "Batcher.", "Feed")) for name in left)


async def test_stopping_waits_for_what_is_under_way(sink: Sink, plugin: CrmSync, config: Config) -> None:
    answer = asyncio.Event()
    sink.script.append(Holds(answer))
    call = asyncio.create_task(plugin.event_received(message(), HookContext(config)))
    await sink.received(1)
    stopping = asyncio.create_task(plugin.plugin_stopped())
    answer.set()
    await asyncio.gather(call, stopping)
    assert KEY in sink.contacts
    await sink.quiet()


async def test_stopping_does_not_break_a_pause(
    sink: Sink, plugin: CrmSync, config: Config, caplog: pytest.LogCaptureFixture
) -> None:
    await plugin.event_received(message(after=0), HookContext(config))
    await plugin.event_received(message(after=1), HookContext(config))
    sink.script.append(Says(429, (("retry-after", "30"),)))
    with pytest.raises(TryLater):
        await plugin.event_received(message(BEN), HookContext(config))
    await plugin.plugin_stopped()
    assert len(sink.requests) == 2
    assert "lastSeen of 1 contacts" in caplog.text


async def test_stopping_gives_up_on_a_sink_that_hangs(
    sink: Sink, plugin: CrmSync, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pagewire_crm_sync.people.STOP_SECONDS", 0.05)
    sink.script.append(Holds(asyncio.Event()))
    call = asyncio.create_task(plugin.event_received(message(), HookContext(config)))
    await sink.received(1)
    await plugin.plugin_stopped()
    with pytest.raises(asyncio.CancelledError):
        await call
    await sink.quiet()


async def test_a_changed_configuration_flushes_and_closes_the_old_one(
    sink: Sink, plugin: CrmSync, config: Config
) -> None:
    await plugin.event_received(message(after=0), HookContext(config))
    await plugin.event_received(message(after=1), HookContext(config))
    changed = msgspec.structs.replace(config, url=f"{sink.url}/new")
    await plugin.event_received(message(BEN), HookContext(changed))
    await sink.received(3)
    assert sorted(request.path for request in sink.requests) == ["/contacts", "/contacts", "/contacts/new"]
    async with sink.changed:
        await sink.changed.wait_for(lambda: sink.open == 1)


def no_store() -> Store:
    raise AssertionError("a sink of CloudEvents needs no store")


async def test_beyond_its_capacity_nobody_is_remembered_and_everything_is_sent(
    sink: Sink, config: Config, clock: ManualClock
) -> None:
    """Memory stays bounded: who is not remembered is only sent again."""
    target = crm.Sink(config, "support", Pause(clock), clock, Secrets({}))
    people = People(target, clock, 60.0, capacity=1)

    async def as_it_is(contact: Contact) -> Contact:
        return contact

    for after in range(3):
        for person in (ANNA, BEN):
            facts = contact_of(message(person, after), DEFAULT_KINDS)
            assert facts is not None
            assert await people.keep(facts, as_it_is, no_store) == DONE
    assert [event["subject"] for event in sink.events] == [ANNA, BEN, BEN, BEN]
    assert len(people._people) == 1
    await people.flush()
    await target.aclose()


async def test_nobody_is_remembered_for_ever(sink: Sink, config: Config, clock: ManualClock) -> None:
    target = crm.Sink(config, "support", Pause(clock), clock, Secrets({}))
    people = People(target, clock, 60.0)

    async def as_it_is(contact: Contact) -> Contact:
        return contact

    for number in range(250):
        facts = contact_of(message(f"71{number}"), DEFAULT_KINDS)
        assert facts is not None
        await people.keep(facts, as_it_is, no_store)
    await clock.sleeping(60)
    assert len(people._people) == 250
    clock.advance(60)
    assert people._sweeper is not None
    await people._sweeper
    assert (people._people, people._resting, len(sink.requests)) == ({}, {}, 250)
    await target.aclose()


async def test_who_rests_keeps_no_task_in_memory(sink: Sink, plugin: CrmSync, config: Config) -> None:
    await plugin.event_received(message(after=0), HookContext(config))
    upserts = [
        one for one in gc.get_objects() if isinstance(one, asyncio.Task) and "_upsert" in one.get_coro().__qualname__
    ]
    assert len(sink.events) == 1
    assert upserts == []
