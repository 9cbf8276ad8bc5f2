"""The clock, the retry schedule and the lanes by themselves."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagewire.simulator import Clock
from pagewire.simulator.lanes import Lanes
from pagewire.simulator.schedule import GAPS, IMMEDIATE, LIFETIME, next_try
from pagewire.simulator.webhooks import Item


class TestClock:
    """It stands, runs, and is moved."""

    async def test_standing_still(self) -> None:
        clock = Clock(100.0, speed=0)
        sleeper = asyncio.create_task(clock.sleep(60))
        await asyncio.sleep(0)
        clock.advance(59)
        await asyncio.sleep(0.01)
        assert not sleeper.done()
        clock.advance(1)
        await sleeper
        assert clock.now() == 160.0
        assert clock.now_ms() == 160_000

    async def test_running_fast(self) -> None:
        clock = Clock(speed=100_000)
        before = clock.now()
        await clock.sleep(1000)
        assert clock.now() - before >= 1000

    def test_never_backwards(self) -> None:
        with pytest.raises(ValueError, match="backwards"):
            Clock(speed=-1)
        with pytest.raises(ValueError, match="turned back"):
            Clock().advance(-1)


class TestSchedule:
    """A few tries at once, growing gaps, an end after 36 hours."""

    def test_immediate_then_growing(self) -> None:
        assert [next_try(n, 0, 5) for n in range(1, IMMEDIATE + 1)] == [5] * IMMEDIATE
        later = [next_try(IMMEDIATE + 1 + n, 0, 0) for n in range(len(GAPS) + 2)]
        assert later == [*GAPS, GAPS[-1], GAPS[-1]]
        assert sorted(GAPS) == list(GAPS)

    def test_the_end(self) -> None:
        now, tries, attempts = 0.0, 1, []
        while (when := next_try(tries, 0, now)) is not None:
            now, tries = when, tries + 1
            attempts.append(when)
        assert attempts[-1] <= LIFETIME < attempts[-1] + GAPS[-1]
        assert len(attempts) > 10


def item(lane: str, number: int, *, swap: bool = False) -> Item:
    return Item(account="1", channel="messaging", lane=lane, value={"n": number}, swap=swap)


class TestLanes:
    """Order within a lane, whatever is taken and finished when."""

    @given(st.lists(st.sampled_from("abc"), max_size=60), st.integers(1, 5), st.randoms(use_true_random=False))
    def test_nothing_overtakes_or_is_lost(self, names: list[str], limit: int, chance: object) -> None:
        lanes = Lanes()
        told: list[Item] = []
        under_way: list[list[Item]] = []
        for number, name in enumerate(names):
            lanes.put(item(name, number))
            if lanes.ready and chance.random() < 0.5:  # type: ignore[attr-defined]
                taken = lanes.take(limit)
                assert not {i.lane for i in taken} & {i.lane for batch in under_way for i in batch}
                told += taken
                under_way.append(taken)
            if under_way and chance.random() < 0.5:  # type: ignore[attr-defined]
                lanes.done(under_way.pop(chance.randrange(len(under_way))))  # type: ignore[attr-defined]
        while lanes.ready or under_way:
            if under_way:
                lanes.done(under_way.pop())
            while lanes.ready:
                taken = lanes.take(limit)
                told += taken
                lanes.done(taken)
        assert len(told) == len(names)
        assert len(lanes) == 0
        for name in "abc":
            numbers = [i.value["n"] for i in told if i.lane == name]
            assert numbers == sorted(numbers)

    def test_swap(self) -> None:
        lanes = Lanes()
        lanes.put(item("a", 1, swap=True))
        assert not lanes.ready
        assert len(lanes) == 1
        lanes.put(item("a", 2))
        assert [i.value["n"] for i in lanes.take(9)] == [2, 1]

    def test_release(self) -> None:
        lanes, held = Lanes(), item("a", 1, swap=True)
        lanes.put(held)
        assert lanes.release(held)
        assert not lanes.release(held)
        assert [i.value["n"] for i in lanes.take(9)] == [1]
