"""All lanes together: fed by the journal, under one lease, so that one process at a time hands events to plugins."""

import asyncio
import logging
import os
import socket
from collections.abc import Callable, Coroutine, Mapping
from uuid import uuid4

from pagewire_gateway.admin.ports import LaneInfo
from pagewire_gateway.config import DispatchSettings
from pagewire_gateway.deadlines import Grace
from pagewire_gateway.dispatch.context import Sources
from pagewire_gateway.dispatch.lane import Lane
from pagewire_gateway.dispatch.settler import Settler
from pagewire_gateway.dispatch.worker import Accounts, Events, Gone, ReplyDesk, Worker
from pagewire_gateway.isolation import Quarantine
from pagewire_gateway.journal.port import Journal, JournalError, LeaseLost, Stored
from pagewire_gateway.plugins import Plugin
from pagewire_gateway.telemetry import metrics

log = logging.getLogger(__name__)

LEASE = "dispatch"
_POLL = 2.0
_LONGEST_STANDBY = 1.0
_REVIEW = 60_000
_AT_THE_END = 2.0
"""Seconds for the last marks, and for giving the lease back, also when all others are used up."""


class Leader:
    """Holds the lease ``dispatch`` and tells those who work under it.

    Args:
        journal: who grants it.
        ttl: seconds it is good for; it is renewed three times as often.
        process: begins the holder's name; machine and process id by default.
    """

    def __init__(self, journal: Journal, ttl: float, process: str = "") -> None:
        self.holder = f"{process or f'{socket.gethostname()}-{os.getpid()}'}-{uuid4().hex[:8]}"
        self._journal = journal
        self._ttl = ttl

    async def acquire(self) -> int:
        """Wait until the lease is ours; returns its fence."""
        told = False
        while (fence := await self._claim()) is None:
            if not told:
                log.info("another process dispatches from this journal; standing by")
                told = True
            await asyncio.sleep(min(self._ttl / 3, _LONGEST_STANDBY))
        return fence

    async def keep(self, fence: int) -> None:
        """Renew the lease until it is lost; returns then."""
        misses = 0
        while misses < 3:
            await asyncio.sleep(self._ttl / 3)
            claimed = await self._claim()
            if claimed is not None and claimed != fence:
                return
            misses = 0 if claimed == fence else misses + 1

    async def release(self) -> None:
        """Let another process take over at once."""
        try:
            async with asyncio.timeout(_AT_THE_END):
                await self._journal.release(LEASE, self.holder)
        except (JournalError, TimeoutError) as error:
            log.warning(
                "the lease was not given back and will run out by itself: %s", str(error) or "no answer in time"
            )

    async def _claim(self) -> int | None:
        try:
            return await self._journal.claim(LEASE, self.holder, int(self._ttl * 1000))
        except JournalError as error:
            log.warning("the lease could not be renewed: %s", error)
            return None


class Dispatcher:
    """Runs a lane for every plugin.

    Args:
        plugins: by name.
        journal: where events come from.
        accounts: the registry.
        desk: the outbox.
        sources: for what contexts tell and offer.
        settings: see `DispatchSettings`.
        clock: milliseconds since 1970.
        gone: whether an event is one of a person who asked to be forgotten, so that no plugin gets it any more.
    """

    def __init__(
        self,
        plugins: Mapping[str, Plugin],
        journal: Journal,
        accounts: Accounts,
        desk: ReplyDesk,
        sources: Sources,
        settings: DispatchSettings,
        clock: Callable[[], int],
        gone: Gone = lambda _stored: False,
    ) -> None:
        self._journal = journal
        self._accounts = accounts
        self._settings = settings
        self._clock = clock
        self._lanes: dict[str, Lane] = {}
        self._chores: set[asyncio.Task[None]] = set()
        self._reviewed = clock()
        self._settler = Settler(journal)
        events = Events(gone)
        self.workers = {
            name: Worker(plugin, self._settler, accounts, desk, sources, settings, clock, events)
            for name, plugin in plugins.items()
        }
        self._quarantine: Quarantine | None = None
        metrics.circuit.read = self.circuits
        metrics.backlog.read = self.backlogs
        metrics.lane_oldest.read = self.ages

    async def start(self, fence: int) -> None:
        """Open the lanes and take up what is left from before."""
        marks = await self._journal.open_lanes(sorted(self.workers))
        self._settler.fence = fence
        for name, worker in self.workers.items():
            worker.stopped = False
            lane = self._lanes[name] = Lane(
                name,
                self._journal,
                worker.handle,
                worker.note,
                concurrency=self._settings.concurrency,
                window=self._settings.window,
                clock=self._clock,
                start=marks[name],
            )
            lane.wants = worker.wants
        for lane in self._lanes.values():
            await lane.again(0)
            lane.catch_up()

    def feed(self, stored: tuple[Stored, ...]) -> None:
        """Hand events that just became durable to every lane."""
        for lane in self._lanes.values():
            lane.feed(stored)

    def replayed(self, plugin: str) -> None:
        """Work was put back into a lane."""
        lane = self._lanes.get(plugin)
        if lane is not None:
            self._spawn(lane.again(0))

    def registry_changed(self) -> None:
        """Release what was held for accounts that are known now."""
        for lane in self._lanes.values():
            self._spawn(self._release(lane))

    async def _release(self, lane: Lane) -> None:
        # A lane whose plugin is slow may have no room for long; the others do not wait for it.
        try:
            for source in lane.held():
                if self._accounts.account(*source[:2]) is not None:
                    await lane.release(source)
        except JournalError as error:
            log.warning("held events of %s are released with the next change: %s", lane.plugin, error)

    async def keep_marks(self) -> None:
        """Write the low-water marks from time to time, and look for events other processes appended. Runs for ever."""
        while True:
            await asyncio.sleep(_POLL)
            try:
                await self._journal.low_water({name: lane.low_water() for name, lane in self._lanes.items()})
            except LeaseLost:
                return
            except JournalError as error:
                log.warning("low-water marks not written: %s", error)
            for lane in self._lanes.values():
                lane.look()
            await self._review()

    async def _review(self) -> None:
        """Park what was held for too long; asked for rarely, as patience is counted in days."""
        now = self._clock()
        if now < self._reviewed + _REVIEW:
            return
        self._reviewed = now
        for lane in self._lanes.values():
            try:
                await lane.review()
            except JournalError as error:
                log.warning("held events of %s could not be looked at: %s", lane.plugin, error)

    async def stop(self, grace: float) -> None:
        """Let running hooks end within `grace` seconds, then forget the lanes; the journal has all that is not settled."""
        for worker in self.workers.values():
            worker.stopped = True
        lanes, self._lanes = self._lanes, {}
        for chore in list(self._chores):
            chore.cancel()
        shared = Grace(grace)
        await asyncio.gather(*(lane.stop(grace) for lane in lanes.values()))
        await self._settler.stop(shared.left)
        try:
            async with asyncio.timeout(shared.left + _AT_THE_END):
                await self._journal.low_water({name: lane.low_water() for name, lane in lanes.items()})
        except (JournalError, TimeoutError) as error:
            log.info("low-water marks not written at the end: %s", str(error) or "no answer in time")

    def close(self) -> None:
        """Give all threads back."""
        for worker in self.workers.values():
            worker.close()

    # For people --------------------------------------------------------------------------------------------------

    def lanes(self) -> list[LaneInfo]:
        """How each lane is doing."""
        return [self._info(name) for name in self.workers]

    def pause(self, plugin: str) -> None:
        """Hand nothing more to a plugin until `resume`; its events wait."""
        self.workers[plugin].resumed.clear()

    def mind(self, quarantine: Quarantine) -> None:
        """Hand nothing to plugins in quarantine, and put those there that fail for too long."""
        self._quarantine = quarantine
        for worker in self.workers.values():
            worker.quarantine = quarantine
        quarantine.listen(self)

    def quarantined(self, plugin: str) -> None:
        """See `pagewire_gateway.isolation.quarantine.Listener`."""
        if plugin in self.workers:
            self.workers[plugin].resumed.clear()

    def resume(self, plugin: str) -> None:
        """Go on, also with an open circuit and out of quarantine."""
        if self._quarantine is not None:
            self._quarantine.release(plugin)
        worker = self.workers[plugin]
        worker.circuit.succeeded()
        worker.resumed.set()

    def _info(self, name: str) -> LaneInfo:
        worker, lane = self.workers[name], self._lanes.get(name)
        return LaneInfo(
            plugin=name,
            circuit=worker.circuit.state(self._clock()),
            in_flight=worker.in_flight,
            waiting=lane.waiting if lane else 0,
            blocked=lane.blocked if lane else 0,
            opens_at=worker.circuit.opens_at,
            handled=worker.handled,
            failed=worker.failed,
            paused=not worker.resumed.is_set(),
            quarantined=self._quarantine.reasons.get(name, "") if self._quarantine else "",
        )

    def circuits(self) -> list[tuple[tuple[str, ...], float]]:
        """Each plugin's circuit: 0 closed, 1 half open, 2 open."""
        place = {"closed": 0.0, "half_open": 1.0, "open": 2.0}
        now = self._clock()
        return [((name,), place[worker.circuit.state(now)]) for name, worker in self.workers.items()]

    def backlogs(self) -> list[tuple[tuple[str, ...], float]]:
        """How much each lane holds that could run."""
        return [((name,), float(lane.waiting)) for name, lane in self._lanes.items()]

    def ages(self) -> list[tuple[tuple[str, ...], float]]:
        """For how many seconds the oldest event of each lane has waited for its plugin."""
        now = self._clock()
        return [
            ((name,), max(0, now - oldest) / 1000 if (oldest := lane.oldest) else 0.0)
            for name, lane in self._lanes.items()
        ]

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(work)
        self._chores.add(task)
        task.add_done_callback(self._chores.discard)
