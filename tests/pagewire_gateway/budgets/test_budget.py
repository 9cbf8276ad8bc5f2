"""Pace, rests, troubles and fairness of one account, on a clock that moves only when told."""

import asyncio

import msgspec
import pytest

from pagewire.events import Conversation
from pagewire.graph import Usage
from pagewire.surfaces import Surface
from pagewire_gateway.budgets import AppBudget, Budget, Limits
from pagewire_gateway.budgets.bucket import Bucket
from pagewire_gateway.budgets.threads import Threads
from pagewire_gateway.budgets.turns import Turns

START = 1_790_000_000_000
ANN = Conversation("page", "1", "2")


class Clock:
    """Milliseconds, by hand."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def budget_of(clock: Clock, surface: Surface = Surface.MESSENGER, **limits: float) -> Budget:
    return Budget(Limits(**limits), surface, AppBudget(clock), clock)


def goes(budget: Budget, call: str = "message") -> int:
    """How many calls go at once."""
    count = 0
    while budget.ready(call) and count < 10_000:
        budget.spend(call)
        count += 1
    return count


@pytest.mark.parametrize("surface", Surface)
def test_no_second_sees_more_than_metas_cliff(clock: Clock, surface: Surface):
    budget = budget_of(clock, surface)
    sent = []
    for _ in range(3000):
        sent += [clock.now] * goes(budget)
        clock.now += 1
    assert max(sum(at <= one < at + 1000 for one in sent) for at in sent) <= 39
    assert len(sent) >= 3 * 28


@pytest.mark.parametrize(("call", "per_second"), [("media", 10), ("bulky", 10), ("conversations", 2)])
def test_each_class_keeps_below_its_own_limit(clock: Clock, call: str, per_second: int):
    budget = budget_of(clock)
    sent = []
    for _ in range(5000):
        sent += [clock.now] * goes(budget, call)
        clock.now += 1
    assert max(sum(at <= one < at + 1000 for one in sent) for at in sent) <= per_second


def test_private_replies_stay_below_750_in_any_hour(clock: Clock):
    budget = budget_of(clock)
    sent = 0
    for _ in range(3600):
        sent += goes(budget, "private_reply")
        clock.now += 1000
    assert 600 < sent < 750


def test_an_instagram_account_stays_below_72000_in_any_day(clock: Clock):
    budget = budget_of(clock, Surface.INSTAGRAM, rate=10_000, burst=10_000)
    sent = 0
    for _ in range(86_400 // 30):
        sent += goes(budget)
        clock.now += 30_000
    assert 60_000 < sent < 72_000


def test_instagram_login_stays_below_its_ceiling_whatever_is_set(clock: Clock):
    budget = budget_of(clock, Surface.INSTAGRAM_LOGIN, rate=5000, burst=1)
    sent = 0
    for _ in range(1000):
        sent += goes(budget)
        clock.now += 1
    assert sent <= 100


def test_usage_slows_down_from_80_percent_and_is_forgotten_when_no_answer_repeats_it(clock: Clock):
    def in_ten_seconds(percent: float) -> int:
        budget = budget_of(clock, burst=1)
        budget.learn(Usage(call_count=percent))
        count = 0
        for _ in range(1000):
            count += goes(budget)
            clock.now += 10
        return count

    at = [in_ten_seconds(percent) for percent in (79, 80, 90, 99)]
    assert at[0] == at[1] > at[2] > at[3] > 0
    budget = budget_of(clock, burst=1)
    budget.learn(Usage(call_count=99))
    clock.now += 300_000
    assert goes(budget) == 1
    clock.now += 34
    assert goes(budget) == 1


def test_at_100_percent_nothing_goes_for_as_long_as_meta_says(clock: Clock):
    budget = budget_of(clock)
    budget.learn(Usage(call_count=100, regain_access=120.0))
    clock.now += 119_000
    assert not budget.ready()
    assert (budget.trouble, "100 %" in budget.reason) == ("throttled", True)
    clock.now += 1_001
    assert budget.ready()


def test_an_app_at_its_limit_stops_all_its_accounts(clock: Clock):
    app = AppBudget(clock)
    one, other = (Budget(Limits(), Surface.MESSENGER, app, clock) for _ in range(2))
    one.learn(Usage(call_count=100, app=100))
    assert not other.ready()
    clock.now += 60_001
    assert other.ready()


def test_look_ups_of_profiles_wait_for_better_times(clock: Clock):
    budget = budget_of(clock)
    budget.learn(Usage(call_count=85))
    assert not budget.ready("profile")
    assert budget.ready()


def test_after_a_trouble_one_request_tries_first(clock: Clock):
    budget = budget_of(clock)
    budget.rest(60, "the token is dead", "token")
    assert not budget.ready()
    budget.wake()  # the registry changed
    budget.spend()
    assert not budget.ready()
    budget.rest(60, "still dead", "token")
    clock.now += 60_001
    budget.spend()
    assert not budget.ready()
    budget.went_well()
    assert (budget.trouble, budget.reason) == ("", "")
    assert goes(budget) > 1


def test_a_try_that_did_not_go_lets_another_one_try(clock: Clock):
    budget = budget_of(clock)
    budget.rest(1, "no network", "network")
    clock.now += 1_001
    budget.spend()
    budget.give_back()
    assert budget.ready()


def test_a_change_of_resources_does_not_end_a_throttle(clock: Clock):
    budget = budget_of(clock)
    budget.rest(60, "code 613", "throttled")
    budget.wake()
    assert not budget.ready()


def test_outages_are_waited_for_longer_and_longer(clock: Clock):
    budget, rests = budget_of(clock), []
    for _ in range(8):
        budget.rest(1, "no route", "network")
        rests.append((budget.paused_until - clock.now) // 1000)
        clock.now = budget.paused_until + 1
    assert rests == [1, 2, 4, 8, 16, 30, 30, 30]


async def test_a_plugin_that_floods_starves_no_other(clock: Clock):
    budget, order = budget_of(clock, burst=1), []

    async def wait(plugin: str) -> None:
        await budget.turn("message", plugin)
        order.append(plugin)

    budget.spend()
    waiting = [asyncio.ensure_future(wait("flood")) for _ in range(50)]
    waiting += [asyncio.ensure_future(wait("quiet")) for _ in range(3)]
    await asyncio.sleep(0)
    while len(order) < 6:
        clock.now += 40
        budget.ended()
        await asyncio.sleep(0)
    assert order == ["flood", "quiet"] * 3
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def test_who_gives_up_waiting_takes_no_turn_from_others(clock: Clock):
    budget = budget_of(clock, burst=1)
    budget.spend()
    gone, patient = (asyncio.ensure_future(budget.turn("message", "p")) for _ in range(2))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.sleep(0)
    clock.now += 40
    budget.ended()
    await asyncio.wait_for(patient, 5)


async def test_a_rest_lets_nobody_go_and_its_end_wakes_all(clock: Clock):
    budget = Budget(Limits(), Surface.MESSENGER, AppBudget(clock), clock)
    budget.rest(0.02, "throttled", "throttled")
    waiting = asyncio.ensure_future(budget.turn("message"))
    await asyncio.sleep(0)
    assert not waiting.done()
    clock.now += 21  # the timer that was set for the end of the rest finds it over
    await asyncio.wait_for(waiting, 5)


def test_media_that_waits_holds_no_text_back():
    turns: Turns[str] = Turns()
    turns.add("media", "p", "film")
    turns.add("message", "p", "text")
    assert list(turns.calls()) == ["message", "media"]
    assert [turns.next("message"), turns.next("media"), len(turns)] == ["text", "film", 0]


def test_one_thread_is_written_to_once_a_second_after_a_small_burst(clock: Clock):
    threads, sent = Threads(Limits(), clock), []
    for _ in range(20_000):
        if threads.delay(ANN) <= 0:
            threads.spend(ANN)
            sent.append(clock.now)
        clock.now += 1
    assert sum(at < START + 500 for at in sent) == 5
    assert len(sent) == 5 + 19


def test_a_bucket_that_the_clock_leaves_behind_does_not_overflow():
    bucket = Bucket(10, 5, START)
    bucket.spend(5)
    assert bucket.delay(START - 60_000) > 0
    assert bucket.delay(START + 60_000) == 0
    assert bucket.full


def test_limits_can_be_set_from_outside():
    assert msgspec.convert({"rate": "12.5"}, Limits, strict=False).rate == 12.5
