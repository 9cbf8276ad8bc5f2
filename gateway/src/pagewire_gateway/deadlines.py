"""An end to calls that take too long."""

import asyncio
from collections.abc import Callable


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
