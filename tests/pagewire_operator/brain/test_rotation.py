"""An app secret is rotated: the app has two, and nobody tells when Meta stops to take the old one."""

from pagewire.simulator.world import APP_ID, PAGE_ID
from tests.pagewire_operator.brain.manifests import SECRET, app, app_secret, base, page, secret, subscription, token
from tests.pagewire_operator.brain.world import Stage

MP, WS = "MessengerPage", "WebhookSubscription"
NEXT = "n3xt-app-secret-for-tests"
BOTH = (
    app_secret(next_secret=NEXT),
    secret("harbour-token", token="EAAPAGETOKEN1"),
    app(keys=("app-secret", "next-secret")),
    token(),
)


async def test_nothing_fails_when_meta_drops_the_old_secret() -> None:
    async with Stage(*BOTH, page(), subscription()) as stage:
        await stage.settle()
        stage.sim.identity.reset_app_secret(secret=NEXT)
        told = len(stage.events)
        stage.sim.settings.unsubscribe(PAGE_ID)
        for kind in (MP, WS):  # before anybody looks at the app itself
            await stage.look(kind)
        assert stage.ready(MP, "harbour") == stage.ready(WS, "acme-page") == ("True", "Reconciled")
        assert {event.reason for event in stage.events[told:]} == {"DriftFound", "Changed", "SubscriptionDisabled"}


async def test_the_old_secret_is_not_tried_again_and_again() -> None:
    async with Stage(*BOTH, page(), subscription()) as stage:
        await stage.settle()
        stage.sim.identity.reset_app_secret(secret=NEXT)
        for _ in range(3):
            stage.later(600.0)
            await stage.look(MP)
            await stage.look(WS)
        assert stage.sim.calls.failed("subscribed_apps") + stage.sim.calls.failed("subscriptions") == 1


async def test_with_no_secret_that_works_it_is_said_and_each_is_tried_again() -> None:
    async with Stage(*BOTH, page()) as stage:
        await stage.settle()
        stage.sim.identity.reset_app_secret(secret="a-third-s3cret")
        await stage.look(MP)
        assert stage.ready(MP, "harbour") == ("False", "AppSecretInvalid")
        stage.sim.identity.reset_app_secret(secret=SECRET)
        stage.later(3600.0)
        await stage.look()
        assert stage.ready(MP, "harbour") == ("True", "Reconciled")


async def test_a_deletion_finds_the_right_secret_too() -> None:
    async with Stage(*BOTH, page(deletionPolicy="Delete"), subscription(deletionPolicy="Delete")) as stage:
        await stage.settle()
        stage.sim.identity.reset_app_secret(secret=NEXT)
        stage.delete(MP, "harbour")
        stage.delete(WS, "acme-page")
        await stage.settle()
        assert stage.sim.settings.subscribed(PAGE_ID) == {}
        assert stage.sim.settings.subscriptions(APP_ID) == {}
        assert stage.told("LeftBehind") == stage.told("Deleting") == []


async def test_one_secret_refused_is_no_rotation() -> None:
    async with Stage(*base(page())) as stage:
        await stage.settle()
        stage.sim.identity.reset_app_secret()
        await stage.look(MP)
        assert stage.ready(MP, "harbour") == ("False", "AppSecretInvalid")
