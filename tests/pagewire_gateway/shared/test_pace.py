"""Several processes draw from the budget of one Page: what all of them send stays below what one of them might."""

import asyncio
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagewire.graph import Usage
from pagewire.surfaces import Surface
from pagewire_gateway.app import now
from pagewire_gateway.budgets import AppBudget, Budget, Limits
from pagewire_gateway.budgets.drawing import LEASE, Pace, Wish, draw
from pagewire_gateway.shared.connection import Nats
from pagewire_gateway.shared.pace import SharedPace

PAGE = ("page", "108000000000001")


def most_in_a_second(times: list[int]) -> int:
    """How many fell into the fullest second."""
    return max(sum(at <= one < at + 1000 for one in times) for at in times)


@given(
    rate=st.floats(0.5, 100),
    burst=st.floats(1, 50),
    steps=st.lists(
        st.tuples(st.integers(0, 400), st.integers(0, 1000), st.integers(1, 64), st.booleans()),
        min_size=1,
        max_size=120,
    ),
)
def test_no_second_sees_more_than_one_bucket_would_let_go(rate: float, burst: float, steps: list):
    pace = Pace.of(rate, burst)
    purse, sent = None, []
    for at, (_, ahead, calls, late) in zip(accumulate(step[0] for step in steps), steps, strict=True):
        # Some draw for a moment that is yet to come; others who draw after them, for now, get calls that are good later.
        purse, drawn, _ = draw(purse, Wish(pace, calls), at + ahead)
        # Whoever drew may send as soon as the calls are good, or in the last moment of the lease.
        sent += [purse.at + (int(LEASE * 1000) if late else 0)] * drawn
    assert not sent or most_in_a_second(sent) <= rate + max(burst, 1)


def test_an_empty_purse_tells_when_there_is_a_call():
    pace = Pace.of(2, 1)
    purse, drawn, _ = draw(None, Wish(pace, 5), 1000)
    assert drawn == 1
    purse, drawn, wait = draw(purse, Wish(pace, 1), 1000)
    assert drawn == 0
    purse, drawn, _ = draw(purse, Wish(pace, 1), 1000 + int(wait * 1000) + 1)
    assert drawn == 1


class Process:
    """A process with a budget of the Page."""

    def __init__(self, url: str, prefix: str) -> None:
        self.nats = Nats(url, prefix)

    async def start(self, **limits: float) -> "Process":
        await self.nats.start()
        self.pace = SharedPace(self.nats, now)
        await self.pace.start()
        app = AppBudget(now, self.pace.of("app", "990"))
        self.budget = Budget(Limits(**limits), Surface.MESSENGER, app, now, self.pace.of(*PAGE))
        return self

    async def send(self, times: list[int]) -> None:
        while True:
            await self.budget.turn("message")
            times.append(now())

    async def stop(self) -> None:
        await self.pace.aclose()
        await self.nats.aclose()


@pytest.fixture
async def processes(nats_url: str, nats_prefix: str):
    started: list[Process] = []

    async def make(count: int, **limits: float) -> list[Process]:
        started.extend([await Process(nats_url, nats_prefix).start(**limits) for _ in range(count)])
        return started

    yield make
    for process in started:
        await process.stop()


async def until(true) -> None:
    async with asyncio.timeout(60):
        while not true():
            await asyncio.sleep(0.01)


async def test_the_sum_of_all_processes_keeps_the_limit_also_when_one_dies(processes):
    several = await processes(3, rate=30, burst=8)
    times: list[int] = []
    senders = [asyncio.ensure_future(one.send(times)) for one in several for _ in range(4)]
    await until(lambda: len(times) >= 40)
    await several[0].stop()  # with whatever calls it has drawn
    for sender in senders[:4]:
        sender.cancel()
    count = len(times)
    await until(lambda: len(times) >= count + 40)
    for sender in senders:
        sender.cancel()
    await asyncio.gather(*senders, return_exceptions=True)
    assert most_in_a_second(times) <= 38


async def test_who_hears_late_draws_for_later_and_sends_all_the_same(processes):
    one, other = await processes(2, rate=30, burst=8)
    for process in (one, other):
        process.pace._lateness.took(600)
    times: list[int] = []
    senders = [asyncio.ensure_future(process.send(times)) for process in (one, other) for _ in range(4)]
    one.pace._shelf.replace = _slowly(one.pace._shelf.replace)
    await until(lambda: len(times) >= 20)
    for sender in senders:
        sender.cancel()
    await asyncio.gather(*senders, return_exceptions=True)
    assert most_in_a_second(times) <= 38


def _slowly(replace):
    """Hear of what was written half a second late, as a process does that has too much to do."""

    async def slow(*arguments):
        done = await replace(*arguments)
        await asyncio.sleep(0.5)
        return done

    return slow


async def test_a_rest_of_one_is_a_rest_of_all_and_so_is_its_end(processes):
    one, other = await processes(2)
    one.budget.rest(300, "Meta throttles", "throttled")
    await until(lambda: other.budget.trouble == "throttled")
    assert not other.budget.ready()
    assert other.budget.reason == "Meta throttles"
    one.budget.went_well()
    await until(lambda: other.budget.trouble == "")
    await asyncio.wait_for(other.budget.turn("message"), 30)


async def test_usage_that_one_sees_slows_all(processes):
    one, other = await processes(2)
    one.budget.learn(Usage(call_count=97.0))
    await until(lambda: other.budget._usage == 97.0)
    asked = asyncio.ensure_future(other.budget.turn("profile"))
    await asyncio.sleep(0)
    assert not asked.done()
    asked.cancel()


async def test_an_app_at_its_limit_rests_in_every_process(processes):
    one, other = await processes(2)
    one.budget.app.learn(100.0)
    await until(lambda: other.budget.app.delay(now()) > 0)


async def test_without_nats_nothing_goes(processes):
    (one,) = await processes(1)
    await asyncio.wait_for(one.budget.turn("message"), 30)
    await one.nats.client.close()
    asked = asyncio.ensure_future(one.budget.turn("message"))
    await asyncio.wait([asked], timeout=0.3)
    assert not asked.done()
    asked.cancel()


async def test_keys_name_nobody(processes, nats_prefix):
    (one,) = await processes(1)
    await asyncio.wait_for(one.budget.turn("message"), 30)
    bucket = await one.nats.js.key_value(f"{nats_prefix}-pace")
    assert not any(PAGE[1] in key for key in await bucket.keys())


async def test_draws_are_told_to_nobody(processes, nats_prefix):
    one, _ = await processes(2)
    for _ in range(5):
        await asyncio.wait_for(one.budget.turn("message"), 30)
    following = await one.nats.js.consumers_info(f"KV_{nats_prefix}-pace")
    assert [consumer.delivered.consumer_seq for consumer in following] == [0, 0]


async def test_who_asks_later_hears_what_was_said_before(processes):
    one, other = await processes(2)
    AppBudget(now, one.pace.of("app", "991")).learn(100.0)
    await until(lambda: other.pace._words)
    late = AppBudget(now, other.pace.of("app", "991"))
    await until(lambda: late.delay(now()) > 0)
