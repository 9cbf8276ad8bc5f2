"""``pagewire work``: runs plugins and sends replies, for its share of the partitions."""

import logging

from pagewire_gateway.config import Settings
from pagewire_gateway.parts.clock import now
from pagewire_gateway.parts.parting import stop_plugins
from pagewire_gateway.plugins import Plugin
from pagewire_gateway.telemetry.standing import watch_journal
from pagewire_gateway.workers.crew import Crew
from pagewire_gateway.workers.gauges import show
from pagewire_gateway.workers.leftovers import Leftovers
from pagewire_gateway.workers.linked import Linked
from pagewire_gateway.workers.members import Members
from pagewire_gateway.workers.partition import PartitionAtWork
from pagewire_gateway.workers.places import PlacedBars

log = logging.getLogger(__name__)


class Working(Linked):
    """A process that works. Use it as an async context manager: inside, it has or waits for its partitions."""

    def __init__(self, settings: Settings, plugins: dict[str, Plugin] | None = None) -> None:
        super().__init__(settings, plugins)
        self.members = Members(self.nats, settings.dispatch.lease_ttl)
        self.crew = Crew(self.members, settings.nats.partitions, self._make)

    async def _open(self) -> None:
        await self.link()
        await self.common.apart.start()
        await self.members.start(self.lock.name)
        # Leave the others, let what runs end, and give partitions back: in this order.
        later = self.closing.push_async_callback
        later(stop_plugins, self.plugins, min(self.settings.dispatch.hook_timeout, self.settings.stop_grace))
        later(self.crew.stop)
        later(self.tasks.cancel)
        later(self.members.leave)
        chores = (
            self.members.follow(),
            self.members.beat(),
            self.crew.run(),
            Leftovers(self.deployment, self.settings.data, self.crew.held.keys, now).run(),
            self.health.run(),
            self.common.watchdog.run(),
            watch_journal(self.front, self.common.history, now),
            self.recall(),
        )
        for work in chores:
            self.tasks.run(work)
        self.front.ready = True
        log.info("admin port %s", self._admin.url)

    def registry_changed(self) -> None:
        """Accounts, tokens or configurations are others now."""
        super().registry_changed()
        for one in self.crew.held.values():
            one.engine.registry_changed()

    def _make(self, number: int) -> PartitionAtWork:
        journal = self.deployment.journal(number, self.settings.data)
        barred = PlacedBars(self.common.bars, self.places.within(number))
        # What has to run in one process at a time runs with the first partition.
        also = self.keeping.works if number == 0 else ()
        made = PartitionAtWork(number, self.common, journal, barred, self.nats, self.lock.process, also)
        made.deletion, made.arrived = self.deletion, self.arrivals.note
        made.paused, made.disturbed = self.pauses.names, self.healer.disturbed
        show(lambda: [one.engine for one in self.crew.held.values()])
        return made
