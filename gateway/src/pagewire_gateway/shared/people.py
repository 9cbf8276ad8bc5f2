"""People for processes on several machines: each has a copy, and a change counts once it is next in one common stream.

`run` does its work on the copy in a transaction, as the store of one process does. What that changed, as SQLite's session
extension tells it, is published with the condition that nothing was published since; only then is it committed here. If somebody
was faster, the copy takes in their change and the work is done again. So all changes have one order, and every copy is the same.
Work that changes nothing is not published; it may have looked at a state that is a moment old.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Final, TypeVar

import apsw

from pagewire.locks import Locks
from pagewire_gateway.deadlines import cancelled
from pagewire_gateway.journal.port import JournalUnavailable
from pagewire_gateway.journal.sqlite.connecting import remove_file
from pagewire_gateway.people.store import Store
from pagewire_gateway.shared.changes import Changes, Overtaken, Part
from pagewire_gateway.shared.connection import Nats
from pagewire_gateway.shared.copies import Copies
from pagewire_gateway.shared.key import bring_key

log = logging.getLogger(__name__)

Value = TypeVar("Value")

_TRIES: Final = 50
_PATIENCE: Final = 30.0
_LOOK: Final = 2.0
"""Seconds between two looks for changes whose notice was lost."""
_GROWING: Final = frozenset({"identity", "meta", "healing"})
"""Tables whose rows are changed all the time, and lose nothing by it."""
_OWN: Final = frozenset({"copy", "copy_stream"})
"""Tables that say how far this copy is, and of which stream."""
MOST_CHANGES: Final = 2_000
"""Changes in the stream after which a copy of everything takes their place."""


class SharedStore(Store):
    """A copy of what all processes know of people.

    Args:
        folder: where the copy lies; it can be lost, and is made anew.
        nats: the connection.
        locks: lock the key on this machine.
    """

    def __init__(self, folder: Path, nats: Nats, locks: Locks | None = None) -> None:
        super().__init__(folder, name="people-copy", locks=locks)
        self._nats = nats
        self._changes = Changes(nats)
        self._copies = Copies(nats)
        self._parts: list[bytes] = []
        self._seq = self._seen = 0
        self._stream = ""
        self._erased = False
        self._loop: asyncio.AbstractEventLoop
        self._follower: asyncio.Task[None] | None = None
        self._news = asyncio.Event()
        self.on_news: Callable[[], None] = _nobody
        """Called on the event loop after something was taken in that others changed."""

    async def start(self) -> None:
        """Open the copy, take in what it lacks, and follow.

        Raises:
            JournalError: NATS or the file cannot be used.
        """
        self._loop = asyncio.get_running_loop()
        await self._changes.start(self._news.set)
        await self._copies.start()
        await bring_key(self._nats, self.key_path, self.locks)
        await super().start()
        await self._in_thread(self._open_copy)
        await self.catch_up()
        self._follower = asyncio.ensure_future(self._follow())

    async def aclose(self) -> None:
        """Finish what was asked, then close."""
        await cancelled(self._follower)
        await self._changes.stop()
        await super().aclose()

    async def catch_up(self) -> None:
        """Take in what others changed up to now.

        Raises:
            JournalUnavailable: NATS does not answer.
        """
        await self._in_thread(self._take_in)

    async def scrub(self) -> bool:
        """Take what was erased out of the copy, and out of the stream: a new copy takes the place of the changes."""
        done = await super().scrub()
        await self.compact()
        return done

    async def compact(self) -> None:
        """Put a copy of everything in the place of the changes there are."""
        await self.catch_up()
        seq, copy = await self._in_thread(self._copied)
        await self._copies.put(seq, copy)
        await self._changes.drop_up_to(seq)

    async def _follow(self) -> None:
        while True:
            try:
                await self.catch_up()
                if self._erased:
                    self._erased = not await super().scrub()
                if self._seq - self._copies.newest > MOST_CHANGES:
                    await self._copies.look()
                if self._seq - self._copies.newest > MOST_CHANGES:
                    await self.compact()
            except JournalUnavailable as error:
                log.warning("what others changed of people is taken in later: %s", error)
            self._news.clear()
            try:
                async with asyncio.timeout(_LOOK):
                    await self._news.wait()
            except TimeoutError:
                continue

    # In the thread of the store ------------------------------------------------------------------------------------

    def _run(self, work: Callable[[apsw.Connection], Value]) -> Value:
        for _ in range(_TRIES):
            try:
                return super()._run(lambda db: self._published(db, work))
            except Overtaken:
                self._take_in()
        raise JournalUnavailable("what is known of people is changed by too many at once; try again")

    def _published(self, db: apsw.Connection, work: Callable[[apsw.Connection], Value]) -> Value:
        session = apsw.Session(db, "main")
        try:
            session.table_filter(lambda table: table not in _OWN)
            session.attach()
            result = work(db)
            changed = session.changeset()
        finally:
            session.close()
        if changed:
            self._seen = self._wait(self._changes.publish(changed, self._seen))
            self._at(db, self._seen)
        return result

    def _take_in(self) -> None:
        there = self._wait(self._changes.bounds())
        if there.last and self._stream not in ("", there.identity):
            self._begin_anew()
        if there.last < self._seen:
            self._seen, self._parts = self._seq, []
        if there.last < self._seq:
            self._tell_again()
            there = self._wait(self._changes.bounds())
        if there.first > self._seen + 1:
            self._load(self._wait(self._copies.get()))
        while self._seen < there.last:
            self._take(self._wait(self._changes.read(self._seen + 1)))
        if self._stream != there.identity:
            super()._run(lambda db: db.execute("insert or replace into copy_stream values (1, ?)", (there.identity,)))
            self._stream = there.identity

    def _begin_anew(self) -> None:
        """The stream is another one of the same name, and has changes of its own: what this copy holds is of the one before."""
        log.error(
            "the stream of changes to people was replaced by another one; this process's copy is made anew from that"
        )
        self._close()
        remove_file(self.path)
        self._open()
        self._open_copy()

    def _tell_again(self) -> None:
        """The server lost changes that this copy still has, or the stream with all of them: the copy takes their place."""
        log.error("NATS has lost changes to what is known of people; they are put back from the copy of this process")
        seq, copy = self._copied()
        self._wait(self._copies.put(seq, copy))
        # What is dropped up to a place that is yet to come goes on behind that place.
        self._wait(self._changes.drop_up_to(seq))

    def _take(self, part: Part) -> None:
        self._parts = [part.data] if part.first else [*self._parts, part.data]
        self._seen = part.seq
        if part.last:
            whole, self._parts = b"".join(self._parts), []
            super()._run(lambda db: self._apply(db, whole, part.seq))
            self._loop.call_soon_threadsafe(self.on_news)

    def _apply(self, db: apsw.Connection, changed: bytes, seq: int) -> None:
        apsw.Changeset.apply(changed, db)
        self._erased = self._erased or _erases(changed)
        self._at(db, seq)

    def _at(self, db: apsw.Connection, seq: int) -> None:
        db.execute("insert or replace into copy values (1, ?)", (seq,))
        self._seq = seq

    def _open_copy(self) -> None:
        super()._run(_make_table)
        self._seq = self._seen = super()._run(_place)
        self._stream, self._parts = super()._run(_stream), []

    def _copied(self) -> tuple[int, bytes]:
        assert self._db is not None  # noqa: S101 - it was caught up
        return self._seq, _off_wal(self._db.serialize("main"))

    def _load(self, copy: bytes) -> None:
        assert self._db is not None  # noqa: S101 - as above
        source = apsw.Connection(":memory:")
        try:
            source.deserialize("main", copy)
            with self._db.backup("main", source, "main") as copying:
                copying.step()
        finally:
            source.close()
        self._open_copy()
        self._erased = True

    def _wait(self, work: Coroutine[Any, Any, Value]) -> Value:
        try:
            return asyncio.run_coroutine_threadsafe(work, self._loop).result(_PATIENCE)
        except TimeoutError:
            raise JournalUnavailable("NATS did not answer in time; look at its servers") from None


def _erases(changed: bytes) -> bool:
    """Whether a change may take something out that must not stay in free pages or in the log of a copy."""
    return any(
        change.op == "DELETE" or (change.op == "UPDATE" and change.name not in _GROWING)
        for change in apsw.Changeset.iter(changed)
    )


def _nobody() -> None:
    return


def _off_wal(image: bytes) -> bytes:
    # An image in memory has no write-ahead log; bytes 18 and 19 of the file format say whether there is one.
    return image[:18] + b"\x01\x01" + image[20:]


def _make_table(db: apsw.Connection) -> None:
    db.execute("create table if not exists copy (one integer primary key check (one = 1), seq integer not null) strict")
    # A table of its own: workers of the version before write rows of two columns into the other.
    db.execute(
        "create table if not exists copy_stream (one integer primary key check (one = 1), name text not null) strict"
    )


def _place(db: apsw.Connection) -> int:
    found = db.execute("select seq from copy").fetchone()
    return int(found[0]) if found else 0


def _stream(db: apsw.Connection) -> str:
    found = db.execute("select name from copy_stream").fetchone()
    return str(found[0]) if found else ""
