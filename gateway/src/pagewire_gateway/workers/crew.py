"""The partitions of this process: taken up and given back as workers come and go."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from pagewire_gateway.workers.fairness import shares
from pagewire_gateway.workers.members import Members
from pagewire_gateway.workers.partition import PartitionAtWork

log = logging.getLogger(__name__)

_LOOK: Final = 1.0

Make = Callable[[int], PartitionAtWork]


class Crew:
    """Keeps this worker's share.

    Leases decide who works; a share only says who tries. So if two workers see different crews for a moment, one of them waits.

    Args:
        members: who is alive.
        partitions: how many there are.
        make: makes one to be worked on.
    """

    def __init__(self, members: Members, partitions: int, make: Make) -> None:
        self._members, self._partitions, self._make = members, partitions, make
        self.held: dict[int, PartitionAtWork] = {}

    async def run(self) -> None:
        """Keep the share, for ever."""
        while True:
            try:
                async with asyncio.timeout(_LOOK):
                    await self._members.changed.wait()
            except TimeoutError:
                self._members.look()
            self._members.changed.clear()
            alive = self._members.alive()
            if self._members.me in alive:
                wanted = shares(alive.keys(), self._partitions)
                await self._keep({one for one, name in wanted.items() if name == self._members.me})

    async def stop(self) -> None:
        """Give everything back."""
        await self._give_back(set(self.held))

    async def _keep(self, wanted: set[int]) -> None:
        if wanted == self.held.keys():
            return
        log.info("this worker's partitions are %s", ", ".join(map(str, sorted(wanted))) or "none")
        for number in sorted(wanted - self.held.keys()):
            self.held[number] = self._make(number)
            self.held[number].start()
        await self._give_back(self.held.keys() - wanted)

    async def _give_back(self, numbers: set[int]) -> None:
        leaving = [self.held.pop(number) for number in numbers]
        ended = await asyncio.gather(*(one.stop() for one in leaving), return_exceptions=True)
        for one, error in zip(leaving, ended, strict=True):
            if isinstance(error, Exception):
                # Its lease runs out by itself; the other partitions of this worker are not to suffer.
                log.error("partition %d did not end well", one.number, exc_info=error)
