"""Calls that take too long are cancelled; whoever else cancels is heard as well."""

import asyncio

import pytest

from pagewire_gateway.deadlines import Deadlines


async def guarded(deadlines: Deadlines, work, ended: list[bool]) -> object:
    task = asyncio.current_task()
    deadlines.begin(task)
    try:
        return await work
    finally:
        ended.append(deadlines.end(task))


async def test_a_late_call_is_cancelled_and_knows_why():
    ended: list[bool] = []
    with pytest.raises(asyncio.CancelledError):
        await guarded(Deadlines(0.01), asyncio.Event().wait(), ended)
    assert ended == [True]
    assert asyncio.current_task().cancelling() == 0


async def test_each_call_has_its_own_deadline():
    deadlines, ended = Deadlines(0.02), []
    late = [asyncio.ensure_future(guarded(deadlines, asyncio.Event().wait(), ended)) for _ in range(3)]
    for _ in range(3):
        assert await guarded(deadlines, asyncio.sleep(0, "in time"), ended) == "in time"
    await asyncio.wait(late)
    assert ended == [False] * 3 + [True] * 3
    assert all(task.cancelled() for task in late)


async def test_a_task_that_others_cancel_is_theirs():
    ended: list[bool] = []
    task = asyncio.ensure_future(guarded(Deadlines(30), asyncio.Event().wait(), ended))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    assert ended == [False]


async def test_cancelled_by_both_it_is_cancelled():
    ended: list[bool] = []
    begun = asyncio.Event()

    async def stubborn() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            asyncio.current_task().cancel()
            await asyncio.sleep(0)

    task = asyncio.ensure_future(guarded(Deadlines(0.01), stubborn(), ended))
    await begun.wait()
    await asyncio.wait([task])
    assert (ended, task.cancelled()) == ([False], True)
