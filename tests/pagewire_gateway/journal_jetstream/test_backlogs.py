"""Whoever looks at NATS sees how much each lane has before it, and the stream does not grow for ever."""

import asyncio

import msgspec

from tests.contracts.journal_world import LANE, OTHER, append_many, lease
from tests.pagewire_gateway.journal_jetstream.world import SMALL, Town


async def _pending(journal) -> dict[str, int]:
    """What the consumers count."""
    found = await journal._link.js.consumers_info(journal._where.stream(0))
    return {one.name.removeprefix("lane-"): one.num_pending for one in found if one.name.startswith("lane-")}


async def _until(journal, wanted: dict[str, int]) -> None:
    while await _pending(journal) != wanted:
        await asyncio.sleep(0.05)


async def test_a_consumer_for_each_lane_counts_what_it_has_before_it(town: Town):
    async with town.journal("ours") as journal:
        await journal.open_lanes([LANE, OTHER])
        await lease(journal)
        places = [(await append_many(journal, 1, f"m-{number}"))[0] for number in range(6)]
        await _until(journal, {LANE: 6, OTHER: 6})
        await journal.low_water({LANE: places[3]})
        await _until(journal, {LANE: 2, OTHER: 6})
        await journal.open_lanes([LANE])
        await _until(journal, {LANE: 2})


async def test_whoever_leads_stores_snapshots_and_lets_the_stream_be_purged(town: Town):
    town.layout = msgspec.structs.replace(SMALL, snapshot_after=50)
    async with town.journal("ours") as journal:
        await journal.open_lanes([LANE])
        await lease(journal)
        while (await journal._replica.state()).first == 1:
            places = await append_many(journal, 20, f"n-{journal._reached.place}")
            await journal.low_water({LANE: places[-1]})
        assert len(await journal._replica.snapshots.known()) == 2
