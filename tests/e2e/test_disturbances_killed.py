"""``kill -9`` of the operator after every single change it makes, in the cluster and at Meta, and what the next one does."""

from collections.abc import Iterable, Mapping, Sequence

import pytest

from pagewire.resources import Reason
from tests.e2e.programs import Program, running
from tests.e2e.shop import PAGE, PROFILE, Document, Shop
from tests.e2e.town import Town

pytestmark = [pytest.mark.slow(35), pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(600)]

CHANGES, CHANGES_OF_A_DELETION = 30, 14
"""More than there are, so that the last operators live."""
MINUTES = 240.0
DIED = -9


def leaving(town: Town) -> Shop:
    page = {"deletionPolicy": "Delete", "profile": PROFILE}
    return Shop(town, {"harbour": page}, webhooks={"deletionPolicy": "Delete"}, derived=True)


async def settle_in(town: Town, shops: Sequence[Shop]) -> None:
    """All of them at once, since kubectl takes its time."""
    documents: list[Document] = []
    for shop in shops:
        town.sim.meta.state.add(shop.world())
        documents.append({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": shop.namespace}})
    for shop in shops:
        documents += shop.manifests()
    await town.apply(*documents)


async def through_every_death(town: Town, shops: Sequence[Shop], over: str) -> list[Shop]:
    """The first operator dies at its first change, the second at its second; the shops of those that need not die.

    Args:
        town: where they are.
        shops: one for each operator.
        over: name of the method of a shop that says when there is nothing left to do.
    """
    mortals = town.mortals({shop.namespace: number for number, shop in enumerate(shops, 1)})
    async with running(mortals):

        async def settled() -> bool:
            return all([dead(mortals, shop) or await getattr(shop, over)() for shop in shops])

        await town.until(settled, f"dead or {over}", MINUTES)
        alive = [shop for shop in shops if not dead(mortals, shop)]
    assert shops[-1] in alive, "there are more changes than operators: raise the number"
    assert shops[0] not in alive, "the first change is somebody's last"
    return alive


def dead(mortals: Program, shop: Shop) -> bool:
    return f"{shop.namespace} {DIED}\n" in mortals.text()


Writes = Mapping[tuple[str, str], int]


def writes(shop: Shop) -> Writes:
    """What was changed at Meta for a shop: how often, by edge and verb."""
    ids = {shop.app_id, shop.page_id()}
    table = [one for one in shop.town.sim.calls.table() if one.node in ids and one.method != "GET"]
    return {(one.edge, one.method): one.count for one in table}


def again(shop: Shop, alone: Writes) -> list[int]:
    """How many more changes of a sort were made than an operator makes that nobody kills."""
    made = writes(shop)
    assert made.keys() == alone.keys()
    return [made[sort] - alone[sort] for sort in made if made[sort] != alone[sort]]


async def reasons(shop: Shop) -> set[str]:
    told = [await shop.told(kind, name) for kind, name in shop.everything()]
    return {reason for events in told for reason, _ in events}


async def test_killed_at_every_step_the_next_operator_ends_where_one_alone_would(empty_town: Town) -> None:
    town = empty_town
    shops = [leaving(town) for _ in range(CHANGES)]
    await settle_in(town, shops)
    (alive, *_) = await through_every_death(town, shops, "is_ready")
    alone = writes(alive)
    assert alone == dict.fromkeys(
        [(edge, "POST") for edge in ("subscriptions", "subscribed_apps", "messenger_profile")], 1
    )
    async with running(town.operator(PAGEWIRE_RESYNC="10m")):
        await all_ready(town, shops)
        for shop in shops:
            assert shop.agrees()
            assert await shop.has_results()
            assert again(shop, alone) in ([], [1]), "only the call under way when it died may be made again"
            surprises = {Reason.DRIFT_FOUND, Reason.ADOPTED, Reason.CONFLICT, Reason.SECRET_CONFLICT}
            told = await reasons(shop)
            assert told & surprises == set()
            assert told & {Reason.CHANGED, Reason.FOUND}


async def test_killed_at_every_step_of_a_deletion_the_next_operator_ends_it(empty_town: Town) -> None:
    town = empty_town
    shops = [leaving(town) for _ in range(CHANGES_OF_A_DELETION)]
    await settle_in(town, shops)
    async with running(town.operator(PAGEWIRE_RESYNC="10m")):
        await all_ready(town, shops)
    await town.delete(*(one for shop in shops for one in (shop.page(), shop.webhooks())))
    (alive, *_) = await through_every_death(town, shops, "is_left")
    async with running(town.operator(PAGEWIRE_RESYNC="10m")):
        for shop in shops:
            await town.until(shop.is_left, "gone", MINUTES)
            assert shop.at_meta() == (set(), {})
            assert shop.delivered() == set()
            assert again(shop, writes(alive)) in ([], [1])
            assert Reason.LEFT_BEHIND not in {reason for reason, _ in await shop.told(PAGE)}


async def all_ready(town: Town, shops: Iterable[Shop]) -> None:
    for shop in shops:
        await shop.until_ready()
