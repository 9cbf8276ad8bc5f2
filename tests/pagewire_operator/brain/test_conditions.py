"""Conditions: who speaks for Ready, and when a transition is one."""

import pytest

from pagewire.resources import Condition, ConditionType, Reason
from pagewire_operator.brain.conditions import conditions, ready, timestamp
from pagewire_operator.brain.sayings import false, true, unknown

TOKEN, SUBSCRIBED, SYNCED = ConditionType.TOKEN_VALID, ConditionType.SUBSCRIBED, ConditionType.SYNCED
NOW = 1_795_305_600.0
THEN = "2026-11-20T00:00:00Z"


def test_all_is_well() -> None:
    assert ready([true(SYNCED, ""), true(TOKEN, "")]).status == "True"


@pytest.mark.parametrize(
    ("told", "status", "reason"),
    [
        ([true(SYNCED, ""), false(TOKEN, Reason.TOKEN_INVALID, "bad")], "False", Reason.TOKEN_INVALID),
        (
            [false(SUBSCRIBED, Reason.NOT_SUBSCRIBED, ""), unknown(TOKEN, Reason.PROGRESSING, "")],
            "False",
            Reason.NOT_SUBSCRIBED,
        ),
        (
            [false(SUBSCRIBED, Reason.NOT_SUBSCRIBED, ""), false(TOKEN, Reason.TOKEN_INVALID, "")],
            "False",
            Reason.TOKEN_INVALID,
        ),
        (
            [false(SYNCED, Reason.GRAPH_REFUSED, ""), false(SUBSCRIBED, Reason.FIELD_REJECTED, "")],
            "False",
            Reason.FIELD_REJECTED,
        ),
        ([unknown(TOKEN, Reason.PROGRESSING, ""), true(SYNCED, "")], "Unknown", Reason.PROGRESSING),
        ([false(ConditionType.GRAPH_VERSION_CURRENT, Reason.GRAPH_VERSION_ENDING, "")], "True", Reason.RECONCILED),
    ],
)
def test_the_worst_speaks_for_ready(told: list, status: str, reason: Reason) -> None:  # type: ignore[type-arg]
    saying = ready(told)
    assert (saying.status, saying.reason) == (status, reason)


def old(status: str, reason: Reason = Reason.RECONCILED) -> Condition:
    return Condition(
        type=TOKEN,
        status=status,
        reason=reason,
        message="",
        last_transition_time=THEN,
        observed_generation=1,  # type: ignore[arg-type]
    )


def test_a_transition_is_a_change_of_status() -> None:
    (same,) = conditions([old("True")], [true(TOKEN, "other words")], 2, NOW)
    (flipped,) = conditions([old("False")], [true(TOKEN, "")], 2, NOW)
    (new,) = conditions([], [true(TOKEN, "")], 2, NOW)
    assert (same.last_transition_time, same.message, same.observed_generation) == (THEN, "other words", 2)
    assert flipped.last_transition_time == new.last_transition_time == timestamp(NOW) == "2026-11-22T00:00:00Z"


def test_what_is_not_said_is_dropped_and_the_order_is_always_the_same() -> None:
    told = [true(SUBSCRIBED, ""), true(ConditionType.READY, ""), true(SYNCED, "")]
    made = conditions([old("True")], told, 1, NOW)
    assert [one.type for one in made] == ["Ready", "Synced", "Subscribed"]
