"""A backup is a journal."""

import asyncio
import stat

from pagewire_gateway.journal.port import EventFilter, Restored
from pagewire_gateway.journal.sqlite import SqliteJournal
from tests.contracts.journal_world import LANE, TALK, append, append_many, said, settle_with_replies


async def test_a_backup_opens_and_holds_all(open_journal, tmp_path, clock):
    journal = await open_journal({"fold_at": 30})
    await journal.open_lanes([LANE])
    await settle_with_replies(journal, "r-1")
    await append_many(journal, 100)
    target = tmp_path / "copy.db"
    assert await journal.backup(target) == target.stat().st_size
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == ["copy.db"]

    copy = SqliteJournal(target, clock=clock)
    await copy.start()
    everything = EventFilter(limit=1000)
    assert [view.stored for view in await copy.events(everything)] == [
        view.stored for view in await journal.events(everything)
    ]
    assert [(row.id, row.state, row.code) for row in await copy.outbox()] == [("r-1", "unknown", "restored")]
    assert copy.restored == Restored(at=clock(), seq=(await journal.stats()).events)
    assert journal.restored == Restored()
    assert await copy.conversation(TALK) == await journal.conversation(TALK)
    assert await copy.pending(LANE, 0, 1000) == await journal.pending(LANE, 0, 1000)
    assert (await append(copy, said("m-7"), said("new"))).duplicates == 1
    await copy.aclose()


async def test_ingest_goes_on_meanwhile_and_is_not_in_it(open_journal, tmp_path, look):
    journal = await open_journal()
    await append_many(journal, 3000, text="x" * 4_000)
    copying = asyncio.ensure_future(journal.backup(tmp_path / "copy.db"))
    meanwhile = 0
    while not copying.done():
        await append(journal, said(f"n-{meanwhile}"))
        meanwhile += 1
    assert await copying > 3000 * 4_000
    assert meanwhile > 0
    copy = SqliteJournal(tmp_path / "copy.db")
    await copy.start()
    held = (await copy.stats()).events
    await copy.aclose()
    assert 3000 <= held < 3000 + meanwhile
    assert look("select count(*) from event") == [(3000 + meanwhile,)]
