"""Each row of the disturbance table, and a deletion in the middle of it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

import pytest
import pytest_asyncio

from pagewire.resources import Reason
from pagewire.simulator.settings.calls import CallRecord
from tests.e2e.disturbances import TABLE, THROTTLES, Disturbance
from tests.e2e.shop import APP, FIELDS, PAGE, PROFILE, WEBHOOKS, Document, Shop
from tests.e2e.town import PATIENCE, Town

pytestmark = [pytest.mark.slow(30), pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(900)]

NAME = {APP: "acme", WEBHOOKS: "acme-page"}
THROTTLED = {4, 613, 80001}
SOON = "calls-throttled"
"""Meta tells no figures with this one, so it is tried again soon enough for a test."""
MINUTE_MS = 60_000
MINUTES = 400.0
"""Meta asks for one, and the operator is in no hurry: if it was refused a second time it waits for two more."""
AT_ONCE = 5
"""Rows beside each other: more would only wait for the machine."""
LEAVES: Document = {"deletionPolicy": "Delete", "profile": PROFILE}
STAYS: Document = {"profile": PROFILE}


async def said(row: Disturbance, shop: Shop, page: str) -> None:
    for kind, conditions in row.says:
        await shop.says(kind, NAME.get(kind, page), **conditions)


async def told(row: Disturbance, shop: Shop, page: str) -> None:
    for one in row.tells:
        await shop.tells(one.kind, *one.reasons, name=NAME.get(one.kind, page))


async def mended(shop: Shop) -> None:
    await shop.town.until(shop.agrees, "mended at Meta")
    await shop.town.until(shop.has_results, "kept in Secrets")
    await shop.until_ready()


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def throttled(town: Town) -> dict[str, Shop]:
    """Shops that Meta throttles from the first test on: that they come back takes more than a minute."""
    shops = [(row, Shop(town)) for row in THROTTLES]
    for _, shop in shops:
        await shop.open()
    for row, shop in shops:
        await row.happens(shop)
    for row, shop in shops:
        await said(row, shop, "harbour")
        await told(row, shop, "harbour")
    for row, shop in shops:
        if row.name == SOON and row.ends:
            await row.ends(shop)
    return {row.name: shop for row, shop in shops}


Play = Callable[[Disturbance, Town], Awaitable[None]]


async def at_once(rows: Iterable[Disturbance], play: Play, town: Town, subtests: pytest.Subtests) -> None:
    """Play rows beside each other, as most of each is waiting; those that everybody feels come last, one by one."""
    room, everywhere = asyncio.Semaphore(AT_ONCE), [row for row in rows if row.everywhere]

    async def played(row: Disturbance) -> Exception | None:
        async with room:
            try:
                await play(row, town)
            except Exception as error:  # noqa: BLE001 - the other rows are played all the same
                return error
        return None

    beside = [row for row in rows if not row.everywhere]
    ended = list(zip(beside, await asyncio.gather(*map(played, beside)), strict=True))
    ended += [(row, await played(row)) for row in everywhere]
    for row, error in ended:
        with subtests.test(row.name):
            if error is not None:
                raise error


async def test_each_row_is_told_and_mended(town: Town, subtests: pytest.Subtests) -> None:
    await at_once(TABLE, told_and_mended, town, subtests)


async def told_and_mended(row: Disturbance, town: Town) -> None:
    profile = {"profile": PROFILE} if row.name == "profile-edited" else {}
    shop = Shop(town, {"harbour": profile}, derived=row.derived)
    await shop.open()
    try:
        await row.happens(shop)
        await said(row, shop, "harbour")
        await told(row, shop, "harbour")
    finally:
        if row.ends:
            await row.ends(shop)
    await mended(shop)
    await shop.close()


async def test_a_deletion_in_the_middle_of_each_row_ends(town: Town, subtests: pytest.Subtests) -> None:
    await at_once([*TABLE, *THROTTLES], deleted_meanwhile, town, subtests)


async def deleted_meanwhile(row: Disturbance, town: Town) -> None:
    pages = {"leaving": LEAVES, "staying": STAYS}
    shop = Shop(town, pages, webhooks={"deletionPolicy": "Delete"}, derived=row.derived)
    await shop.open()
    try:
        await row.happens(shop)
        await said(row, shop, "leaving")
        before = shop.at_meta("staying")
        await shop.kubectl("delete", "mpage/leaving", "mpage/staying", "mws/acme-page", "--wait=false")
        for kind, name in ((PAGE, "staying"), (PAGE, "leaving"), (WEBHOOKS, "acme-page")):
            await town.until_gone(kind, shop.namespace, name)
        assert shop.at_meta("staying") == before
        await left(row, shop)
    finally:
        if row.ends:
            await row.ends(shop)
    await shop.close()


async def left(row: Disturbance, shop: Shop) -> None:
    """Nothing, or what the Events name."""
    if row.left:
        message = await shop.tells(PAGE, Reason.LEFT_BEHIND, name="leaving")
        assert [part for part in row.left if part not in message] == []
    else:
        assert shop.at_meta("leaving") == (set(), {})
        assert Reason.LEFT_BEHIND not in dict(await shop.told(PAGE, "leaving"))
    if row.left_webhooks:
        assert "webhooks of object page" in await shop.tells(WEBHOOKS, Reason.LEFT_BEHIND, name="acme-page")
    else:
        assert shop.delivered() == set()


async def test_an_app_secret_is_rotated_without_a_failed_request(town: Town) -> None:
    shop, identity = Shop(town, derived=True), town.sim.identity
    await shop.open()
    began = town.sim.calls.total
    new = identity.reset_app_secret(shop.app_id, keep_old=True)
    await shop.apply(shop.app_secret(next=new), shop.app("app-secret", "next"))
    await town.until(lambda: secrets(shop, "Usable", "Usable"), "tried both secrets")
    await shop.apply(shop.app("next"))
    await town.until(lambda: secrets(shop, "Usable"), "gave up the old secret")
    await shop.looked_at()
    identity.forget_old_secrets(shop.app_id)
    await shop.looked_at()
    await shop.until_ready()
    assert failures(shop, began) == []
    await shop.close()


async def test_an_old_app_secret_that_meta_drops_first_is_no_trouble(town: Town) -> None:
    shop, identity = Shop(town, derived=True), town.sim.identity
    await shop.open()
    new = identity.reset_app_secret(shop.app_id, keep_old=True)
    await shop.apply(shop.app_secret(next=new), shop.app("app-secret", "next"))
    await town.until(lambda: secrets(shop, "Usable", "Usable"), "tried both secrets")
    before = [await shop.told(kind, name) for kind, name in shop.everything()]
    identity.forget_old_secrets(shop.app_id)
    await shop.looked_at()
    await town.until(lambda: secrets(shop, "Refused", "Usable"), "found the old secret refused")
    await shop.looked_at()
    await shop.until_ready()
    assert [await shop.told(kind, name) for kind, name in shop.everything()] == before
    await shop.close()


async def secrets(shop: Shop, *states: str) -> bool:
    """Whether this is what Meta says of the app's secrets, in their order."""
    found = await shop.town.resource(APP, shop.namespace, "acme") or {}
    return tuple(one["state"] for one in found["status"]["secrets"]) == states


def failures(shop: Shop, began: int) -> list[CallRecord]:
    """Calls since then that failed; those of shops that Meta throttles do not count."""
    since = [one for one in shop.town.sim.calls.log if one.number > began]
    return [one for one in since if one.code not in {None, *THROTTLED} or one.status not in {None, 200, 400}]


async def test_a_page_that_two_resources_claim_goes_to_the_older(town: Town) -> None:
    shop = Shop(town, {"harbour": {"deletionPolicy": "Delete"}})
    await shop.open()
    claim = shop.page("harbour") | {"metadata": {"name": "newcomer", "namespace": shop.namespace}}
    claim["spec"] = {**claim["spec"], "subscribedFields": ["messages", "standby"]}
    await shop.apply(claim)
    conflict = "False Conflict"
    await shop.says(PAGE, "newcomer", Ready=conflict, Synced=conflict, Subscribed=conflict, Stalled="True Conflict")
    assert "harbour" in await shop.tells(PAGE, Reason.CONFLICT, name="newcomer")
    await shop.looked_at()
    await shop.until_ready()
    assert shop.agrees()
    await shop.kubectl("delete", "mpage", "harbour")
    await shop.says(PAGE, "newcomer", Ready="True", Synced="True")
    assert shop.at_meta()[0] == {"messages", "standby", *FIELDS}, "what the first left is not the second's to stop"
    await shop.close()


async def test_the_younger_of_two_claims_leaves_without_taking_anything_along(town: Town) -> None:
    shop = Shop(town, {"harbour": LEAVES})
    await shop.open()
    await shop.apply(shop.page("harbour") | {"metadata": {"name": "newcomer", "namespace": shop.namespace}})
    await shop.says(PAGE, "newcomer", Ready="False Conflict")
    await shop.kubectl("delete", "mpage", "newcomer", "--timeout=60s")
    await shop.looked_at()
    assert shop.agrees()
    assert Reason.DRIFT_FOUND not in dict(await shop.told(PAGE))
    await shop.close()


@pytest.mark.parametrize("row", [row for row in THROTTLES if row.name != SOON], ids=lambda row: row.name)
async def test_throttled_it_is_told_and_left_in_peace(row: Disturbance, town: Town, throttled: dict[str, Shop]) -> None:
    shop, other = throttled[row.name], Shop(town)
    before = calls(shop)
    await other.open()
    looks = town.sim.calls.count("subscribed_apps", node=other.page_id())
    await town.sim.wait_for_calls(looks + 3, "subscribed_apps", node=other.page_id(), timeout=PATIENCE)
    assert calls(shop)[len(before) :] == []
    refused = [one for one in before if one.code in THROTTLED]
    assert len(refused) <= 2, "those that were under way when the first was refused"
    assert (await town.conditions(PAGE, shop.namespace, "harbour"))["Ready"] == ("True", "Reconciled")
    await other.close()


async def test_throttled_it_goes_on_when_meta_takes_calls_again(town: Town, throttled: dict[str, Shop]) -> None:
    shop = throttled[SOON]
    await town.until(shop.is_ready, "looked at as usual again", MINUTES)
    assert shop.agrees()
    log = calls(shop)
    last = max(number for number, one in enumerate(log) if one.code in THROTTLED)
    assert log[last + 1].time - log[last].time >= MINUTE_MS, "Meta is asked again after a minute, not before"
    await shop.close()


def calls(shop: Shop) -> list[CallRecord]:
    """Calls about the Page of a shop."""
    return [one for one in shop.town.sim.calls.log if one.node == shop.page_id()]
