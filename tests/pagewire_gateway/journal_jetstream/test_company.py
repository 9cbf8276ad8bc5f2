"""What holds nothing up waits a moment, and shares a message of the stream with what comes."""

import asyncio

from pagewire_gateway.journal.jetstream import JetStreamJournal, asking
from tests.contracts.journal_world import LANE, append_many, lease, mark, reply
from tests.pagewire_gateway.journal_jetstream.world import Town


async def _length(journal: JetStreamJournal) -> int:
    return (await journal._state()).last


async def test_an_outcome_without_a_reply_goes_with_one_that_has_some(town: Town, monkeypatch):
    monkeypatch.setattr(asking, "PATIENCE", 3600.0)
    async with town.journal("one") as journal:
        await journal.open_lanes([LANE])
        fence = await lease(journal)
        places = await append_many(journal, 3)
        before = await _length(journal)
        quiet = [asyncio.ensure_future(journal.settle([mark(place, "done")], fence)) for place in places[:2]]
        await asyncio.sleep(0.05)
        assert await _length(journal) == before
        assert not any(one.done() for one in quiet)
        rows = await journal.settle([mark(places[2], "done", reply("r"))], fence)
        assert [row.id for row in rows] == ["r"]
        assert await asyncio.gather(*quiet) == [[], []]
        assert await _length(journal) == before + 1


async def test_it_goes_by_itself_when_nothing_comes(town: Town):
    async with town.journal("one") as journal:
        await journal.open_lanes([LANE])
        fence = await lease(journal)
        (place,) = await append_many(journal, 1)
        assert await asyncio.wait_for(journal.settle([mark(place, "done")], fence), 20) == []
