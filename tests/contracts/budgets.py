"""What everything that calls Meta relies on of the budget of an account, in one process or shared by several.

A subclass gives one fixture, ``world``, that opens budgets of one and the same account.
"""

import asyncio
from typing import Protocol

from pagewire.graph import Usage
from pagewire_gateway.budgets import Budget
from pagewire_gateway.parts.clock import now

RATE, BURST = 30.0, 8.0


class World(Protocol):
    """Opens budgets."""

    async def another(self) -> Budget:
        """The account's budget, as one more part of the gateway has it."""


async def until(true) -> None:
    """Wait for something that others have to hear of."""
    async with asyncio.timeout(60):
        while not true():
            await asyncio.sleep(0.01)


async def went(asked: "asyncio.Future[None]") -> bool:
    """Whether a turn came within a third of a second."""
    return bool((await asyncio.wait([asked], timeout=0.3))[0])


class BudgetContract:
    """Every budget keeps this."""

    async def test_who_waits_gets_a_turn(self, world: World):
        budget = await world.another()
        async with asyncio.timeout(60):
            for _ in range(20):
                await budget.turn("message")

    async def test_no_second_sees_more_than_is_allowed_however_many_call(self, world: World):
        several = [await world.another() for _ in range(3)]
        times: list[int] = []

        async def call(budget: Budget) -> None:
            while len(times) < 70:
                await budget.turn("message")
                times.append(now())

        async with asyncio.timeout(60):
            await asyncio.gather(*(call(budget) for budget in several for _ in range(3)))
        fullest = max(sum(at <= one < at + 1000 for one in times) for at in times)
        assert fullest <= RATE + BURST

    async def test_kinds_of_calls_have_limits_of_their_own(self, world: World):
        budget = await world.another()
        times: list[int] = []
        async with asyncio.timeout(60):
            for _ in range(5):
                await budget.turn("conversations")
                times.append(now())
        assert max(sum(at <= one < at + 1000 for one in times) for at in times) <= 2

    async def test_who_gives_up_takes_no_turn_from_others(self, world: World):
        budget = await world.another()
        waiting = [asyncio.ensure_future(budget.turn("message")) for _ in range(30)]
        for one in waiting[5:25]:
            one.cancel()
        async with asyncio.timeout(60):
            done = await asyncio.gather(*waiting, return_exceptions=True)
        assert [one for one in done[25:] if one is not None] == []

    async def test_a_rest_is_one_for_all_and_ends_for_all(self, world: World):
        one, other = await world.another(), await world.another()
        one.rest(300, "Meta refuses the token", "token")
        await until(lambda: other.trouble == "token")
        assert not other.ready()
        one.went_well()
        await until(lambda: other.trouble == "")
        async with asyncio.timeout(60):
            await other.turn("message")

    async def test_what_can_wait_does_once_the_allowance_runs_short(self, world: World):
        one, other = await world.another(), await world.another()
        one.learn(Usage(call_count=95.0))
        async with asyncio.timeout(60):
            # Fewer attempts than the allowance of profiles would let go, until one has to wait.
            while await went(asked := asyncio.ensure_future(other.turn("profile"))):
                pass
            await other.turn("message")
        assert not asked.done()
        asked.cancel()

    async def test_a_used_up_allowance_stops_everything(self, world: World):
        one, other = await world.another(), await world.another()
        one.learn(Usage(call_count=100.0, regain_access=300.0))
        await until(lambda: other.trouble == "throttled")
        assert not other.ready()
        assert other.paused_until > now() + 200_000
