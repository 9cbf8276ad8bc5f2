"""``pagewire serve`` on NATS: takes webhooks, logins and call-backs. No hook runs here."""

import asyncio
import logging
from typing import Final

from pagewire_gateway.healing.signs import Signs
from pagewire_gateway.journal.port import JournalError
from pagewire_gateway.parts.clock import now
from pagewire_gateway.parts.faces import public_port
from pagewire_gateway.telemetry.standing import watch_journal
from pagewire_gateway.workers.asks import Disturbed, Wellbeing
from pagewire_gateway.workers.linked import Linked

log = logging.getLogger(__name__)

_TELL_EVERY: Final = 10.0


class Serving(Linked):
    """A process that takes webhooks. Use it as an async context manager: inside, both ports are open."""

    async def _open(self) -> None:
        await self.link()
        await self._open_lanes()
        self._public = public_port(self.common, self.keeping, self.front)
        self.closing.push_async_callback(self._public.stop)
        for work in (
            watch_journal(self.front, self.common.history, now),
            self.recall(),
            self._hear_of_plugins(),
            self._tell(),
        ):
            self.tasks.run(work)
        await self._public.start()
        self.front.ready = True
        log.info("public port %s, admin port %s", self._public.url, self._admin.url)

    @property
    def public_port(self) -> int:
        """Port of the public side, also when it was chosen freely."""
        return int(self._public.port)

    async def _hear_of_plugins(self) -> None:
        """No plugin runs here, so a worker is asked how they are."""
        while True:
            try:
                self.health.latest.update(await self.asking.one(0, Wellbeing()))
            except JournalError as error:
                log.info("how plugins are is not known for now: %s", error)
            await asyncio.sleep(self.settings.care.health_every)

    async def _tell(self) -> None:
        """Healing runs beside the workers, who see no deliveries, so this process tells of those that it refused."""
        signs = Signs()
        untold = False
        while True:
            await asyncio.sleep(_TELL_EVERY)
            untold = signs.changed() or untold
            try:
                if untold:
                    await self.asking.one(0, Disturbed())
                    untold = False
            except JournalError as error:
                log.info("that deliveries were refused is told to the workers later: %s", error)

    async def _open_lanes(self) -> None:
        # A lane that is new begins at the end of its journal; before any worker was there, the first webhook must not be missed.
        await asyncio.gather(*(self._begin(partition) for partition in range(self.deployment.partitions)))

    async def _begin(self, partition: int) -> None:
        if await self.deployment.holder(partition, "dispatch") is not None:
            return
        journal = self.deployment.journal(partition, self.settings.data)
        await journal.start()
        try:
            await journal.open_lanes(sorted(self.plugins))
        finally:
            await journal.aclose()
