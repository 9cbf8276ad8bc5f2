"""The database of people, beside the journal: little traffic, so one connection in one thread does all of it."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

import apsw

from pagewire.locks import Locks
from pagewire_gateway.journal.port import JournalError, JournalUnavailable
from pagewire_gateway.journal.sqlite.asking import fetch, value
from pagewire_gateway.journal.sqlite.backup import backup
from pagewire_gateway.journal.sqlite.connecting import make_file, open_writer, wait_for_locks
from pagewire_gateway.journal.sqlite.schema import bring_up_to_date, migrations
from pagewire_gateway.journal.sqlite.troubles import explain
from pagewire_gateway.people.keyed import Keyed

Value = TypeVar("Value")

APPLICATION = 0x50575750
"""``application_id`` of the file: "PWWP" in ASCII."""
_WAL_PAGES = 256
_TRIES = 25
_PAUSE = 0.1
_PATIENCE_MS = 200
_BRING_BACK = (
    "restore it from where you keep it. If it is lost for good, start once with PAGEWIRE_PEOPLE_KEY_LOST=true: what was said by "
    "keys of other systems links nobody new then, and what late webhooks and healing bring of forgotten people is stored again"
)


class Store:
    """Scoped ids, profiles, links and deletions in one SQLite file; several processes of one machine may have it open.

    Args:
        folder: where ``people.db`` and its key lie.
        key_lost: go on with another key than the one the file was written with.
        name: of the file and its key, without their endings.
        locks: lock the key.
    """

    def __init__(
        self, folder: Path, *, key_lost: bool = False, name: str = "people", locks: Locks | None = None
    ) -> None:
        self.path = folder / f"{name}.db"
        self.key_path = folder / f"{name}.key"
        self.keyed: Keyed
        self.locks = locks or Locks()
        self._key_lost = key_lost
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

    async def backup(self, target: Path) -> int:
        """Copy the file as of now into a new one, without its key; returns its size in bytes.

        Raises:
            JournalError: the target exists already or cannot be written.
        """
        return await asyncio.get_running_loop().run_in_executor(None, backup, self.path, target)

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
            self.keyed = self._open_key(self._db)
        except (apsw.Error, OSError) as error:
            raise JournalError(str(explain(error, self.path))) from error

    def _open_key(self, db: apsw.Connection) -> Keyed:
        """The key the file was written with: under another one nobody who was forgotten would be known as such."""
        written = value(db, "select value from meta where name = 'key'")
        if written and not self._key_lost and not self.key_path.exists():
            raise JournalError(f"{self.key_path} is not there; {_BRING_BACK}")
        keyed = Keyed(self.key_path, self.locks)
        if written != keyed.mark:
            if written and not self._key_lost:
                raise JournalError(f"{self.key_path} is not the key that {self.path} was written with; {_BRING_BACK}")
            db.execute("insert or replace into meta values ('key', ?)", (keyed.mark,))
        return keyed

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
        # A reader is waited for in between, not in this thread, where everything else waits.
        self._db.set_busy_timeout(_PATIENCE_MS)
        self._db.setlk_timeout(_PATIENCE_MS, 0)
        try:
            while value(self._db, "pragma freelist_count"):
                fetch(self._db, "pragma incremental_vacuum(64)")
            self._db.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
        except (apsw.BusyError, apsw.LockedError):
            return False
        finally:
            wait_for_locks(self._db)
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
