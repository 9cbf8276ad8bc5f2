"""Retention on a file: steps that let others through, space that comes back, triggers that guard places."""

import asyncio

import apsw
import pytest

from pagewire_gateway.journal.port import EventFilter, OutboxMark, Retention
from tests.contracts.journal_world import (
    LANE,
    START,
    append,
    append_many,
    lease,
    mark,
    reply,
    said,
    settle_with_replies,
)

NOTHING_STAYS = Retention(max_age_ms=0, dedupe_ms=0)
LATER = START + 1_000_000


async def test_space_goes_back_to_the_disk(open_journal, path, look):
    journal = await open_journal()
    await journal.open_lanes([LANE])
    places = await append_many(journal, 3000, text="x" * 6_000)
    await journal.low_water({LANE: places[-1]})
    before = (await journal.stats()).size_bytes
    assert await journal.prune(NOTHING_STAYS, LATER) == 2999
    await journal.aclose()
    assert path.stat().st_size < before / 1.5
    assert look("pragma integrity_check") == [("ok",)]
    assert look("select count(*) from seen") == [(1,)]


async def test_ingest_goes_on_meanwhile(open_journal):
    journal = await open_journal()
    await journal.open_lanes([LANE])
    places = await append_many(journal, 3000)
    await journal.low_water({LANE: places[-1]})
    pruning = asyncio.ensure_future(journal.prune(NOTHING_STAYS, LATER))
    meanwhile = 0
    while not pruning.done():
        await append(journal, said(f"n-{meanwhile}"))
        meanwhile += 1
    gone = await pruning
    assert gone in {2999, 3000}
    assert meanwhile > 10
    assert (await journal.stats()).events == 3000 + meanwhile - gone


async def test_two_runs_at_once_are_one_after_the_other(open_journal):
    journal = await open_journal()
    await journal.open_lanes([LANE])
    places = await append_many(journal, 500)
    await journal.low_water({LANE: places[-1]})
    assert sorted(await asyncio.gather(*(journal.prune(NOTHING_STAYS, LATER) for _ in range(2)))) == [0, 499]


async def test_rows_of_the_outbox_go_with_their_event(open_journal, look):
    journal = await open_journal()
    await journal.open_lanes([LANE])
    fence = await lease(journal)
    for number in range(20):
        seq = (await append(journal, said(f"m-{number}"))).new[0].seq
        await journal.settle([mark(seq, "done", reply(f"r-{number}"), reply(f"s-{number}", 1))], fence)
        sent = [OutboxMark(id=f"{kind}-{number}", state="sent", mid=f"m_{kind}{number}") for kind in "rs"]
        await journal.record(sent, fence)
    await append(journal, said("last"))
    assert await journal.prune(NOTHING_STAYS, LATER) == 19
    assert look("select count(*) from outbox") == look("select count(*) from event") == [(2,)]
    assert look("select count(*) from delivery") == [(1,)]
    found = await journal.stats()
    assert (found.events, found.outbox) == (2, {"sent": 2})


async def test_a_body_that_goes_takes_the_words_of_its_replies_along(open_journal, look):
    journal = await open_journal()
    await journal.open_lanes([LANE])
    place = await settle_with_replies(journal, "r-1")
    await journal.record([OutboxMark(id="r-1", state="sent", mid="m_1")], await lease(journal))
    await settle_with_replies(journal, "r-2")
    assert await journal.prune(Retention(max_age_ms=0, dedupe_ms=10**12), LATER) == 1
    assert look("select raw from event where seq = ?", place) == [(None,)]
    assert look("select length(body), mid from outbox where id = 'r-1'") == [(0, "m_1")]
    (view,) = await journal.events(EventFilter(before=place + 1))
    assert (view.stored.item.raw, view.outbox[0].body, view.lanes[LANE].state) == (b"", b"", "done")


async def test_what_is_put_back_meanwhile_stays(open_journal):
    journal = await open_journal()
    await journal.open_lanes([LANE])
    places = await append_many(journal, 400)
    await journal.settle([mark(seq) for seq in places], await lease(journal))
    kept = (await journal.read([places[-2]]))[0]
    _, replayed = await asyncio.gather(journal.prune(NOTHING_STAYS, LATER), journal.replay([kept.id], LANE, False))
    assert replayed == 1
    assert [pending.stored for pending in await journal.pending(LANE, 0, 10)] == [kept]


async def test_nobody_deletes_the_newest_rows(open_journal, path):
    journal = await open_journal()
    await journal.open_lanes([LANE])
    await settle_with_replies(journal, "r-1")
    db = apsw.Connection(str(path))
    for delete in ("delete from event", "delete from outbox"):
        with pytest.raises(apsw.ConstraintError, match="stays, so that no place is used twice"):
            db.execute(delete)
    db.close()
