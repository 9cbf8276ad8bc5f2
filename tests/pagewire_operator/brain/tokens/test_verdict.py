"""TokenValid, as a table; no Meta."""

from typing import Any

import pytest

from pagewire.sealed import Sealed
from pagewire_operator.brain.tokens.facts import DAY, Facts, Kept
from pagewire_operator.brain.tokens.verdict import usable, verdict

from .making import derived, generated, given, resource, token

NOW = 1_800_000_000.0
PAGE_ID, OTHER = "108000000000001", "108000000000002"
USER = given("harriet", "User")
HARBOUR = given("harbour", "Page")


def facts(type_: str = "USER", *, left: float | None = None, life: float = 60 * DAY, **more: Any) -> Facts:
    ends = 0.0 if left is None else NOW + left
    return Facts(
        **{"valid": True, "type": type_, "issued_at": ends - life if ends else None, "expires_at": ends, **more}
    )


CASES = [
    (USER, facts(), "True", "Reconciled", True),
    (USER, facts(left=50 * DAY), "True", "Reconciled", True),
    (USER, facts(left=7 * DAY), "True", "TokenExpiring", True),
    (USER, facts(left=DAY), "True", "TokenExpiring", True),
    (USER, facts(left=DAY - 1), "False", "TokenExpiring", True),
    (USER, facts(left=3600, life=5400), "False", "TokenShortLived", True),
    (USER, facts(left=0), "False", "TokenExpired", False),
    (USER, facts(valid=False, code=190, subcode=463), "False", "TokenExpired", False),
    (USER, facts(valid=False, code=190, subcode=460), "False", "TokenInvalid", False),
    (USER, facts(valid=False), "False", "TokenInvalid", False),
    (USER, facts(foreign=True, valid=False), "False", "WrongApp", False),
    (USER, facts("SYSTEM_USER"), "False", "WrongTokenType", False),
    (USER, facts("PAGE"), "False", "WrongTokenType", False),
    (HARBOUR, facts("PAGE", profile_id=PAGE_ID), "True", "Reconciled", True),
    (HARBOUR, facts("PAGE", profile_id=OTHER), "False", "WrongTokenType", False),
    (HARBOUR, facts("USER"), "False", "WrongTokenType", False),
    (USER, facts(data_access_expires_at=NOW + 15 * DAY), "True", "Reconciled", True),
    (USER, facts(data_access_expires_at=NOW + 14 * DAY), "True", "DataAccessExpiring", True),
    (USER, facts(data_access_expires_at=NOW), "False", "DataAccessExpired", False),
    (USER, facts(valid=False, subcode=460, data_access_expires_at=NOW), "False", "TokenInvalid", False),
    (given("acme", "App"), facts("APP"), "True", "Reconciled", True),
    (given("mobile", "Client"), facts("APP"), "True", "Reconciled", True),
    (given("robot", "SystemUser"), facts("SYSTEM_USER"), "True", "Reconciled", True),
]


@pytest.mark.parametrize(("made", "known", "status", "reason", "good"), CASES)
def test_the_verdict(made: dict[str, Any], known: Facts, status: str, reason: str, good: bool) -> None:
    said = verdict(resource(made), known, None, NOW)
    assert (said.type, said.status, said.reason) == ("TokenValid", status, reason)
    assert usable(resource(made), known, NOW) is good


@pytest.mark.parametrize(("left", "reason"), [(16 * DAY, "Reconciled"), (15 * DAY, "TokenExpiring")])
def test_instagram_alarms_15_days_ahead(left: float, reason: str) -> None:
    quay = resource(given("quay", "User", provider="Instagram"))
    held = Kept(token=Sealed("x"), made_at=NOW - 40 * DAY)
    assert verdict(quay, facts(left=left), held, NOW).reason == reason


@pytest.mark.parametrize(
    ("made", "names"),
    [
        (USER, "Secret harriet-given, key token after a new Facebook login"),
        (HARBOUR, "Secret harbour-given, key token."),
        (derived("harbour", "harriet"), "AccessToken harriet"),
        (generated("robot", "admin"), "AccessToken admin"),
        (given("quay", "User", provider="Instagram"), "new Instagram login"),
        (token("quay", "User", {"login": {}}), "log in again"),
    ],
)
def test_a_dead_token_says_where_to_act(made: dict[str, Any], names: str) -> None:
    assert names in verdict(resource(made), Facts(valid=False, code=190), None, NOW).message


def test_messages_hold_nothing_that_moves_by_itself() -> None:
    for made, known, _, _, _ in CASES:
        ahead = verdict(resource(made), known, None, NOW)
        later = verdict(resource(made), known, None, NOW + 1)
        if (ahead.status, ahead.reason) == (later.status, later.reason):
            assert ahead == later
