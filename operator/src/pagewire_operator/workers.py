"""Many reconciliations at once, each bounded in time, none in another's way."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from pagewire.kube import Conflict, KubeError
from pagewire_operator.backoff import Backoff
from pagewire_operator.model import ClusterError, Key
from pagewire_operator.queue import Why, WorkQueue
from pagewire_operator.telemetry import Stopwatch, Telemetry
from pagewire_operator.telemetry.tracing import Reconcile, traced

_log: Final = logging.getLogger(__name__)

Fault = Callable[[Key, Exception], Awaitable[None]]


class Workers:
    """Takes keys from the queue and reconciles them.

    Args:
        queue: where keys come from.
        reconcile: does one, and says in how many seconds it is due again.
        fault: told of what nobody foresaw.
        backoff: pauses after failures.
        telemetry: counts and times.
        longest: seconds one reconciliation may take.
    """

    def __init__(
        self,
        queue: WorkQueue[Key],
        reconcile: Reconcile,
        fault: Fault,
        backoff: Backoff[Key],
        telemetry: Telemetry,
        longest: float,
    ) -> None:
        self._queue, self._reconcile, self._fault, self._backoff = queue, traced(reconcile), fault, backoff
        self._telemetry, self._longest = telemetry, longest
        self._stopping = False
        self._tasks: list[asyncio.Task[None]] = []
        self._idle: set[asyncio.Task[None]] = set()

    def start(self, number: int) -> None:
        """Begin to work."""
        self._tasks = [asyncio.create_task(self._work(), name=f"worker {one}") for one in range(number)]

    async def stop(self, grace: float) -> None:
        """Take nothing new, wait for what is under way, and end what takes too long."""
        self._stopping = True
        for task in self._idle:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=grace)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _work(self) -> None:
        me = asyncio.current_task()
        assert me is not None  # noqa: S101 - a coroutine runs in a task
        while not self._stopping:
            self._idle.add(me)
            key = await self._queue.take()
            self._idle.remove(me)
            again, why = await self._one(key, self._queue.why(key))
            self._queue.done(key, again, why)

    async def _one(self, key: Key, why: Why) -> tuple[float | None, Why]:
        """In how many seconds it is due again, and what for."""
        watch = Stopwatch(self._telemetry, key.kind, why)
        try:
            async with asyncio.timeout(self._longest):
                again = await self._reconcile(key)
        except (KubeError, ClusterError, TimeoutError) as error:
            watch.stop(error)
            return self._later(key, error), Why.RETRY
        except Exception as error:  # noqa: BLE001 - whatever it is, the other resources are served
            watch.stop(error)
            await self._fault(key, error)
            return self._backoff.failed(key), Why.RETRY
        watch.stop(None)
        self._backoff.succeeded(key)
        return again, Why.TIMER

    def _later(self, key: Key, error: Exception) -> float:
        pause = self._backoff.failed(key)
        level = logging.INFO if isinstance(error, Conflict) else logging.WARNING
        _log.log(level, "%s: tried again in %.1f s: %s", key, pause, str(error) or "it took too long")
        return pause
