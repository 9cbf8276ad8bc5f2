"""The port's verbs on JetStream, for one partition."""

import asyncio
import functools
import logging
import math
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from secrets import token_bytes
from typing import Any, Final, TypeVar
from uuid import uuid4

import msgspec

from pagewire.context import ConversationState
from pagewire.events import Conversation
from pagewire.wire import Item
from pagewire_gateway.deadlines import cancelled
from pagewire_gateway.journal.jetstream.applying import Applied
from pagewire_gateway.journal.jetstream.asking import Desk
from pagewire_gateway.journal.jetstream.backlogs import Backlogs, marks_of
from pagewire_gateway.journal.jetstream.claims import Claims
from pagewire_gateway.journal.jetstream.expecting import Expecting
from pagewire_gateway.journal.jetstream.freshness import Freshness, FreshReaders
from pagewire_gateway.journal.jetstream.layout import Layout
from pagewire_gateway.journal.jetstream.messages import Done, Newest, Pad, Recorded, Settled
from pagewire_gateway.journal.jetstream.places import Map
from pagewire_gateway.journal.jetstream.projection import as_journal, left, size_of
from pagewire_gateway.journal.jetstream.provision import StreamState, take_note
from pagewire_gateway.journal.jetstream.replica import Replica
from pagewire_gateway.journal.jetstream.snapshots import PAD, Snapshot
from pagewire_gateway.journal.port import (
    OPEN_OUTBOX,
    Appended,
    Forgotten,
    JournalError,
    JournalFull,
    JournalUnavailable,
    LeaseLost,
    Mark,
    OnAppended,
    Outbound,
    OutboxMark,
    Restored,
    Retention,
    Stats,
    Stored,
)
from pagewire_gateway.journal.sqlite import backup, figures
from pagewire_gateway.journal.sqlite.asking import fetch
from pagewire_gateway.journal.sqlite.deeds import Deed, Fence, NoteRestore
from pagewire_gateway.journal.sqlite.forgetting import Forgetting
from pagewire_gateway.journal.sqlite.listing import Listing
from pagewire_gateway.journal.sqlite.ops import Append
from pagewire_gateway.journal.sqlite.restoring import restored
from pagewire_gateway.journal.sqlite.retention import Pruning
from pagewire_gateway.journal.sqlite.scrubbing import Scrubbing
from pagewire_gateway.journal.sqlite.statements import READING, WRITING
from pagewire_gateway.journal.sqlite.verbs import Verbs
from pagewire_gateway.shared.connection import Nats

log = logging.getLogger(__name__)

Value = TypeVar("Value")

DISPATCH: Final = "dispatch"
_NO_LIMIT: Final = 1 << 60
_SWEEP: Final = 2.0
_PIECE: Final = 192 << 10


def _now() -> int:
    return time.time_ns() // 1_000_000


class JetStreamJournal(Verbs):
    """`pagewire_gateway.journal.port.Journal` of one partition.

    `seq` is a place within the partition. Everything that is stored is a message of the partition's stream; what is asked is
    answered from a file that follows it. `on_appended` and `on_replay` tell of every process's events and replays.

    Args:
        link: the connection.
        where: names.
        partition: which.
        folder: for the file; only one journal at a time may have it.
        layout: see there.
        claims: the leases of the deployment.
        clock: milliseconds since 1970.
    """

    system: Final = "nats"

    def __init__(
        self,
        link: Nats,
        where: Map,
        partition: int,
        folder: Path,
        layout: Layout,
        claims: Claims,
        clock: Callable[[], int] = _now,
    ) -> None:
        self.on_appended: OnAppended | None = None
        self.restored = Restored()
        self.partition = partition
        self._link, self._where, self._layout, self._claims = link, where, layout, claims
        self._replica = Replica(link, where, partition, folder, self._finished, self._wire)
        self._reached = self._replica.reached
        self._freshness = Freshness(self._last, self._reached, layout.patience)
        self._expecting = Expecting(uuid4().hex[:16])
        self._newest: Newest | None = None
        self._desk = Desk(
            *(link, where, partition, layout, self._expecting, self._knows),
            lambda: self._replica.sure,
            lambda: self._newest,
        )
        projection = self._replica.projection
        super().__init__(FreshReaders(projection.readers, self._fresh), projection.talks, projection.tail, clock)
        self._pruning = asyncio.Lock()
        self._fence = self._announced = self._leads_until = self._least = 0
        self._sweeper: asyncio.Task[None] | None = None
        self._chores: asyncio.Task[None] | None = None
        self._backlogs = Backlogs(link, where, partition)
        self._since = (0, 0)

    async def start(self) -> None:
        """Open the file, bring it up to where the stream is, and be ready to append.

        Raises:
            JournalError: the file cannot be used, or NATS does not answer; says why, and what to do.
        """
        await self._replica.start()
        self.restored = await self._replica.projection.readers.run(restored)
        await self._look()
        self._desk.start()
        self._since = (self._reached.place, 0)
        self._sweeper = asyncio.get_running_loop().create_task(self._sweep())

    async def aclose(self) -> None:
        """Finish what was asked, then close."""
        await self._desk.aclose()
        if self._sweeper is not None:
            await self._outcomes()
            await cancelled(self._sweeper, self._chores)
            self._sweeper = None
            await self._replica.aclose()

    async def _outcomes(self) -> None:
        """Wait for what was published and is not applied yet, for as long as anybody would."""
        try:
            async with asyncio.timeout(self._layout.patience if self._link.connected else 0):
                await self._expecting.idle.wait()
        except TimeoutError:
            self._expecting.give_up(math.inf, JournalUnavailable("the journal is closed, and did not answer in time"))

    def _wire(self) -> None:
        """Read from the file that is in use now. Places known from another one may be those of other events now."""
        self._least = max(self._fence, self._announced) + 1
        self._leads_until, self._newest = 0, None
        self._desk.give_up(JournalUnavailable("the file of the journal was replaced since this was asked; ask again"))
        projection = self._replica.projection
        self._reading = FreshReaders(projection.readers, self._fresh)
        self._talks, self._tail = projection.talks, projection.tail

    # Writing -----------------------------------------------------------------------------------------------------

    def append(
        self, items: Sequence[Item], received: int, app: str, also: Sequence[Sequence[str]] = ()
    ) -> Awaitable[Appended]:
        """Store the items of one delivery body, all or none; see the port."""
        if not items:
            return self._append_nothing()
        return self._desk.append(items, received, app, also)

    async def _append_nothing(self) -> Appended:
        await self._freshness.fresh()
        return Appended(new=(), duplicates=0)

    def settle(self, marks: Sequence[Mark], fence: int) -> Awaitable[list[Outbound]]:
        """Mark each (event, plugin) and store its replies; see the port."""
        if fence < self._least:
            return self._refuse()
        return self._desk.ask(Settled(tuple(marks), fence), patient=not any(mark.replies for mark in marks))

    def record(self, marks: Sequence[OutboxMark], fence: int) -> Awaitable[None]:
        """Change outbox rows in one atomic step; see the port."""
        if fence < self._least:
            return self._refuse()
        patient = not any(mark.state in OPEN_OUTBOX for mark in marks)
        return self._desk.ask(Recorded(tuple(marks), fence), patient=patient)

    async def _refuse(self) -> Any:
        raise LeaseLost("the file of the journal was replaced since; take the lease again, and begin anew")

    async def _do(self, deed: Deed[Value], /) -> Value:
        value: Value = await self._desk.ask(deed)  # type: ignore[arg-type]
        return value

    async def claim(self, name: str, holder: str, ttl_ms: int) -> int | None:
        """Take or renew the lease `name`; see the port. A new fence of ``dispatch`` is announced in the stream first.

        Once the file was replaced there is always a new one: whoever works has to begin anew.
        """
        now = self._clock()
        fence = await self._claims.claim(self.partition, name, holder, now + ttl_ms, now, max(self._fence, self._least))
        if name == DISPATCH:
            if fence is not None and fence != self._announced:
                await self._announce(Fence(name, holder, fence))
            self._leads_until = 0 if fence is None else now + ttl_ms
        return fence

    async def _announce(self, fence: Fence) -> None:
        try:
            await self._do(fence)
        except JournalFull:
            # Nobody but the holder makes room, and nobody holds the lease before this is in the stream.
            await self.snapshot(keep=1)
            await self._do(fence)
        await self._note_restore()
        await self._look()
        self._announced = fence.fence

    async def _note_restore(self) -> None:
        """Whoever takes the lease first after a restore puts what waits in doubt, before anybody works on it."""
        state = await self._state()
        if state.restored is not None:
            log.warning("partition %d was restored from a backup: what waited in it is in doubt", self.partition)
            await self._do(NoteRestore(at=state.restored))
            await take_note(self._link, self._where.stream(self.partition))
        self.restored = await self._replica.projection.readers.run(restored)

    async def release(self, name: str, holder: str) -> None:
        """Give the lease back at once."""
        if name == DISPATCH:
            self._leads_until = 0
        await self._claims.release(self.partition, name, holder)

    async def prune(self, retention: Retention, now: int) -> int:
        """Drop what retention allows, in small steps; returns how many events went or lost their body."""
        await self._fresh()
        async with self._pruning:
            pruning = Pruning(
                self._do, self._replica.applier.write, self._replica.projection.readers, self._tail, _NO_LIMIT
            )
            return await pruning.run(retention, now)

    async def forget(self, who: Conversation, upto: int, request: str) -> Forgotten:
        """Erase what there is of a person; see the port."""
        await self._fresh()
        return await Forgetting(self._do, self._replica.projection.readers, who, upto, request, self._clock()).run()

    async def scrub(self) -> bool:
        """Take what was erased out of the file, the snapshots and the stream as well; see the port."""
        if not await self._scrub_file() or not await self._replica.snapshots.tidy():
            return False
        # A purge leaves the bytes of a file in which something stays: what was erased is parted from what comes.
        for _ in range(PAD // _PIECE):
            await self._desk.ask(Pad(token_bytes(_PIECE)))
        await self._replica.snapshots.part()
        await self.snapshot(keep=1)
        return True

    async def snapshot(self, keep: int = 2, upto: int | None = None) -> Snapshot:
        """Store a copy of the file in NATS, and purge what no copy needs from the stream.

        Args:
            keep: copies that stay.
            upto: purge no further than up to this place of the stream.

        Raises:
            JournalError: there is no room for it, or NATS does not answer.
        """
        made = await self._replica.snapshots.take(self._replica.projection.path, keep, upto)
        self._since = (made.place, 0)
        return made

    async def _scrub_file(self) -> bool:
        projection = self._replica.projection
        if await asyncio.get_running_loop().run_in_executor(None, projection.forget_aside):
            log.warning("%s.lost is removed: it may hold words of somebody who is forgotten", projection.path)
        async with self._pruning:
            return await Scrubbing(self._replica.applier.write, projection.readers, projection.connect).run()

    # Reading -----------------------------------------------------------------------------------------------------

    async def conversation(self, conversation: Conversation) -> ConversationState:
        """What is known of a conversation; see the port."""
        await self._fresh()
        return await super().conversation(conversation)

    async def stats(self) -> Stats:
        """Figures for metrics, doctor and console.

        `size_bytes` is what the journal takes in the stream and in the file, `free_bytes` what stream and disk have both.
        """
        await self._fresh()
        projection = self._replica.projection
        found = await projection.readers.run(lambda db: figures.stats(db, projection.path, _NO_LIMIT))
        size = await projection.readers.run(size_of)
        state = await self._state()
        free = max(0, min(found.free_bytes, state.limit - state.size))
        return msgspec.structs.replace(found, size_bytes=size + state.size, free_bytes=free)

    async def backup(self, target: Path) -> int:
        """Copy the journal, as of now, into a new file while it stays at work; see the port."""
        await self._fresh()
        mark = functools.partial(as_journal, now=self._clock())
        return await asyncio.get_running_loop().run_in_executor(
            None, backup.backup, self._replica.projection.path, target, mark
        )

    async def copy(self, target: Path) -> None:
        """Copy the file as it is now, with everything folded in. It is no backup: nobody will go on with this one."""
        await self._fresh()
        await self._replica.applier.fold_all()
        await asyncio.get_running_loop().run_in_executor(
            None, backup.backup, self._replica.projection.path, target, left
        )

    async def _look(self) -> None:
        """Learn which event is the newest; those that come from now on are told."""
        found = await self._replica.projection.readers.run(lambda db: fetch(db, READING["newest"]))
        if found and (self._newest is None or self._newest < found[0]):
            self._newest = found[0]

    # Tools -------------------------------------------------------------------------------------------------------

    async def _fresh(self) -> None:
        """Whoever has the lease has all that was settled; of what was just appended it is told in a moment."""
        if self._clock() >= self._leads_until:
            await self._freshness.fresh()

    async def _state(self) -> StreamState:
        return await self._replica.state()

    async def _last(self) -> int:
        return (await self._state()).last

    async def _knows(self, event: str, place: int) -> bool:
        """Whether an event is known, once the file is at a place of the stream."""
        await self._reached.wait(place)
        return bool(await super().known([event]))

    async def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_SWEEP)
            # A task of its own: what hangs on the disk must not keep those from being told who wait.
            if self._chores is None or self._chores.done():
                self._chores = loop.create_task(self._tidy_up())
            late = JournalUnavailable("the journal did not answer in time; look at NATS and at this machine's disk")
            self._expecting.give_up(loop.time() - 2 * self._layout.patience, late)

    async def _tidy_up(self) -> None:
        if self._clock() < self._leads_until:
            await self._chores_of_a_leader()
        await Listing(self._replica.applier.write).run(self._replica.projection.readers)

    async def _chores_of_a_leader(self) -> None:
        """Show backlogs, store snapshots: tried again with the next turn."""
        try:
            marks = await self._replica.projection.readers.run(marks_of)
            await self._backlogs.show(marks)
            state = await self._state()
            # A stream that is full stands still, and so would a second copy: the one there is has to do.
            crowded = state.size >= state.limit // 4 * 3
            if crowded or self._is_due(state):
                await self._replica.applier.write(lambda db: db.execute(WRITING["shorten_trail"]))
                pressed = state.size > state.limit // 2
                # What lanes have before them stays where it is counted, as long as there is room.
                await self.snapshot(1 if crowded else 2, None if pressed else min(marks.values(), default=None))
        except JournalError as error:
            log.warning("partition %d of the journal is not tidied up now: %s", self.partition, error)

    def _is_due(self, state: StreamState) -> bool:
        place, size = self._since
        return self._reached.place - place >= self._layout.snapshot_after or size >= state.limit // 4

    # What was applied --------------------------------------------------------------------------------------------

    def _finished(self, done: list[Applied]) -> None:
        self._tell(done)
        for applied in done:
            self._expecting.applied(applied)
            if isinstance(applied.message, Done):
                self._note(applied)
        self._since = (self._since[0], self._since[1] + sum(applied.size for applied in done))
        self._reached.move(done[-1].place)

    def _tell(self, done: list[Applied]) -> None:
        new: list[Stored] = []
        for applied in done:
            for op in applied.ops:
                if op.error is None:
                    op.done()
                    if type(op) is Append:
                        new += op.new
        if new:
            self._newest = (new[-1].seq, new[-1].id)
        if new and self.on_appended is not None:
            self._guarded(functools.partial(self.on_appended, tuple(new)))

    def _note(self, applied: Applied) -> None:
        doings: tuple[Any, ...] = getattr(applied.message, "doings", ())
        for doing, op in zip(doings, applied.ops, strict=True):
            if op.error is not None:
                continue
            if isinstance(doing, Fence) and doing.name == DISPATCH:
                self._fence = max(self._fence, doing.fence)
            self._guarded(functools.partial(self._replayed, doing, op.value()))

    def _guarded(self, call: Callable[[], None]) -> None:
        try:
            call()
        except Exception as error:  # noqa: BLE001 - those who wait must hear of the commit whatever a listener does
            said = {"message": "a listener of the journal stumbled", "exception": error}
            asyncio.get_running_loop().call_exception_handler(said)
