"""A few tasks that do what is ready, one thing after the other."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from pagewire_gateway.deadlines import end_within

Job = TypeVar("Job")

_AT_ONCE = 16
"""Jobs of one hand in a row before everything else on the loop gets its turn."""


class Hands(Generic[Job]):
    """Does jobs, in the order offered, so many at a time.

    A task a job would cost more than most jobs do: many end without ever waiting. So a hand goes on to the next job, and
    hires another hand when more is ready, which finds it done already unless the first one had to wait.

    Args:
        do: does one job; never raises, except to end its hand.
        most: hands at a time.
    """

    def __init__(self, do: Callable[[Job], Awaitable[None]], most: int) -> None:
        self._do = do
        self._most = most
        self._ready: deque[Job] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._hiring = False
        self._stopped = False

    def offer(self, job: Job) -> None:
        """Have a job done as soon as a hand is free."""
        self._ready.append(job)
        if not self._hiring:
            self._hire()

    def _hire(self) -> None:
        if self._ready and not self._hiring and not self._stopped and len(self._tasks) < self._most:
            self._hiring = True
            task = asyncio.get_running_loop().create_task(self._work())
            self._tasks.add(task)
            task.add_done_callback(self._ended)

    async def _work(self) -> None:
        self._hiring = False
        done = 0
        while self._ready and not self._stopped:
            job = self._ready.popleft()
            if self._ready and not self._hiring:
                self._hire()
            await self._do(job)
            done += 1
            if not done % _AT_ONCE:
                await asyncio.sleep(0)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        self._hire()
        if not task.cancelled() and (error := task.exception()) is not None:
            loop = asyncio.get_running_loop()
            loop.call_exception_handler({"message": "a lane's hand stumbled", "exception": error, "task": task})

    async def stop(self, grace: float) -> None:
        """Begin nothing more; let what is under way end within `grace` seconds, then cancel it."""
        self._stopped = True
        await end_within(grace, list(self._tasks))
