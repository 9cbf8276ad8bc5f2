"""Files of partitions that others work on now. They hold what people wrote, and nobody erases anything in them any more."""

import asyncio
import logging
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Final

from pagewire_gateway.journal.jetstream import Deployment

log = logging.getLogger(__name__)

GRACE: Final = 3600.0
"""Seconds since its last use for which a file stays: who has the partition back by then need not fetch a snapshot."""
_EVERY: Final = 600.0


class Leftovers:
    """Those in the folder of one process.

    Args:
        deployment: names the files.
        folder: of the process.
        held: the partitions this process works on, or is about to.
        clock: milliseconds since 1970.
    """

    def __init__(
        self, deployment: Deployment, folder: Path, held: Callable[[], Collection[int]], clock: Callable[[], int]
    ) -> None:
        self._deployment, self._folder = deployment, folder
        self._held, self._clock = held, clock

    async def run(self) -> None:
        """Look now and then, for ever; not at once, as a process that starts does not know its partitions yet."""
        while True:
            await asyncio.sleep(_EVERY)
            try:
                self.remove()
            except OSError as error:
                log.warning("files of partitions that others work on could not be removed yet: %s", error)

    def remove(self) -> None:
        """Remove those that were not used for a while. On the event loop: so no partition is taken up meanwhile."""
        for partition in set(range(self._deployment.partitions)) - set(self._held()):
            there = self._deployment.files(partition, self._folder)
            if there and max(one.stat().st_mtime for one in there) + GRACE < self._clock() / 1000:
                log.info("the file of partition %d is removed, as another worker has that", partition)
                for one in there:
                    one.unlink()
