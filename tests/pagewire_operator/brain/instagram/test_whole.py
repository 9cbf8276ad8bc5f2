"""Instagram accounts and Meta together, both ways."""

from pagewire.resources import LocalRef
from pagewire.simulator.world import APP_ID, INSTAGRAM_ID, LOGIN_ID, PAGE_ID, Account, Token, World
from tests.pagewire_operator.brain.manifests import (
    app,
    base,
    by_login,
    linked,
    page,
    secret,
    subscription,
    token,
    with_login,
)
from tests.pagewire_operator.brain.world import MINUTE, Stage

MIG, LINKED, LOGIN = "InstagramAccount", "harbour-ig", "quay-ig"
ICE = [{"callToActions": [{"question": "When are you open?", "payload": "HOURS"}]}]
BOTH = {"messages", "messaging_postbacks"}
OTHER_PAGE = "108000000000099"
OTHERS = World(
    accounts=[
        Account(id=OTHER_PAGE, object="page", name="Elsewhere"),
        Account(id="17841400000000098", object="instagram", username="elsewhere", page_id=OTHER_PAGE),
        Account(id="17841400000000099", object="instagram", username="by_login"),
    ],
    tokens=[
        Token(value="EAAPAGETOKEN2", type="PAGE", app_id=APP_ID, account_id=OTHER_PAGE),
        Token(value="IGLOGINTOKEN2", type="INSTAGRAM", app_id=APP_ID, account_id="17841400000000099"),
    ],
)
"""Another Page with its account, and another account of Instagram Login, with a token each."""


async def test_an_account_of_instagram_login_becomes_ready() -> None:
    async with Stage(*with_login(by_login(profile={"iceBreakers": ICE}))) as stage:
        await stage.settle()
        assert stage.ready(MIG, LOGIN) == ("True", "Reconciled"), stage.status(MIG, LOGIN)
        assert stage.sim.settings.subscribed(LOGIN_ID) == {APP_ID: BOTH}
        assert set(stage.sim.settings.profile(LOGIN_ID)) == {"ice_breakers"}
        status = stage.status(MIG, LOGIN)
        assert status.username == "quay_cafe"
        assert status.subscribed_fields == sorted(BOTH)
        assert {one.type for one in status.conditions} == {
            "Ready",
            "Synced",
            "TokenValid",
            "PermissionsGranted",
            "Subscribed",
            "ProfileSynced",
        }


async def test_nothing_changes_while_nothing_changes() -> None:
    async with Stage(*with_login(by_login(profile={"iceBreakers": ICE}))) as stage:
        await stage.settle()
        writes = stage.writes
        stage.sim.calls.clear()
        stage.later(10 * MINUTE)
        await stage.look(MIG)
        assert (stage.writes, stage.calls(method="POST"), stage.calls()) == (writes, 0, 2)


async def test_an_unsubscribed_account_is_mended() -> None:
    async with Stage(*with_login(by_login())) as stage:
        await stage.settle()
        stage.sim.settings.unsubscribe(LOGIN_ID)
        stage.later(10 * MINUTE)
        await stage.look(MIG)
        assert stage.sim.settings.subscribed(LOGIN_ID) == {APP_ID: BOTH}
        assert len(stage.told("DriftFound")) == len(stage.told("SubscriptionDisabled")) == 1


async def test_the_token_of_another_account_is_refused() -> None:
    async with Stage(*with_login(by_login(accountId="17841400000000099"))) as stage:
        await stage.settle()
        assert stage.said(MIG, LOGIN, "TokenValid") == ("False", "WrongTokenType")
        assert LOGIN_ID in stage.condition(MIG, LOGIN, "TokenValid").message


async def test_an_app_without_its_instagram_side_says_so() -> None:
    bare = app()
    del bare["spec"]["instagram"]
    documents = [one for one in with_login(by_login()) if one["kind"] != "MessengerApp"]
    async with Stage(*documents, bare) as stage:
        await stage.settle()
        assert stage.ready(MIG, LOGIN)[0] == "False"
        assert (
            "spec.instagram"
            in stage.condition(MIG, LOGIN, "Synced").message + stage.condition(MIG, LOGIN, "Ready").message
        )


async def test_an_account_reached_through_its_page_becomes_ready() -> None:
    webhooks = subscription("acme-instagram", object="instagram", fields=["messages"])
    async with Stage(*base(page(), webhooks, linked(profile={"iceBreakers": ICE}))) as stage:
        stage.sim.meta.state.apps[APP_ID].instagram_by_api = True
        await stage.settle()
        assert stage.ready(MIG, LINKED) == ("True", "Reconciled"), stage.status(MIG, LINKED)
        assert set(stage.sim.settings.profile(INSTAGRAM_ID)) == {"ice_breakers"}
        assert "ice_breakers" not in stage.sim.settings.profile(PAGE_ID)
        status = stage.status(MIG, LINKED)
        assert (status.page_id, status.username) == (PAGE_ID, "harbour_bakery")


async def test_webhooks_set_in_the_dashboard_are_seen() -> None:
    async with Stage(*base(page(), linked())) as stage:
        stage.sim.settings.dashboard(APP_ID, "instagram", "https://elsewhere.example.com/", fields=["messages"])
        await stage.settle()
        assert stage.ready(MIG, LINKED) == ("True", "Reconciled")


async def test_what_is_missing_for_its_events_is_named() -> None:
    async with Stage(*base(page(subscribedFields=[]), linked(subscribedFields=["messages", "comments"]))) as stage:
        await stage.settle()
        assert stage.ready(MIG, LINKED) == ("False", "NotSubscribed")
        assert "MessengerPage support/harbour" in stage.condition(MIG, LINKED, "Subscribed").message
        stage.edit("MessengerPage", "harbour", subscribed_fields=["messages"])
        await stage.settle()
        assert "WebhookSubscription with object: instagram" in stage.condition(MIG, LINKED, "Subscribed").message
        stage.sim.meta.state.apps[APP_ID].instagram_by_api = True
        stage.apply(subscription("acme-instagram", object="instagram", fields=["messages"]))
        await stage.settle()
        assert "lack comments" in stage.condition(MIG, LINKED, "Subscribed").message
        stage.edit("WebhookSubscription", "acme-instagram", fields=["messages", "comments"])
        await stage.settle()
        assert stage.ready(MIG, LINKED) == ("True", "Reconciled")


async def test_a_page_that_is_not_subscribed_although_it_names_fields_is_waited_for() -> None:
    async with Stage(*base(page(managementPolicy="Observe"), linked())) as stage:
        await stage.settle()
        assert stage.ready(MIG, LINKED) == ("False", "NotSubscribed")
        said = stage.condition(MIG, LINKED, "Subscribed").message
        assert "MessengerPage support/harbour names fields" in said
        assert "name at least one" not in said


async def test_a_page_that_does_not_exist_is_named_and_its_coming_noticed() -> None:
    async with Stage(*base(linked())) as stage:
        stage.sim.settings.dashboard(APP_ID, "instagram", "https://elsewhere.example.com/", fields=["messages"])
        await stage.settle()
        assert stage.ready(MIG, LINKED) == ("False", "PageNotFound")
        stage.apply(page())
        await stage.settle()
        assert stage.ready(MIG, LINKED) == ("True", "Reconciled")


async def test_a_page_linked_to_another_account_is_told() -> None:
    async with Stage(*base(page(), linked(accountId="17841400000000099"))) as stage:
        await stage.settle()
        assert stage.ready(MIG, LINKED) == ("False", "WrongTokenType")
        assert INSTAGRAM_ID in stage.condition(MIG, LINKED, "Ready").message


async def test_the_pages_dead_token_is_the_accounts_too() -> None:
    async with Stage(*base(page(), linked())) as stage:
        stage.sim.settings.dashboard(APP_ID, "instagram", "https://elsewhere.example.com/", fields=["messages"])
        await stage.settle()
        stage.sim.identity.invalidate("EAAPAGETOKEN1", 460)
        stage.later(10 * MINUTE)
        await stage.look()
        assert stage.said(MIG, LINKED, "TokenValid")[0] == "False"
        assert stage.ready(MIG, LINKED)[0] == "False"


async def test_deleted_with_everything_it_put_there() -> None:
    wanted = by_login(profile={"iceBreakers": ICE}, deletionPolicy="Delete")
    async with Stage(*with_login(wanted)) as stage:
        await stage.settle()
        stage.sim.settings.install(LOGIN_ID, {*BOTH, "comments"})
        await stage.look(MIG)
        stage.delete(MIG, LOGIN)
        await stage.settle()
        assert stage.world.get(MIG, "support", LOGIN) is None
        assert stage.sim.settings.subscribed(LOGIN_ID) == {APP_ID: {"comments"}}
        assert stage.sim.settings.profile(LOGIN_ID) == {}


async def test_a_linked_account_never_takes_the_app_off_its_page() -> None:
    wanted = linked(profile={"iceBreakers": ICE}, deletionPolicy="Delete")
    async with Stage(*base(page(), wanted)) as stage:
        await stage.settle()
        stage.delete(MIG, LINKED)
        await stage.settle()
        assert stage.world.get(MIG, "support", LINKED) is None
        assert stage.sim.settings.subscribed(PAGE_ID) == {APP_ID: BOTH}
        assert stage.sim.settings.profile(INSTAGRAM_ID) == {}


async def test_the_right_token_counts_at_once_where_a_wrong_one_was() -> None:
    documents = [one for one in with_login(by_login()) if one["metadata"]["name"] != "quay-token"]
    async with Stage(*documents, secret("quay-token", token="IGLOGINTOKEN2")) as stage:
        stage.sim.meta.state.add(OTHERS)
        await stage.settle()
        assert stage.said(MIG, LOGIN, "TokenValid") == ("False", "WrongTokenType")
        stage.later(MINUTE)
        stage.apply(secret("quay-token", token="IGLOGINTOKEN1"))
        await stage.settle()
        assert stage.ready(MIG, LOGIN) == ("True", "Reconciled"), stage.condition(MIG, LOGIN, "Ready").message


async def test_the_right_page_counts_at_once_where_a_wrong_one_was() -> None:
    elsewhere = page("elsewhere", pageId=OTHER_PAGE, tokenRef={"name": "elsewhere"})
    wrong = (secret("elsewhere-token", token="EAAPAGETOKEN2"), token("elsewhere", pageId=OTHER_PAGE), elsewhere)
    async with Stage(*base(page(), *wrong, linked(pageRef={"name": "elsewhere"}))) as stage:
        stage.sim.settings.dashboard(APP_ID, "instagram", "https://elsewhere.example.com/", fields=["messages"])
        stage.sim.meta.state.add(OTHERS)
        await stage.settle()
        assert stage.said(MIG, LINKED, "TokenValid") == ("False", "WrongTokenType")
        stage.edit(MIG, LINKED, page_ref=LocalRef(name="harbour"))
        await stage.settle()
        assert stage.ready(MIG, LINKED) == ("True", "Reconciled"), stage.condition(MIG, LINKED, "Ready").message
