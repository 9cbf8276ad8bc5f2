"""How resources leave: with what is theirs, or with a word about what stays, and always within a bound."""

import pytest

from pagewire.simulator.world import APP_ID, PAGE_ID
from tests.pagewire_operator.brain.manifests import PROFILE, base, linked, page, subscription
from tests.pagewire_operator.brain.world import MINUTE, Stage

MP, NAME, WS, SUB = "MessengerPage", "harbour", "WebhookSubscription", "acme-page"
BOTH = {"messages", "messaging_postbacks"}
LEAVING = page(profile=PROFILE, deletionPolicy="Delete")


def gone(stage: Stage, kind: str = MP, name: str = NAME) -> bool:
    return stage.world.get(kind, "support", name) is None


async def wait(stage: Stage, minutes: int = 20) -> int:
    """Look as often as the outcome asks; minutes until it is gone."""
    for minute in range(minutes):
        await stage.look(MP)
        if gone(stage):
            return minute
        stage.later(MINUTE)
    raise AssertionError("the deletion never ends")


async def test_orphan_leaves_everything() -> None:
    async with Stage(*base(page(profile=PROFILE))) as stage:
        await stage.settle()
        assert not stage.brain.finalizer(stage.get(MP, NAME))
        assert not stage.outcome(MP, NAME).finalizer
        stage.delete(MP, NAME)
        await stage.settle()
        assert stage.sim.settings.subscribed(PAGE_ID) == {APP_ID: BOTH}
        assert set(stage.sim.settings.profile(PAGE_ID)) >= {"greeting", "persistent_menu"}


async def test_delete_takes_back_what_was_put_there_and_no_more() -> None:
    async with Stage(*base(LEAVING)) as stage:
        stage.sim.settings.edit_profile(PAGE_ID, {"account_linking_url": "https://shop.example.com/link"})
        await stage.settle()
        assert stage.outcome(MP, NAME).finalizer
        stage.delete(MP, NAME)
        await stage.settle()
        assert gone(stage)
        assert stage.sim.settings.subscribed(PAGE_ID) == {}
        assert set(stage.sim.settings.profile(PAGE_ID)) == {"account_linking_url"}
        assert len(stage.told("Released")) == 2


async def test_fields_of_others_survive() -> None:
    async with Stage(*base(page(deletionPolicy="Delete"))) as stage:
        stage.sim.settings.install(PAGE_ID, ["feed"])
        await stage.settle()
        stage.delete(MP, NAME)
        await stage.settle()
        assert stage.sim.settings.subscribed(PAGE_ID) == {APP_ID: {"feed"}}


async def test_a_dead_token_does_not_keep_the_app_on_the_page() -> None:
    async with Stage(*base(page(deletionPolicy="Delete"))) as stage:
        await stage.settle()
        stage.sim.identity.invalidate("EAAPAGETOKEN1", 460)
        await stage.look()
        stage.delete(MP, NAME)
        await stage.settle()
        assert gone(stage)
        assert stage.sim.settings.subscribed(PAGE_ID) == {}
        assert stage.told("LeftBehind") == []


async def test_with_a_dead_token_the_profile_stays_and_is_named() -> None:
    async with Stage(*base(LEAVING)) as stage:
        await stage.settle()
        stage.sim.identity.invalidate("EAAPAGETOKEN1", 460)
        await stage.look()
        stage.delete(MP, NAME)
        await stage.settle()
        assert not gone(stage)
        assert stage.ready(MP, NAME) == ("False", "Deleting")
        assert 15 <= await wait(stage) <= 16
        assert stage.sim.settings.subscribed(PAGE_ID) == {}
        (left,) = stage.told("LeftBehind")
        assert f"the profile of Page {PAGE_ID}" in left
        assert "subscription" not in left
        assert len(stage.told("Deleting")) == 1


async def test_a_deleted_secret_does_not_keep_it_either() -> None:
    async with Stage(*base(page(deletionPolicy="Delete"))) as stage:
        await stage.settle()
        stage.delete("Secret", "harbour-token")
        stage.delete("Secret", "acme-app")
        await stage.settle()
        stage.delete(MP, NAME)
        await stage.settle()
        assert gone(stage)
        assert stage.sim.settings.subscribed(PAGE_ID) == {}


async def test_after_a_restart_a_deleted_app_secret_ends_in_words() -> None:
    async with Stage(*base(page(deletionPolicy="Delete"))) as stage:
        await stage.settle()
        stage.delete("Secret", "acme-app")
        stage.restart()
        stage.delete(MP, NAME)
        await stage.settle()
        assert 15 <= await wait(stage) <= 16
        (left,) = stage.told("LeftBehind")
        assert f"the app's subscription of Page {PAGE_ID} to messages, messaging_postbacks" in left
        assert "acme-app" in left


async def test_meta_away_ends_within_the_bound() -> None:
    async with Stage(*base(LEAVING)) as stage:
        await stage.settle()
        stage.sim.faults.inject("html", edge="*", times=None)
        stage.delete(MP, NAME)
        await stage.settle()
        again = stage.outcome(MP, NAME).again
        assert again is not None
        assert again <= 15 * MINUTE
        assert 15 <= await wait(stage) <= 16
        (left,) = stage.told("LeftBehind")
        assert "subscription" in left
        assert "profile" in left


async def test_meta_back_in_time_nothing_stays() -> None:
    async with Stage(*base(LEAVING)) as stage:
        await stage.settle()
        stage.sim.faults.inject("html", edge="*", times=None)
        stage.delete(MP, NAME)
        await stage.settle()
        stage.later(5 * MINUTE)
        await stage.look(MP)
        stage.sim.faults.clear()
        assert await wait(stage) <= 9
        assert stage.sim.settings.subscribed(PAGE_ID) == {}
        assert stage.told("LeftBehind") == []


async def test_a_namespace_that_goes_away_is_not_held() -> None:
    async with Stage(*base(LEAVING)) as stage:
        await stage.settle()
        stage.sim.faults.inject("drop", edge="*", times=None)
        stage.world.end("support")
        stage.delete(MP, NAME)
        await stage.settle()
        assert gone(stage)
        assert len(stage.told("LeftBehind")) == 1


async def test_a_namespace_that_goes_away_with_its_secrets_first_takes_its_things_along() -> None:
    async with Stage(*base(page(deletionPolicy="Delete"), subscription(deletionPolicy="Delete"))) as stage:
        await stage.settle()
        stage.world.end("support")
        for name in ("acme-app", "harbour-token"):
            stage.delete("Secret", name)
        stage.delete("MessengerApp", "acme")
        stage.delete(MP, NAME)
        stage.delete(WS, SUB)
        await stage.settle()
        assert gone(stage)
        assert gone(stage, WS, SUB)
        assert stage.sim.settings.subscribed(PAGE_ID) == {}
        assert stage.sim.settings.subscriptions(APP_ID) == {}


async def test_a_page_meta_no_longer_knows_is_no_obstacle() -> None:
    async with Stage(*base(LEAVING)) as stage:
        await stage.settle()
        stage.sim.faults.inject("error", edge="*", code=100, subcode=33, times=None)
        stage.delete(MP, NAME)
        await stage.settle()
        assert gone(stage)
        assert stage.told("LeftBehind") == []


async def test_forced_or_paused_it_goes_at_once() -> None:
    for annotation in ("force_orphan", "paused"):
        async with Stage(*base(LEAVING)) as stage:
            await stage.settle()
            stage.annotate(MP, NAME, **{annotation: "true"})
            await stage.settle()
            stage.delete(MP, NAME)
            await stage.settle()
            assert gone(stage)
            assert stage.sim.settings.subscribed(PAGE_ID) == {APP_ID: BOTH}
            assert len(stage.told("Orphaned")) == 1


async def test_the_page_stays_subscribed_for_an_instagram_account() -> None:
    async with Stage(*base(page(deletionPolicy="Delete"), linked())) as stage:
        await stage.settle()
        stage.delete(MP, NAME)
        await stage.settle()
        assert gone(stage)
        assert stage.sim.settings.subscribed(PAGE_ID) == {APP_ID: BOTH}
        (told,) = stage.told("Released")
        assert "InstagramAccount harbour-ig" in told


async def test_the_last_instagram_account_takes_the_app_off_a_page_whose_own_resource_is_gone() -> None:
    first, last = (
        linked(deletionPolicy="Delete"),
        linked("second-ig", accountId="17841400000000077", deletionPolicy="Delete"),
    )
    async with Stage(*base(page(deletionPolicy="Delete"), first, last)) as stage:
        await stage.settle()
        stage.delete(MP, NAME)
        await stage.settle()
        stage.delete("AccessToken", NAME)
        stage.delete("Secret", "harbour-token")
        stage.delete("InstagramAccount", "harbour-ig")
        await stage.settle()
        assert stage.sim.settings.subscribed(PAGE_ID) == {APP_ID: BOTH}, "the other account needs it"
        stage.delete("InstagramAccount", "second-ig")
        await stage.settle()
        assert gone(stage, "InstagramAccount", "second-ig")
        assert stage.sim.settings.subscribed(PAGE_ID) == {}
        assert any("the last account that was reached through it" in told for told in stage.told("Released"))


@pytest.mark.parametrize("policy", ["Orphan", "Delete"])
async def test_an_account_leaves_alone_what_its_page_would_have_left_or_another_resource_holds(policy: str) -> None:
    async with Stage(*base(page(deletionPolicy=policy), linked(deletionPolicy="Delete"))) as stage:
        await stage.settle()
        stage.delete(MP, NAME)
        await stage.settle()
        if policy == "Delete":
            stage.apply(page("newcomer"))
            await stage.settle()
        stage.delete("InstagramAccount", "harbour-ig")
        await stage.settle()
        assert stage.sim.settings.subscribed(PAGE_ID) == {APP_ID: BOTH}


async def test_a_page_that_only_its_account_kept_subscribed_is_unsubscribed_at_once_when_the_account_goes() -> None:
    async with Stage(*base(page(), linked())) as stage:
        await stage.settle()
        stage.apply(page(subscribedFields=[]))
        await stage.settle()
        assert stage.sim.settings.subscribed(PAGE_ID) == {APP_ID: BOTH}
        stage.delete("InstagramAccount", "harbour-ig")
        await stage.settle()
        assert stage.sim.settings.subscribed(PAGE_ID) == {}


async def test_what_never_was_set_is_not_taken_back() -> None:
    async with Stage(*base(page(deletionPolicy="Delete"))) as stage:
        stage.sim.settings.refuse_field("messages", "unknown")
        await stage.settle()
        stage.delete(MP, NAME)
        await stage.settle()
        assert gone(stage)
        assert stage.calls("subscribed_apps", "DELETE") == 0


async def test_an_apps_webhooks_are_removed_with_their_object_named() -> None:
    async with Stage(*base(subscription(deletionPolicy="Delete"))) as stage:
        stage.sim.settings.dashboard(APP_ID, "instagram", "https://elsewhere.example.com/", fields=["messages"])
        await stage.settle()
        stage.delete(WS, SUB)
        await stage.settle()
        assert gone(stage, WS, SUB)
        assert set(stage.sim.settings.subscriptions(APP_ID)) == {"instagram"}


async def test_webhooks_of_an_app_with_fields_of_others_keep_those() -> None:
    async with Stage(*base(subscription(deletionPolicy="Delete"))) as stage:
        await stage.settle()
        fields = {*BOTH, "feed"}
        stage.sim.settings.dashboard(APP_ID, "page", stage.hook.url, fields=fields)
        stage.delete(WS, SUB)
        await stage.settle()
        assert stage.sim.settings.subscriptions(APP_ID)["page"].fields == {"feed"}


async def test_webhooks_that_go_elsewhere_by_now_are_not_ours_to_remove() -> None:
    async with Stage(*base(subscription(deletionPolicy="Delete"))) as stage:
        await stage.settle()
        stage.sim.settings.dashboard(APP_ID, "page", "https://elsewhere.example.com/", fields=BOTH)
        stage.delete(WS, SUB)
        await stage.settle()
        assert gone(stage, WS, SUB)
        assert set(stage.sim.settings.subscriptions(APP_ID)) == {"page"}


@pytest.mark.parametrize("disturb", ["unsubscribed", "edited", "rejected", "throttled", "revoked", "expired", "secret"])
async def test_deleted_in_the_middle_of_trouble_it_ends(disturb: str) -> None:
    async with Stage(*base(LEAVING)) as stage:
        await stage.settle()
        match disturb:
            case "unsubscribed":
                stage.sim.settings.unsubscribe(PAGE_ID)
            case "edited":
                stage.sim.settings.edit_profile(PAGE_ID, {"greeting": [{"locale": "default", "text": "Buy"}]})
            case "rejected":
                stage.sim.settings.refuse_field("standby", "unknown")
                stage.edit(MP, NAME, subscribed_fields=["messages", "standby"])
                await stage.settle()
            case "throttled":
                stage.sim.identity.set_usage("pages", PAGE_ID, 100, regain_minutes=60)
            case "revoked":
                stage.sim.identity.revoke_scope("EAAPAGETOKEN1", "pages_messaging")
            case "expired":
                stage.sim.identity.expire_token("EAAPAGETOKEN1")
            case "secret":
                stage.delete("Secret", "harbour-token")
        stage.delete(MP, NAME)
        await stage.settle()
        if not gone(stage):
            await wait(stage)
        assert gone(stage)
