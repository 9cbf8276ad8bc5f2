"""What works on one journal: lanes, outbox, reports to plugins, and who was seen."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final, Protocol

from pagewire_gateway.deadlines import Grace
from pagewire_gateway.dispatch import Dispatcher
from pagewire_gateway.dispatch.context import Sources
from pagewire_gateway.journal.port import Journal, JournalError, Outbound, Stored
from pagewire_gateway.outbox import Outbox
from pagewire_gateway.outbox.silence import Silence
from pagewire_gateway.parts.clock import now
from pagewire_gateway.parts.common import Common
from pagewire_gateway.people.lessons import StoredLessons
from pagewire_gateway.people.sightings import Sightings
from pagewire_gateway.telling.reaching import HOOK, Reaching
from pagewire_gateway.telling.reports import Reports
from pagewire_gateway.telling.screening import Screening

log = logging.getLogger(__name__)

_LOOK_EVERY: Final = 2.0
_AT_META: Final = 2.0
"""Seconds for requests in flight, also when hooks used up all others: one that is cut off is in doubt afterwards."""

Work = Callable[[], Coroutine[Any, Any, None]]


class Barred(Protocol):
    """Who must be left alone, as far as this journal's events go."""

    def gone(self, stored: Stored) -> bool:
        """Whether an event is one of a person to be forgotten."""

    def silences(self, row: Outbound) -> bool:
        """Whether a reply must not go out."""


class Engine:
    """The works of one journal.

    Args:
        common: what the process has once.
        journal: where events and replies are.
        barred: who must be left alone.
        part: tells the journal from others whose people lie in the same store; empty if it is the only one.
    """

    def __init__(self, common: Common, journal: Journal, barred: Barred, part: str = "") -> None:
        self.journal = journal
        self._grace = common.settings.stop_grace
        settings = common.settings
        sources = Sources(journal, common.profiles, common.means, barred.silences)
        self._profiles = common.profiles
        self.sightings = Sightings(common.people, journal, barred.gone, part)
        lessons, silence = StoredLessons(common.people), Silence(journal, barred.silences, barred.gone)
        self.outbox = Outbox(
            journal, common.registry, common.clients, settings.outbox, common.budgets, now, lessons, silence
        )
        self._reports = Reports(common.plugins, common.registry, sources, settings.dispatch, now, barred.silences)
        screening = Screening(common.plugins, sources, settings.telling, now)
        screening.held = common.quarantine.reasons.__contains__
        self.outbox.listen(screening, self._reports)
        self.dispatcher = Dispatcher(
            common.plugins, journal, common.registry, self.outbox, sources, settings.dispatch, now, barred.gone
        )
        self.dispatcher.mind(common.quarantine)
        for name, worker in self.dispatcher.workers.items():
            worker.threads = common.threads[name]
            if HOOK in common.plugins[name].hooks:
                worker.reaching = Reaching(common.plugins[name], sources)
        self.works: tuple[Work, ...] = (self.dispatcher.keep_marks, self._look_around, self.sightings.run)
        """What runs for as long as the lease is ours."""
        self.running = False
        self._stopping = asyncio.Lock()

    async def start(self, fence: int) -> None:
        """Dispatch and send from now on, under a lease."""
        self.running = True
        await self._reports.start()
        await self.outbox.start(fence)
        await self.dispatcher.start(fence)

    def observe(self, stored: Sequence[Stored]) -> None:
        """Take in events that just became durable."""
        self.outbox.observe(stored)
        self.dispatcher.feed(tuple(stored))
        self.sightings.observe(stored)
        self._profiles.observe(stored)

    def registry_changed(self) -> None:
        """Accounts, tokens or configurations are others now."""
        self.outbox.registry_changed()
        self.dispatcher.registry_changed()

    async def stop(self) -> None:
        """Begin nothing more, and let what runs end; whoever comes second waits for the first."""
        async with self._stopping:
            if self.running:
                shared = Grace(self._grace)
                await self.dispatcher.stop(shared.left)
                await self.outbox.stop(max(shared.left, _AT_META))
                await self._reports.stop(shared.left)
                self.running = False

    async def _look_around(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_EVERY)
            try:
                await self.outbox.look()
            except JournalError as error:
                log.warning("the outbox could not be looked at: %s", error)
