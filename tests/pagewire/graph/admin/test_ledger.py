"""When a call may be made: decided from figures and a given time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagewire.graph import Usage
from pagewire.graph.admin import Limits, ObjectUsage, Priority, Scope, ScopeKind, Served
from pagewire.graph.admin.ledger import Ledger

APP = Scope(ScopeKind.APP, "990000000000001")
PAGE = Scope(ScopeKind.OBJECT, "108000000000001")
OTHER = Scope(ScopeKind.OBJECT, "108000000000002")
PROFILE = Scope(ScopeKind.PROFILE, "108000000000001")
CHANGE, RESYNC, BACKGROUND = Priority
HOUR = 3600.0


def spend(ledger: Ledger, scope: Scope, priority: Priority, now: float) -> int:
    """Make calls until one would have to wait; how many that was."""
    made = 0
    while ledger.wait([scope], priority, now) == 0 and made < 10_000:
        ledger.take([scope], now)
        made += 1
    return made


def app_used(percent: float) -> Served:
    return Served(app=Usage(call_count=percent))


def page_used(percent: float, kind: str = "pages", regain: float = 0.0) -> Served:
    usage = Usage(total_time=percent, regain_access=regain)
    return Served(objects=(ObjectUsage(id=PAGE.key, type=kind, usage=usage),))


def test_a_new_ledger_lets_everything_pass() -> None:
    assert Ledger(Limits()).wait([APP, PAGE], BACKGROUND, 0.0) == 0


def test_background_leaves_half_and_resync_a_quarter_to_changes() -> None:
    ledger = Ledger(Limits(object_burst=20, object_per_second=1))
    assert [spend(ledger, PAGE, priority, 0.0) for priority in (BACKGROUND, RESYNC, CHANGE)] == [10, 5, 5]
    assert ledger.wait([PAGE], CHANGE, 0.0) == 1
    assert ledger.wait([PAGE], CHANGE, 0.75) == 0.25
    assert ledger.wait([OTHER], CHANGE, 0.0) == 0


def test_the_smallest_burst_still_lets_everybody_pass() -> None:
    ledger = Ledger(Limits(object_burst=1))
    assert spend(ledger, PAGE, BACKGROUND, 0.0) == 1


def test_profile_calls_slide() -> None:
    """10 in any 10 minutes; a resync leaves three of them: one read, one write, one delete."""
    ledger = Ledger(Limits())
    assert spend(ledger, PROFILE, RESYNC, 0.0) == 7
    assert spend(ledger, PROFILE, CHANGE, 100.0) == 3
    assert ledger.wait([PROFILE], CHANGE, 100.0) == 500
    assert ledger.wait([PROFILE], RESYNC, 100.0) == 500
    assert spend(ledger, PROFILE, CHANGE, 600.0) == 7
    assert ledger.wait([PROFILE], CHANGE, 600.0) == 100


@given(
    st.lists(st.tuples(st.floats(0, 200), st.sampled_from(Priority)), max_size=60),
)
def test_never_more_than_ten_in_ten_minutes(steps: list[tuple[float, Priority]]) -> None:
    ledger, now, made = Ledger(Limits()), 0.0, list[float]()
    for step, priority in steps:
        now += step
        if ledger.wait([PROFILE], priority, now) == 0:
            ledger.take([PROFILE], now)
            made.append(now)
        assert sum(1 for at in made if at > now - 600) <= 10


@pytest.mark.parametrize(
    ("percent", "passing"),
    [(69, {CHANGE, RESYNC, BACKGROUND}), (84, {CHANGE, RESYNC}), (94, {CHANGE}), (96, set()), (118, set())],
)
def test_metas_figure_stops_the_less_urgent_first(percent: float, passing: set[Priority]) -> None:
    ledger = Ledger(Limits())
    ledger.learn([APP], app_used(percent), 0.0)
    assert {priority for priority in Priority if ledger.wait([APP], priority, 0.0) == 0} == passing


def test_metas_figure_falls_out_of_its_window() -> None:
    """The app's counts an hour, so 5 percent too many are gone after 3 minutes."""
    ledger = Ledger(Limits())
    ledger.learn([APP], app_used(100), 0.0)
    assert ledger.wait([APP], CHANGE, 0.0) == pytest.approx(180)
    assert ledger.wait([APP], CHANGE, 180.0) == 0
    ledger.learn([APP], app_used(10), 200.0)
    assert ledger.wait([APP], BACKGROUND, 200.0) == 0


def test_no_figure_keeps_a_scope_from_one_look_an_hour() -> None:
    ledger = Ledger(Limits())
    ledger.learn([PAGE], page_used(118), 0.0)
    assert ledger.wait([PAGE], RESYNC, 0.0) == HOUR
    assert ledger.wait([PAGE], RESYNC, HOUR) == 0


def test_messengers_use_case_is_not_the_pages() -> None:
    """The gateway's sends must not keep the operator from looking at the Page, but do keep it from its profile."""
    ledger = Ledger(Limits())
    ledger.learn([PAGE, PROFILE], page_used(100, "messenger"), 0.0)
    assert ledger.wait([PAGE], BACKGROUND, 0.0) == 0
    assert ledger.wait([PROFILE], CHANGE, 0.0) > 0


def test_other_objects_figures_count_for_them_only() -> None:
    ledger = Ledger(Limits())
    ledger.learn([OTHER], page_used(100), 0.0)
    assert ledger.wait([OTHER], BACKGROUND, 0.0) == 0


def test_meta_says_how_long() -> None:
    ledger = Ledger(Limits())
    ledger.learn([PAGE], page_used(10, regain=240), 0.0)
    ledger.answered([PAGE], 0.0)
    assert ledger.wait([PAGE], CHANGE, 0.0) == 240


def test_the_allowance_comes_back_slower_when_metas_runs_low() -> None:
    waits = []
    for percent in (0, 70, 82.5, 94):
        ledger = Ledger(Limits(app_burst=1, app_per_second=1))
        ledger.learn([APP], app_used(percent), 0.0)
        ledger.take([APP], 0.0)
        waits.append(ledger.wait([APP], CHANGE, 0.0))
    assert waits[:2] == [1, 1]
    assert waits[2] == pytest.approx(1 / 0.55)
    assert waits[3] > 7


def test_a_refusal_shuts_and_one_trial_at_a_time_opens() -> None:
    ledger = Ledger(Limits())
    ledger.refused(APP, taken=0.0, now=1.0, least=0.0, jitter=0.0)
    assert ledger.wait([APP], CHANGE, 1.0) == 60
    assert ledger.wait([APP], CHANGE, 61.0) == 0
    ledger.take([APP], 61.0)
    assert ledger.wait([APP], CHANGE, 61.0) == 10  # others wait for what comes of the trial
    ledger.answered([APP], 61.0)
    assert ledger.wait([APP], CHANGE, 61.1) == 0
    ledger.refused(APP, taken=62.0, now=62.0, least=0.0, jitter=0.0)
    assert ledger.wait([APP], CHANGE, 62.0) == 60  # the count began anew


def test_further_refusals_double_the_pause_up_to_an_hour() -> None:
    ledger, now, pauses = Ledger(Limits()), 0.0, []
    for _ in range(8):
        ledger.refused(PAGE, taken=now, now=now, least=0.0, jitter=0.0)
        pauses.append(ledger.wait([PAGE], CHANGE, now))
        now += pauses[-1]
    assert pauses == [60, 120, 240, 480, 960, 1920, 3600, 3600]


def test_metas_own_word_and_jitter_lengthen_the_pause() -> None:
    ledger = Ledger(Limits())
    ledger.refused(PAGE, taken=0.0, now=0.0, least=900.0, jitter=0.0)
    ledger.refused(OTHER, taken=0.0, now=0.0, least=0.0, jitter=1.0)
    assert (ledger.wait([PAGE], CHANGE, 0.0), ledger.wait([OTHER], CHANGE, 0.0)) == (900, 75)


def test_calls_that_were_under_way_say_nothing_new() -> None:
    ledger = Ledger(Limits())
    for taken in (0.0, 0.1, 0.2):
        ledger.refused(PAGE, taken=taken, now=1.0, least=0.0, jitter=0.0)
    ledger.answered([PAGE], 0.5)
    assert ledger.wait([PAGE], CHANGE, 1.0) == 60


def test_idle_scopes_are_forgotten_and_others_kept() -> None:
    ledger = Ledger(Limits())
    ledger.refused(OTHER, taken=0.0, now=0.0, least=0.0, jitter=0.0)
    for number in range(2048):
        ledger.take([Scope(ScopeKind.OBJECT, str(number))], float(number))
    assert len(ledger) < 1100
    assert ledger.shut(0.0)[ScopeKind.OBJECT] == 1


@pytest.mark.parametrize("limits", [{"app_per_second": 0}, {"object_burst": 0.5}, {"profile_calls": 0}])
def test_limits_under_which_nothing_ever_passes(limits: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="limits"):
        Limits(**limits)  # type: ignore[arg-type]


@given(
    st.lists(
        st.tuples(
            st.floats(0, 4000),
            st.sampled_from(Priority),
            st.sampled_from(["take", "learn", "refuse", "answer"]),
            st.floats(0, 150),
        ),
        max_size=40,
    )
)
def test_every_wait_ends(steps: list[tuple[float, Priority, str, float]]) -> None:
    """Whatever happened, who waits as long as told may call; nobody starves."""
    ledger, now = Ledger(Limits()), 0.0
    for step, priority, what, percent in steps:
        now += step
        if what == "take":
            ledger.take([APP, PAGE], now)
        elif what == "learn":
            ledger.learn([APP, PAGE], app_used(percent), now)
        elif what == "refuse":
            ledger.refused(PAGE, now, now, percent, 0.5)
        else:
            ledger.answered([APP, PAGE], now)
        wait, turns = ledger.wait([APP, PAGE], priority, now), 0
        assert 0 <= wait < 100_000
        later = now + wait
        while (more := ledger.wait([APP, PAGE], priority, later)) > 0:
            later, turns = later + max(more, 0.001), turns + 1
            assert turns < 50
