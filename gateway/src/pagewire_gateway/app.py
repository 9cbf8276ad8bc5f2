"""The composition root: every part of the gateway, made once and wired by hand."""

import asyncio
import contextlib
import logging
import signal
import time
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Self

from pagewire.events import KINDS
from pagewire.graph import open_http
from pagewire_gateway import files
from pagewire_gateway.admin import create_admin_app
from pagewire_gateway.budgets import Budgets
from pagewire_gateway.callbacks.desk import Callbacks
from pagewire_gateway.callbacks.endings import Endings
from pagewire_gateway.callbacks.matching import IdMatching
from pagewire_gateway.callbacks.routes import callback_routes
from pagewire_gateway.care.health import HealthWatch
from pagewire_gateway.care.pages import Pages
from pagewire_gateway.config import Settings
from pagewire_gateway.dispatch import Dispatcher
from pagewire_gateway.dispatch.dispatcher import Leader
from pagewire_gateway.dispatch.outcome import of_raised
from pagewire_gateway.healing.healer import Healer
from pagewire_gateway.ingress import Ingress, create_public_app
from pagewire_gateway.journal.port import JournalError, Stored
from pagewire_gateway.journal.sqlite import SqliteJournal
from pagewire_gateway.login.opening import Logins
from pagewire_gateway.login.routes import login_routes
from pagewire_gateway.outbox import Outbox
from pagewire_gateway.outbox.clients import GraphClients
from pagewire_gateway.outbox.silence import Silence
from pagewire_gateway.people.bars import Bars
from pagewire_gateway.people.carrying import Carrier
from pagewire_gateway.people.deletion import Deletion
from pagewire_gateway.people.desk import Linking
from pagewire_gateway.people.erasing import Eraser
from pagewire_gateway.people.lessons import StoredLessons
from pagewire_gateway.people.matching import Matcher
from pagewire_gateway.people.sightings import Sightings
from pagewire_gateway.people.store import Store
from pagewire_gateway.people.telling import Teller
from pagewire_gateway.plugins import Plugin, load
from pagewire_gateway.profiles import Profiles
from pagewire_gateway.registry.opening import open_registry
from pagewire_gateway.registry.port import Registry, RegistryClosedError
from pagewire_gateway.serving import Listener
from pagewire_gateway.telemetry import metrics
from pagewire_gateway.telemetry.standing import show_versions, watch_journal
from pagewire_gateway.telling.contexts import Sources
from pagewire_gateway.telling.reaching import HOOK, Reaching
from pagewire_gateway.telling.reports import Reports
from pagewire_gateway.telling.screening import Screening

log = logging.getLogger(__name__)

_PRUNE_EVERY = 60.0
_LOOK_EVERY = 2.0
_STUMBLE = 1.0
_RECALLED = 50_000
"""Events from whose end the last one of each account is told after a start: a tenth of a second to read."""


def now() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


class Gateway:
    """A whole gateway in one process.

    Use it as an async context manager: inside, both ports are open and events flow.

    Args:
        settings: everything that can be set.
        plugins: instead of the installed ones.
    """

    def __init__(self, settings: Settings, plugins: dict[str, Plugin] | None = None) -> None:
        self.settings = settings
        self.plugins = load(settings.plugins) if plugins is None else plugins
        self.registry: Registry = open_registry(settings)
        self.journal = SqliteJournal(
            settings.data / "journal.db",
            max_bytes=settings.retention.max_bytes,
            max_waiting=settings.ingress.max_waiting,
            clock=now,
        )
        self._http = open_http(max_connections=settings.outbox.concurrency)
        clients = GraphClients(self.registry, self._http, settings.graph_url, settings.instagram_graph_url)
        self.people = Store(settings.data, key_lost=settings.people_key_lost)
        bars = Bars()
        self.budgets = Budgets(self.registry, settings.outbox.limits, now)
        self.linking = Linking(self.people, self.registry, now)
        self.matcher = Matcher(self.people, self.registry, clients, self.budgets, now, on=settings.id_matching)
        self.sightings = Sightings(self.people, self.journal, bars.gone)
        self.profiles = Profiles(clients, self.budgets, self.linking, now)
        sources = Sources(self.journal, self.profiles)
        self.outbox = Outbox(
            self.journal,
            self.registry,
            clients,
            settings.outbox,
            self.budgets,
            now,
            StoredLessons(self.people),
            Silence(self.journal, bars.silences, bars.gone),
        )
        self._reports = Reports(self.plugins, self.registry, sources, settings.dispatch, now, bars.silences)
        self.outbox.listen(Screening(self.plugins, sources, settings.telling, now), self._reports)
        self.logins = Logins(settings, self.registry, self._http, now)
        self.dispatcher = Dispatcher(
            self.plugins, self.journal, self.registry, self.outbox, self.profiles, settings.dispatch, now, bars.gone
        )
        for name, worker in self.dispatcher.workers.items():
            if HOOK in self.plugins[name].hooks:
                worker.reaching = Reaching(self.plugins[name], sources)
        self._bars = bars
        self._teller = Teller(settings.dispatch.hook_timeout, settings.deletion)
        eraser = Eraser(self.people, self.journal, self.outbox, bars, (self.profiles, self.sightings))
        self.deletion = Deletion(self.people, eraser, bars, now)
        self._carrier = Carrier(self.deletion, self.people, eraser, self.plugins, self.registry, self._teller, now)
        self._endings = Endings(self.registry, self.logins.keeper, self.people, self.deletion, now)
        self._carrier.ending = self._endings
        self.health = HealthWatch(self.plugins, self.registry, settings.care, now)
        self._pages = Pages(self.plugins, self.registry, settings.dispatch.hook_timeout)
        self.healer = Healer(
            self.people,
            self.journal,
            self.registry,
            clients,
            self.budgets,
            self.deletion.forgotten_until,
            settings.healing,
            now,
        )
        self._leader = Leader(self.journal, settings.dispatch.lease_ttl)
        self.last_events: dict[tuple[str, str], int] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._leading = self._running = False
        self._stepping_down = asyncio.Lock()
        self.stopping = asyncio.Event()

    async def __aenter__(self) -> Self:
        """Open everything, the ports last."""
        await self.registry.start()
        await self.journal.start()
        await self.people.start()
        await self.deletion.refresh()
        # Before the ports open: a lane that is new begins at the end of the journal, and must not miss the first webhook.
        await self.journal.open_lanes(sorted(self.plugins))
        self.journal.on_appended = self._appended
        self.journal.on_replay = self.dispatcher.replayed
        show_versions(self.plugins)
        metrics.registry_problems.read = lambda: [((), float(len(self.registry.problems())))]
        ingress = Ingress(self.registry, self.journal, self.settings.ingress, now, self._bars.admitted)
        matching = IdMatching(self.logins.graph, self.registry)
        callbacks = Callbacks(self.registry, self._endings, self.deletion, matching, now)
        public = create_public_app(ingress, login_routes(self.logins.door), callback_routes(callbacks))
        self._public = Listener(public, self.settings.public, self.settings.stop_grace, self._connections())
        self._admin = Listener(create_admin_app(self), self.settings.admin, 1.0)
        chores = (
            self._lead(),
            self._follow_registry(),
            self._prune(),
            watch_journal(self.journal, now),
            self.deletion.watch(),
            self._recall(),
            self.health.run(),
        )
        for work in chores:
            self._run(work)
        await self._admin.start()
        await self._public.start()
        log.info("public port %s, admin port %s", self._public.url, self._admin.url)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the public port first, let what runs end, and the journal last."""
        self.stopping.set()
        await self._public.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._step_down()
        await self._leader.release()
        await self._stop_plugins()
        self.dispatcher.close()
        await self.healer.aclose()
        await self._admin.stop()
        await self.registry.aclose()
        await self.logins.aclose()
        await self._http.aclose()
        await self.profiles.aclose()
        await self.people.aclose()
        await self.journal.aclose()

    def _connections(self) -> int:
        wanted = self.settings.ingress.connections
        allowed = files.connections(wanted, open_files := files.raise_limit())
        if allowed < wanted:
            log.warning(
                "%d open files allow %d connections on the public port, not %d: raise the limit (ulimit -n)",
                open_files,
                allowed,
                wanted,
            )
        return allowed

    @property
    def public_port(self) -> int:
        """Port of the public side, also when it was chosen freely."""
        return int(self._public.port)

    @property
    def admin_port(self) -> int:
        """Port of the admin side, also when it was chosen freely."""
        return int(self._admin.port)

    async def run_until_stopped(self) -> None:
        """Wait for SIGINT or SIGTERM."""
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, self.stopping.set)
        await self.stopping.wait()

    # Events ------------------------------------------------------------------------------------------------------

    def _appended(self, stored: tuple[Stored, ...]) -> None:
        for event in stored:
            item = event.item
            metrics.events.add(item.object[:16], _bounded(item.kind), item.channel)
            if self.registry.account(item.object, item.account) is None:
                metrics.unknown_accounts.add(item.object[:16])
            else:
                self.last_events[item.object, item.account] = event.received
        if self._leading:
            self.outbox.observe(stored)
            self.dispatcher.feed(stored)
            self.sightings.observe(stored)
            self.profiles.observe(stored)

    async def _recall(self) -> None:
        """Learn from the journal when accounts were last heard of before this start; what comes meanwhile is newer."""
        try:
            told = await self.journal.last_received(_RECALLED)
        except JournalError as error:
            log.warning("when accounts were last heard of is not known yet: %s", error)
        else:
            self.last_events = {**told, **self.last_events}

    async def _lead(self) -> None:
        """Dispatch and send for as long as the lease is ours; stand by otherwise."""
        await self.registry.changed(0)  # until it was read, nobody knows which plugins an event is for
        while True:
            fence = await self._leader.acquire()
            self._leading = self._running = True
            try:
                await self._reports.start()
                await self.outbox.start(fence)
                await self.dispatcher.start(fence)
                works = (
                    self.dispatcher.keep_marks,
                    self._look_around,
                    self._carrier.run,
                    self.healer.run,
                    self.sightings.run,
                    self._pages.run,
                )
                chores = [asyncio.ensure_future(_steadily(work)) for work in works]
                try:
                    await self._leader.keep(fence)
                finally:
                    for chore in chores:
                        chore.cancel()
                log.warning("another process took over dispatch; standing by")
            except JournalError as error:
                log.warning("dispatch could not start and is tried again: %s", error)
                await asyncio.sleep(1)
            await self._step_down()

    async def _look_around(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_EVERY)
            try:
                await self.outbox.look()
            except JournalError as error:
                log.warning("the outbox could not be looked at: %s", error)

    async def _step_down(self) -> None:
        # Whoever comes second waits for the first: the lease is given back only when nothing is at work any more.
        async with self._stepping_down:
            self._leading = False
            if self._running:
                await self.dispatcher.stop(self.settings.stop_grace)
                await self.outbox.stop(self.settings.stop_grace)
                await self._reports.stop(self.settings.stop_grace)
                self._running = False

    async def _follow_registry(self) -> None:
        revision = 0
        with contextlib.suppress(RegistryClosedError):
            while True:
                revision = await self.registry.changed(revision)
                self.outbox.registry_changed()
                self.dispatcher.registry_changed()
                self.healer.registry_changed()

    async def _prune(self) -> None:
        while True:
            await asyncio.sleep(_PRUNE_EVERY)
            try:
                await self.journal.prune(self.settings.retention, now())
            except JournalError as error:
                log.warning("retention could not run: %s", error)

    async def _stop_plugins(self) -> None:
        timeout = self.settings.dispatch.hook_timeout
        for plugin in self.plugins.values():
            found = plugin.hooks.get("plugin_stopped")
            if found is None:
                continue
            try:
                await found.within(timeout, {})
            except Exception as error:  # noqa: BLE001 - one that cannot close its things keeps nobody else from it
                log.error("plugin %s failed to stop: %s", plugin.name, of_raised(error, timeout).reason)  # noqa: TRY400

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        task.add_done_callback(self._ended)
        self._tasks.append(task)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            log.critical("a part of the gateway ended; the gateway stops, so that it is started anew", exc_info=error)
            self.stopping.set()


async def _steadily(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Do something for as long as this process leads: what stumbles is told, and begun anew."""
    while True:
        try:
            return await work()
        except RegistryClosedError:
            return None
        except Exception:
            log.exception("a part of the gateway stumbled, and goes on in a moment")
            await asyncio.sleep(_STUMBLE)


_KINDS_WITH_OPEN_END = ("call.", "change.")


def _bounded(kind: str) -> str:
    """A kind as a metric label: names that Meta could make up at will share one."""
    if kind in KINDS:
        return kind
    return next((f"{prefix}other" for prefix in _KINDS_WITH_OPEN_END if kind.startswith(prefix)), "unknown")
