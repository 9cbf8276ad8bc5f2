"""An app's webhooks and Meta together."""

from pagewire.simulator.world import APP_ID
from tests.pagewire_operator.brain.manifests import app, app_secret, base, secret, subscription
from tests.pagewire_operator.brain.world import MINUTE, Stage

WS, NAME = "WebhookSubscription", "acme-page"
ELSEWHERE = "https://elsewhere.example.com/hook"


async def test_it_is_set_verified_and_read_back() -> None:
    async with Stage(*base(subscription())) as stage:
        await stage.settle()
        made = stage.sim.settings.subscriptions(APP_ID)["page"]
        assert (made.callback_url, made.fields, made.include_values) == (
            stage.hook.url,
            {"messages", "messaging_postbacks"},
            True,
        )
        assert stage.ready(WS, NAME) == ("True", "Reconciled")
        status = stage.status(WS, NAME)
        assert (status.active, status.payload_version) == (True, "v25.0")
        assert status.fields == ["messages", "messaging_postbacks"]
        assert len(stage.told("Changed")) == 1


async def test_a_second_look_does_nothing() -> None:
    async with Stage(*base(subscription())) as stage:
        await stage.settle()
        posts, writes = stage.calls("subscriptions", "POST"), stage.writes
        stage.later(10 * MINUTE)
        await stage.look()
        assert (stage.calls("subscriptions", "POST"), stage.writes) == (posts, writes)
        assert stage.outcome(WS, NAME).again == 600.0


async def test_a_gateway_that_is_not_up_yet_is_waited_for() -> None:
    async with Stage(*base(subscription()), gateway=False) as stage:
        await stage.settle()
        assert stage.said(WS, NAME, "Subscribed") == ("False", "WaitingForGateway")
        assert stage.said(WS, NAME, "Synced") == ("False", "CallbackUnverified")
        assert stage.ready(WS, NAME)[0] == "False"
        assert stage.outcome(WS, NAME).again == 7.0
        stage.hook.status = 200
        stage.later(7.0)
        await stage.look(WS)
        assert stage.ready(WS, NAME) == ("True", "Reconciled")


async def test_a_callback_that_never_answers_is_told_as_such() -> None:
    async with Stage(*base(subscription()), gateway=False) as stage:
        await stage.settle()
        pauses = []
        for _ in range(12):
            stage.later(stage.outcome(WS, NAME).again or 0.0)
            await stage.look(WS)
            pauses.append(stage.outcome(WS, NAME).again)
        assert stage.said(WS, NAME, "Subscribed") == ("False", "CallbackUnverified")
        assert "HTTP Status Code = 503" in stage.condition(WS, NAME, "Subscribed").message
        assert pauses[-1] == 600.0
        assert len(stage.told("WaitingForGateway")) == 1


async def test_a_wrong_verify_token_is_a_wrong_answer() -> None:
    documents = base(subscription(), app_secret(verify_token="another"))
    async with Stage(*documents) as stage:
        await stage.settle()
        assert stage.said(WS, NAME, "Subscribed")[0] == "False"
        stage.apply(app_secret())
        await stage.settle()
        assert stage.ready(WS, NAME) == ("True", "Reconciled")


async def test_a_missing_verify_token_is_named_and_its_coming_noticed() -> None:
    async with Stage(*base(subscription(), secret("acme-app", app_secret="s3cr3t-app-secret-for-tests"))) as stage:
        await stage.settle()
        assert stage.ready(WS, NAME) == ("False", "SecretNotFound")
        assert "verify-token" in stage.condition(WS, NAME, "Ready").message
        stage.apply(app_secret())
        await stage.settle()
        assert stage.ready(WS, NAME) == ("True", "Reconciled")


async def test_a_foreign_callback_is_never_overwritten_silently() -> None:
    async with Stage(*base()) as stage:
        stage.sim.settings.dashboard(APP_ID, "page", ELSEWHERE, fields=["messages"])
        stage.apply(subscription())
        await stage.settle()
        assert stage.ready(WS, NAME) == ("False", "ForeignCallback")
        assert stage.said(WS, NAME, "Stalled") == ("True", "ForeignCallback")
        assert ELSEWHERE in stage.condition(WS, NAME, "Ready").message
        assert stage.sim.settings.subscriptions(APP_ID)["page"].callback_url == ELSEWHERE
        stage.apply(subscription(adoptionPolicy="Adopt"))
        await stage.settle()
        assert stage.ready(WS, NAME) == ("True", "Reconciled")
        assert stage.status(WS, NAME).adopted_from == ELSEWHERE
        assert len(stage.told("Adopted")) == 1
        assert stage.sim.settings.subscriptions(APP_ID)["page"].callback_url == stage.hook.url


async def test_a_subscription_that_meta_stopped_is_started_again() -> None:
    async with Stage(*base(subscription())) as stage:
        await stage.settle()
        stage.sim.settings.deactivate(APP_ID, "page")
        stage.later(10 * MINUTE)
        await stage.look(WS)
        assert stage.sim.settings.subscriptions(APP_ID)["page"].active
        assert stage.ready(WS, NAME) == ("True", "Reconciled")
        assert len(stage.told("DriftFound")) == 1
        assert [event.reason for event in stage.events[-2:]] == ["DriftFound", "Changed"]


async def test_fields_of_others_are_left_alone_and_told() -> None:
    async with Stage(*base(subscription())) as stage:
        await stage.settle()
        fields = {"messages", "messaging_postbacks", "feed"}
        stage.sim.settings.dashboard(APP_ID, "page", stage.hook.url, fields=fields)
        await stage.look(WS)
        assert stage.status(WS, NAME).unmanaged_fields == ["feed"]
        stage.edit(WS, NAME, fields=["messages"])
        await stage.settle()
        assert stage.sim.settings.subscriptions(APP_ID)["page"].fields == {"messages", "feed"}
        assert stage.ready(WS, NAME) == ("True", "Reconciled")


async def test_instagram_may_be_the_dashboards_alone() -> None:
    wanted = subscription("acme-instagram", object="instagram", fields=["messages"])
    async with Stage(*base(wanted)) as stage:
        await stage.settle()
        assert stage.ready(WS, "acme-instagram") == ("False", "DashboardOnly")
        said = stage.condition(WS, "acme-instagram", "Subscribed").message
        assert stage.hook.url in said
        assert "fields messages" in said
        assert stage.outcome(WS, "acme-instagram").again == 600.0
        stage.sim.settings.dashboard(APP_ID, "instagram", stage.hook.url, fields=["messages"])
        await stage.look(WS)
        assert stage.ready(WS, "acme-instagram") == ("True", "Reconciled")


async def test_instagram_is_set_where_meta_lets_it() -> None:
    async with Stage(*base(subscription("acme-instagram", object="instagram", fields=["messages"]))) as stage:
        stage.sim.meta.state.apps[APP_ID].instagram_by_api = True
        await stage.settle()
        assert stage.ready(WS, "acme-instagram") == ("True", "Reconciled")


async def test_a_success_that_is_none_is_noticed() -> None:
    async with Stage(*base(subscription())) as stage:
        stage.sim.faults.inject("lie", edge="subscriptions", method="POST")
        await stage.settle()
        assert stage.said(WS, NAME, "Subscribed") == ("False", "NotSubscribed")
        assert stage.outcome(WS, NAME).again == 7.0
        await stage.look(WS)
        assert stage.ready(WS, NAME) == ("True", "Reconciled")


async def test_observing_changes_nothing_and_shows_the_plan() -> None:
    async with Stage(*base(subscription(managementPolicy="Observe"))) as stage:
        await stage.settle()
        assert stage.calls("subscriptions", "POST") == 0
        (step,) = stage.status(WS, NAME).plan
        assert (step.action, step.target) == ("Subscribe", "Webhooks of object page")
        assert stage.said(WS, NAME, "Synced") == ("False", "Observing")
        events = len(stage.events)
        await stage.look(WS)
        assert len(stage.events) == events


async def test_an_app_that_is_not_there_is_waited_for() -> None:
    async with Stage(app_secret(), subscription()) as stage:
        await stage.settle()
        assert stage.ready(WS, NAME) == ("False", "AppNotFound")
        stage.apply(app())
        await stage.settle()
        assert stage.ready(WS, NAME) == ("True", "Reconciled")
