"""People who wait at the same time travel together, and each learns its own outcome."""

import asyncio
from collections.abc import Sequence

import pytest

from pagewire.errors import Refused, TryLater
from pagewire_crm_sync import Batch, Config, CrmSync
from tests.pagewire_crm_sync.sink_server import ACCEPT, BATCH, Behaviour, Holds, Received, Resets, Says, Sink, partial
from tests.pagewire_crm_sync.world import HookContext, ManualClock, message, optin

PEOPLE = [f"71{number:03}" for number in range(12)]


@pytest.fixture
def config(sink: Sink) -> Config:
    return Config(url=sink.url, mode="batch", batch=Batch(size=10, linger_ms=50))


def calls(plugin: CrmSync, config: Config, people: Sequence[str]) -> "list[asyncio.Task[None]]":
    """One hook call a person, at the same time."""
    return [asyncio.create_task(plugin.event_received(message(each), HookContext(config))) for each in people]


async def outcomes(tasks: "Sequence[asyncio.Task[None]]") -> list[BaseException | None]:
    return await asyncio.gather(*tasks, return_exceptions=True)


async def test_who_waits_at_the_same_time_goes_together(
    sink: Sink, plugin: CrmSync, config: Config, clock: ManualClock
) -> None:
    tasks = calls(plugin, config, PEOPLE[:7])
    await clock.sleeping(0.05)
    assert not sink.requests
    clock.advance(0.05)
    assert await outcomes(tasks) == [None] * 7
    (request,) = sink.requests
    assert request.headers["content-type"] == f"{BATCH}; charset=utf-8"
    assert [event["subject"] for event in request.events] == PEOPLE[:7]


async def test_a_full_batch_does_not_linger(sink: Sink, plugin: CrmSync, config: Config, clock: ManualClock) -> None:
    tasks = calls(plugin, config, PEOPLE)
    await sink.received(1)
    await clock.sleeping(0.05)
    clock.advance(0.05)
    await outcomes(tasks)
    assert [len(request.events) for request in sink.requests] == [10, 2]


async def test_a_batch_keeps_to_its_bytes(sink: Sink, plugin: CrmSync, clock: ManualClock) -> None:
    config = Config(url=sink.url, mode="batch", batch=Batch(size=100, linger_ms=0))
    long = "x" * 60_000
    tasks = [
        asyncio.create_task(plugin.event_received(optin(each, topic=long), HookContext(config))) for each in PEOPLE
    ]
    assert await outcomes(tasks) == [None] * 12
    assert sorted(len(request.events) for request in sink.requests) == [4, 8]


async def test_while_requests_are_under_way_the_next_one_gathers(sink: Sink, plugin: CrmSync) -> None:
    config = Config(url=sink.url, mode="batch", batch=Batch(size=100, linger_ms=0))
    answer = asyncio.Event()
    sink.decide = lambda _: Holds(answer)
    tasks = []
    for number in range(8):
        tasks += calls(plugin, config, [f"72{number}"])
        await sink.received(number + 1)
    tasks += calls(plugin, config, PEOPLE[:5])
    answer.set()
    assert await outcomes(tasks) == [None] * 13
    assert [len(request.events) for request in sink.requests] == [1] * 8 + [5]
    assert sink.most_under_way == 8


async def test_each_learns_its_own_outcome(sink: Sink, plugin: CrmSync, config: Config) -> None:
    def decide(request: Received) -> Behaviour:
        statuses = [200, 422, 429, 409, 500, 204, 204, 204, 204]
        return partial({event["id"]: status for event, status in zip(request.events, statuses, strict=False)}, 9)

    sink.decide = decide
    found = await outcomes(calls(plugin, config, PEOPLE[:10]))
    assert [type(outcome) for outcome in found] == [
        type(None),
        Refused,
        TryLater,
        type(None),
        TryLater,
        *[type(None)] * 4,
        TryLater,  # left out of the answer
    ]
    assert [outcome.after for outcome in found if isinstance(outcome, TryLater)] == [9, 9, None]
    assert len(sink.contacts) == 5  # 200 and four times 204


async def test_one_bad_upsert_does_not_take_the_others_with_it(sink: Sink, plugin: CrmSync, config: Config) -> None:
    bad = PEOPLE[3]
    sink.decide = lambda request: Says(422) if any(each["subject"] == bad for each in request.events) else ACCEPT
    found = await outcomes(calls(plugin, config, PEOPLE[:10]))
    assert [person for person, outcome in zip(PEOPLE, found, strict=False) if outcome is not None] == [bad]
    assert isinstance(found[3], Refused)
    assert len(sink.contacts) == 9


async def test_a_batch_too_large_for_the_sink_is_divided(sink: Sink, plugin: CrmSync, config: Config) -> None:
    sink.decide = lambda request: Says(413) if len(request.events) > 3 else ACCEPT
    assert await outcomes(calls(plugin, config, PEOPLE[:10])) == [None] * 10
    assert [len(request.events) for request in sink.requests] == [10, 5, 2, 3, 5, 2, 3]
    assert len(sink.contacts) == 10


async def test_a_lost_connection_is_everybodys_trouble(sink: Sink, plugin: CrmSync, config: Config) -> None:
    sink.script.append(Resets())
    found = await outcomes(calls(plugin, config, PEOPLE[:10]))
    assert all(isinstance(outcome, TryLater) and outcome.after is None for outcome in found)


async def test_a_pause_stops_the_second_half_of_a_divided_batch(sink: Sink, plugin: CrmSync, config: Config) -> None:
    sink.script.extend([Says(413), Says(429, (("retry-after", "30"),))])
    found = await outcomes(calls(plugin, config, PEOPLE[:10]))
    assert len(sink.requests) == 2
    assert [outcome.after for outcome in found if isinstance(outcome, TryLater)] == [pytest.approx(30)] * 10


async def test_the_same_batch_has_the_same_id(sink: Sink, plugin: CrmSync, config: Config) -> None:
    sink.script.append(Says(500))
    events = [message(each) for each in PEOPLE[:10]]
    for _ in range(2):
        await asyncio.gather(
            *(plugin.event_received(each, HookContext(config)) for each in events), return_exceptions=True
        )
    one, other = (request.headers["webhook-id"] for request in sink.requests)
    assert one == other
    assert one.startswith("batch_")


async def test_structured_mode_keeps_eight_requests_under_way(sink: Sink, plugin: CrmSync) -> None:
    answer = asyncio.Event()
    sink.decide = lambda _: Holds(answer)
    tasks = calls(plugin, Config(url=sink.url), [f"71{number}" for number in range(40)])
    await sink.received(8)
    answer.set()
    assert await outcomes(tasks) == [None] * 40
    assert (len(sink.requests), sink.most_under_way) == (40, 8)
