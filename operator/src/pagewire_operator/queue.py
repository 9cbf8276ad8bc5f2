"""The work queue: each key at most once at a time, nothing forgotten, and nobody waits behind a failing one.

A key that is added while it is worked on comes again afterwards. A key that is to come later waits in a heap and holds no
worker.
"""

import asyncio
from collections.abc import Hashable
from enum import StrEnum
from typing import Generic, TypeVar

from pagewire_operator.schedule import Schedule

K = TypeVar("K", bound=Hashable)


class Why(StrEnum):
    """What set a look at a resource off; of several, what came first."""

    CREATED = "created"
    CHANGED = "changed"
    DELETED = "deleted"
    """Somebody deleted it, and its finalizer is ours."""
    RELATED = "related"
    """Something that it depends on came, changed or went: another resource, or a Secret."""
    REFUSED = "refused"
    """A gateway says that Meta refuses its token."""
    RESUME = "resume"
    """The operator started."""
    TIMER = "timer"
    RETRY = "retry"
    """The look before failed."""


class WorkQueue(Generic[K]):
    """Keys to work on. Needs a running event loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._line: asyncio.Queue[K] = asyncio.Queue()
        self._since: dict[K, float] = {}
        self._busy: dict[K, tuple[float, Why]] = {}
        self._again: dict[K, Why] = {}
        self._why: dict[K, Why] = {}
        self._later: Schedule[K] = Schedule()
        self._alarm: asyncio.TimerHandle | None = None

    def add(self, key: K, why: Why = Why.CHANGED) -> None:
        """Work on it as soon as a worker is free."""
        if key in self._busy:
            self._again.setdefault(key, why)
        elif key not in self._since:
            self._later.drop(key)
            self._since[key], self._why[key] = self._loop.time(), why
            self._line.put_nowait(key)

    def add_later(self, key: K, seconds: float, why: Why = Why.TIMER) -> None:
        """Work on it then, unless it is in line anyway. Replaces an earlier such wish."""
        if key not in self._since and key not in self._again:
            self._later.put(key, self._loop.time() + seconds)
            self._why[key] = why
            self._set_alarm()

    async def take(self) -> K:
        """The next key, as soon as there is one. Whoever takes it says `done`."""
        key = await self._line.get()
        del self._since[key]
        self._busy[key] = self._loop.time(), self._why.pop(key)
        return key

    def why(self, key: K) -> Why:
        """What set the work off that is being done on a key."""
        return self._busy[key][1]

    def done(self, key: K, again: float | None, why: Why = Why.TIMER) -> None:
        """Work on a key is over.

        Args:
            key: what `take` gave.
            again: seconds until it is due anyway; None for never. A change meanwhile brings it at once.
            why: what it will be due for then.
        """
        del self._busy[key]
        if key in self._again:
            self.add(key, self._again.pop(key))
        elif again is not None:
            self.add_later(key, again, why)

    def forget(self, key: K) -> None:
        """It is gone: do not come back to it later."""
        self._later.drop(key)
        if key not in self._since:
            self._why.pop(key, None)

    @property
    def depth(self) -> int:
        """How many are in line."""
        return len(self._since)

    @property
    def planned(self) -> int:
        """How many are due later."""
        return len(self._later)

    @property
    def busy(self) -> int:
        """How many are being worked on."""
        return len(self._busy)

    @property
    def oldest(self) -> float:
        """Seconds the first in line has been waiting."""
        return self._loop.time() - next(iter(self._since.values())) if self._since else 0.0

    @property
    def longest(self) -> float:
        """Seconds somebody has been at work on one key."""
        return self._loop.time() - min(self._busy.values())[0] if self._busy else 0.0

    def _set_alarm(self) -> None:
        due = self._later.next
        if due is None or (self._alarm is not None and not self._alarm.cancelled() and self._alarm.when() <= due):
            return
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = self._loop.call_at(due, self._ring)

    def _ring(self) -> None:
        self._alarm = None
        # The loop may wake a little early; what is due within its resolution is due.
        for key in self._later.due(self._loop.time() + 0.001):
            self.add(key, self._why[key])
        self._set_alarm()
