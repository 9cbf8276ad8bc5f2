"""When tokens are renewed, as a table; no Meta, no clock."""

from typing import Any

import pytest
from hypothesis import given as each
from hypothesis import strategies as st

from pagewire.sealed import Sealed
from pagewire_operator.brain.tokens.facts import DAY, Facts, Kept
from pagewire_operator.brain.tokens.renewal import YOUNGEST, Renewal, alarm_at, method, renew_at

from .making import derived, generated, given, resource, token

MADE = 1_795_305_600.0

USER = given("harriet", "User")
ROBOT = given("robot", "SystemUser")
QUAY = given("quay", "User", provider="Instagram")


def facts(days: float | None, *, issued: float | None = MADE) -> Facts:
    return Facts(valid=True, issued_at=issued, expires_at=None if days is None else days and MADE + days * DAY)


def kept(days: float = 0.0) -> Kept:
    return Kept(token=Sealed("x"), made_at=MADE + days * DAY)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (USER, Renewal.EXCHANGE),
        (ROBOT, Renewal.REFRESH),
        (generated("robot", "admin", expiring=True), Renewal.REFRESH),
        (QUAY, Renewal.INSTAGRAM),
        (derived("harbour", "harriet"), Renewal.DERIVE),
        (token("harbour", "Page", {"login": {}}), Renewal.DERIVE),
        (given("harbour", "Page"), Renewal.PERSON),
        (given("acme", "App"), Renewal.PERSON),
    ],
)
def test_how_each_type_is_renewed(made: dict[str, Any], expected: Renewal) -> None:
    assert method(resource(made)) is expected


@pytest.mark.parametrize("made", [USER, ROBOT, derived("harbour", "harriet")])
def test_what_never_ends_is_never_renewed(made: dict[str, Any]) -> None:
    assert renew_at(resource(made), facts(0), kept()) is None
    assert alarm_at(resource(made), facts(0), kept()) is None


@pytest.mark.parametrize(
    ("before", "earliest", "latest"),
    [("168h", 52.3, 53.0), ("24h", 58.9, 59.0), ("720h", 27.0, 30.0), ("9999h", 27.0, 30.0), ("0s", 60.0, 60.0)],
)
def test_ahead_by_renew_before_but_never_more_than_half_of_a_life(before: str, earliest: float, latest: float) -> None:
    at = renew_at(resource(given("robot", "SystemUser", renewBefore=before)), facts(60), kept())
    if before == "0s":
        assert at is None, "at the very end it is too late"
    else:
        assert at is not None
        assert MADE + earliest * DAY <= at <= MADE + latest * DAY


def test_tokens_that_end_together_are_renewed_apart_and_each_always_at_the_same_time() -> None:
    robots = [resource(given(f"robot-{number}", "SystemUser")) for number in range(50)]
    times = [renew_at(one, facts(60), kept()) for one in robots]
    assert len(set(times)) == 50
    assert times == [renew_at(one, facts(60), kept()) for one in robots]


def test_nothing_is_renewed_twice_a_day() -> None:
    """Meta may answer an exchange with the same end: then it is asked again tomorrow."""
    assert renew_at(resource(USER), facts(60), kept(days=58)) == MADE + 58 * DAY + YOUNGEST


def test_on_the_last_day_after_a_try_there_is_no_time_left() -> None:
    assert renew_at(resource(USER), facts(60), kept(days=59.5)) is None


def test_what_only_a_person_can_renew_has_no_time_but_an_alarm() -> None:
    page = resource(given("harbour", "Page"))
    assert renew_at(page, facts(60), None) is None
    assert alarm_at(page, facts(60), None) == MADE + 53 * DAY


@pytest.mark.parametrize(
    ("known", "held", "earliest", "latest"),
    [
        (facts(60), kept(), 30.0, 32.0),
        (facts(60, issued=None), None, 30.0, 32.0),
        (facts(None, issued=None), kept(), YOUNGEST / DAY, YOUNGEST / DAY),
    ],
)
def test_instagram_from_day_30_on_and_the_first_time_after_a_day(
    known: Facts, held: Kept | None, earliest: float, latest: float
) -> None:
    at = renew_at(resource(QUAY), known, held)
    assert at is not None
    assert MADE + earliest * DAY <= at <= MADE + latest * DAY


def test_an_instagram_token_of_unknown_age_and_end_has_no_time() -> None:
    assert renew_at(resource(QUAY), facts(None, issued=None), None) is None


def test_instagram_alarms_on_day_45() -> None:
    assert alarm_at(resource(QUAY), facts(60), kept()) == MADE + 45 * DAY


@each(
    days=st.floats(0.01, 400),
    before=st.integers(0, 9000),
    tried=st.floats(0, 400),
    instagram=st.booleans(),
    name=st.from_regex(r"\A[a-z]{1,12}\Z"),
)
def test_a_renewal_is_always_in_time_and_never_at_once_after_another(
    days: float, before: int, tried: float, instagram: bool, name: str
) -> None:
    provider = {"provider": "Instagram"} if instagram else {}
    made = resource(given(name, "User", renewBefore=f"{before}h", **provider))
    at = renew_at(made, facts(days), kept(days=tried))
    if at is not None:
        assert at < MADE + days * DAY
        assert at >= MADE + (0 if instagram else tried) * DAY + YOUNGEST - 1e-3 or days < 2
