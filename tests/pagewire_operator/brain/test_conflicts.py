"""Two resources that claim the same thing at Meta never fight: the oldest holds it, the others say so."""

import pytest
from msgspec import structs

from pagewire.resources import ManagementPolicy
from pagewire.simulator.world import APP_ID, PAGE_ID
from pagewire_operator.brain.conditions import timestamp
from pagewire_operator.model import Key
from tests.pagewire_operator.brain.manifests import app, base, by_login, document, page, subscription, with_login
from tests.pagewire_operator.brain.world import MINUTE, Stage

MP, WS, MIG = "MessengerPage", "WebhookSubscription", "InstagramAccount"


async def test_the_same_page_claimed_twice() -> None:
    async with Stage(*base(page("first"), page("second", subscribedFields=["standby"]))) as stage:
        await stage.settle()
        assert stage.ready(MP, "first") == ("True", "Reconciled")
        assert stage.ready(MP, "second") == ("False", "Conflict")
        assert stage.said(MP, "second", "Synced") == ("False", "Conflict")
        assert stage.said(MP, "second", "Stalled") == ("True", "Conflict")
        assert "MessengerPage support/first" in stage.condition(MP, "second", "Ready").message
        assert len(stage.told("Conflict")) == 1
        stage.sim.calls.clear()
        for _ in range(3):
            stage.later(10 * MINUTE)
            await stage.look(MP)
        assert stage.calls(method="POST") == 0
        assert stage.sim.settings.subscribed(PAGE_ID) == {APP_ID: {"messages", "messaging_postbacks"}}


async def test_the_other_follows_at_once_when_the_holder_goes() -> None:
    async with Stage(*base(page("first"), page("second", subscribedFields=["messages", "standby"]))) as stage:
        await stage.settle()
        stage.delete(MP, "first")
        await stage.settle()
        assert stage.ready(MP, "second") == ("True", "Reconciled")
        assert "standby" in stage.sim.settings.subscribed(PAGE_ID)[APP_ID]


async def test_a_holder_that_takes_its_things_along_leaves_them_to_the_other() -> None:
    documents = base(page("first", deletionPolicy="Delete"), page("second"))
    async with Stage(*documents) as stage:
        await stage.settle()
        stage.delete(MP, "first")
        await stage.settle()
        assert stage.calls("subscribed_apps", "DELETE") == 0
        assert stage.ready(MP, "second") == ("True", "Reconciled")
        (told,) = stage.told("Released")
        assert "MessengerPage support/second" in told


async def test_a_loser_takes_nothing_from_the_holder() -> None:
    async with Stage(*base(page("first"), page("second", deletionPolicy="Delete"))) as stage:
        await stage.settle()
        stage.delete(MP, "second")
        await stage.settle()
        assert stage.world.get(MP, "support", "second") is None
        assert stage.sim.settings.subscribed(PAGE_ID) == {APP_ID: {"messages", "messaging_postbacks"}}


async def test_a_loser_takes_nothing_that_an_orphaned_holder_left() -> None:
    async with Stage(*base(page("first"), page("second", deletionPolicy="Delete"))) as stage:
        await stage.settle()
        stage.hold(Key(MP, "support", "second"))
        stage.delete(MP, "first")
        stage.delete(MP, "second")
        stage.let_go(Key(MP, "support", "second"))
        await stage.settle()
        assert stage.world.get(MP, "support", "second") is None
        assert stage.sim.settings.subscribed(PAGE_ID) == {APP_ID: {"messages", "messaging_postbacks"}}


async def test_one_that_only_observes_claims_nothing() -> None:
    async with Stage(*base(page("first", managementPolicy="Observe"), page("second"))) as stage:
        await stage.settle()
        assert stage.ready(MP, "second") == ("True", "Reconciled")
        assert stage.said(MP, "first", "Subscribed")[0] in {"True", "False"}
        stage.edit(MP, "first", management_policy=ManagementPolicy.MANAGE)
        await stage.settle()
        await stage.look(MP)
        assert (stage.ready(MP, "first")[0], stage.ready(MP, "second")) == ("True", ("False", "Conflict"))


async def test_one_that_may_not_use_the_app_claims_nothing() -> None:
    intruder = page("intruder", metadata={"namespace": "elsewhere", "creationTimestamp": "2020-01-01T00:00:00Z"})
    intruder["spec"]["appRef"] = {"name": "acme", "namespace": "support"}
    async with Stage(*base(intruder, page())) as stage:
        await stage.settle()
        assert stage.ready(MP, "harbour") == ("True", "Reconciled")


async def test_two_apps_may_have_the_same_page() -> None:
    other = document("MessengerApp", "other", {**app()["spec"], "appId": "990000000000002"})
    second = page("second", appRef={"name": "other"})
    async with Stage(*base(other, page("first"), second)) as stage:
        await stage.settle()
        assert stage.ready(MP, "first") == ("True", "Reconciled")
        assert stage.ready(MP, "second")[1] != "Conflict"


async def test_two_apps_of_one_id_are_one() -> None:
    other = document("MessengerApp", "other", app()["spec"])
    async with Stage(*base(other, subscription("first"), subscription("second", appRef={"name": "other"}))) as stage:
        await stage.settle()
        assert stage.ready(WS, "first") == ("True", "Reconciled")
        assert stage.ready(WS, "second") == ("False", "Conflict")


async def test_the_same_account_claimed_twice() -> None:
    async with Stage(*with_login(by_login("first"), by_login("second"))) as stage:
        await stage.settle()
        assert stage.ready(MIG, "first") == ("True", "Reconciled")
        assert stage.ready(MIG, "second") == ("False", "Conflict")


@pytest.mark.parametrize("app_is_gone", [False, True])
async def test_one_that_may_not_use_the_app_takes_nothing_from_it_by_leaving(app_is_gone: bool) -> None:
    """Else anybody who may make resources anywhere could take the webhooks of everybody's apps away."""
    async with Stage(*base(subscription())) as stage:
        await stage.settle()
        before = stage.sim.settings.subscriptions(APP_ID)["page"].fields
        intruder = subscription("intruder", deletionPolicy="Delete")
        intruder["metadata"] |= {"namespace": "elsewhere"}
        intruder["spec"]["appRef"] = {"name": "acme", "namespace": "support"}
        stage.apply(intruder)
        await stage.settle()
        if app_is_gone:
            stage.delete("MessengerApp", "acme")
        key = Key(WS, "elsewhere", "intruder")
        found = stage.world.get(*key)
        assert found is not None
        leaving = structs.replace(found.metadata, deletion_timestamp=timestamp(stage.clock.now()))
        stage.world.put(structs.replace(found, metadata=leaving))
        await stage.reconcile(key)
        assert stage.world.get(*key) is None
        assert stage.sim.settings.subscriptions(APP_ID)["page"].fields == before
