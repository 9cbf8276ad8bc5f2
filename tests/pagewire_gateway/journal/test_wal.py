"""The write-ahead log stays small, and what is in it reaches the file."""

import asyncio

import apsw

from tests.contracts.journal_world import append, append_many, said

LIMIT = 400_000


async def ingest(journal, prefix: str, turns: int = 40) -> None:
    for turn in range(turns):
        await append_many(journal, 20, f"{prefix}-{turn}", text="x" * 2_000)


async def test_it_stays_bounded_under_load(open_journal, path):
    journal = await open_journal({"wal_bytes": LIMIT})
    wal = path.with_name("journal.db-wal")
    largest = 0
    for turn in range(20):
        await ingest(journal, f"m{turn}", 4)
        largest = max(largest, wal.stat().st_size)
    assert largest < 6 * LIMIT


async def test_a_reader_of_an_old_state_makes_it_grow_only_until_it_leaves(open_journal, path):
    journal = await open_journal({"wal_bytes": LIMIT})
    wal = path.with_name("journal.db-wal")
    await append(journal, said("a"))
    reader = apsw.Connection(str(path))
    reader.execute("begin")
    assert reader.execute("select count(*) from event").get == 1
    await ingest(journal, "m")
    grown = wal.stat().st_size
    assert grown > 4 * LIMIT
    assert reader.execute("select count(*) from event").get == 1
    reader.execute("commit")
    for turn in range(30):
        await ingest(journal, f"n{turn}", 2)
        if wal.stat().st_size < grown:
            break
    assert wal.stat().st_size < grown
    reader.close()


async def test_a_small_log_is_copied_after_a_while(open_journal, path):
    journal = await open_journal()
    journal._wal._every = 0.01
    journal._wal._asked.set()
    await append_many(journal, 50)
    while b"m-49" not in path.read_bytes():
        await asyncio.sleep(0.01)
