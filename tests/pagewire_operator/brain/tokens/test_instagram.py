"""Instagram Login: made long at once, refreshed between a day and 60 days, and dead for good after that."""

import pytest

from pagewire.graph import open_http
from pagewire.graph.admin import InstagramAdminClient
from pagewire.sealed import Sealed
from pagewire.simulator.world import APP_ID, LOGIN_ID
from pagewire_operator.brain.tokens.instagram import refreshed
from pagewire_operator.brain.trouble import Blocked

from .making import INSTAGRAM_SECRET, app, given, secret, token
from .stage import DAY, Stage

READY = ("True", "Reconciled")
QUAY = given("quay", "User", provider="Instagram")


def short(stage: Stage) -> str:
    return stage.sim.identity.issue_token("INSTAGRAM", account=LOGIN_ID, expires_in=3600)


def lasting(stage: Stage) -> str:
    return stage.sim.identity.issue_token("INSTAGRAM", account=LOGIN_ID, expires_in=int(60 * DAY))


async def test_a_short_one_is_exchanged_for_one_of_60_days() -> None:
    async with Stage(QUAY) as stage:
        stage.give("quay", short(stage))
        await stage.settle()
        status = stage.status("quay")
        assert stage.said("quay", "Ready") == READY
        assert (status.user_id, status.expires, status.secret_name) == (LOGIN_ID, "2027-01-21", "quay-access-token")
        assert status.scopes is not None
        assert "instagram_business_manage_messages" in status.scopes.granted


async def test_its_renewal_is_due_from_day_30_on() -> None:
    async with Stage(QUAY) as stage:
        stage.give("quay", short(stage))
        await stage.settle()
        first, at = stage.kept("quay")["token"], stage.status("quay").renew_at
        assert at is not None
        assert "2026-12-22" <= at <= "2026-12-24T00:00:01Z"
        stage.later(29 * DAY)
        await stage.look()
        assert stage.kept("quay")["token"] == first
        stage.later(4 * DAY)
        await stage.look()
        assert stage.kept("quay")["token"] != first
        assert stage.status("quay").expires == "2027-02-23"


async def test_a_pasted_long_one_is_refreshed_to_learn_its_end() -> None:
    async with Stage(QUAY) as stage:
        pasted = lasting(stage)
        stage.later(2 * DAY)
        stage.give("quay", pasted)
        await stage.settle()
        assert stage.said("quay", "Ready") == READY
        assert stage.kept("quay")["token"] != pasted
        assert stage.status("quay").expires == "2027-01-23"


async def test_a_pasted_long_one_of_today_waits_for_its_first_refresh() -> None:
    async with Stage(QUAY) as stage:
        stage.give("quay", pasted := lasting(stage))
        await stage.settle()
        assert stage.said("quay", "TokenValid") == READY
        assert stage.said("quay", "PermissionsGranted")[0] == "Unknown"
        assert stage.kept("quay")["token"] == pasted
        tried = stage.calls("oauth")
        stage.later(DAY / 2)
        await stage.look()
        assert stage.calls("oauth") == tried, "before a day has passed nothing is tried"
        stage.later(DAY / 2 + 600)
        await stage.look()
        assert stage.kept("quay")["token"] != pasted
        assert stage.said("quay", "Ready") == READY


async def test_code_100_on_refresh_is_no_death_while_me_answers() -> None:
    async with Stage(QUAY) as stage:
        stage.give("quay", short(stage))
        await stage.settle()
        stage.later(40 * DAY)
        message = "Unsupported request - method type: get"
        stage.sim.faults.inject("error", edge="oauth", code=100, message=message, times=None)
        await stage.look()
        assert stage.said("quay", "TokenValid") == READY
        assert stage.said("quay", "Synced") == ("False", "TokenExpiring")
        stage.sim.faults.clear()
        stage.later(2 * 3600)
        await stage.look()
        assert stage.said("quay", "Ready") == READY
        assert stage.status("quay").expires == "2027-03-02"


async def test_from_day_45_on_a_failing_refresh_is_an_alarm() -> None:
    async with Stage(QUAY) as stage:
        stage.give("quay", short(stage))
        await stage.settle()
        stage.sim.faults.inject("error", edge="oauth", code=100, times=None)
        stage.later(44 * DAY)
        await stage.look()
        assert stage.said("quay", "TokenValid") == READY
        stage.later(2 * DAY)
        await stage.look()
        assert stage.said("quay", "TokenValid") == ("True", "TokenExpiring")


async def test_an_ended_one_can_never_be_refreshed() -> None:
    async with Stage(QUAY) as stage:
        stage.give("quay", short(stage))
        await stage.settle()
        stage.later(61 * DAY)
        tried = stage.calls("oauth")
        await stage.look()
        assert stage.said("quay", "Ready") == ("False", "TokenExpired")
        assert "Instagram login" in stage.condition("quay", "TokenValid").message
        assert stage.calls("oauth") == tried
        stage.give("quay", short(stage))
        await stage.settle()
        assert stage.said("quay", "Ready") == READY


async def test_a_dead_one_is_told() -> None:
    async with Stage(QUAY) as stage:
        value = short(stage)
        stage.sim.identity.invalidate(value, 460)
        stage.give("quay", value)
        await stage.settle()
        assert stage.said("quay", "Ready") == ("False", "TokenInvalid")


async def test_a_token_of_the_other_family_is_no_token_here() -> None:
    async with Stage(QUAY, secret("quay-given", token="EAAUSERTOKEN1")) as stage:
        await stage.settle()
        assert stage.said("quay", "TokenValid") == ("False", "TokenInvalid")


async def test_an_app_without_an_instagram_side_says_so() -> None:
    async with Stage(QUAY, app(instagram=None), secret("quay-given", token="IGLOGINTOKEN1")) as stage:
        await stage.settle()
        assert stage.said("quay", "Ready") == ("False", "AppNotReady")
        assert "spec.instagram" in stage.condition("quay", "Ready").message


async def test_the_wrong_instagram_secret_is_told_as_that() -> None:
    instagram = {"appId": APP_ID, "appSecretRef": {"name": "acme-app", "key": "app-secret"}}
    async with Stage(QUAY, app(instagram=instagram)) as stage:
        stage.give("quay", short(stage))
        await stage.settle()
        assert stage.said("quay", "Ready") == ("False", "AppSecretInvalid")


async def test_a_login_leaves_its_token_in_a_secret() -> None:
    async with Stage(token("quay", "User", {"login": {}}, provider="Instagram")) as stage:
        await stage.settle()
        assert stage.said("quay", "TokenValid") == ("False", "LoginRequired")
        stage.put(secret("quay-login", token=short(stage)))
        await stage.settle()
        assert stage.said("quay", "Ready") == READY


@pytest.mark.parametrize(("alive", "reason"), [(False, "TokenInvalid"), (True, "TokenExpiring")])
async def test_a_refused_refresh_is_judged_by_me(alive: bool, reason: str) -> None:
    """The token may die between the look and the refresh; code 100 alone proves nothing."""
    async with Stage() as stage, open_http() as http:
        value = lasting(stage)
        if not alive:
            stage.sim.identity.invalidate(value, 460)
        stage.sim.faults.inject("error", edge="oauth", code=100)
        client = InstagramAdminClient(
            stage.sim.instagram_graph_url, app_id=APP_ID, app_secret=Sealed(INSTAGRAM_SECRET), http=http
        )
        with pytest.raises(Blocked) as caught:
            await refreshed(client, Sealed(value))
        assert caught.value.trouble.reason == reason
