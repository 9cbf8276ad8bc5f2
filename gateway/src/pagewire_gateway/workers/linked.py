"""What every process on NATS has: the connection, the stores that all share, and all partitions as one journal."""

import asyncio
import contextlib
import logging
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Final, Self

from pagewire.locks import Locks
from pagewire_gateway.config import Settings
from pagewire_gateway.journal.jetstream import Deployment, Layout
from pagewire_gateway.journal.port import JournalError
from pagewire_gateway.parts.clock import now
from pagewire_gateway.parts.common import Common, Stores
from pagewire_gateway.parts.faces import admin_port
from pagewire_gateway.parts.keeping import Keeping
from pagewire_gateway.parts.known import Known
from pagewire_gateway.parts.running import Tasks
from pagewire_gateway.parts.watching import Arrivals
from pagewire_gateway.plugins import Plugin, load
from pagewire_gateway.registry.port import RegistryClosedError
from pagewire_gateway.replays import Replays
from pagewire_gateway.shared.audit import SharedAudit
from pagewire_gateway.shared.connection import Nats
from pagewire_gateway.shared.pace import SharedPace
from pagewire_gateway.shared.people import SharedStore
from pagewire_gateway.shared.plugin_data import SharedPluginData
from pagewire_gateway.shared.replays import SharedJobs
from pagewire_gateway.shared.spent import SharedSpent
from pagewire_gateway.telemetry import metrics
from pagewire_gateway.telemetry.accounts import show_accounts
from pagewire_gateway.telemetry.standing import show_versions
from pagewire_gateway.workers.asking import Asking
from pagewire_gateway.workers.choosing import SharedChoosing
from pagewire_gateway.workers.erasing import PartitionsEraser
from pagewire_gateway.workers.front import Front
from pagewire_gateway.workers.lock import FolderLock
from pagewire_gateway.workers.pauses import Pauses
from pagewire_gateway.workers.places import Places
from pagewire_gateway.workers.steering import SharedSteering

log = logging.getLogger(__name__)

_RECALL_EVERY: Final = 15.0
_RECENT: Final = 1000


class Linked(Known, ABC):
    """The parts. Use it as an async context manager.

    Args:
        settings: everything that can be set.
        plugins: instead of the installed ones.
    """

    def __init__(self, settings: Settings, plugins: dict[str, Plugin] | None = None) -> None:
        told = settings.nats
        self.nats = Nats(settings.journal, told.prefix, told.replicas, str(told.credentials or ""))
        self._audit = SharedAudit(self.nats, settings.audit)
        self.store, self._spent, self._pace = (
            SharedStore(settings.data, self.nats, Locks(settings.locks)),
            SharedSpent(self.nats),
            SharedPace(self.nats, now),
        )
        self.common = Common(
            settings,
            load(settings.plugins) if plugins is None else plugins,
            Stores(self.store, self._spent, SharedPluginData(self.nats, now), self._audit, self._pace),
        )
        layout = Layout(partitions=told.partitions, max_bytes=told.max_bytes, max_waiting=settings.ingress.max_waiting)
        self.lock = FolderLock(settings.data)
        self.deployment = Deployment(self.nats, layout, now, self.lock.dead)
        self.places = Places(self.nats)
        asking = Asking(self.nats, told.partitions)
        self.journal = self.front = Front(self.nats, self.deployment, asking, self.places)
        self.asking, self.pauses = asking, Pauses(self.nats)
        self.choosing = self._wishes = SharedChoosing(self.nats)
        self.steering = SharedSteering(asking, self.pauses)
        self._jobs = SharedJobs(self.nats, lambda: self.lock.name, now)
        self.replays = Replays(self._jobs, self.front, self.steering, now)
        self.keeping = Keeping(self.common, self.front, PartitionsEraser(self.store, self.front, self.common.bars))
        self.arrivals = Arrivals(self.registry)
        self.tasks = Tasks()
        self.stopping = self.tasks.stopping
        self._news = asyncio.Event()
        self.closing = AsyncExitStack()
        """What is to be closed, the last first."""

    async def __aenter__(self) -> Self:
        """Open everything; what was opened is closed again where that fails."""
        try:
            await self._open()
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close what was opened, the last first, and the connection last."""
        await self._close()

    @abstractmethod
    async def _open(self) -> None:
        """Link, and begin what this process is for."""

    @property
    def last_events(self) -> Mapping[tuple[str, str], int]:
        """When the last event of each (object, account) came in."""
        return self.arrivals.last

    @property
    def admin_port(self) -> int:
        """Port of the admin side, also when it was chosen freely."""
        return int(self._admin.port)

    async def run_until_stopped(self) -> None:
        """Wait until a part ends that should not; cancelled when the program is told to stop."""
        await self.tasks.until_stopping()

    async def link(self) -> None:
        """Open everything but the public port. The admin port comes first, so that it can tell what is waited for.

        Raises:
            JournalError: NATS cannot be used; says why.
        """
        later = self.closing.push_async_callback
        self.lock.acquire()
        self.closing.callback(self.lock.release)
        self._admin = admin_port(self)
        later(self._admin.stop)
        await self._admin.start()
        later(self.nats.aclose)
        later(self.common.aclose)
        await self.logins.renew()
        await self.registry.start()
        await self.nats.start()
        await self.deployment.start()
        self.front.ingest = ingest = self.deployment.ingest()
        await ingest.start()
        later(ingest.aclose)
        for part in (
            *(self.places, self.pauses, self._wishes, self.store, self._spent, self._audit, self._pace, self._jobs),
            self.common.means.data,
        ):
            await part.start()
        later(self._pace.aclose)
        later(self.healer.aclose)
        await self.replays.start()
        later(self.replays.aclose)
        self.store.on_news = self._news.set
        await self.deletion.refresh()
        later(self.tasks.cancel)
        show_versions(self.plugins)
        show_accounts(self.registry, lambda: self.last_events, self.budgets)
        metrics.registry_problems.read = lambda: [((), float(len(self.mistakes.problems())))]
        for work in (
            self.places.follow(),
            self.pauses.follow(),
            self._wishes.follow(),
            self._jobs.follow(),
            self._jobs.beat(),
            self.deletion.watch(),
            self._refresh(),
            self._follow_registry(),
            self.mistakes.run(),
        ):
            self.tasks.run(work)

    async def _close(self) -> None:
        self.stopping.set()
        await self.closing.aclose()

    def registry_changed(self) -> None:
        """Accounts, tokens or configurations are others now."""
        self.healer.registry_changed()

    async def recall(self) -> None:
        """Know when accounts were last heard of, though their events pass through other processes; for ever."""
        await self.arrivals.recall(self.front)
        while True:
            await asyncio.sleep(_RECALL_EVERY)
            await self.arrivals.recall(self.front, _RECENT)

    async def _follow_registry(self) -> None:
        revision = 0
        with contextlib.suppress(RegistryClosedError):
            while True:
                revision = await self.registry.changed(revision)
                self.registry_changed()

    async def _refresh(self) -> None:
        """Know at once whom other processes were asked to forget."""
        while True:
            await self._news.wait()
            self._news.clear()
            try:
                await self.deletion.refresh()
            except JournalError as error:
                log.warning("requests of other processes are looked at later: %s", error)
