"""Two operators at once: one is at work, the other stands by and takes over."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.e2e.programs import Program, running
from tests.e2e.shop import PAGE, PROFILE, WEBHOOKS, Shop
from tests.e2e.town import Town

pytestmark = [pytest.mark.slow(15), pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(600)]

LEADER = "pagewire_operator_leader"
REQUESTS = "pagewire_operator_api_requests_total"
LOST = 1
LEASE = {"PAGEWIRE_LEASE_DURATION": "6", "PAGEWIRE_LEASE_RENEW_DEADLINE": "5"}
"""Long enough that a crowded machine is no reason to take over."""


@pytest_asyncio.fixture(loop_scope="module")
async def pair(empty_town: Town) -> AsyncIterator[tuple[Program, Program]]:
    """The one at work, and the one that stands by."""
    first, second = empty_town.operator(**LEASE), empty_town.operator(**LEASE)
    async with running(first):
        await empty_town.until(lambda: leads(first), "at work")
        async with running(second):
            yield first, second


async def leads(program: Program) -> bool:
    return await program.metric(LEADER) == 1


async def idle(program: Program) -> bool:
    """Whether it asked the API server for nothing but the Lease."""
    return {one.labels["resource"] for one in await program.samples(REQUESTS)} == {"leases"}


async def test_one_is_at_work_and_when_it_is_killed_the_other_goes_on(
    empty_town: Town, pair: tuple[Program, Program]
) -> None:
    town, (first, second) = empty_town, pair
    before = Shop(town, {"harbour": {"profile": PROFILE}})
    await before.open()
    assert await leads(first)
    assert not await leads(second)
    assert await idle(second), "who stands by reads and writes nothing"
    burst = Shop(town, {f"page-{number}": {"profile": PROFILE} for number in range(8)})
    await burst.settle_in()
    await town.sim.wait_for_calls(1, "subscribed_apps", method="POST", node=burst.page_id("page-0"), timeout=60)
    await first.kill()
    town.sim.settings.unsubscribe(before.page_id(), before.app_id)
    await burst.until_ready()
    await town.until(before.agrees, "mended by the other")
    assert await leads(second)
    assert burst.agrees()
    for page in burst.pages:
        for edge in ("subscribed_apps", "messenger_profile"):
            made = town.sim.calls.count(edge, method="POST", node=burst.page_id(page))
            assert made in (1, 2), "only the call under way when it died may be made again"
    await town.delete(*before.manifests(), *burst.manifests())


async def test_one_that_hung_and_wakes_ends_before_it_does_anything(
    empty_town: Town, pair: tuple[Program, Program]
) -> None:
    town, (first, second) = empty_town, pair
    shop = Shop(
        town, {"harbour": {"profile": PROFILE, "deletionPolicy": "Delete"}}, webhooks={"deletionPolicy": "Delete"}
    )
    await shop.open()
    first.freeze()
    await town.until(lambda: leads(second), "at work")
    first.thaw()
    assert await first.ended() == LOST
    assert "could not be renewed in time" in first.text()
    town.sim.settings.unsubscribe(shop.page_id(), shop.app_id)
    await town.until(shop.agrees, "mended by the other")
    await shop.until_ready()
    await shop.kubectl("delete", f"{PAGE}/harbour", f"{WEBHOOKS}/acme-page", "--timeout=60s")
    assert shop.at_meta() == (set(), {})
    await shop.close()


async def test_told_to_go_the_one_at_work_leaves_without_a_gap(empty_town: Town, pair: tuple[Program, Program]) -> None:
    town, (first, second) = empty_town, pair
    shop = Shop(town)
    await shop.settle_in()
    assert await first.stop() == 0
    await town.until(lambda: leads(second), "at work")
    await shop.until_ready()
    await shop.close()
