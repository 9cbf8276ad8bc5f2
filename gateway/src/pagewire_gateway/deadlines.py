"""An end to calls that take too long."""

import asyncio
import logging
from collections.abc import Callable, Collection
from typing import Any, Final

log = logging.getLogger(__name__)

_HEED: Final = 2.0
"""Seconds in which what is cancelled has to end."""
_TIMES: Final = 3


class Grace:
    """Time that several things share, which end one after the other.

    Args:
        seconds: for all of them.
    """

    def __init__(self, seconds: float) -> None:
        self._time = asyncio.get_running_loop().time
        self._end = self._time() + seconds

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return max(0.0, self._end - self._time())


async def cancelled(*tasks: "asyncio.Future[Any] | None") -> None:
    """Cancel tasks until they have ended; ``None`` is none.

    One cancellation is not enough: `asyncio.wait_for` of Python 3.11 loses it where what it waits for comes at the same moment,
    and with it every request to NATS does. A task that runs for ever would then be waited for for ever.
    """
    running = {task for task in tasks if task is not None}
    for _ in range(_TIMES):
        if not running:
            break
        for task in running:
            task.cancel()
        _, running = await asyncio.wait(running, timeout=_HEED)
    for task in running:
        log.error("a task does not end, and is left behind: %r", task)
    # What went wrong is told elsewhere, or does not matter any more.
    await asyncio.gather(*(task for task in tasks if task is not None and task.done()), return_exceptions=True)


async def end_within(seconds: float, tasks: "Collection[asyncio.Future[Any]]") -> None:
    """Let tasks end, then cancel them; one that does not heed that is not waited for."""
    if tasks:
        _, late = await asyncio.wait(tasks, timeout=seconds)
        await cancelled(*late)
        await asyncio.gather(*(task for task in tasks if task.done()), return_exceptions=True)


class Deadlines:
    """Cancels what is not over in time, as `asyncio.timeout` does, with one timer for many: all may take equally long.

    Args:
        seconds: how long.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._running: dict[asyncio.Task[object], float] = {}
        self._timer: asyncio.TimerHandle | None = None

    def begin(self, task: "asyncio.Task[object]") -> None:
        """A task's time runs from now on, until `end`; it has one deadline at a time."""
        loop = asyncio.get_running_loop()
        deadline = self._running[task] = loop.time() + self._seconds
        if self._timer is None:
            self._timer = loop.call_at(deadline, self._look, loop.time)

    def renew(self, task: "asyncio.Task[object]") -> None:
        """Its time runs from now on again, unless it is over already."""
        if self._running.pop(task, None) is not None:
            self.begin(task)

    def end(self, task: "asyncio.Task[object]") -> bool:
        """It is over; whether its deadline, and nothing else, cancelled the task."""
        if self._running.pop(task, None) is not None:
            return False
        return task.uncancel() == 0

    def _look(self, time: Callable[[], float]) -> None:
        # Whoever began first ends first, so the first that still has time has the nearest deadline.
        now = time()
        self._timer = None
        for task, deadline in list(self._running.items()):
            if deadline > now:
                self._timer = asyncio.get_running_loop().call_at(deadline, self._look, time)
                return
            del self._running[task]
            task.cancel()
