"""Tokens that somebody puts into a Secret: used as they are, unless they are short-lived, ending or wrong."""

import asyncio

import pytest

from pagewire.simulator.world import PAGE_ID, SYSTEM_USER_ID, USER_ID, Account, App, Token, small_world

from .making import given, secret
from .stage import DAY, START, Stage

READY = ("True", "Reconciled")
HARBOUR = (given("harbour", "Page"), secret("harbour-given", token="EAAPAGETOKEN1"))


async def test_a_page_token_is_used_as_it_is() -> None:
    async with Stage(*HARBOUR) as stage:
        await stage.settle()
        assert stage.said("harbour", "Ready") == READY
        assert stage.said("harbour", "TokenValid") == READY
        assert stage.said("harbour", "PermissionsGranted") == READY
        status = stage.status("harbour")
        assert (status.token_type, status.profile_id, status.expires) == ("PAGE", PAGE_ID, "Never")
        assert (status.secret_name, stage.writes) == (None, [])


async def test_a_look_that_finds_nothing_new_writes_nothing() -> None:
    async with Stage(*HARBOUR) as stage:
        await stage.settle()
        before, told = stage.status("harbour"), list(stage.happenings)
        stage.later(600)
        await stage.look()
        assert (stage.status("harbour"), stage.happenings) == (before, told)


async def test_the_four_permissions_of_a_page_are_named_and_the_access_level() -> None:
    async with Stage(*HARBOUR) as stage:
        await stage.settle()
        told = stage.condition("harbour", "PermissionsGranted").message
        for scope in ("pages_show_list", "pages_manage_metadata", "pages_messaging", "pages_read_engagement"):
            assert scope in told
        assert "Access is Advanced" in told
        assert stage.status("harbour").access == "Advanced"


async def test_standard_access_is_told_as_far_as_the_app_knows_it() -> None:
    world = small_world()
    world.apps[0].approved = {"pages_show_list"}
    async with Stage(*HARBOUR, world=world) as stage:
        await stage.settle()
        assert stage.status("harbour").access == "Standard"
        assert "only people with a role on the app" in stage.condition("harbour", "PermissionsGranted").message
        assert stage.said("harbour", "Ready") == READY


async def test_a_system_users_token_that_never_ends_is_used_as_it_is() -> None:
    async with Stage(given("robot", "SystemUser"), secret("robot-given", token="EAASYSTEMTOKEN1")) as stage:
        await stage.settle()
        assert stage.said("robot", "Ready") == READY
        assert (stage.status("robot").user_id, stage.writes) == (SYSTEM_USER_ID, [])


async def test_a_short_lived_user_token_is_exchanged_and_kept() -> None:
    async with Stage(given("harriet", "User")) as stage:
        stage.give("harriet", stage.sim.identity.issue_token("USER", user=USER_ID, expires_in=5400))
        await stage.settle()
        status = stage.status("harriet")
        assert stage.said("harriet", "Ready") == READY
        assert status.expires_at == "2027-01-21T00:00:00Z"
        assert status.secret_name == "harriet-access-token"
        assert stage.kept("harriet")["token"] != ""
        assert [one.reason for one in stage.happenings if one.reason == "Changed"] == ["Changed"]


async def test_a_long_lived_user_token_stays_where_it_is() -> None:
    async with Stage(given("harriet", "User"), secret("harriet-given", token="EAAUSERTOKEN1")) as stage:
        await stage.settle()
        assert (stage.said("harriet", "Ready"), stage.writes) == (READY, [])


async def test_an_ended_token_says_that_somebody_must_log_in_again() -> None:
    async with Stage(given("harriet", "User")) as stage:
        stage.give("harriet", stage.sim.identity.issue_token("USER", user=USER_ID, expires_in=60))
        stage.later(61)
        await stage.settle()
        assert stage.said("harriet", "TokenValid") == ("False", "TokenExpired")
        assert stage.said("harriet", "Ready") == ("False", "TokenExpired")
        message = stage.condition("harriet", "TokenValid").message
        assert "cannot be exchanged" in message
        assert "Secret harriet-given, key token after a new Facebook login" in message
        assert stage.calls("oauth") == 0


@pytest.mark.parametrize(
    ("subcode", "word"),
    [(458, "removed the app"), (460, "password"), (467, "logged out"), (490, "checkpoint"), (492, "no role")],
)
async def test_a_dead_token_says_why(subcode: int, word: str) -> None:
    async with Stage(*HARBOUR) as stage:
        stage.sim.identity.invalidate("EAAPAGETOKEN1", subcode)
        await stage.settle()
        assert stage.said("harbour", "TokenValid") == ("False", "TokenInvalid")
        told = stage.condition("harbour", "TokenValid").message
        assert word in told
        assert f"190/{subcode}" in told
        assert stage.said("harbour", "PermissionsGranted") == ("Unknown", "Progressing")


async def test_garbage_is_no_token() -> None:
    async with Stage(given("harbour", "Page"), secret("harbour-given", token="no-token-at-all")) as stage:
        await stage.settle()
        assert stage.said("harbour", "Ready") == ("False", "TokenInvalid")


async def test_a_users_token_for_a_page_says_how_to_derive() -> None:
    async with Stage(given("harbour", "Page"), secret("harbour-given", token="EAAUSERTOKEN1")) as stage:
        await stage.settle()
        assert stage.said("harbour", "TokenValid") == ("False", "WrongTokenType")
        assert "spec.from.tokenRef" in stage.condition("harbour", "TokenValid").message


async def test_a_system_users_token_for_a_user_names_the_right_type() -> None:
    async with Stage(given("harriet", "User"), secret("harriet-given", token="EAASYSTEMTOKEN1")) as stage:
        await stage.settle()
        assert stage.said("harriet", "TokenValid") == ("False", "WrongTokenType")
        assert "type: SystemUser" in stage.condition("harriet", "TokenValid").message


async def test_the_token_of_another_page() -> None:
    world = small_world()
    world.accounts.append(Account(id="108000000000002", object="page"))
    world.tokens.append(
        Token(value="EAAOTHERPAGE1", type="PAGE", app_id=world.apps[0].id, account_id="108000000000002")
    )
    async with Stage(given("harbour", "Page"), secret("harbour-given", token="EAAOTHERPAGE1"), world=world) as stage:
        await stage.settle()
        assert stage.said("harbour", "TokenValid") == ("False", "WrongTokenType")
        assert "108000000000002" in stage.condition("harbour", "TokenValid").message


async def test_the_token_of_another_app() -> None:
    world = small_world()
    world.apps.append(App(id="990000000000002", secret="another-app-secret-of-tests"))
    world.tokens.append(Token(value="EAAFOREIGN1", type="PAGE", app_id="990000000000002", account_id=PAGE_ID))
    async with Stage(given("harbour", "Page"), secret("harbour-given", token="EAAFOREIGN1"), world=world) as stage:
        await stage.settle()
        assert stage.said("harbour", "TokenValid") == ("False", "WrongApp")
        assert stage.status("harbour").scopes is None


async def test_a_missing_secret_is_told_and_its_arrival_noticed() -> None:
    async with Stage(given("harbour", "Page")) as stage:
        await stage.settle()
        assert stage.said("harbour", "TokenValid") == ("False", "SecretNotFound")
        stage.give("harbour", "EAAPAGETOKEN1")
        await stage.settle()
        assert stage.said("harbour", "Ready") == READY


async def test_a_changed_source_wins_over_an_older_result() -> None:
    async with Stage(given("harriet", "User")) as stage:
        stage.give("harriet", stage.sim.identity.issue_token("USER", user=USER_ID, expires_in=5400))
        await stage.settle()
        first = stage.kept("harriet")["token"]
        stage.give("harriet", "EAAUSERTOKEN1")
        await stage.settle()
        assert first != "EAAUSERTOKEN1"
        assert stage.kept("harriet")["token"] == "EAAUSERTOKEN1"
        assert stage.status("harriet").expires == "Never"


async def test_a_changed_source_that_is_no_good_changes_nothing() -> None:
    async with Stage(given("harriet", "User")) as stage:
        stage.give("harriet", stage.sim.identity.issue_token("USER", user=USER_ID, expires_in=5400))
        await stage.settle()
        first = stage.kept("harriet")["token"]
        stage.give("harriet", "no-token-at-all")
        await stage.settle()
        assert stage.kept("harriet")["token"] == first
        assert stage.said("harriet", "TokenValid") == READY
        assert stage.said("harriet", "Synced") == ("False", "TokenInvalid")
        assert "stays in force" in stage.condition("harriet", "Synced").message
        assert stage.said("harriet", "Ready") == ("False", "TokenInvalid")


async def test_a_result_outlives_its_source() -> None:
    async with Stage(given("harriet", "User")) as stage:
        stage.give("harriet", stage.sim.identity.issue_token("USER", user=USER_ID, expires_in=5400))
        await stage.settle()
        stage.drop("Secret", "harriet-given")
        await stage.settle()
        assert stage.said("harriet", "TokenValid") == READY
        assert stage.said("harriet", "Synced") == ("False", "SecretNotFound")


async def test_a_lost_result_is_made_again() -> None:
    async with Stage(given("harriet", "User")) as stage:
        stage.give("harriet", stage.sim.identity.issue_token("USER", user=USER_ID, expires_in=5400))
        await stage.settle()
        stage.drop("Secret", "harriet-access-token")
        await stage.settle()
        assert stage.said("harriet", "Ready") == READY
        assert stage.kept("harriet")["token"] != ""


async def test_a_revoked_result_is_made_again_while_the_given_token_lives() -> None:
    async with Stage(given("harriet", "User")) as stage:
        stage.give("harriet", stage.sim.identity.issue_token("USER", user=USER_ID, expires_in=5400))
        await stage.settle()
        first = stage.kept("harriet")["token"]
        stage.sim.identity.invalidate(first, 467)
        stage.later(600)
        await stage.look()
        assert stage.kept("harriet")["token"] != first
        assert stage.said("harriet", "Ready") == READY


async def test_a_persons_long_token_that_meta_does_not_prolong_is_told_in_time() -> None:
    async with Stage(given("harriet", "User")) as stage:
        stage.give("harriet", stage.sim.identity.issue_token("USER", user=USER_ID, expires_in=5400))
        await stage.settle()
        assert stage.status("harriet").renew_at is not None
        stage.later(54 * DAY)
        await stage.look()
        assert stage.said("harriet", "TokenValid") == ("True", "TokenExpiring")
        assert "ends on 2027-01-21" in stage.condition("harriet", "TokenValid").message
        assert stage.said("harriet", "Ready")[0] == "True"
        exchanges = stage.calls("oauth")
        await stage.look()
        assert exchanges == 2
        assert stage.calls("oauth") == exchanges, "Meta is asked once a day, not with every look"
        stage.later(5.5 * DAY)
        await stage.look()
        assert stage.said("harriet", "Ready") == ("False", "TokenExpiring")


async def test_data_access_runs_out() -> None:
    async with Stage(given("harriet", "User"), secret("harriet-given", token="EAAUSERTOKEN1")) as stage:
        stage.sim.identity.set_data_access_expiry(USER_ID, int(START + 20 * DAY))
        await stage.settle()
        assert (stage.outcomes["harriet"].again or 0) <= 600
        assert stage.said("harriet", "TokenValid") == READY
        stage.later(10 * DAY)
        await stage.look()
        assert stage.said("harriet", "TokenValid") == ("True", "DataAccessExpiring")
        stage.later(11 * DAY)
        await stage.look()
        assert stage.said("harriet", "TokenValid") == ("False", "DataAccessExpired")
        assert stage.said("harriet", "Ready") == ("False", "DataAccessExpired")


async def test_a_page_token_for_hours_is_not_ready() -> None:
    async with Stage(given("harbour", "Page")) as stage:
        value = stage.sim.identity.issue_token("PAGE", user=USER_ID, account=PAGE_ID, expires_in=3600)
        stage.give("harbour", value)
        await stage.settle()
        assert stage.said("harbour", "Ready") == ("False", "TokenShortLived")


async def test_the_access_level_is_asked_once_for_all_tokens_of_an_app_and_again_after_an_hour() -> None:
    names = [f"page-{number}" for number in range(5)]
    documents = [one for name in names for one in (given(name, "Page"), secret(f"{name}-given", token="EAAPAGETOKEN1"))]
    async with Stage(*documents) as stage:
        await asyncio.gather(*(stage.reconcile(name) for name in names))
        assert stage.calls("permissions") == 1
        stage.later(3600)
        await stage.look()
        assert stage.calls("permissions") == 2


async def test_an_access_level_that_meta_does_not_tell_stands_in_the_way_of_nothing() -> None:
    async with Stage(*HARBOUR) as stage:
        stage.sim.faults.inject("error", edge="permissions", code=3, times=None)
        await stage.settle()
        assert (stage.said("harbour", "Ready"), stage.status("harbour").access) == (READY, "Unknown")


@pytest.mark.parametrize(("left", "again"), [(90, 91), (DAY + 300, 301), (7 * DAY + 300, 301)])
async def test_without_a_resync_the_token_itself_asks_to_be_looked_at_in_time(left: float, again: float) -> None:
    """Its end, and the moments before it at which something else is to be said."""
    page = given("harbour", "Page", resyncInterval="0s")
    async with Stage(page) as stage:
        issued = {"user": USER_ID, "account": PAGE_ID, "expires_in": int(left)}
        value = stage.sim.identity.issue_token("PAGE", **issued)
        stage.sim.meta.state.tokens[value].issued_at = int(START - 60 * DAY)
        stage.give("harbour", value)
        await stage.settle()
        assert stage.outcomes["harbour"].again == again
