"""Every way a call can fail, as a resource tells it."""

import pytest

from pagewire.graph import GraphError
from pagewire.graph.admin import AdminError, Later
from pagewire.graph.admin.errors import Facts, failure
from pagewire.graph.errors import classify
from pagewire.resources import ConditionType, Reason
from pagewire_operator.brain.translate import app_calls, speaking_of, trouble_of
from pagewire_operator.brain.trouble import Blocked, Pace

TOKEN, PERMISSIONS = ConditionType.TOKEN_VALID, ConditionType.PERMISSIONS_GRANTED
SUBSCRIBED, PROFILE, SYNCED = ConditionType.SUBSCRIBED, ConditionType.PROFILE_SYNCED, ConditionType.SYNCED


def refusal(code: int | None, subcode: int | None = None, said: str = "No.", **facts: object) -> AdminError:
    kind = classify(code, subcode, http_status=400, message=said)
    return failure(kind, said, Facts(**facts), code=code, subcode=subcode, http_status=400, fbtrace_id="AbCdEf")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "asked", "reason", "about", "pace"),
    [
        (refusal(190), SUBSCRIBED, Reason.TOKEN_INVALID, TOKEN, Pace.SLOW),
        (refusal(190, 460), PROFILE, Reason.TOKEN_INVALID, TOKEN, Pace.SLOW),
        (refusal(190, 463), SYNCED, Reason.TOKEN_EXPIRED, TOKEN, Pace.SLOW),
        (refusal(102), SYNCED, Reason.TOKEN_INVALID, TOKEN, Pace.SLOW),
        (refusal(210), SUBSCRIBED, Reason.WRONG_TOKEN_TYPE, TOKEN, Pace.SLOW),
        (refusal(100, secret_refused=True), SUBSCRIBED, Reason.APP_SECRET_INVALID, TOKEN, Pace.SLOW),
        (refusal(200), SUBSCRIBED, Reason.MISSING_PERMISSION, PERMISSIONS, Pace.SLOW),
        (refusal(10), SUBSCRIBED, Reason.MISSING_PERMISSION, PERMISSIONS, Pace.SLOW),
        (
            refusal(230, None, "(#230) Requires pages_messaging"),
            PROFILE,
            Reason.MISSING_PERMISSION,
            PERMISSIONS,
            Pace.SLOW,
        ),
        (refusal(200, 2018028), SYNCED, Reason.STANDARD_ACCESS, PERMISSIONS, Pace.SLOW),
        (refusal(3), SUBSCRIBED, Reason.CAPABILITY_MISSING, PERMISSIONS, Pace.SLOW),
        (refusal(100, 33), SYNCED, Reason.PAGE_NOT_FOUND, SYNCED, Pace.SLOW),
        (refusal(803), SYNCED, Reason.PAGE_NOT_FOUND, SYNCED, Pace.SLOW),
        (refusal(100, names=("mesages",)), SUBSCRIBED, Reason.FIELD_REJECTED, SUBSCRIBED, Pace.SLOW),
        (refusal(100, names=("greeting",)), PROFILE, Reason.PROFILE_REJECTED, PROFILE, Pace.SLOW),
        (refusal(100, 2018145), PROFILE, Reason.PROFILE_REJECTED, PROFILE, Pace.SLOW),
        (refusal(100), SUBSCRIBED, Reason.GRAPH_REFUSED, SUBSCRIBED, Pace.SLOW),
        (refusal(5), SYNCED, Reason.GRAPH_REFUSED, SYNCED, Pace.SLOW),
        (refusal(368), SUBSCRIBED, Reason.PAGE_RESTRICTED, SUBSCRIBED, Pace.SLOW),
        (refusal(2200), SUBSCRIBED, Reason.CALLBACK_UNVERIFIED, SUBSCRIBED, Pace.SOON),
        (refusal(2201), SUBSCRIBED, Reason.CALLBACK_UNVERIFIED, SUBSCRIBED, Pace.SOON),
        (refusal(4), SYNCED, Reason.RATE_LIMITED, SYNCED, Pace.WAIT),
        (refusal(613), PROFILE, Reason.RATE_LIMITED, PROFILE, Pace.WAIT),
        (refusal(80001), SUBSCRIBED, Reason.RATE_LIMITED, SUBSCRIBED, Pace.WAIT),
        (Later("later", retry_after=12.0), SUBSCRIBED, Reason.THROTTLED, SUBSCRIBED, Pace.WAIT),
        (refusal(2), SUBSCRIBED, Reason.GRAPH_UNAVAILABLE, SUBSCRIBED, Pace.SOON),
        (refusal(None), SUBSCRIBED, Reason.GRAPH_UNAVAILABLE, SUBSCRIBED, Pace.SOON),
    ],
)
def test_an_error_becomes_a_reason(
    error: GraphError, asked: ConditionType, reason: Reason, about: ConditionType, pace: Pace
) -> None:
    trouble = trouble_of(error, asked)
    assert (trouble.reason, trouble.about, trouble.pace) == (reason, about, pace)


def test_what_changes_from_try_to_try_is_not_in_the_message() -> None:
    error = refusal(190, 463, "Session has expired on Friday. The current time is Saturday.", names=())
    said = trouble_of(error).message
    assert "Saturday" not in said
    assert "AbCdEf" not in said
    assert trouble_of(error).fbtrace_id == "AbCdEf"


def test_meta_s_wait_is_kept() -> None:
    assert trouble_of(Later("later", retry_after=12.0)).wait == 12.0


def test_a_missing_permission_is_named() -> None:
    error = refusal(200, None, "(#200) To subscribe ...", permissions=("pages_messaging",))
    assert "Grant pages_messaging" in trouble_of(error, SUBSCRIBED).message


def test_a_refused_field_is_named() -> None:
    assert "field mesages" in trouble_of(refusal(100, names=("mesages",)), SUBSCRIBED).message


def test_with_the_apps_own_token_only_its_secret_can_be_wrong() -> None:
    with pytest.raises(Blocked) as blocked, app_calls(SUBSCRIBED):
        raise refusal(190)
    assert blocked.value.trouble.reason is Reason.APP_SECRET_INVALID


def test_calls_speak_of_the_condition_they_are_made_for() -> None:
    with pytest.raises(Blocked) as blocked, speaking_of(PROFILE):
        raise refusal(2)
    assert blocked.value.trouble.about is PROFILE
