"""Tasks of a gateway: if one ends that should not, the gateway stops, so that it is started anew."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from pagewire_gateway.deadlines import cancelled

log = logging.getLogger(__name__)


class Tasks:
    """What runs for as long as the gateway does."""

    def __init__(self) -> None:
        self._tasks: list[asyncio.Task[None]] = []
        self.stopping = asyncio.Event()
        """Set when the gateway shall stop."""

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something from now on."""
        task = asyncio.ensure_future(work)
        task.add_done_callback(self._ended)
        self._tasks.append(task)

    async def cancel(self) -> None:
        """End everything."""
        await cancelled(*self._tasks)

    async def until_stopping(self) -> None:
        """Wait until a part ended that should not; cancelled when the program is told to stop."""
        task = asyncio.current_task()
        # What opened may have lost the cancellation on its way, as libraries do.
        if task is None or not task.cancelling():
            await self.stopping.wait()

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            log.critical("a part of the gateway ended; the gateway stops, so that it is started anew", exc_info=error)
            self.stopping.set()
