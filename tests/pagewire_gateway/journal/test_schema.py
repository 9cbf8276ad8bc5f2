"""Schema versions: every way that leads to the newest, and what is refused."""

import asyncio
import sys
from pathlib import Path

import apsw
import pytest

from pagewire_gateway.journal.port import JournalError
from pagewire_gateway.journal.sqlite import SqliteJournal, schema
from pagewire_gateway.journal.sqlite.connecting import make_file, open_writer
from pagewire_gateway.journal.sqlite.schema import APPLICATION, Migration, bring_up_to_date, migrations, program_version
from pagewire_gateway.journal.sqlite.statements import WRITING
from tests.contracts.journal_world import (
    LANE,
    TALK,
    append,
    append_many,
    echo,
    ids_of,
    said,
    settle_with_replies,
    waiting,
)

KNOWN_NOW = migrations()
NEWEST = KNOWN_NOW[-1].version
APPEND_THEN = """
insert into event (id, kind, channel, object, account, person, at, estimated, via, received, app, opens, key, raw)
values /*each*/(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, coalesce(?, ?))/*each*/
"""
"""How programs up to schema 6 wrote events; the last two values are the body, which is never null, and the trace of now."""
THEN = Path(__file__).with_name("then")


def at_version(path, version: int) -> apsw.Connection:
    """A journal as the program of that schema made it."""
    make_file(path)
    db = open_writer(path)
    bring_up_to_date(db, path, migrations()[:version])
    return db


def written_at(version: int) -> str:
    """What a program of that schema had written; the newest such file that is not newer."""
    return max(file for file in THEN.iterdir() if int(file.stem) <= version).read_text("utf-8")


def test_migrations_are_numbered_from_one_without_gaps():
    assert [step.version for step in migrations()] == list(range(1, NEWEST + 1))
    assert NEWEST >= 2


def test_each_says_why():
    assert all(step.sql.startswith("-- ") for step in migrations())


async def test_a_new_file_has_the_newest_schema(open_journal, look):
    await open_journal()
    assert look("pragma user_version") == [(NEWEST,)]
    assert look("pragma application_id") == [(APPLICATION,)]
    assert look("select value from meta where name = 'written_by'") == [(program_version(),)]


@pytest.mark.parametrize("version", range(1, NEWEST))
async def test_a_populated_journal_of_an_older_schema_is_upgraded(open_journal, path, look, version):
    db = at_version(path, version)
    db.execute(written_at(version))
    db.close()
    new = await open_journal()
    assert look("pragma user_version") == [(NEWEST,)]
    stats = await new.stats()
    assert (stats.events, stats.outbox["queued"]) == (13, 1)
    assert [(lane.plugin, lane.parked, lane.pending) for lane in stats.lanes] == [(LANE, 1, 11)]
    assert (await append(new, said("m-3"))).duplicates == 1
    assert [event.item.key.rpartition(":")[2] for event in await new.echoes(0)] == ["e-1"]
    known = await new.conversation(TALK)
    assert known.first_event is not None
    assert known.last_direct == known.last_inbound is not None
    assert ids_of(await new.outbox()) == ["r-1"]
    assert 3 in await waiting(new)


async def test_old_code_goes_on_while_another_process_upgrades(open_journal, path, look, monkeypatch):
    monkeypatch.setitem(WRITING._texts, "append", APPEND_THEN)
    monkeypatch.setattr(WRITING, "_shapes", {})
    with monkeypatch.context() as then:
        then.setattr(schema, "migrations", lambda: KNOWN_NOW[:1])
        old = await open_journal()
    await old.open_lanes([LANE])
    await append_many(old, 5)
    new = await open_journal()
    assert look("pragma user_version") == [(NEWEST,)]
    await settle_with_replies(old, "r-1")
    await append(old, echo("e-1"), said("m-2"))
    assert ids_of(await old.outbox()) == ids_of(await new.outbox()) == ["r-1"]
    assert len(await old.echoes(0)) == len(await new.echoes(0)) == 1
    assert await waiting(old) == await waiting(new)


async def test_a_newer_schema_is_refused_with_the_version_it_needs(path):
    db = at_version(path, NEWEST)
    db.execute(f"pragma user_version = {NEWEST + 7}")
    db.execute("update meta set value = '9.8.7' where name = 'written_by'")
    db.close()
    with pytest.raises(
        JournalError, match=f"has schema {NEWEST + 7}.* up to {NEWEST}: it needs pagewire-gateway 9.8.7"
    ):
        await SqliteJournal(path).start()


def test_a_migration_that_fails_leaves_the_schema_as_it_was(path):
    db = at_version(path, NEWEST)
    broken = Migration(NEWEST + 1, "broken", "create table half (a); insert into nowhere values (1);")
    with pytest.raises(apsw.SQLError):
        bring_up_to_date(db, path, [*migrations(), broken])
    assert db.execute("pragma user_version").get == NEWEST
    assert not db.table_exists("main", "half")
    assert not db.in_transaction
    mended = Migration(NEWEST + 1, "mended", "create table whole (a);")
    assert bring_up_to_date(db, path, [*migrations(), mended]) == ["mended"]
    db.close()


async def test_processes_that_start_at_once_on_a_new_file(path):
    code = "import asyncio, sys; from pathlib import Path; from pagewire_gateway.journal.sqlite import SqliteJournal as J\n"
    code += (
        "async def main():\n j = J(Path(sys.argv[1])); await j.start(); await j.append((), 1, ''); await j.aclose()\n"
    )
    code += "asyncio.run(main())"
    started = [await asyncio.create_subprocess_exec(sys.executable, "-c", code, str(path)) for _ in range(4)]
    assert await asyncio.gather(*(one.wait() for one in started)) == [0, 0, 0, 0]


async def test_who_stops_in_the_middle_of_a_migration_does_not_wait_for_it(path, monkeypatch):
    endless = "-- Never ends.\nwith recursive n(x) as (select 1 union all select x + 1 from n) select count(*) from n;"
    slow = [*KNOWN_NOW, Migration(NEWEST + 1, "endless", endless)]
    with monkeypatch.context() as later:
        later.setattr(schema, "migrations", lambda: slow)
        journal = SqliteJournal(path)
        starting = asyncio.ensure_future(journal.start())
        async with asyncio.timeout(60):
            while not path.exists() or version_of(path) < NEWEST:
                await asyncio.sleep(0.01)
            starting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await starting
        await journal.aclose()
    assert version_of(path) == NEWEST
    again = SqliteJournal(path)
    await again.start()
    await append(again, said("after all"))
    await again.aclose()


def version_of(path) -> int:
    """Of the schema; 0 as long as the file is being made."""
    db = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        return int(db.pragma("user_version"))
    except apsw.BusyError:
        return 0
    finally:
        db.close()
