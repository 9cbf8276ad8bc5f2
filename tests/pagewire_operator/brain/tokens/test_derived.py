"""A Page's token, derived from that of a person or system user."""

import pytest

from pagewire.simulator.world import BUSINESS_ID, PAGE_ID, SYSTEM_USER_ID, USER_ID

from .making import derived, given, secret, token
from .stage import DAY, Stage

READY = ("True", "Reconciled")
HARRIET = (given("harriet", "User"), secret("harriet-given", token="EAAUSERTOKEN1"))
ROBOT = (given("robot", "SystemUser"), secret("robot-given", token="EAASYSTEMTOKEN1"))


@pytest.mark.parametrize(("parent", "documents"), [("harriet", HARRIET), ("robot", ROBOT)])
async def test_it_is_derived_from_a_person_and_from_a_system_user(parent: str, documents: tuple[dict, ...]) -> None:
    async with Stage(derived("harbour", parent), *documents) as stage:
        await stage.settle()
        status = stage.status("harbour")
        assert stage.said("harbour", "Ready") == READY
        assert (status.token_type, status.profile_id, status.expires) == ("PAGE", PAGE_ID, "Never")
        assert status.secret_name == "harbour-access-token"
        assert "MESSAGING" in status.tasks
        assert stage.sim.identity.token(stage.kept("harbour")["token"]).account_id == PAGE_ID


async def test_a_second_look_derives_nothing() -> None:
    async with Stage(derived("harbour", "harriet"), *HARRIET) as stage:
        await stage.settle()
        status, reads = stage.status("harbour"), stage.calls("node")
        await stage.look()
        assert (stage.status("harbour"), stage.calls("node")) == (status, reads)


async def test_a_new_parent_token_gives_a_new_page_token_at_once() -> None:
    async with Stage(derived("harbour", "harriet"), *HARRIET) as stage:
        await stage.settle()
        first = stage.kept("harbour")["token"]
        stage.give("harriet", stage.sim.identity.issue_token("USER", user=USER_ID))
        await stage.settle()
        assert stage.kept("harbour")["token"] != first
        assert stage.said("harbour", "Ready") == READY


async def test_a_short_lived_login_ends_in_a_page_token_that_does_not_end() -> None:
    async with Stage(derived("harbour", "harriet"), given("harriet", "User")) as stage:
        stage.give("harriet", stage.sim.identity.issue_token("USER", user=USER_ID, expires_in=5400))
        await stage.settle()
        assert stage.said("harbour", "Ready") == READY
        assert stage.status("harbour").expires == "Never"


async def test_a_page_of_a_portfolio_is_read_by_itself_though_no_list_shows_it() -> None:
    async with Stage(derived("harbour", "harriet"), *HARRIET) as stage:
        stage.sim.identity.hide_page(USER_ID, PAGE_ID)
        await stage.settle()
        assert stage.said("harbour", "Ready") == READY
        assert stage.calls("accounts") == 0


async def test_it_is_found_in_the_list_of_accounts_if_the_page_itself_is_not_shown() -> None:
    async with Stage(derived("harbour", "harriet"), *HARRIET) as stage:
        stage.sim.faults.inject("error", edge="node", code=100, subcode=33)
        await stage.settle()
        assert stage.said("harbour", "Ready") == READY
        assert (stage.calls("accounts"), stage.calls("businesses")) == (1, 0)


async def test_it_is_found_in_a_portfolio_if_no_list_shows_it() -> None:
    async with Stage(derived("harbour", "harriet"), *HARRIET) as stage:
        stage.sim.identity.hide_page(USER_ID, PAGE_ID)
        stage.sim.faults.inject("error", edge="node", code=100, subcode=33)
        await stage.settle()
        assert stage.said("harbour", "Ready") == READY
        assert stage.calls("businesses") == 2


async def test_a_named_portfolio_saves_the_search() -> None:
    async with Stage(derived("harbour", "harriet", businessId=BUSINESS_ID), *HARRIET) as stage:
        stage.sim.identity.hide_page(USER_ID, PAGE_ID)
        stage.sim.faults.inject("error", edge="node", code=100, subcode=33)
        await stage.settle()
        assert stage.said("harbour", "Ready") == READY
        assert (stage.calls("accounts"), stage.calls("businesses")) == (0, 1)


async def test_a_page_nobody_reaches_says_what_to_do() -> None:
    async with Stage(derived("harbour", "harriet", pageId="108000000000009"), *HARRIET) as stage:
        await stage.settle()
        assert stage.said("harbour", "TokenValid") == ("False", "PageNotFound")
        assert "business_management" in stage.condition("harbour", "TokenValid").message


async def test_a_parent_that_is_not_valid_holds_back_and_its_healing_is_noticed() -> None:
    async with Stage(derived("harbour", "harriet"), *HARRIET) as stage:
        stage.sim.identity.invalidate("EAAUSERTOKEN1", 460)
        await stage.settle()
        assert stage.said("harbour", "TokenValid") == ("False", "TokenNotReady")
        assert stage.calls("node") == 0, "nothing is asked with a token that is known to be dead"
        stage.give("harriet", stage.sim.identity.issue_token("USER", user=USER_ID))
        await stage.settle()
        assert stage.said("harbour", "Ready") == READY


async def test_order_does_not_matter() -> None:
    async with Stage(derived("harbour", "harriet")) as stage:
        await stage.settle()
        assert stage.said("harbour", "TokenValid") == ("False", "TokenNotFound")
        stage.put(*HARRIET)
        await stage.settle()
        assert stage.said("harbour", "Ready") == READY


async def test_a_dead_parent_kills_the_page_token_and_a_new_login_heals_both() -> None:
    async with Stage(derived("harbour", "harriet"), *HARRIET) as stage:
        await stage.settle()
        stage.sim.identity.invalidate(USER_ID, 460)
        await stage.look()
        assert stage.said("harbour", "TokenValid") == ("False", "TokenInvalid")
        assert "Look at AccessToken harriet" in stage.condition("harbour", "TokenValid").message
        stage.give("harriet", stage.sim.identity.issue_token("USER", user=USER_ID))
        await stage.settle()
        assert stage.said("harbour", "Ready") == READY


async def test_a_parent_of_another_type_or_app() -> None:
    page = given("other", "Page"), secret("other-given", token="EAAPAGETOKEN1")
    async with Stage(derived("harbour", "other"), *page) as stage:
        await stage.settle()
        assert stage.said("harbour", "TokenValid") == ("False", "WrongTokenType")


async def test_a_page_unticked_in_a_later_login() -> None:
    async with Stage(derived("harbour", "harriet"), *HARRIET) as stage:
        await stage.settle()
        stage.sim.identity.drop_page(USER_ID, PAGE_ID)
        stage.later(600)
        await stage.look()
        assert stage.said("harbour", "Ready") == ("False", "TokenInvalid")
        assert "unticked in a later login" in stage.condition("harbour", "TokenValid").message
        assert stage.said("harbour", "Synced")[0] == "False", "deriving it again did not help"


async def test_missing_tasks_are_told() -> None:
    async with Stage(derived("harbour", "harriet"), *HARRIET) as stage:
        stage.sim.identity.set_tasks(USER_ID, PAGE_ID, ["ADVERTISE", "ANALYZE", "MODERATE"])
        await stage.settle()
        assert stage.said("harbour", "PermissionsGranted") == ("False", "TaskMissing")
        assert "MESSAGING" in stage.condition("harbour", "PermissionsGranted").message


async def test_a_login_for_a_page_is_derived_from_too() -> None:
    async with Stage(token("harbour", "Page", {"login": {}})) as stage:
        await stage.settle()
        assert stage.said("harbour", "TokenValid") == ("False", "LoginRequired")
        assert "harbour-login" in stage.condition("harbour", "TokenValid").message
        stage.put(secret("harbour-login", token="EAAUSERTOKEN1"))
        await stage.settle()
        assert stage.said("harbour", "Ready") == READY
        assert stage.kept("harbour")["token"] != "EAAUSERTOKEN1"


async def test_two_tokens_that_name_each_other_come_to_rest() -> None:
    async with Stage(derived("harbour", "quay"), derived("quay", "harbour")) as stage:
        await stage.settle()
        assert stage.said("harbour", "Ready") == ("False", "TokenNotReady")


async def test_a_foreign_secret_is_not_overwritten_and_meta_not_asked() -> None:
    async with Stage(
        derived("harbour", "harriet"), *HARRIET, secret("harbour-access-token", token="precious")
    ) as stage:
        await stage.settle()
        assert stage.said("harbour", "Ready") == ("False", "SecretConflict")
        assert stage.kept("harbour") == {"token": "precious"}
        assert stage.calls("node") == 0
        stage.drop("Secret", "harbour-access-token")
        await stage.settle()
        assert stage.said("harbour", "Ready") == READY


async def test_observing_shows_the_plan_and_makes_nothing() -> None:
    async with Stage(derived("harbour", "robot", managementPolicy="Observe"), *ROBOT) as stage:
        await stage.settle()
        (step,) = stage.status("harbour").plan
        assert (step.action, step.target) == ("Derive", f"token of Page {PAGE_ID}")
        assert stage.kept("harbour") == {}
        assert stage.said("harbour", "TokenValid") == ("Unknown", "Progressing")
        assert stage.sim.identity.token("EAASYSTEMTOKEN1").user_id == SYSTEM_USER_ID


async def test_a_page_token_outlives_the_login_it_came_from() -> None:
    async with Stage(derived("harbour", "harriet"), given("harriet", "User")) as stage:
        stage.give("harriet", stage.sim.identity.issue_token("USER", user=USER_ID, expires_in=5400))
        await stage.settle()
        status = stage.status("harbour")
        stage.later(61 * DAY)
        await stage.look()
        assert stage.said("harriet", "Ready") == ("False", "TokenExpired")
        assert stage.said("harbour", "Ready") == stage.said("harbour", "Synced") == READY
        assert stage.status("harbour").tasks == status.tasks
