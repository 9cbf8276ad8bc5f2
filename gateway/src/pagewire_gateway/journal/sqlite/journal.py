"""The port's verbs on SQLite: each is handed to the writer or to a reader."""

import asyncio
import functools
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeVar

import apsw
from msgspec import Struct

from pagewire.context import ConversationState
from pagewire.events import Conversation
from pagewire.wire import Item
from pagewire_gateway.journal.port import (
    OPEN_OUTBOX,
    Appended,
    EventFilter,
    EventView,
    Forgotten,
    JournalError,
    Mark,
    OnAppended,
    OnReplay,
    Outbound,
    OutboxMark,
    ParkedView,
    Pending,
    Reached,
    Retention,
    Stats,
    Stored,
    Untold,
)
from pagewire_gateway.journal.sqlite import backup, figures, leases, pending, replaying, telling, views
from pagewire_gateway.journal.sqlite.connecting import PAGE, Synchronous, make_file, open_reader, open_writer
from pagewire_gateway.journal.sqlite.forgetting import Forgetting
from pagewire_gateway.journal.sqlite.group import GroupCommit
from pagewire_gateway.journal.sqlite.holding import Holding
from pagewire_gateway.journal.sqlite.ops import Append, Record, Settle, Step
from pagewire_gateway.journal.sqlite.readers import Readers
from pagewire_gateway.journal.sqlite.retention import Pruning
from pagewire_gateway.journal.sqlite.room import Room
from pagewire_gateway.journal.sqlite.schema import bring_up_to_date
from pagewire_gateway.journal.sqlite.scrubbing import Scrubbing
from pagewire_gateway.journal.sqlite.tail import Tail
from pagewire_gateway.journal.sqlite.talks import Talks
from pagewire_gateway.journal.sqlite.troubles import explain
from pagewire_gateway.journal.sqlite.wal import Wal
from pagewire_gateway.journal.sqlite.writer import Writer

Value = TypeVar("Value")


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
    wal_bytes: int = 32 << 20
    fold_at: int = 32_768
    cache_bytes: int = 16 << 20
    readers: int = 3


_AS_IT_COMES = Tuning()


class SqliteJournal:
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
        self.on_replay: OnReplay | None = None
        self._path = path
        self._clock = clock
        wal_bytes = min(tuning.wal_bytes, max_bytes // 4)
        self._connect = functools.partial(
            open_writer,
            path,
            synchronous=synchronous,
            max_pages=max_bytes // PAGE,
            cache_bytes=tuning.cache_bytes,
            wal_bytes=wal_bytes,
        )
        self._tail = Tail(tuning.fold_at)
        self._wal = Wal(self._connect, wal_bytes)
        self._room = Room(path, max_bytes, wal_bytes)
        self._writer = Writer(path, self._connect, self._tail, self._wal, self._room)
        self._readers = Readers(path, functools.partial(open_reader, path), tuning.readers)
        self._talks = Talks(self._readers, self._tail)
        self._group = GroupCommit(self._writer.work, self._tell, max_waiting, tuning.max_waiting_bytes)
        self._pruning = asyncio.Lock()
        self._holdings: dict[str, Holding] = {}

    async def start(self) -> None:
        """Open the file, bring its schema up to date, and be ready to append.

        Raises:
            JournalError: the file cannot be used; says why, and what to do.
        """
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, self._open)
        self._wal.start()
        self._group.start()

    async def aclose(self) -> None:
        """Finish what was asked, then close."""
        await self._group.aclose()
        await asyncio.get_running_loop().run_in_executor(None, self._close)

    def _open(self) -> None:
        make_file(self._path)
        try:
            db = self._connect()
            try:
                bring_up_to_date(db, self._path)
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

    async def open_lanes(self, lanes: Sequence[str]) -> dict[str, int]:
        """Say which lanes are at work; returns each one's low-water mark.

        A lane that was at work before goes on where it was. A new one begins at the end of the journal, and so does one
        that was closed in between: what it missed is not handed to it, what waited for a retry or was parked stays.
        """
        return await self._write(lambda db: leases.open_lanes(db, lanes))

    async def low_water(self, marks: dict[str, int]) -> None:
        """Remember for each lane that everything up to this place is settled or skipped; never goes backwards."""
        await self._write(lambda db: leases.raise_low_water(db, marks))

    async def replay(self, events: Sequence[str], plugin: str | None, resend: bool) -> int:
        """Hand events to lanes again, by event id; see the port. An event without its body cannot be handed out."""
        now = self._clock()
        got = await self._group.submit(
            Step(
                lambda db: replaying.replay(db, self._tail, events, plugin, resend=resend, now=now), then=self._replayed
            )
        )
        return got.total()

    async def replay_outbound(self, ids: Sequence[str]) -> int:
        """Put parked outbound requests back into the queue, and parked reports to what is owed; returns how many."""
        now = self._clock()
        return await self._write(lambda db: replaying.replay_outbound(db, ids, now))

    async def prune(self, retention: Retention, now: int) -> int:
        """Drop what retention allows, in small steps; returns how many events went or lost their body."""
        async with self._pruning:
            room = self._room.for_events - self._room.for_events // 8
            return await Pruning(self._write, self._readers, self._tail, room).run(retention, now)

    async def forget(self, who: Conversation, upto: int, request: str) -> Forgotten:
        """Erase what there is of a person; see the port."""
        return await Forgetting(self._write, self._readers, who, upto, request, self._clock()).run()

    async def scrub(self) -> bool:
        """Take what was erased out of the files as well; see the port."""
        async with self._pruning:
            return await Scrubbing(self._write, self._readers, self._connect).run()

    # Reading -----------------------------------------------------------------------------------------------------

    async def pending(self, lane: str, after: int, limit: int) -> list[Pending]:
        """Events after a place that the lane has not settled, oldest first; see the port.

        Retries and replayed events come whether or not they lie above the low-water mark.
        """
        return await self._readers.run(lambda db: pending.pending(db, lane, after, limit))

    async def read(self, seqs: Sequence[int]) -> list[Stored]:
        """Events by place, in the order asked; missing ones are left out."""
        return await self._readers.run(lambda db: pending.read(db, seqs))

    async def outbox(self, after: int = 0, limit: int = 1000) -> list[Outbound]:
        """Outbox rows that are not at an end yet, oldest first, after row `after`."""
        return await self._readers.run(lambda db: pending.outbox(db, after, limit))

    async def owed(self, after: int = 0, limit: int = 1000) -> list[Outbound]:
        """Rows at an end of which the plugin that asked has not been told, oldest first; see the port."""
        return await self._readers.run(lambda db: telling.owed(db, after, limit))

    async def told(self, ids: Sequence[str]) -> None:
        """The plugins that asked for these rows know of their ends."""
        await self._write(lambda db: telling.told(db, ids))

    async def untold(self, reports: Sequence[Untold]) -> None:
        """The plugins that asked for these rows could not be told; see the port."""
        await self._write(lambda db: telling.untold(db, reports))

    async def reached(self, asked: Reached) -> list[Outbound]:
        """The plugin's sent rows that an event, and none before it, tells of; see the port."""
        return await self._write(lambda db: telling.reached(db, asked))

    async def mids(self, conversation: Conversation, since: int) -> set[str]:
        """Message ids already assigned to outbox rows of the conversation created since then."""
        return await self._readers.run(lambda db: pending.mids(db, conversation, since))

    async def known(self, ids: Sequence[str]) -> set[str]:
        """Those of these event ids that the journal knows; see the port."""
        known_to = self._tail.last
        asked = {event: bytes.fromhex(event) for event in ids}
        found = {event for event, id_ in asked.items() if self._tail.place(id_) is not None}
        rest = {event: id_ for event, id_ in asked.items() if event not in found}
        return found | await self._readers.run(
            lambda db: {event for event, id_ in rest.items() if views.place_of(db, id_, known_to) is not None}
        )

    async def echoes(self, after: int, limit: int = 1000) -> list[Stored]:
        """Events of kind ``message_echo`` after a place, oldest first."""
        return await self._readers.run(lambda db: pending.echoes(db, after, limit))

    async def private_replies(self, object_: str, account: str, target: str) -> set[str]:
        """Ids of outbox rows that used, or may have used, the private reply of this comment or post."""
        return await self._readers.run(lambda db: pending.private_replies(db, object_, account, target))

    async def conversation(self, conversation: Conversation) -> ConversationState:
        """What is known of a conversation.

        The first event is the one that became durable first, even if another one turns out to be older.
        """
        return await self._talks.of(conversation)

    async def events(self, query: EventFilter) -> list[EventView]:
        """The newest events that fit, oldest first. `since` and `until` are about the time of receipt."""
        search = views.Search(query)
        if query.id is not None:
            place = await self._place(query.id)
            if place is None:
                return []
            search.only(place)
        while not search.done:
            await self._readers.run(search.piece)
        return search.found

    async def parked(self, limit: int = 100, plugin: str | None = None) -> list[ParkedView]:
        """Parked work, oldest event first."""
        return await self._readers.run(lambda db: views.parked(db, limit, plugin))

    async def last_received(self, newest: int) -> dict[tuple[str, str], int]:
        """When the last event of each account was received; see the port."""
        return await self._readers.run(lambda db: views.last_received(db, newest))

    async def stats(self) -> Stats:
        """Figures for metrics, doctor and console."""
        return await self._readers.run(lambda db: figures.stats(db, self._path, self._room.for_events))

    async def backup(self, target: Path) -> int:
        """Copy the journal, as of now, into a new file while it stays at work; see the port."""
        return await asyncio.get_running_loop().run_in_executor(None, backup.backup, self._path, target)

    # Tools -------------------------------------------------------------------------------------------------------

    async def _write(self, work: Callable[[apsw.Connection], Value]) -> Value:
        return await self._group.submit(Step(work))

    async def _place(self, event: str) -> int | None:
        id_ = replaying.read_id(event)
        if id_ is None:
            return None
        known_to = self._tail.last
        place = self._tail.place(id_)
        return place if place is not None else await self._readers.run(lambda db: views.place_of(db, id_, known_to))

    def _tell(self, new: tuple[Stored, ...]) -> None:
        if self.on_appended is not None:
            self.on_appended(new)

    def _replayed(self, got: dict[str, int]) -> None:
        if self.on_replay is not None:
            for lane in got:
                self.on_replay(lane)
