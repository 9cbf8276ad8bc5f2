"""System users' tokens: generated, refreshed ahead of time, revoked only when replaced or given up."""

from typing import Any

import pytest

from pagewire.simulator.world import SYSTEM_USER_ID

from .making import derived, generated, given, secret
from .stage import DAY, Stage

READY = ("True", "Reconciled")
ADMIN = (given("admin", "SystemUser"), secret("admin-given", token="EAASYSTEMTOKEN1"))
DELETED = {"deletionTimestamp": "2026-11-22T00:00:00Z"}


def robots(stage: Stage) -> list[Any]:
    """The system user's tokens that live, without the admin's own."""
    found = stage.sim.meta.state.tokens.values()
    return [
        one for one in found if one.type == "SYSTEM_USER" and one.revoked is None and one.value != "EAASYSTEMTOKEN1"
    ]


async def test_it_is_generated_and_kept() -> None:
    async with Stage(generated("robot", "admin"), *ADMIN) as stage:
        await stage.settle()
        status = stage.status("robot")
        assert stage.said("robot", "Ready") == READY
        assert (status.user_id, status.expires) == (SYSTEM_USER_ID, "Never")
        assert [one.value for one in robots(stage)] == [stage.kept("robot")["token"]]
        (issued,) = [one.message for one in stage.happenings if one.reason == "TokenIssued"]
        assert issued == "A new token is in Secret robot-access-token; it does not end by itself."


async def test_the_app_is_installed_for_the_system_user_first() -> None:
    async with Stage(generated("robot", "admin"), *ADMIN) as stage:
        stage.sim.meta.state.identity.system_users[SYSTEM_USER_ID].apps.clear()
        await stage.settle()
        assert stage.said("robot", "Ready") == READY


async def test_a_business_that_wants_tokens_to_end_is_recognised() -> None:
    async with Stage(generated("robot", "admin"), *ADMIN) as stage:
        for business in stage.sim.meta.state.identity.businesses.values():
            business.expiring_tokens = True
        await stage.settle()
        assert stage.said("robot", "TokenValid") == ("False", "GraphRefused")
        assert "expiring" in stage.condition("robot", "TokenValid").message


async def test_another_admin_token_is_no_reason_to_generate_again() -> None:
    async with Stage(generated("robot", "admin"), *ADMIN) as stage:
        await stage.settle()
        first = stage.kept("robot")["token"]
        stage.give("admin", stage.sim.identity.issue_token("SYSTEM_USER", user=SYSTEM_USER_ID))
        await stage.settle()
        assert stage.kept("robot")["token"] == first


async def test_other_scopes_give_another_token_and_the_old_is_revoked() -> None:
    async with Stage(generated("robot", "admin"), *ADMIN) as stage:
        await stage.settle()
        first = stage.kept("robot")["token"]
        stage.put(generated("robot", "admin", scopes=["pages_show_list", "pages_manage_metadata"]))
        await stage.settle()
        now = stage.kept("robot")["token"]
        assert now != first
        assert [one.value for one in robots(stage)] == [now]
        assert stage.status("robot").scopes.granted == ["pages_manage_metadata", "pages_show_list"]


@pytest.mark.parametrize("expiring", [True, False])
async def test_what_ends_is_refreshed_ahead_and_its_dependants_follow(expiring: bool) -> None:
    async with Stage(generated("robot", "admin", expiring=expiring), *ADMIN) as stage:
        await stage.settle()
        first = stage.kept("robot")["token"]
        stage.later(54 * DAY)
        await stage.look()
        now = stage.kept("robot")
        assert (now["token"] != first) is expiring
        assert [one.value for one in robots(stage)] == [now["token"]], "the old one is revoked, the new one works"
        assert "retired" not in now
        assert stage.said("robot", "Ready") == READY
        assert ("TokenRenewed" in {one.reason for one in stage.happenings}) is expiring


async def test_it_is_not_refreshed_before_its_time() -> None:
    async with Stage(generated("robot", "admin", expiring=True), *ADMIN) as stage:
        await stage.settle()
        first = stage.kept("robot")["token"]
        stage.later(51 * DAY)
        await stage.look()
        assert stage.kept("robot")["token"] == first
        at = stage.status("robot").renew_at
        assert at is not None
        assert "2027-01-12" <= at <= "2027-01-14T00:00:01Z", "seven days ahead, and up to a tenth of that earlier"
        again = stage.outcomes["robot"].again
        assert again is not None
        assert again <= 600


async def test_a_given_token_that_ends_is_refreshed_and_left_alone() -> None:
    async with Stage(given("robot", "SystemUser")) as stage:
        mine = stage.sim.identity.issue_token("SYSTEM_USER", user=SYSTEM_USER_ID, expires_in=int(60 * DAY))
        stage.give("robot", mine)
        await stage.settle()
        assert stage.kept("robot") == {}
        stage.later(54 * DAY)
        await stage.look()
        assert stage.kept("robot")["token"] not in {"", mine}
        assert stage.sim.meta.state.tokens[mine].revoked is None
        stage.drop("Secret", "robot-access-token")
        await stage.settle()
        assert stage.said("robot", "Ready") == READY


async def test_a_refreshed_parent_carries_its_pages_along() -> None:
    wide = ["pages_show_list", "pages_manage_metadata", "pages_messaging", "pages_read_engagement"]
    robot = generated("robot", "admin", expiring=True, scopes=wide)
    async with Stage(derived("harbour", "robot"), robot, *ADMIN) as stage:
        await stage.settle()
        first = stage.kept("harbour")["token"]
        assert stage.said("harbour", "Ready") == READY
        stage.later(54 * DAY)
        await stage.look("robot")
        assert stage.kept("harbour")["token"] != first
        assert stage.said("harbour", "Ready") == READY


async def test_killed_between_refresh_and_revoke_the_next_look_goes_on() -> None:
    async with Stage(generated("robot", "admin", expiring=True), *ADMIN) as stage:
        await stage.settle()
        first = stage.kept("robot")["token"]
        stage.later(54 * DAY)
        # The exchange passes, the revocation is lost on its way.
        stage.sim.faults.inject("drop", edge="oauth", after=1, times=None)
        await stage.look("robot")
        stage.sim.faults.clear()
        middle = stage.kept("robot")
        assert middle["retired"] == first
        assert stage.said("robot", "TokenValid") == READY
        stage.restart()
        await stage.settle()
        assert stage.kept("robot")["token"] == middle["token"]
        assert [one.value for one in robots(stage)] == [middle["token"]]
        assert "retired" not in stage.kept("robot")


async def test_a_replacement_that_does_not_work_is_undone() -> None:
    async with Stage(generated("robot", "admin", expiring=True), *ADMIN) as stage:
        await stage.settle()
        first = stage.kept("robot")["token"]
        stage.later(54 * DAY)
        stage.sim.faults.inject("drop", edge="debug_token", after=1, times=None)
        await stage.look("robot")
        stage.sim.faults.clear()
        second = stage.kept("robot")["token"]
        stage.sim.identity.invalidate(second, 460)
        stage.restart()
        await stage.settle()
        assert (stage.kept("robot")["token"], second != first) == (first, True)
        assert stage.said("robot", "TokenValid")[0] == "True"
        assert any("the one before stays in force" in one.message for one in stage.happenings)


async def test_a_cluster_that_does_not_take_the_secret_costs_no_second_token() -> None:
    async with Stage(generated("robot", "admin"), *ADMIN) as stage:
        stage.cluster_fails = 2
        await stage.settle()
        assert stage.kept("robot") == {}
        assert stage.said("robot", "Synced") == ("False", "Progressing")
        await stage.look("robot")
        await stage.look("robot")
        assert stage.said("robot", "Ready") == READY
        assert len(robots(stage)) == 1


def deleted(policy: str, **metadata: Any) -> dict[str, Any]:
    made = generated("robot", "admin", deletionPolicy=policy)
    made["metadata"] |= metadata
    return made


async def test_deleting_revokes_what_was_generated() -> None:
    async with Stage(deleted("Delete"), *ADMIN) as stage:
        await stage.settle()
        assert stage.outcomes["robot"].finalizer
        stage.put(deleted("Delete", **DELETED))
        await stage.settle()
        assert stage.outcomes["robot"].released
        assert robots(stage) == []
        assert stage.sim.meta.state.tokens["EAASYSTEMTOKEN1"].revoked is None
        assert stage.happenings[-1].reason == "Released"


async def test_orphaning_leaves_it() -> None:
    async with Stage(deleted("Orphan"), *ADMIN) as stage:
        await stage.settle()
        assert not stage.outcomes["robot"].finalizer
        stage.put(deleted("Orphan", **DELETED))
        await stage.settle()
        assert stage.outcomes["robot"].released
        assert len(robots(stage)) == 1


async def test_deleting_never_touches_a_persons_token() -> None:
    harriet = given("harriet", "User", deletionPolicy="Delete")
    async with Stage(harriet, secret("harriet-given", token="EAAUSERTOKEN1")) as stage:
        await stage.settle()
        assert not stage.outcomes["harriet"].finalizer
        stage.put(given("harriet", "User", deletionPolicy="Delete", metadata=DELETED))
        await stage.settle()
        assert stage.outcomes["harriet"].released
        assert stage.sim.meta.state.tokens["EAAUSERTOKEN1"].revoked is None


async def test_deleting_a_token_that_is_dead_already() -> None:
    async with Stage(deleted("Delete"), *ADMIN) as stage:
        await stage.settle()
        stage.sim.identity.invalidate(stage.kept("robot")["token"], 467)
        stage.put(deleted("Delete", **DELETED))
        await stage.settle()
        assert stage.outcomes["robot"].released
        assert stage.happenings[-1].reason == "Released"


async def test_deleting_ends_although_its_secret_is_gone() -> None:
    async with Stage(deleted("Delete"), *ADMIN) as stage:
        await stage.settle()
        stage.drop("Secret", "robot-access-token")
        stage.put(deleted("Delete", deletionTimestamp="2026-11-22T00:00:00Z"))
        stage.later(16 * 60)
        await stage.settle()
        assert stage.outcomes["robot"].released
        assert stage.happenings[-1].reason == "LeftBehind"
        assert f"system user {SYSTEM_USER_ID}" in stage.happenings[-1].message


async def test_deleting_ends_although_meta_is_away() -> None:
    async with Stage(deleted("Delete"), *ADMIN) as stage:
        await stage.settle()
        stage.sim.faults.inject("drop", edge="*", times=None)
        stage.put(deleted("Delete", **DELETED))
        await stage.settle()
        assert not stage.outcomes["robot"].released
        assert (stage.outcomes["robot"].again or 0) > 0
        stage.later(16 * 60)
        await stage.look("robot")
        assert stage.outcomes["robot"].released
        assert stage.happenings[-1].reason == "LeftBehind"


async def test_deleting_with_the_app_secret_gone_uses_the_last_known() -> None:
    async with Stage(deleted("Delete"), *ADMIN) as stage:
        await stage.settle()
        stage.drop("Secret", "acme-app")
        stage.put(deleted("Delete", **DELETED))
        await stage.settle()
        assert stage.outcomes["robot"].released
        assert robots(stage) == []


async def test_tokens_that_are_dead_on_arrival_are_not_made_without_end() -> None:
    async with Stage(generated("robot", "admin"), *ADMIN) as stage:
        await stage.settle()
        made = stage.calls("access_tokens")
        for _ in range(5):
            stage.sim.identity.invalidate(stage.kept("robot")["token"], 467)
            await stage.look("robot")
        assert stage.calls("access_tokens") == made
        stage.later(600)
        await stage.look("robot")
        assert stage.calls("access_tokens") == made + 1
        assert stage.said("robot", "Ready") == READY


async def test_a_replacement_that_dies_at_once_is_undone_at_once() -> None:
    async with Stage(generated("robot", "admin", expiring=True), *ADMIN) as stage:
        await stage.settle()
        first = stage.kept("robot")["token"]
        stage.later(54 * DAY)
        stage.on_write = lambda kept: stage.sim.identity.invalidate(kept["token"]) if "retired" in kept else None
        await stage.reconcile("robot")
        assert stage.kept("robot")["token"] == first
        assert stage.said("robot", "TokenValid")[0] == "True"
        assert stage.said("robot", "Synced") == ("False", "TokenExpiring")
        assert stage.sim.meta.state.tokens[first].revoked is None


async def test_a_right_that_is_not_there_is_named_and_no_token_is_made_in_vain() -> None:
    async with Stage(generated("robot", "admin"), *ADMIN) as stage:
        stage.cluster_refuses = True
        await stage.settle()
        assert stage.said("robot", "Synced") == ("False", "SecretForbidden")
        assert "cannot create secrets" in stage.condition("robot", "Synced").message
        assert robots(stage) == []
        stage.cluster_refuses = False
        stage.later(DAY)
        await stage.look()
        assert stage.said("robot", "Ready") == READY
