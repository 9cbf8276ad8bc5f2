"""When the watches are compared with what lists show: now and then, and sooner while they differ."""

import asyncio
import logging
from typing import Final

from pagewire.kube import KubeError
from pagewire_operator.cluster.census import Census

_log: Final = logging.getLogger(__name__)

_SHARE: Final = 20.0
"""Comparing watches with lists takes a twentieth of the time at most."""


class Audit:
    """Compares for ever.

    Args:
        census: does it once.
        pause: seconds between two comparisons.
        again: the same, after one that found a difference.

    Attributes:
        trouble: why the last one could not be made.
    """

    def __init__(self, census: Census, pause: float, again: float) -> None:
        self._census, self._longest, self._again = census, pause, again
        self.trouble: KubeError | None = None

    async def run(self) -> None:
        """Compare until cancelled."""
        doubt, took, loop = True, 0.0, asyncio.get_running_loop()
        while True:
            await asyncio.sleep(self._pause(took) if doubt else self._longest)
            began = loop.time()
            try:
                doubt = await self._census.compare()
                self.trouble = None
            except KubeError as error:
                self.trouble = error
                _log.warning("the watches could not be compared with a list: %s", error)
            took = loop.time() - began

    def _pause(self, took: float) -> float:
        """Before the next one after one that found a difference: while thousands become ready there always is one."""
        return max(self._again, min(_SHARE * took, self._longest))
