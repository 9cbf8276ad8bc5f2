"""A stream that is full: whoever begins to work on it makes room first, or nobody could ever work on it again."""

import asyncio
import contextlib
import os

import pytest

from pagewire_gateway.journal.jetstream import JetStreamJournal, Layout
from pagewire_gateway.journal.port import JournalFull
from tests.contracts.journal_world import LANE, append, lease, mark, said, waiting
from tests.pagewire_gateway.journal_jetstream.world import Town

PATIENCE = 60.0


async def _fill(journal: JetStreamJournal) -> None:
    """Append while nobody works, until there is no room for the smallest thing."""
    for size in (4000, 0):
        with pytest.raises(JournalFull):
            while True:
                await append(journal, said(os.urandom(8).hex(), text=os.urandom(size).hex()))
    with pytest.raises(JournalFull):
        while True:
            await journal.low_water({})


async def test_a_worker_that_finds_a_full_stream_makes_room_and_works(town: Town):
    town.layout = Layout(partitions=1, max_bytes=1 << 20)
    async with town.journal("before") as journal:
        await journal.open_lanes([LANE])
        await _fill(journal)
    async with town.journal("worker") as journal:
        fence = await lease(journal)
        places = await waiting(journal)
        assert len(places) > 50
        await journal.settle([mark(place) for place in places], fence)
        assert await waiting(journal) == []
    async with town.ingest() as ingest:
        assert len((await append(ingest, said("again"))).new) == 1


async def test_a_stream_that_is_full_when_something_is_settled_has_room_soon(town: Town):
    town.layout = Layout(partitions=1, max_bytes=1 << 20)
    async with town.journal("worker") as journal:
        await journal.open_lanes([LANE])
        fence = await lease(journal, ttl=10**9)
        async with town.journal("others") as others:
            await _fill(others)
        places = await waiting(journal)
        async with asyncio.timeout(PATIENCE):
            while await waiting(journal):
                with contextlib.suppress(JournalFull):
                    await journal.settle([mark(place) for place in places], fence)
