"""Two processes on one file: both append, one settles."""

import asyncio
import sys

from pagewire_gateway.journal.port import EventFilter
from tests.contracts.journal_world import LANE, lease

APPENDER = """
import asyncio, sys
from pathlib import Path
from pagewire_gateway.journal.sqlite import SqliteJournal, Tuning
from tests.contracts.journal_world import append, said

async def main(path, prefix):
    journal = SqliteJournal(path, tuning=Tuning(fold_at=100))
    await journal.start()
    async def ingest(worker):
        for number in range(40):
            await append(journal, said(f"{prefix}-{worker}-{number}"), said(f"both-{worker}-{number}"))
    await asyncio.gather(*(ingest(worker) for worker in range(8)))
    await journal.aclose()

asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
"""


async def test_both_append_and_repeats_are_found_across(open_journal, path, look):
    journal = await open_journal()
    await journal.open_lanes([LANE])
    await lease(journal)
    running = [await asyncio.create_subprocess_exec(sys.executable, "-c", APPENDER, str(path), name) for name in "ab"]
    assert await asyncio.gather(*(one.wait() for one in running)) == [0, 0]
    keys = [key.rpartition(":")[2] for (key,) in look("select key from event order by seq")]
    wanted = {f"{name}-{worker}-{n}" for name in ("a", "b", "both") for worker in range(8) for n in range(40)}
    assert len(keys) == len(wanted) == 960
    assert set(keys) == wanted
    for name in "ab":
        for worker in range(8):
            own = [int(key.rpartition("-")[2]) for key in keys if key.startswith(f"{name}-{worker}-")]
            assert own == sorted(own)
    assert len(await journal.pending(LANE, 0, 1000)) == 960
    assert (await journal.events(EventFilter(limit=1)))[0].stored.seq == 960
