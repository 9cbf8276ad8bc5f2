"""From what is seen to what is done, as a table; no Meta."""

from typing import Any

import pytest

from pagewire.sealed import Sealed
from pagewire_operator.brain.tokens.facts import DAY, Facts, Kept, Source, TokenSeen, Way
from pagewire_operator.brain.tokens.plan import PAUSE, Making, plan

from .making import derived, generated, given, resource, token

NOW = 1_800_000_000.0

USER = given("harriet", "User")
ROBOT = given("robot", "SystemUser")
QUAY = given("quay", "User", provider="Instagram")
HARBOUR = derived("harbour", "harriet")


def source(way: Way = Way.GIVEN, mark: str = "now") -> Source:
    return Source(way=way, value=Sealed("source"), made_from=mark, place="Secret x")


def kept(mark: str = "now", *, age: float = 30 * DAY, retired: bool = False) -> Kept:
    old = Sealed("old") if retired else None
    return Kept(token=Sealed("kept"), made_from=mark, made_at=NOW - age, retired=old)


def alive(type_: str = "USER", *, left: float = 0.0, life: float = 60 * DAY, **more: Any) -> Facts:
    ends = NOW + left if left else 0.0
    issued = ends - life if ends else NOW - DAY
    return Facts(valid=True, type=type_, issued_at=issued, expires_at=ends, **more)


DEAD = Facts(valid=False, type="USER", code=190, subcode=460)
SHORT = alive(left=3600, life=5400)
LONG = alive(left=50 * DAY)
ENDING = alive(left=3 * DAY)
ROBOT_ENDING = alive("SYSTEM_USER", left=3 * DAY)
ROBOT_LONG = alive("SYSTEM_USER", left=50 * DAY)


def steps(made: dict[str, Any], **seen: Any) -> list[tuple[str, bool]]:
    found = plan(resource(made), TokenSeen(**seen), NOW)
    makings = [step.arguments for step in found]
    assert all(isinstance(one, Making) for one in makings)
    return [(one.action.value, one.anew) for one in makings]


@pytest.mark.parametrize(
    ("made", "facts", "expected"),
    [
        (USER, alive(), []),
        (USER, LONG, []),
        (USER, SHORT, [("Exchange", True)]),
        (USER, ENDING, [("Exchange", True)]),
        (USER, DEAD, []),
        (USER, alive("SYSTEM_USER", left=3600, life=5400), []),
        (ROBOT, alive("SYSTEM_USER"), []),
        (ROBOT, ROBOT_LONG, []),
        (ROBOT, ROBOT_ENDING, [("Refresh", True)]),
        (QUAY, alive(), [("Exchange", True)]),
        (QUAY, DEAD, []),
        (given("harbour", "Page"), alive("PAGE", profile_id="108000000000001"), []),
        (given("acme", "App"), alive("APP"), []),
        (USER, Facts(valid=False, foreign=True), []),
    ],
)
def test_a_given_token_without_a_result(made: dict[str, Any], facts: Facts, expected: list[tuple[str, bool]]) -> None:
    assert steps(made, source=source(), facts=facts) == expected


@pytest.mark.parametrize(
    ("made", "facts", "offered", "mark", "expected"),
    [
        (USER, LONG, None, "now", []),
        (USER, ENDING, None, "now", [("Exchange", False)]),
        (USER, DEAD, SHORT, "now", [("Exchange", True)]),
        (USER, DEAD, LONG, "now", [("Adopt", True)]),
        (USER, DEAD, DEAD, "now", []),
        (USER, LONG, SHORT, "before", [("Exchange", True)]),
        (USER, LONG, LONG, "before", [("Adopt", True)]),
        (USER, LONG, DEAD, "before", []),
        (ROBOT, ROBOT_ENDING, None, "now", [("Refresh", False)]),
        (ROBOT, ROBOT_LONG, ROBOT_ENDING, "before", [("Refresh", True)]),
        (QUAY, ENDING, None, "now", [("Refresh", False)]),
        (QUAY, LONG, None, "now", []),
        (QUAY, LONG, alive(), "before", [("Exchange", True)]),
    ],
)
def test_a_given_token_with_a_result(
    made: dict[str, Any], facts: Facts, offered: Facts | None, mark: str, expected: list[tuple[str, bool]]
) -> None:
    assert steps(made, source=source(), kept=kept(mark), facts=facts, offered=offered) == expected


@pytest.mark.parametrize(
    ("made", "way", "action"),
    [
        (HARBOUR, Way.DERIVED, "Derive"),
        (generated("robot", "admin"), Way.GENERATED, "Generate"),
        (token("acme", "App", {"appCredentials": {}}), Way.CREDENTIALS, "Obtain"),
        (token("acme", "Client", {"appCredentials": {}}), Way.CLIENT, "Obtain"),
    ],
)
def test_what_is_made_is_made_when_missing_changed_or_dead(made: dict[str, Any], way: Way, action: str) -> None:
    kind = {"Derive": "PAGE", "Generate": "SYSTEM_USER"}.get(action, "")
    works = Facts(valid=True, type=kind, expires_at=0.0)
    assert steps(made, source=source(way)) == [(action, True)]
    assert steps(made, source=source(way), kept=kept("before"), facts=works) == [(action, True)]
    assert steps(made, source=source(way), kept=kept(), facts=DEAD) == [(action, True)]
    assert steps(made, source=source(way), kept=kept(), facts=works) == []


def test_what_died_at_once_is_not_made_again_at_once() -> None:
    young, old = kept(age=PAUSE - 1), kept(age=PAUSE)
    assert steps(HARBOUR, source=source(Way.DERIVED), kept=young, facts=DEAD) == []
    assert steps(HARBOUR, source=source(Way.DERIVED), kept=old, facts=DEAD) == [("Derive", True)]


@pytest.mark.parametrize(
    ("made", "facts", "expected"),
    [
        (ROBOT, ROBOT_ENDING, [("Refresh", False)]),
        (QUAY, ENDING, [("Refresh", False)]),
        (USER, LONG, []),
        (USER, DEAD, []),
        (generated("robot", "admin", expiring=True), ROBOT_ENDING, [("Refresh", False)]),
    ],
)
def test_without_its_source_a_result_is_still_renewed(
    made: dict[str, Any], facts: Facts, expected: list[tuple[str, bool]]
) -> None:
    assert steps(made, source=None, kept=kept(), facts=facts) == expected


def test_nothing_to_go_by_nothing_to_do() -> None:
    assert steps(HARBOUR) == []


@pytest.mark.parametrize(("facts", "expected"), [(ROBOT_LONG, "Revoke"), (DEAD, "Restore")])
def test_what_a_renewal_left_undone_comes_first(facts: Facts, expected: str) -> None:
    unfinished = kept("before", retired=True)
    assert steps(ROBOT, source=source(), kept=unfinished, facts=facts, offered=ROBOT_LONG) == [(expected, False)]


def test_a_step_tells_people_what_and_where_and_never_a_token() -> None:
    seen = TokenSeen(source=source(Way.DERIVED))
    (step,) = plan(resource(HARBOUR), seen, NOW)
    assert (step.action, step.target) == ("Derive", "token of Page 108000000000001")
    assert step.detail == "from Secret x; kept in Secret harbour-access-token"
    assert "source" not in step.detail


def test_at_most_one_step_makes_a_token() -> None:
    for facts in (DEAD, LONG, ENDING, SHORT):
        for offered in (None, DEAD, LONG, SHORT):
            seen = TokenSeen(source=source(), kept=kept("before"), facts=facts, offered=offered)
            assert len(plan(resource(USER), seen, NOW)) <= 1
