"""From a Secret to the Pages: all kinds together, and a change travels the whole way by itself."""

from pagewire.resources import Condition, Resource
from pagewire.simulator.settings.bare import bare
from pagewire.simulator.world import INSTAGRAM_ID, PAGE_ID, USER_ID, small_world

from .making import NAMESPACE, app, app_secret, derived, document, given, secret, token
from .stage import Stage

READY = ("True", "Reconciled")
NEXT = "n3xt-app-secret-for-tests"
PAGE = document(
    "MessengerPage",
    "harbour",
    {
        "appRef": {"name": "acme"},
        "pageId": PAGE_ID,
        "tokenRef": {"name": "harbour"},
        "subscribedFields": ["messages", "messaging_postbacks"],
    },
)
ACCOUNT = document(
    "InstagramAccount",
    "harbour-ig",
    {"appRef": {"name": "acme"}, "accountId": INSTAGRAM_ID, "pageRef": {"name": "harbour"}},
)
FAMILY = (PAGE, ACCOUNT, derived("harbour", "harriet"), given("harriet", "User"))


def said(stage: Stage, kind: str, name: str, type_: str = "Ready") -> tuple[str, str]:
    found: Resource | None = stage.world.get(kind, NAMESPACE, name)
    assert found is not None
    assert found.status is not None
    (one,) = [condition for condition in found.status.conditions if condition.type == type_]
    assert isinstance(one, Condition)
    return one.status, one.reason


async def test_a_login_makes_the_page_and_its_instagram_account_ready() -> None:
    async with Stage(*FAMILY, world=bare(small_world()), whole=True) as stage:
        await stage.settle()
        assert said(stage, "MessengerPage", "harbour")[0] == "False"
        stage.give("harriet", stage.sim.identity.issue_token("USER", user=USER_ID, expires_in=5400))
        await stage.settle()
        assert said(stage, "MessengerPage", "harbour") == READY
        assert said(stage, "InstagramAccount", "harbour-ig", "TokenValid") == READY
        assert said(stage, "InstagramAccount", "harbour-ig", "PermissionsGranted") == READY


async def test_a_login_that_lives_long_already_is_a_parent_as_it_is() -> None:
    """What the login pages store was exchanged there: nothing is left to be made of it, and Pages derive from it."""
    family = (PAGE, ACCOUNT, derived("harbour", "harriet"), token("harriet", "User", {"login": {}}))
    async with Stage(*family, world=bare(small_world()), whole=True) as stage:
        await stage.settle()
        assert said(stage, "MessengerPage", "harbour")[0] == "False"
        stage.put(secret("harriet-login", token=stage.sim.identity.issue_token("USER", expires_in=60 * 86_400)))
        await stage.settle()
        assert said(stage, "MessengerPage", "harbour") == READY


async def test_a_dead_login_is_told_at_the_page_and_a_new_one_heals_it() -> None:
    async with Stage(*FAMILY, world=bare(small_world()), whole=True) as stage:
        stage.give("harriet", "EAAUSERTOKEN1")
        await stage.settle()
        stage.sim.identity.invalidate(USER_ID, 460)
        await stage.look()
        assert said(stage, "MessengerPage", "harbour", "TokenValid") == ("False", "TokenInvalid")
        stage.give("harriet", stage.sim.identity.issue_token("USER", user=USER_ID))
        await stage.settle()
        assert said(stage, "MessengerPage", "harbour") == READY


async def test_a_permission_taken_back_is_told_at_the_page() -> None:
    async with Stage(*FAMILY, world=bare(small_world()), whole=True) as stage:
        stage.give("harriet", "EAAUSERTOKEN1")
        await stage.settle()
        stage.sim.identity.revoke_scope(USER_ID, "pages_messaging")
        await stage.look()
        assert said(stage, "MessengerPage", "harbour", "PermissionsGranted")[0] == "False"
        stage.sim.identity.grant_scope(USER_ID, "pages_messaging")
        await stage.look()
        assert said(stage, "MessengerPage", "harbour") == READY


async def test_a_rotated_app_secret_is_noticed_by_nobody() -> None:
    rotating = app("app-secret", "next-secret"), app_secret(next_secret=NEXT)
    async with Stage(*FAMILY, *rotating, world=bare(small_world()), whole=True) as stage:
        stage.give("harriet", "EAAUSERTOKEN1")
        await stage.settle()
        stage.sim.identity.reset_app_secret(secret=NEXT)
        stage.later(600)
        await stage.look()
        assert said(stage, "AccessToken", "harbour") == said(stage, "AccessToken", "harriet") == READY
        assert said(stage, "MessengerPage", "harbour") == READY
