"""The database of people, beside the journal: little traffic, so one connection in one thread does all of it."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

import apsw

from pagewire_gateway.journal.port import JournalError, JournalUnavailable
from pagewire_gateway.journal.sqlite.asking import fetch, value
from pagewire_gateway.journal.sqlite.connecting import make_file, open_writer
from pagewire_gateway.journal.sqlite.schema import bring_up_to_date, migrations
from pagewire_gateway.journal.sqlite.troubles import explain
from pagewire_gateway.people.keyed import Keyed

Value = TypeVar("Value")

APPLICATION = 0x50575750
"""``application_id`` of the file: "PWWP" in ASCII."""
_WAL_PAGES = 256
_TRIES = 25
_PAUSE = 0.1


class Store:
    """Scoped ids, profiles, links and deletions in one SQLite file; several processes of one machine may have it open.

    Args:
        folder: where ``people.db`` and its key lie.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / "people.db"
        self.keyed: Keyed
        self._key = folder / "people.key"
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="people")
        self._db: apsw.Connection | None = None
        self._closed = False

    async def start(self) -> None:
        """Open the file, bring its schema up to date, and have a key.

        Raises:
            JournalError: it cannot be used; says why, and what to do.
        """
        await asyncio.get_running_loop().run_in_executor(self._thread, self._open)

    async def aclose(self) -> None:
        """Finish what was asked, then close."""
        if not self._closed:
            self._closed = True
            await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
            self._thread.shutdown()

    async def run(self, work: Callable[[apsw.Connection], Value]) -> Value:
        """Do something in one transaction; durable when it returns, and undone if it raises.

        Raises:
            JournalUnavailable: the file cannot be read or written.
        """
        return await self._in_thread(self._run, work)

    async def scrub(self) -> bool:
        """Take what was erased out of the files; whether it is done."""
        for _ in range(_TRIES):
            if await self._in_thread(self._scrub):
                return True
            await asyncio.sleep(_PAUSE)
        return False

    async def _in_thread(self, call: Callable[..., Value], *arguments: object) -> Value:
        if self._closed:
            raise JournalUnavailable("the database of people is not open")
        return await asyncio.get_running_loop().run_in_executor(self._thread, call, *arguments)

    def _open(self) -> None:
        try:
            make_file(self.path)
            self._db = open_writer(self.path)
            self._db.execute("pragma secure_delete = on")
            self._db.wal_autocheckpoint(_WAL_PAGES)
            steps = migrations(files("pagewire_gateway.people"))
            bring_up_to_date(self._db, self.path, steps, application=APPLICATION)
        except (apsw.Error, OSError) as error:
            raise JournalError(str(explain(error, self.path))) from error
        self.keyed = Keyed(self._key)

    def _close(self) -> None:
        db, self._db = self._db, None
        if db is not None:
            db.close()

    def _run(self, work: Callable[[apsw.Connection], Value]) -> Value:
        if self._db is None:
            raise JournalUnavailable("the database of people is not open")
        try:
            with _transaction(self._db):
                return work(self._db)
        except (apsw.Error, OSError) as error:
            raise explain(error, self.path) from error

    def _scrub(self) -> bool:
        if self._db is None:
            raise JournalUnavailable("the database of people is not open")
        try:
            while value(self._db, "pragma freelist_count"):
                fetch(self._db, "pragma incremental_vacuum(64)")
            self._db.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
        except (apsw.BusyError, apsw.LockedError):
            return False
        return True


@contextmanager
def _transaction(db: apsw.Connection) -> Iterator[None]:
    db.execute("begin immediate")
    try:
        yield
        db.execute("commit")
    except BaseException:
        if db.in_transaction:
            db.execute("rollback")
        raise
