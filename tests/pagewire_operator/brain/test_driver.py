"""The driver, where no kind of its own shows it."""

from msgspec import structs

from pagewire.resources import ManagementPolicy
from pagewire.simulator.world import APP_ID, PAGE_ID
from pagewire_operator.brain.driver import Driver
from pagewire_operator.brain.kinds import make_kinds
from pagewire_operator.brain.page.kind import PageKind
from pagewire_operator.brain.page.seen import PageSeen
from pagewire_operator.brain.plugins import NO_PLUGINS
from pagewire_operator.model import Happening, Key
from tests.pagewire_operator.brain.manifests import PROFILE, base, by_login, linked, page, subscription, token
from tests.pagewire_operator.brain.world import Stage

MP = "MessengerPage"


async def test_a_plan_changes_nothing_and_says_what_would_be() -> None:
    async with Stage(*base(page(profile=PROFILE))) as stage:
        stage.hold(Key(MP, "support", "harbour"))
        await stage.settle()
        steps, sayings = await stage.brain.plan(stage.get(MP, "harbour"), stage.world)
        assert [step.action for step in steps] == ["Subscribe", "SetProfile"]
        told = {saying.type: (saying.status, saying.reason) for saying in sayings}
        assert told["Subscribed"] == ("False", "NotSubscribed")
        assert told["Ready"][0] == "False"
        assert stage.sim.settings.subscribed(PAGE_ID) == {}


async def test_a_spec_that_contradicts_itself_is_told_and_nothing_is_asked_of_meta() -> None:
    wanted = page(profile={"persistentMenu": [{"callToActions": [{"type": "postback", "title": "A", "payload": "B"}]}]})
    async with Stage(*base(wanted)) as stage:
        await stage.settle()
        assert stage.ready(MP, "harbour") == ("False", "InvalidSpec")
        assert stage.said(MP, "harbour", "Stalled") == ("True", "InvalidSpec")
        assert "spec.profile.getStarted" in stage.condition(MP, "harbour", "Ready").message
        assert stage.calls("subscribed_apps") == 0
        stage.apply(page())
        await stage.settle()
        assert stage.ready(MP, "harbour") == ("True", "Reconciled")


async def test_never_looking_for_drift_still_acts_on_changes() -> None:
    async with Stage(*base(page(resyncInterval="0s"))) as stage:
        await stage.settle()
        assert stage.outcome(MP, "harbour").again is None
        stage.edit(MP, "harbour", subscribed_fields=["messages"])
        await stage.settle()
        assert stage.sim.settings.subscribed(PAGE_ID) == {APP_ID: {"messages"}}


async def test_a_finalizer_only_where_something_may_have_to_be_taken_back() -> None:
    leaving = page(deletionPolicy="Delete")
    async with Stage(*base(leaving, subscription(), token("other", deletionPolicy="Delete"))) as stage:
        await stage.settle()
        made = stage.get(MP, "harbour")
        assert stage.brain.finalizer(made)
        observed = structs.replace(made, spec=structs.replace(made.spec, management_policy=ManagementPolicy.OBSERVE))
        assert not stage.brain.finalizer(observed)
        assert not stage.brain.finalizer(stage.get("WebhookSubscription", "acme-page"))
        assert not stage.brain.finalizer(stage.get("MessengerApp", "acme"))


async def test_what_depends_on_what() -> None:
    async with Stage(*base(page(), subscription(), linked(), by_login())) as stage:
        await stage.settle()

        def after(kind: str, name: str) -> set[str]:
            found = stage.brain.dependants(Key(kind, "support", name), stage.world)
            return {f"{key.kind}/{key.name}" for key in found} - {f"{kind}/{name}"}

        everything = {"AccessToken/harbour", "WebhookSubscription/acme-page", "MessengerPage/harbour"}
        accounts = {"InstagramAccount/harbour-ig", "InstagramAccount/quay-ig"}
        assert after("MessengerApp", "acme") >= everything | accounts
        assert "MessengerApp/acme" in after("Secret", "acme-app")
        assert after("Secret", "nobody-knows-it") == set()
        assert after("AccessToken", "harbour") >= {"MessengerPage/harbour"}
        assert after("AccessToken", "quay") >= {"InstagramAccount/quay-ig"}
        assert after("MessengerPage", "harbour") == {"InstagramAccount/harbour-ig"}
        assert after("WebhookSubscription", "acme-page") == accounts


class Clumsy(PageKind):
    """Makes a mistake that nobody foresaw."""

    async def observe(self, *_: object) -> PageSeen:
        raise TypeError("nobody foresaw this")

    async def release(self, *_: object) -> tuple[Happening, ...]:
        raise TypeError("nobody foresaw this")


async def test_a_mistake_of_ours_is_told_where_people_look_and_holds_no_deletion() -> None:
    async with Stage(*base(page(deletionPolicy="Delete"))) as stage:
        await stage.settle()
        clumsy = {**make_kinds(NO_PLUGINS), MP: Clumsy(NO_PLUGINS)}
        stage.brain = Driver(clumsy, stage.brain._graphs, stage.brain._settings, stage.clock.now)
        stage.later(600.0)
        await stage.look(MP)
        assert stage.said(MP, "harbour", "Synced") == ("False", "InternalError")
        assert stage.ready(MP, "harbour")[0] == "True", "it works as before"
        assert len(stage.told("InternalError")) == 1
        stage.delete(MP, "harbour")
        await stage.settle()
        for _ in range(20):
            stage.later(60.0)
            await stage.look(MP)
        assert stage.world.get(MP, "support", "harbour") is None
        (said,) = stage.told("LeftBehind")
        assert "TypeError" in said
