"""One partition at work: its journal, its lanes and outbox, under its lease, and its answers."""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final

from pagewire.events import Conversation
from pagewire.people import ScopedId
from pagewire_gateway.care.health import Told
from pagewire_gateway.deadlines import cancelled
from pagewire_gateway.journal.port import Journal, JournalError, Stored
from pagewire_gateway.parts.clock import now
from pagewire_gateway.parts.common import Common
from pagewire_gateway.parts.engine import Barred, Engine, Work
from pagewire_gateway.parts.leading import Leading
from pagewire_gateway.people.deletion import Deletion
from pagewire_gateway.shared.connection import Nats
from pagewire_gateway.shared.people import SharedStore
from pagewire_gateway.workers.answering import Answering

log = logging.getLogger(__name__)

_PRUNE_EVERY: Final = 60.0
_AGAIN: Final = 1.0

Arrived = Callable[[Sequence[Stored]], None]


class PartitionAtWork:
    """See `pagewire_gateway.workers.asks.Desk`.

    Args:
        number: of the partition.
        common: what the process has once.
        journal: of the partition, not open.
        barred: who must be left alone, as far as its events go.
        nats: the connection.
        process: begins the holder of the lease.
        also: what else runs for as long as the lease is ours.
    """

    def __init__(
        self,
        number: int,
        common: Common,
        journal: Journal,
        barred: Barred,
        nats: Nats,
        process: str,
        also: Sequence[Work] = (),
    ) -> None:
        self.number = number
        self.journal = journal
        self.engine = Engine(common, journal, barred, str(number))
        self._common = common
        answering = Answering(nats, number, self)
        works = (answering.run, self._prune, *also)
        self._leading = Leading(self.engine, common.settings.dispatch.lease_ttl, works, process)
        self.deletion: Deletion | None = None
        self.paused: Collection[str] = ()
        """Lanes that a person paused before."""
        self.arrived: Arrived = _nobody
        self.disturbed: Callable[[], None] = _nothing
        """See `Desk`."""
        self._task: asyncio.Task[None] | None = None

    @property
    def leading(self) -> bool:
        """Whether the lease is ours."""
        return self._leading.leading

    @property
    def wellbeing(self) -> Mapping[str, Told]:
        """See `Desk`."""
        return self._common.health.latest

    def start(self) -> None:
        """Open the journal and work on it as soon as the lease is ours."""
        self._task = asyncio.ensure_future(self._run())

    async def stop(self) -> None:
        """Let what runs end, give the lease back, and close the journal."""
        await cancelled(self._task)
        await self._leading.step_down()
        await self._leading.release()
        await self.journal.aclose()

    async def quiet(self, conversations: Sequence[Conversation]) -> None:
        """See `Desk`."""
        people = self._common.people
        if isinstance(people, SharedStore):
            await people.catch_up()
        if self.deletion is not None:
            await self.deletion.refresh()
        await self.engine.outbox.forget(conversations)
        for who in conversations:
            self._common.profiles.forget(ScopedId(*who))
            self.engine.sightings.forget(ScopedId(*who))

    async def _run(self) -> None:
        await self._common.registry.changed(0)  # until it was read, nobody knows which plugins an event is for
        while True:
            try:
                await self.journal.start()
                break
            except JournalError as error:
                log.warning("partition %d cannot be opened yet: %s", self.number, error)
                await asyncio.sleep(_AGAIN)
        self.journal.on_appended = self._appended
        self.journal.on_replay = self.engine.dispatcher.replayed
        for name in self.paused:
            if name in self._common.plugins:
                self.engine.dispatcher.pause(name)
        await self._leading.run()

    def _appended(self, stored: tuple[Stored, ...]) -> None:
        if self._leading.leading:
            self.arrived(stored)
            self.engine.observe(stored)

    async def _prune(self) -> None:
        while True:
            await asyncio.sleep(_PRUNE_EVERY)
            try:
                await self.journal.prune(self._common.settings.retention, now())
            except JournalError as error:
                log.warning("retention could not run: %s", error)


def _nobody(_: Sequence[Stored]) -> None:
    return


def _nothing() -> None:
    return
