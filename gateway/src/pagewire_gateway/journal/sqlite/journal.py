"""The port's verbs on SQLite: each is handed to the writer or to a reader."""

import asyncio
import functools
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Final, TypeVar

import apsw
from msgspec import Struct

from pagewire.events import Conversation
from pagewire.wire import Item
from pagewire_gateway.deadlines import cancelled
from pagewire_gateway.journal.port import (
    OPEN_OUTBOX,
    Appended,
    Forgotten,
    JournalError,
    Mark,
    OnAppended,
    Outbound,
    OutboxMark,
    Restored,
    Retention,
    Stats,
    Stored,
)
from pagewire_gateway.journal.sqlite import backup, figures, leases, restoring
from pagewire_gateway.journal.sqlite.connecting import (
    PAGE,
    WAL_BYTES,
    Synchronous,
    make_file,
    open_reader,
    open_writer,
)
from pagewire_gateway.journal.sqlite.deeds import Deed
from pagewire_gateway.journal.sqlite.forgetting import Forgetting
from pagewire_gateway.journal.sqlite.group import GroupCommit
from pagewire_gateway.journal.sqlite.holding import Holding
from pagewire_gateway.journal.sqlite.listing import Listing
from pagewire_gateway.journal.sqlite.opening import to_its_end
from pagewire_gateway.journal.sqlite.ops import Append, Record, Settle, Step
from pagewire_gateway.journal.sqlite.readers import Readers
from pagewire_gateway.journal.sqlite.retention import Pruning
from pagewire_gateway.journal.sqlite.room import Room
from pagewire_gateway.journal.sqlite.schema import bring_up_to_date
from pagewire_gateway.journal.sqlite.scrubbing import Scrubbing
from pagewire_gateway.journal.sqlite.tail import Tail
from pagewire_gateway.journal.sqlite.talks import Talks
from pagewire_gateway.journal.sqlite.troubles import explain
from pagewire_gateway.journal.sqlite.verbs import Verbs
from pagewire_gateway.journal.sqlite.wal import Wal
from pagewire_gateway.journal.sqlite.writer import Writer

Value = TypeVar("Value")

_LIST_EVERY: Final = 2.0
_STEPS: Final = 100_000
"""Of SQLite's machine, between two looks whether to go on: some milliseconds."""


def _now() -> int:
    return time.time_ns() // 1_000_000


class Tuning(Struct, frozen=True, kw_only=True):
    """What rarely needs another value.

    Attributes:
        max_waiting_bytes: deliveries that may wait for the disk, in bytes; further ones are refused at once.
        wal_bytes: size of the write-ahead log after which it is copied into the file.
        fold_at: events kept in memory before they are folded into the indices.
        cache_bytes: page cache of the writer.
        readers: threads that read.
    """

    max_waiting_bytes: int = 64 << 20
    wal_bytes: int = WAL_BYTES
    fold_at: int = 16_384
    cache_bytes: int = 3 << 20
    readers: int = 3


_AS_IT_COMES = Tuning()


class SqliteJournal(Verbs):
    """`pagewire_gateway.journal.port.Journal` in one SQLite file.

    Several processes on one machine may have the file open; all may append, and the lease says who settles.

    Args:
        path: the file; made with its folder if it is not there.
        max_bytes: the file never grows beyond; a part is kept for settling and pruning, so appends are refused before.
        max_waiting: deliveries that may wait for the disk; further ones are refused at once.
        clock: milliseconds since 1970.
        synchronous: SQLite's own word. Anything below ``FULL`` loses acknowledged events on power loss.
        tuning: the rest.
    """

    system: Final = "pagewire_sqlite"

    def __init__(
        self,
        path: Path,
        *,
        max_bytes: int = 10 * 1024**3,
        max_waiting: int = 10_000,
        clock: Callable[[], int] = _now,
        synchronous: Synchronous = "FULL",
        tuning: Tuning = _AS_IT_COMES,
    ) -> None:
        self.on_appended: OnAppended | None = None
        self.restored = Restored()
        self._path = path
        wal_bytes = min(tuning.wal_bytes, max_bytes // 4)
        self._connect = functools.partial(
            open_writer,
            path,
            synchronous=synchronous,
            max_pages=max_bytes // PAGE,
            cache_bytes=tuning.cache_bytes,
            wal_bytes=wal_bytes,
        )
        tail = Tail(tuning.fold_at)
        self._wal = Wal(self._connect, wal_bytes)
        self._room = Room(path, max_bytes, wal_bytes)
        self._writer = Writer(path, self._connect, tail, self._wal, self._room)
        self._readers = Readers(path, functools.partial(open_reader, path), tuning.readers)
        super().__init__(self._readers, Talks(self._readers, tail), tail, clock)
        self._group = GroupCommit(self._writer.work, self._tell, max_waiting, tuning.max_waiting_bytes)
        self._pruning = asyncio.Lock()
        self._listing: asyncio.Task[None] | None = None
        self._holdings: dict[str, Holding] = {}
        self._given_up = threading.Event()

    async def start(self) -> None:
        """Open the file, bring its schema up to date, and be ready to append.

        Raises:
            JournalError: the file cannot be used; says why, and what to do.
        """
        await to_its_end(self._open, self._given_up.set)
        self._wal.start()
        self._group.start()
        self._listing = asyncio.get_running_loop().create_task(self._list())

    async def aclose(self) -> None:
        """Finish what was asked, then close."""
        await cancelled(self._listing)
        await self._group.aclose()
        await asyncio.get_running_loop().run_in_executor(None, self._close)

    async def _list(self) -> None:
        listing = Listing(self._write)
        while True:
            await listing.run(self._readers)
            await asyncio.sleep(_LIST_EVERY)

    def _open(self) -> None:
        make_file(self._path)
        try:
            db = self._connect()
            # Who stops in the middle of a migration does not wait for it: it is undone, and the next start does it.
            db.set_progress_handler(self._given_up.is_set, _STEPS)
            try:
                bring_up_to_date(db, self._path)
                self.restored = restoring.note_restore(db, self._clock())
            finally:
                db.close()
            self._writer.open()
        except (apsw.Error, OSError) as error:
            raise JournalError(str(explain(error, self._path))) from error

    def _close(self) -> None:
        for holding in self._holdings.values():
            holding.give_back()
        self._readers.close()
        self._wal.stop()
        self._writer.close()

    # Writing -----------------------------------------------------------------------------------------------------

    def append(
        self, items: Sequence[Item], received: int, app: str, also: Sequence[Sequence[str]] = ()
    ) -> Awaitable[Appended]:
        """Store the items of one delivery body, all or none; see the port."""
        return self._group.append(Append(items, received, app, also))

    def settle(self, marks: Sequence[Mark], fence: int) -> Awaitable[list[Outbound]]:
        """Mark each (event, plugin) and store its replies; see the port.

        A mark for what is done already in the same generation, or of an older generation, changes nothing and stores nothing.
        """
        return self._group.submit(Settle(marks, fence), patient=not any(mark.replies for mark in marks))

    def record(self, marks: Sequence[OutboxMark], fence: int) -> Awaitable[None]:
        """Change outbox rows in one atomic step; see the port."""
        return self._group.submit(Record(marks, fence), patient=not any(mark.state in OPEN_OUTBOX for mark in marks))

    async def claim(self, name: str, holder: str, ttl_ms: int) -> int | None:
        """Take or renew the lease `name`; see the port."""
        holding = self._holding(name)
        fence = await self._claim(name, holder, ttl_ms, None)
        if fence is None and (dead := holding.dead()) is not None:
            fence = await self._claim(name, holder, ttl_ms, dead)
        if fence is None:
            holding.give_back()
        else:
            holding.take(holder)
        return fence

    async def _claim(self, name: str, holder: str, ttl_ms: int, dead: str | None) -> int | None:
        now = self._clock()
        return await self._write(lambda db: leases.claim(db, name, holder, now + ttl_ms, now, dead))

    async def release(self, name: str, holder: str) -> None:
        """Give the lease back at once."""
        await self._write(lambda db: leases.release(db, name, holder))
        self._holding(name).forget()

    def _holding(self, name: str) -> Holding:
        return self._holdings.setdefault(name, Holding(self._path.with_name(f"{self._path.name}-{name}.lock")))

    async def prune(self, retention: Retention, now: int) -> int:
        """Drop what retention allows, in small steps; returns how many events went or lost their body."""
        async with self._pruning:
            room = self._room.for_events - self._room.for_events // 8
            return await Pruning(self._do, self._write, self._readers, self._tail, room).run(retention, now)

    async def forget(self, who: Conversation, upto: int, request: str) -> Forgotten:
        """Erase what there is of a person; see the port."""
        return await Forgetting(self._do, self._readers, who, upto, request, self._clock()).run()

    async def scrub(self) -> bool:
        """Take what was erased out of the files as well; see the port."""
        async with self._pruning:
            return await Scrubbing(self._write, self._readers, self._connect).run()

    # Figures and copies -------------------------------------------------------------------------------------------

    async def stats(self) -> Stats:
        """Figures for metrics, doctor and console."""
        return await self._readers.run(lambda db: figures.stats(db, self._path, self._room.for_events))

    async def backup(self, target: Path) -> int:
        """Copy the journal, as of now, into a new file while it stays at work; see the port."""
        mark = functools.partial(restoring.mark_copy, now=self._clock())
        return await asyncio.get_running_loop().run_in_executor(None, backup.backup, self._path, target, mark)

    # Tools -------------------------------------------------------------------------------------------------------

    async def _do(self, deed: Deed[Value], /) -> Value:
        step = Step(lambda db: deed.run(db, self._tail), then=lambda outcome: self._replayed(deed, outcome))
        return await self._group.submit(step)

    async def _write(self, work: Callable[[apsw.Connection], Value]) -> Value:
        return await self._group.submit(Step(work))

    def _tell(self, new: tuple[Stored, ...]) -> None:
        if self.on_appended is not None:
            self.on_appended(new)
