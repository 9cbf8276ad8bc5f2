"""The operator, the gateway and the API server each go on when another one is away."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from pagewire.resources import Reason
from pagewire.simulator import World
from tests.e2e.programs import running
from tests.e2e.shop import PAGE, PROFILE, TOKEN, Document, Shop
from tests.e2e.town import Town
from tests.kube.cluster import running_cluster

pytestmark = [pytest.mark.slow(20), pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(600)]

PLUGINS: list[Document] = [
    {"name": "auto-reply", "config": {"rules": [{"when": {"text": "hours"}, "reply": {"text": "9 to 5"}}]}}
]
PERSON, LOST = "ada", 1
PATIENT = {"PAGEWIRE_LEASE_DURATION": "120", "PAGEWIRE_LEASE_RENEW_DEADLINE": "110"}
"""An API server that is away for a moment is no reason to go."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def busy_town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """A cluster, Meta and a gateway."""
    world = World(subscriptions="enforced")
    with running_cluster() as cluster:
        async with Town(cluster, tmp_path_factory.mktemp("town"), world) as town, running(town.gateway()):
            yield town


async def answered(shop: Shop, page: str = "harbour") -> None:
    """A person asks and gets an answer: webhook, gateway, plugin and Send API."""
    sim = shop.town.sim
    before = sim.ledger.accepted_total
    await sim.say(shop.page_id(page), PERSON, "What are your hours?")
    sent = await sim.wait_for_sends(before + 1, timeout=60)
    assert "9 to 5" in str(sent[-1])


async def test_events_keep_coming_in_while_the_operator_is_down(busy_town: Town) -> None:
    town = busy_town
    shop = Shop(town, {"harbour": {"plugins": PLUGINS, "deletionPolicy": "Delete"}, "quay": {"plugins": PLUGINS}})
    async with running(town.operator()):
        await shop.open()
        await answered(shop)
    await answered(shop)
    # A token that is rotated meanwhile is the gateway's own business; a Page that is deleted waits for the operator.
    town.sim.identity.invalidate(shop.token("quay"))
    new = town.sim.identity.issue_token("PAGE", app=shop.app_id, user=shop.user_id, account=shop.page_id("quay"))
    await shop.apply(shop.secret_of("quay", new))
    await answered(shop, "quay")
    town.sim.settings.edit_profile(shop.page_id("quay"), {"greeting": [{"locale": "default", "text": "Buy!"}]})
    await shop.apply(shop.page("quay", profile=PROFILE, adoptionPolicy="Adopt"))
    await shop.kubectl("delete", f"{PAGE}/harbour", "--wait=false")
    async with running(town.operator()):
        await town.until_gone(PAGE, shop.namespace, "harbour")
        await shop.says(PAGE, "quay", Ready="True", Synced="True")
        await shop.says(TOKEN, "quay", Ready="True", Synced="True")
        assert shop.at_meta("harbour") == (set(), {})
        assert shop.at_meta("quay")[1]["greeting"] == PROFILE["greeting"]
        await answered(shop, "quay")
        await shop.close()


def visited(town: Town) -> Shop:
    pages: dict[str, Document] = {
        "harbour": {"plugins": PLUGINS},
        "leaving": {"deletionPolicy": "Delete", "profile": PROFILE},
    }
    return Shop(town, pages, webhooks={"deletionPolicy": "Delete"})


async def test_the_api_server_restarts_and_nothing_is_lost(busy_town: Town) -> None:
    town, operator = busy_town, busy_town.operator(**PATIENT)
    shop, new = visited(town), Shop(town, {"harbour": {"plugins": PLUGINS}})
    async with running(operator):
        await shop.open()
        await asyncio.to_thread(town.cluster.stop_api)
        town.sim.settings.unsubscribe(shop.page_id(), shop.app_id)
        await town.until(shop.agrees, "mended without the API server")
        await answered(shop)
        await asyncio.to_thread(town.cluster.start_api)
        # A deletion and a new Page, before the operator has found the API server again.
        await shop.kubectl("delete", f"{PAGE}/leaving", "--wait=false")
        await new.settle_in()
        await town.until_gone(PAGE, shop.namespace, "leaving")
        assert shop.at_meta("leaving") == (set(), {})
        await shop.says(PAGE, Ready="True", Synced="True")
        for reason in (Reason.DRIFT_FOUND, Reason.CHANGED, Reason.SUBSCRIPTION_DISABLED):
            await shop.tells(PAGE, reason)
        await new.until_ready()
        await answered(new)
        assert await operator.stop() == 0
        await shop.close()
        await new.close()


async def test_an_operator_that_loses_its_lease_with_the_api_server_ends_and_the_next_one_goes_on(
    busy_town: Town,
) -> None:
    town, operator = busy_town, busy_town.operator()
    shop = visited(town)
    async with running(operator):
        await shop.open()
        await asyncio.to_thread(town.cluster.stop_api)
        assert await operator.ended() == LOST
        town.sim.settings.unsubscribe(shop.page_id(), shop.app_id)
        await operator.start(ready=False)  # as a cluster does, again and again
        await asyncio.to_thread(town.cluster.start_api)
        await shop.kubectl("delete", f"{PAGE}/leaving", "--wait=false")
        await shop.tells(PAGE, Reason.SUBSCRIPTION_DISABLED)
        await town.until_gone(PAGE, shop.namespace, "leaving")
        assert shop.at_meta("leaving") == (set(), {})
        await shop.says(PAGE, Ready="True", Synced="True")
        await shop.close()
