"""The port's verbs on JetStream, for one partition."""

import asyncio
import functools
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar
from uuid import uuid4

import msgspec

from pagewire.context import ConversationState
from pagewire.events import Conversation
from pagewire.wire import Item
from pagewire_gateway.journal.jetstream.applying import Applied, Applier
from pagewire_gateway.journal.jetstream.asking import Desk
from pagewire_gateway.journal.jetstream.claims import Claims
from pagewire_gateway.journal.jetstream.expecting import Expecting
from pagewire_gateway.journal.jetstream.following import Follower
from pagewire_gateway.journal.jetstream.freshness import Freshness, FreshReaders, Reached
from pagewire_gateway.journal.jetstream.layout import Layout
from pagewire_gateway.journal.jetstream.messages import Done, Recorded, Settled
from pagewire_gateway.journal.jetstream.places import Map
from pagewire_gateway.journal.jetstream.projection import Projection, as_journal, size_of
from pagewire_gateway.journal.jetstream.provision import StreamState, state_of
from pagewire_gateway.journal.port import (
    Appended,
    Forgotten,
    JournalError,
    JournalUnavailable,
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
from pagewire_gateway.journal.sqlite.deeds import Deed, Fence
from pagewire_gateway.journal.sqlite.forgetting import Forgetting
from pagewire_gateway.journal.sqlite.ops import Append
from pagewire_gateway.journal.sqlite.retention import Pruning
from pagewire_gateway.journal.sqlite.scrubbing import Scrubbing
from pagewire_gateway.journal.sqlite.verbs import Verbs
from pagewire_gateway.shared.connection import Nats

Value = TypeVar("Value")

DISPATCH: Final = "dispatch"
_NO_LIMIT: Final = 1 << 60
_SWEEP: Final = 1.0


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
        self._stream = where.stream(partition)
        self._projection = Projection(folder / f"{self._stream}.db")
        self._reached = Reached()
        self._freshness = Freshness(self._last, self._reached, layout.patience)
        self._expecting = Expecting(uuid4().hex[:16])
        self._desk = Desk(link, where, partition, layout, self._expecting, self._knows)
        self._applier = Applier(self._projection, where.deed(partition), self._finished)
        self._follower = Follower(link, self._stream, self._applier.take, self._gap, self._applier.room)
        readers = FreshReaders(self._projection.readers, self._fresh)
        super().__init__(readers, self._projection.talks, self._projection.tail, clock)
        self._pruning = asyncio.Lock()
        self._fence = self._announced = self._leads_until = 0
        self._sweeper: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Open the file, bring it up to where the stream is, and be ready to append.

        Raises:
            JournalError: the file cannot be used, or NATS does not answer; says why, and what to do.
        """
        state = await state_of(self._link, self._stream)
        loop = asyncio.get_running_loop()
        place = await loop.run_in_executor(None, self._projection.open, state.created)
        self._reached.move(place)
        self._applier.start()
        await self._follower.start(place)
        self._desk.start()
        self._sweeper = loop.create_task(self._sweep())
        await self._reached.wait(state.last)

    async def aclose(self) -> None:
        """Finish what was asked, then close."""
        await self._desk.aclose()
        if self._sweeper is not None:
            await self._expecting.idle.wait()
            self._sweeper.cancel()
            await asyncio.gather(self._sweeper, return_exceptions=True)
            self._sweeper = None
            await self._follower.aclose()
            await self._applier.aclose()
            await asyncio.get_running_loop().run_in_executor(None, self._projection.close)

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
        return self._desk.ask(Settled(tuple(marks), fence))

    def record(self, marks: Sequence[OutboxMark], fence: int) -> Awaitable[None]:
        """Change outbox rows in one atomic step; see the port."""
        return self._desk.ask(Recorded(tuple(marks), fence))

    async def _do(self, deed: Deed[Value], /) -> Value:
        value: Value = await self._desk.ask(deed)  # type: ignore[arg-type]
        return value

    async def claim(self, name: str, holder: str, ttl_ms: int) -> int | None:
        """Take or renew the lease `name`; see the port. A new fence of ``dispatch`` is announced in the stream first."""
        now = self._clock()
        fence = await self._claims.claim(self.partition, name, holder, now + ttl_ms, now, self._fence)
        if name == DISPATCH:
            if fence is not None and fence != self._announced:
                await self._do(Fence(name, holder, fence))
                self._announced = fence
            self._leads_until = 0 if fence is None else now + ttl_ms
        return fence

    async def release(self, name: str, holder: str) -> None:
        """Give the lease back at once."""
        if name == DISPATCH:
            self._leads_until = 0
        await self._claims.release(self.partition, name, holder)

    async def prune(self, retention: Retention, now: int) -> int:
        """Drop what retention allows, in small steps; returns how many events went or lost their body."""
        await self._fresh()
        async with self._pruning:
            pruning = Pruning(self._do, self._applier.write, self._projection.readers, self._tail, _NO_LIMIT)
            return await pruning.run(retention, now)

    async def forget(self, who: Conversation, upto: int, request: str) -> Forgotten:
        """Erase what there is of a person; see the port."""
        await self._fresh()
        return await Forgetting(self._do, self._projection.readers, who, upto, request, self._clock()).run()

    async def scrub(self) -> bool:
        """Take what was erased out of the files as well; see the port."""
        async with self._pruning:
            return await Scrubbing(self._applier.write, self._projection.readers, self._projection.connect).run()

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
        projection = self._projection
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
            None, backup.backup, self._projection.path, target, mark
        )

    # Tools -------------------------------------------------------------------------------------------------------

    async def _fresh(self) -> None:
        """Whoever has the lease has all that was settled; of what was just appended it is told in a moment."""
        if self._clock() >= self._leads_until:
            await self._freshness.fresh()

    async def _state(self) -> StreamState:
        return await state_of(self._link, self._stream, self._layout.patience)

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
            late = JournalUnavailable("the journal did not answer in time; look at NATS and at this machine's disk")
            self._expecting.give_up(loop.time() - 2 * self._layout.patience, late)

    def _gap(self) -> None:
        raise JournalError(f"messages of {self._stream} are missing")

    # What was applied --------------------------------------------------------------------------------------------

    def _finished(self, done: list[Applied]) -> None:
        self._tell(done)
        for applied in done:
            self._expecting.applied(applied)
            if isinstance(applied.message, Done):
                self._note(applied)
        self._reached.move(done[-1].place)

    def _tell(self, done: list[Applied]) -> None:
        new: list[Stored] = []
        for applied in done:
            for op in applied.ops:
                if op.error is None:
                    op.done()
                    if type(op) is Append:
                        new += op.new
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
