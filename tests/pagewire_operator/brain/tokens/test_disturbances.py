"""What goes wrong around tokens, what is said of it, and how it heals."""

import logging

import pytest

from pagewire.simulator.world import PAGE_ID, SYSTEM_USER_ID, USER_ID

from .making import SECRET, app, app_secret, derived, generated, given, secret
from .stage import DAY, MANY, Stage

READY = ("True", "Reconciled")
NEXT = "n3xt-app-secret-for-tests"
HARRIET = (given("harriet", "User"), secret("harriet-given", token="EAAUSERTOKEN1"))
FAMILY = (derived("harbour", "harriet"), *HARRIET)
ADMIN = (given("admin", "SystemUser"), secret("admin-given", token="EAASYSTEMTOKEN1"))


async def test_scope_revoked_and_granted_again() -> None:
    async with Stage(*FAMILY) as stage:
        await stage.settle()
        stage.sim.identity.revoke_scope(USER_ID, "pages_messaging")
        await stage.look()
        assert stage.said("harbour", "PermissionsGranted") == ("False", "PermissionDeclined")
        assert stage.status("harbour").scopes.declined == ["pages_messaging"]
        assert "auth_type=rerequest" in stage.condition("harbour", "PermissionsGranted").message
        assert any(one.reason == "PermissionDeclined" and one.severity == "Warning" for one in stage.happenings)
        stage.sim.identity.grant_scope(USER_ID, "pages_messaging")
        await stage.look()
        assert stage.said("harbour", "Ready") == READY


async def test_a_grant_limited_to_other_pages() -> None:
    async with Stage(*FAMILY) as stage:
        await stage.settle()
        stage.sim.identity.limit_targets(USER_ID, "pages_messaging", ["108000000000002"])
        await stage.look()
        assert stage.said("harbour", "PermissionsGranted") == ("False", "AssetNotGranted")
        assert f"not for {PAGE_ID}: pages_messaging" in stage.condition("harbour", "PermissionsGranted").message


async def test_token_expired() -> None:
    async with Stage(given("harriet", "User")) as stage:
        stage.give("harriet", stage.sim.identity.issue_token("USER", user=USER_ID, expires_in=5400))
        await stage.settle()
        stage.sim.identity.expire_token(stage.kept("harriet")["token"])
        stage.later(2 * 3600)
        await stage.look()
        assert stage.said("harriet", "Ready") == ("False", "TokenExpired")
        assert stage.said("harriet", "Stalled") == ("True", "TokenExpired")
        stage.give("harriet", "EAAUSERTOKEN1")
        await stage.settle()
        assert stage.said("harriet", "Ready") == READY


async def test_app_secret_rotated_without_a_failed_look() -> None:
    async with Stage(*FAMILY, app("app-secret", "next-secret"), app_secret(next_secret=NEXT)) as stage:
        await stage.settle()
        stage.sim.identity.reset_app_secret(secret=NEXT)
        told = len(stage.happenings)
        await stage.look()
        assert stage.said("harbour", "Ready") == stage.said("harriet", "Ready") == READY
        assert stage.happenings[told:] == []


async def test_after_a_rotation_the_secret_that_works_is_tried_first() -> None:
    async with Stage(*FAMILY, app("app-secret", "next-secret"), app_secret(next_secret=NEXT)) as stage:
        await stage.settle()
        stage.sim.identity.reset_app_secret(secret=NEXT)
        await stage.look()
        stage.sim.calls.clear()
        stage.later(600)
        await stage.look()
        assert stage.calls("debug_token") == 2
        assert stage.sim.calls.failed() == 0


async def test_only_when_all_secrets_fail_is_the_app_secret_invalid() -> None:
    async with Stage(*FAMILY, app("app-secret", "next-secret"), app_secret(next_secret=NEXT)) as stage:
        await stage.settle()
        third = stage.sim.identity.reset_app_secret()
        await stage.look()
        assert stage.said("harbour", "TokenValid") == ("False", "AppSecretInvalid")
        assert "all 2 app secrets" in stage.condition("harbour", "TokenValid").message
        stage.put(app_secret(next_secret=third))
        await stage.settle()
        assert stage.said("harbour", "Ready") == READY


async def test_an_exchange_finds_the_right_secret_too() -> None:
    async with Stage(given("harriet", "User"), app("next-secret", "app-secret"), app_secret(next_secret=NEXT)) as stage:
        stage.give("harriet", stage.sim.identity.issue_token("USER", user=USER_ID, expires_in=5400))
        await stage.settle()
        assert stage.said("harriet", "Ready") == READY


async def test_proofs_are_made_with_the_secret_that_works() -> None:
    async with Stage(*FAMILY, app("next-secret", "app-secret"), app_secret(next_secret=NEXT)) as stage:
        for one in stage.sim.meta.state.apps.values():
            one.require_proof = True
        await stage.settle()
        assert stage.said("harbour", "Ready") == READY


async def test_secret_deleted_and_restored() -> None:
    async with Stage(*FAMILY) as stage:
        await stage.settle()
        stage.drop("Secret", "harriet-given")
        await stage.settle()
        assert stage.said("harriet", "TokenValid") == ("False", "SecretNotFound")
        assert stage.said("harbour", "TokenValid") == READY, "the Page's own token still works"
        assert stage.said("harbour", "Synced")[0] == "False"
        stage.give("harriet", "EAAUSERTOKEN1")
        await stage.settle()
        assert stage.said("harriet", "Ready") == stage.said("harbour", "Ready") == READY


async def test_the_apps_secret_deleted_and_restored() -> None:
    async with Stage(*FAMILY) as stage:
        await stage.settle()
        stage.drop("Secret", "acme-app")
        await stage.look()
        assert stage.said("harbour", "Ready") == ("False", "SecretNotFound")
        assert stage.status("harbour").secret_name == "harbour-access-token", "what was known stays known"
        stage.put(app_secret())
        await stage.settle()
        assert stage.said("harbour", "Ready") == READY


async def test_the_kept_secret_deleted_is_made_again() -> None:
    async with Stage(*FAMILY) as stage:
        await stage.settle()
        stage.drop("Secret", "harbour-access-token")
        await stage.settle()
        assert stage.said("harbour", "Ready") == READY
        assert stage.kept("harbour")["token"] != ""


@pytest.mark.parametrize("kind", ["drop", "html", "empty"])
async def test_graph_down_leaves_what_was_known(kind: str) -> None:
    async with Stage(*FAMILY) as stage:
        await stage.settle()
        stage.sim.faults.inject(kind, edge="*", times=None)
        stage.later(600)
        await stage.look()
        assert stage.said("harbour", "TokenValid") == READY
        assert stage.said("harbour", "Ready") == READY
        assert stage.said("harbour", "Synced") == ("False", "GraphUnavailable")
        assert stage.status("harbour").expires == "Never"
        stage.sim.faults.clear()
        stage.later(600)
        await stage.look()
        assert stage.said("harbour", "Synced") == READY


async def test_graph_down_from_the_start() -> None:
    async with Stage(*FAMILY) as stage:
        stage.sim.faults.inject("drop", edge="*", times=None)
        await stage.settle()
        assert stage.said("harriet", "Ready") == ("Unknown", "GraphUnavailable")
        stage.sim.faults.clear()
        stage.later(60)
        await stage.look("harriet")
        assert stage.said("harbour", "Ready") == READY


async def test_throttled_waits_as_long_as_meta_says() -> None:
    async with Stage(*FAMILY) as stage:
        await stage.settle()
        stage.sim.identity.set_usage("app", stage.sim.meta.state.apps.copy().popitem()[0], 100, regain_minutes=7)
        stage.later(600)
        await stage.look("harriet")
        assert stage.said("harriet", "Ready") == READY
        assert stage.said("harriet", "Synced")[1] in {"RateLimited", "Throttled"}
        again = stage.outcomes["harriet"].again
        assert again is not None
        assert again >= 60


async def test_what_only_a_person_can_mend_is_looked_at_once_an_hour() -> None:
    async with Stage(derived("harbour", "harriet", pageId="108000000000009"), *HARRIET) as stage:
        await stage.settle()
        assert stage.outcomes["harbour"].again == 3600


@pytest.mark.parametrize("calls_before", range(6))
async def test_killed_at_every_call(calls_before: int) -> None:
    """The operator dies after so many calls to Meta and comes back knowing nothing."""
    robot = generated("robot", "admin", expiring=True)
    async with Stage(robot, *ADMIN) as stage:
        await stage.settle()
        stage.later(54 * DAY)
        stage.sim.faults.inject("drop", edge="*", after=calls_before, times=None)
        await stage.look("robot")
        stage.sim.faults.clear()
        stage.later(60)
        stage.restart()
        await stage.settle()
        assert stage.said("robot", "Ready") == READY
        assert stage.status("robot").expires == "2027-03-16"
        living = [t for t in stage.sim.meta.state.tokens.values() if t.type == "SYSTEM_USER" and t.revoked is None]
        kept = stage.kept("robot")
        assert kept["token"] in {one.value for one in living}
        assert "retired" not in kept


@pytest.mark.parametrize("writes_before", range(3))
async def test_killed_at_every_write(writes_before: int) -> None:
    async with Stage(generated("robot", "admin", expiring=True), *ADMIN) as stage:
        await stage.settle()
        stage.later(54 * DAY)
        stage.writes_left = writes_before
        await stage.look("robot")
        stage.writes_left = None
        stage.later(60)
        stage.restart()
        await stage.settle()
        assert stage.said("robot", "Ready") == READY
        assert stage.status("robot").expires == "2027-03-16"


async def test_a_generated_token_that_was_lost_on_the_way_is_told_and_another_one_made() -> None:
    async with Stage(generated("robot", "admin"), *ADMIN) as stage:
        stage.writes_left = 1  # that Meta is asked; not what it answered
        await stage.settle()
        assert set(stage.kept("robot")) == {"asked-at"}
        stage.writes_left = None
        stage.later(60)
        stage.restart()
        await stage.settle()
        assert stage.said("robot", "Ready") == READY
        (told,) = [one.message for one in stage.happenings if one.reason == "LeftBehind"]
        assert "may live at Meta that nobody holds" in told
        assert "asked-at" not in stage.kept("robot")


async def test_a_token_that_meta_refused_is_not_told_as_lost() -> None:
    async with Stage(generated("robot", "admin"), *ADMIN) as stage:
        for business in stage.sim.meta.state.identity.businesses.values():
            business.expiring_tokens = True
        await stage.settle()
        assert stage.said("robot", "TokenValid") == ("False", "GraphRefused")
        for business in stage.sim.meta.state.identity.businesses.values():
            business.expiring_tokens = False
        stage.later(3600)
        await stage.look("robot")
        assert stage.said("robot", "Ready") == READY
        assert "LeftBehind" not in {one.reason for one in stage.happenings}


@pytest.mark.parametrize("disturbance", ["down", "dead", "secret", "app"])
async def test_deleted_during_it(disturbance: str) -> None:
    """A deletion always ends, whatever is broken: at once, or when its time is over."""
    async with Stage(generated("robot", "admin", deletionPolicy="Delete"), *ADMIN) as stage:
        await stage.settle()
        disturb(stage, disturbance)
        gone = generated(
            "robot", "admin", deletionPolicy="Delete", metadata={"deletionTimestamp": "2026-11-22T00:00:00Z"}
        )
        stage.put(gone)
        await stage.settle()
        if not stage.outcomes["robot"].released:
            stage.later(16 * 60)
            await stage.look("robot")
        assert stage.outcomes["robot"].released
        assert stage.happenings[-1].reason in {"Released", "LeftBehind"}


def disturb(stage: Stage, how: str) -> None:
    if how == "down":
        stage.sim.faults.inject("drop", edge="*", times=None)
    if how == "dead":
        stage.sim.identity.invalidate(SYSTEM_USER_ID, 460)
    if how == "secret":
        stage.drop("Secret", "robot-access-token")
    if how == "app":
        stage.drop("MessengerApp", "acme")


async def test_nothing_secret_is_ever_logged(caplog: pytest.LogCaptureFixture) -> None:
    """The stage itself looks at every status and Event; this looks at the log, at its loudest."""
    caplog.set_level(logging.DEBUG)
    async with Stage(*FAMILY, generated("robot", "admin", expiring=True), *ADMIN) as stage:
        await stage.settle()
        stage.later(54 * DAY)
        await stage.look()
        stage.sim.identity.invalidate(USER_ID, 460)
        await stage.look()
        ours = "\n".join(record.getMessage() for record in caplog.records)
        assert ours != ""
        for value in (SECRET, *stage.sim.meta.state.tokens):
            assert value not in ours


async def test_many_tokens_come_to_rest() -> None:
    names = [f"page-{number}" for number in range(12)]
    async with Stage(*HARRIET, *(derived(name, "harriet") for name in names)) as stage:
        assert 3 * len(names) < MANY
        await stage.settle()
        assert {stage.said(name, "Ready") for name in names} == {READY}
