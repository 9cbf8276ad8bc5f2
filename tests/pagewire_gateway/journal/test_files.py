"""The file: who may read it, and what is said when it cannot be used."""

import os
import stat
from pathlib import Path

import apsw
import pytest

from pagewire_gateway.journal.port import JournalError, JournalUnavailable
from pagewire_gateway.journal.sqlite import SqliteJournal
from tests.contracts.journal_world import append, append_many, said
from tests.permissions import as_nobody


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def refused(path: Path) -> str:
    with pytest.raises(JournalError) as caught:
        await SqliteJournal(path).start()
    return str(caught.value)


async def test_folder_and_files_are_for_their_owner_only(open_journal, path):
    old = os.umask(0)
    try:
        journal = await open_journal()
        await append(journal, said("a"))
    finally:
        os.umask(old)
    assert mode(path.parent) == 0o700
    names = {file.name: mode(file) for file in path.parent.iterdir()}
    assert names == {"journal.db": 0o600, "journal.db-wal": 0o600, "journal.db-shm": 0o600}


async def test_after_closing_there_is_one_file(open_journal, path):
    journal = await open_journal()
    await append_many(journal, 20)
    await journal.aclose()
    assert [file.name for file in path.parent.iterdir()] == ["journal.db"]


async def test_an_empty_file_becomes_a_journal(open_journal, path):
    path.parent.mkdir()
    path.touch()
    assert len((await append(await open_journal(), said("a"))).new) == 1


async def test_what_was_stored_is_there_after_closing(open_journal):
    journal = await open_journal()
    (stored,) = (await append(journal, said("a"))).new
    await journal.aclose()
    journal = await open_journal()
    assert await journal.read([stored.seq]) == [stored]


async def test_a_folder_is_no_journal(tmp_path):
    assert "is a folder; name a file in it" in await refused(tmp_path)


async def test_a_file_that_stands_in_the_way(tmp_path):
    (tmp_path / "data").touch()
    assert "cannot be made" in await refused(tmp_path / "data" / "journal.db")


async def test_a_place_where_nothing_can_be_made():
    assert "cannot be made" in await refused(Path("/proc/pagewire/journal.db"))


async def test_a_file_that_cannot_be_written():
    with as_nobody() as folder:
        path = folder / "journal.db"
        journal = SqliteJournal(path)
        await journal.start()
        await journal.aclose()
        path.chmod(0o400)
        assert "check the permissions" in await refused(path)


async def test_a_file_that_is_no_database(path):
    path.parent.mkdir()
    path.write_bytes(b"Dear diary, " * 1000)
    assert "is no SQLite database; name another path" in await refused(path)
    assert path.read_bytes().startswith(b"Dear diary")


async def test_a_database_of_another_program(path):
    path.parent.mkdir()
    db = apsw.Connection(str(path))
    db.execute("create table recipe (name text)")
    db.close()
    assert "database of another program, not a Pagewire journal" in await refused(path)


async def test_a_damaged_file_says_so(open_journal, path):
    journal = await open_journal()
    await append_many(journal, 50)
    await journal.aclose()
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + b"\xa5" * (len(whole) - 8192))
    assert "is damaged; stop the gateway and restore a backup" in await refused(path)


async def test_a_file_that_was_removed_takes_nothing_more(open_journal, path):
    journal = await open_journal()
    await append(journal, said("a"))
    journal._writer._presence._look_at = 0.0
    path.rename(path.with_name("elsewhere"))
    with pytest.raises(JournalUnavailable, match="moved, removed or replaced"):
        await append(journal, said("b"))
    path.with_name("elsewhere").rename(path)
    assert (await append(journal, said("a"), said("b"))).duplicates == 1


async def test_a_file_that_was_replaced_takes_nothing_more(open_journal, path):
    journal = await open_journal()
    await append(journal, said("a"))
    journal._writer._presence._look_at = 0.0
    (path.parent / "other").write_bytes(b"")
    (path.parent / "other").replace(path)
    with pytest.raises(JournalUnavailable, match="replaced"):
        await append(journal, said("b"))


async def test_a_journal_that_is_not_open_says_so(open_journal, path):
    never = SqliteJournal(path)
    with pytest.raises(JournalUnavailable, match="not open"):
        await append(never, said("a"))
    await never.aclose()
    closed = await open_journal()
    await closed.aclose()
    await closed.aclose()
    with pytest.raises(JournalUnavailable, match="not open"):
        await append(closed, said("a"))
    with pytest.raises(JournalUnavailable, match="not open"):
        await closed.stats()
