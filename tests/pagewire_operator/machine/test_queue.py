"""The work queue: each key once at a time, nothing lost, nobody in another's way."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagewire_operator.backoff import Backoff
from pagewire_operator.queue import Why, WorkQueue
from pagewire_operator.schedule import Schedule


async def test_a_key_is_in_line_once_however_often_it_is_added() -> None:
    queue: WorkQueue[str] = WorkQueue()
    for key in ("a", "b", "a", "a"):
        queue.add(key)
    assert queue.depth == 2
    assert [await queue.take(), await queue.take()] == ["a", "b"]
    assert queue.depth == 0


async def test_a_key_that_changes_while_it_is_worked_on_comes_again_and_not_at_the_same_time() -> None:
    queue: WorkQueue[str] = WorkQueue()
    queue.add("a")
    await queue.take()
    queue.add("a")
    queue.add("a")
    assert queue.depth == 0
    queue.done("a", 3600.0)
    assert (queue.depth, queue.planned) == (1, 0)
    assert await queue.take() == "a"
    queue.done("a", None)
    assert (queue.depth, queue.planned, queue.busy) == (0, 0, 0)


async def test_what_is_due_later_comes_by_itself_in_its_order() -> None:
    queue: WorkQueue[str] = WorkQueue()
    queue.add_later("late", 0.06)
    queue.add_later("soon", 0.01)
    queue.add_later("never", 3600.0)
    assert [await queue.take(), await queue.take()] == ["soon", "late"]
    assert queue.planned == 1


async def test_the_newest_wish_counts_and_a_change_beats_it() -> None:
    queue: WorkQueue[str] = WorkQueue()
    queue.add_later("a", 3600.0)
    queue.add_later("a", 0.01)
    assert await queue.take() == "a"
    queue.done("a", 3600.0)
    queue.add("a")
    assert await queue.take() == "a"
    assert queue.planned == 0


async def test_what_is_in_line_is_not_put_off() -> None:
    queue: WorkQueue[str] = WorkQueue()
    queue.add("a")
    queue.add_later("a", 3600.0)
    assert (queue.depth, queue.planned) == (1, 0)


async def test_what_is_gone_does_not_come_back() -> None:
    queue: WorkQueue[str] = WorkQueue()
    queue.add_later("gone", 0.0)
    queue.add_later("stays", 0.01)
    queue.forget("gone")
    assert await queue.take() == "stays"


async def test_a_key_remembers_what_came_first_of_all_that_set_it_off() -> None:
    queue: WorkQueue[str] = WorkQueue()
    queue.add_later("a", 3600.0, Why.CREATED)
    queue.add("a", Why.RELATED)
    queue.add("a", Why.CHANGED)
    assert queue.why(await queue.take()) == Why.RELATED
    queue.add("a", Why.DELETED)
    queue.add("a", Why.CHANGED)
    assert queue.why("a") == Why.RELATED, "of the work that is being done"
    queue.done("a", 0.0, Why.RETRY)
    assert queue.why(await queue.take()) == Why.DELETED
    queue.done("a", 0.0, Why.RETRY)
    assert queue.why(await queue.take()) == Why.RETRY
    queue.done("a", 0.0)
    queue.forget("a")
    queue.add_later("a", 0.0, Why.RESUME)
    assert queue.why(await queue.take()) == Why.RESUME


async def test_failing_keys_hold_no_worker() -> None:
    queue: WorkQueue[str] = WorkQueue()
    for number in range(1000):
        queue.add(f"failing-{number}")
        key = await queue.take()
        queue.done(key, 3600.0)
    queue.add("healthy")
    assert await asyncio.wait_for(queue.take(), 1) == "healthy"
    assert queue.planned == 1000


async def test_ages_are_told() -> None:
    queue: WorkQueue[str] = WorkQueue()
    assert (queue.oldest, queue.longest) == (0.0, 0.0)
    queue.add("a")
    queue.add("b")
    await queue.take()
    await asyncio.sleep(0.01)
    assert queue.oldest >= 0.01
    assert queue.longest >= 0.01


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 9)), max_size=60), st.integers(0, 10))
def test_the_schedule_gives_exactly_what_is_due_earliest_first(wishes: list[tuple[str, int]], now: int) -> None:
    schedule: Schedule[str] = Schedule()
    for key, time in wishes:
        schedule.put(key, time)
    newest = dict(wishes)
    due = list(schedule.due(now))
    assert sorted(due) == sorted(key for key, time in newest.items() if time <= now)
    assert [newest[key] for key in due] == sorted(newest[key] for key in due)
    left = [time for time in newest.values() if time > now]
    assert schedule.next == (min(left) if left else None)


def test_the_schedule_does_not_grow_with_wishes_that_were_replaced() -> None:
    schedule: Schedule[str] = Schedule()
    for time in range(10_000):
        schedule.put("a", float(time))
    assert len(schedule) == 1
    assert len(schedule._heap) < 100
    assert list(schedule.due(20_000)) == ["a"]


@pytest.mark.parametrize(("dice", "pauses"), [(1.0, [1, 2, 4, 8, 10, 10]), (0.0, [0.5, 1, 2, 4, 5, 5])])
def test_pauses_double_up_to_a_bound_and_are_spread(dice: float, pauses: list[float]) -> None:
    backoff: Backoff[str] = Backoff(first=1, longest=10, dice=lambda: dice)
    assert [backoff.failed("a") for _ in pauses] == pauses


def test_success_and_another_key_begin_anew() -> None:
    backoff: Backoff[str] = Backoff(first=1, longest=10, dice=lambda: 1.0)
    backoff.failed("a")
    assert backoff.failed("a") == 2
    assert backoff.failed("b") == 1
    backoff.succeeded("a")
    assert backoff.failed("a") == 1
    assert len(backoff) == 2
