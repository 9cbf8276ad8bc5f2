"""The gateway in one process, with its journal in a file: every part made once and wired by hand."""

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Final, Self

from pagewire.locks import Locks
from pagewire_gateway.audit.file import AuditFile
from pagewire_gateway.config import Settings
from pagewire_gateway.journal.port import JournalError, Stored
from pagewire_gateway.journal.sqlite import SqliteJournal
from pagewire_gateway.login.spent import Spent
from pagewire_gateway.means.file import PluginFile
from pagewire_gateway.parts.clock import now
from pagewire_gateway.parts.common import Common, Stores
from pagewire_gateway.parts.engine import Engine
from pagewire_gateway.parts.faces import admin_port, public_port
from pagewire_gateway.parts.keeping import Keeping
from pagewire_gateway.parts.known import Known
from pagewire_gateway.parts.leading import Leading
from pagewire_gateway.parts.parting import stop_plugins
from pagewire_gateway.parts.running import Tasks
from pagewire_gateway.parts.steering import LocalSteering
from pagewire_gateway.parts.watching import Arrivals
from pagewire_gateway.people.erasing import Eraser
from pagewire_gateway.people.store import Store
from pagewire_gateway.plugins import Plugin, load
from pagewire_gateway.registry.port import RegistryClosedError
from pagewire_gateway.replays import Kept, Replays
from pagewire_gateway.telemetry import metrics
from pagewire_gateway.telemetry.accounts import show_accounts
from pagewire_gateway.telemetry.standing import show_versions, watch_journal

__all__ = ["Gateway", "now"]

log = logging.getLogger(__name__)

_PRUNE_EVERY: Final = 60.0


class Gateway(Known):
    """A whole gateway in one process.

    Use it as an async context manager: inside, both ports are open and events flow.

    Args:
        settings: everything that can be set.
        plugins: instead of the installed ones.
    """

    def __init__(self, settings: Settings, plugins: dict[str, Plugin] | None = None) -> None:
        people = Store(settings.data, key_lost=settings.people_key_lost, locks=Locks(settings.locks))
        audit = AuditFile(settings.data / "audit.db", settings.audit)
        stores = Stores(people, Spent(settings.data / "logins.db"), PluginFile(settings.data, now), audit)
        self.common = Common(settings, load(settings.plugins) if plugins is None else plugins, stores)
        self.journal = SqliteJournal(
            settings.data / "journal.db",
            max_bytes=settings.retention.max_bytes,
            max_waiting=settings.ingress.max_waiting,
            clock=now,
        )
        self.engine = Engine(self.common, self.journal, self.common.bars)
        self.sightings, self.outbox, self.dispatcher = self.engine.sightings, self.engine.outbox, self.engine.dispatcher
        memories = (self.common.profiles, self.sightings)
        eraser = Eraser(people, self.journal, self.outbox, self.common.bars, memories)
        self.keeping = Keeping(self.common, self.journal, eraser)
        self.steering = LocalSteering(self.engine)
        self.replays = Replays(Kept(settings.data / "replays"), self.journal, self.steering, now)
        self._leading = Leading(self.engine, settings.dispatch.lease_ttl, self.keeping.works)
        self._arrivals = Arrivals(self.registry)
        self._tasks = Tasks()
        self.stopping = self._tasks.stopping
        self._closing = AsyncExitStack()

    async def __aenter__(self) -> Self:
        """Open everything, the ports last; what was opened is closed again where that fails, or is cancelled."""
        try:
            await self._open()
        except BaseException:
            await self._closing.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the public port first, let what runs end, and the journal last."""
        await self._closing.aclose()

    async def _open(self) -> None:
        later = self._closing.push_async_callback
        later(self.journal.aclose)
        later(self.common.aclose)
        await self._open_stores()
        self.journal.on_appended = self._appended
        self.journal.on_replay = self.dispatcher.replayed
        show_versions(self.plugins)
        show_accounts(self.registry, lambda: self.last_events, self.budgets)
        metrics.registry_problems.read = lambda: [((), float(len(self.mistakes.problems())))]
        self._admin = admin_port(self)
        later(self._admin.stop)
        later(self.healer.aclose)
        later(stop_plugins, self.plugins, min(self.settings.dispatch.hook_timeout, self.settings.stop_grace))
        later(self._leading.release)
        later(self._leading.step_down)
        later(self.replays.aclose)
        later(self._tasks.cancel)
        self._public = public_port(self.common, self.keeping, self.journal)
        later(self._public.stop)
        self._closing.callback(self.stopping.set)
        self._begin()
        await self.replays.start()
        await self._admin.start()
        await self._public.start()
        log.info("public port %s, admin port %s", self._public.url, self._admin.url)

    async def _open_stores(self) -> None:
        await self.logins.renew()
        await self.registry.start()
        await self.journal.start()
        await self.people.start()
        await self.common.apart.start()
        await self.common.means.data.start()
        await self.deletion.refresh()
        # Before the ports open: a lane that is new begins at the end of the journal, and must not miss the first webhook.
        await self.journal.open_lanes(sorted(self.plugins))

    def _begin(self) -> None:
        chores = (
            self._lead(),
            self._follow_registry(),
            self._prune(),
            watch_journal(self.journal, self.common.history, now),
            self.deletion.watch(),
            self._arrivals.recall(self.journal),
            self.health.run(),
            self.mistakes.run(),
            self.common.watchdog.run(),
        )
        for work in chores:
            self._tasks.run(work)

    @property
    def last_events(self) -> Mapping[tuple[str, str], int]:
        """When the last event of each (object, account) came in."""
        return self._arrivals.last

    @property
    def public_port(self) -> int:
        """Port of the public side, also when it was chosen freely."""
        return int(self._public.port)

    @property
    def admin_port(self) -> int:
        """Port of the admin side, also when it was chosen freely."""
        return int(self._admin.port)

    async def run_until_stopped(self) -> None:
        """Wait until a part ends that should not; cancelled when the program is told to stop."""
        await self._tasks.until_stopping()

    def _appended(self, stored: tuple[Stored, ...]) -> None:
        self._arrivals.note(stored)
        if self._leading.leading:
            self.engine.observe(stored)

    async def _lead(self) -> None:
        await self.registry.changed(0)  # until it was read, nobody knows which plugins an event is for
        await self._leading.run()

    async def _follow_registry(self) -> None:
        revision = 0
        with contextlib.suppress(RegistryClosedError):
            while True:
                revision = await self.registry.changed(revision)
                self.engine.registry_changed()
                self.healer.registry_changed()

    async def _prune(self) -> None:
        while True:
            await asyncio.sleep(_PRUNE_EVERY)
            try:
                await self.journal.prune(self.settings.retention, now())
            except JournalError as error:
                log.warning("retention could not run: %s", error)
