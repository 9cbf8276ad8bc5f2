"""Calls that take too long are cancelled; whoever else cancels is heard as well."""

import asyncio
import contextlib

import pytest

from pagewire_gateway.deadlines import Deadlines, Grace, cancelled, end_within


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


async def test_what_runs_for_ever_ends_though_its_cancellation_is_lost_once():
    answers: list[asyncio.Future[None]] = []

    async def ask_for_ever():
        while True:
            answers.append(asyncio.get_running_loop().create_future())
            await asyncio.wait_for(answers[-1], 60)

    task = asyncio.ensure_future(ask_for_ever())
    while not answers:
        await asyncio.sleep(0)
    # The answer and the cancellation come at the same moment: wait_for of Python 3.11 then returns the answer.
    answers[-1].set_result(None)
    async with asyncio.timeout(60):
        await cancelled(task, None)
    assert task.cancelled()


async def test_what_heeds_no_cancellation_keeps_nobody_waiting(caplog):
    over = asyncio.Event()

    async def stubborn():
        while not over.is_set():
            with contextlib.suppress(asyncio.CancelledError):
                await over.wait()

    task = asyncio.ensure_future(stubborn())
    await asyncio.sleep(0)
    async with asyncio.timeout(60):
        await end_within(0, [task])
    assert "does not end, and is left behind" in caplog.text
    over.set()
    await task


async def test_time_that_is_shared_does_not_become_more():
    shared = Grace(0.01)
    while shared.left:
        await asyncio.sleep(0.005)
    assert Grace(60).left > 0
    assert shared.left == 0
