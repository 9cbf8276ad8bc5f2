"""The line of what one plugin has to be told."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any

from pagewire.events import Conversation
from pagewire_gateway.dispatch.hands import Hands
from pagewire_gateway.dispatch.outcome import Outcome
from pagewire_gateway.journal.port import Outbound

Key = Conversation


class Report:
    """One thing a plugin has to be told, and how often that was tried."""

    __slots__ = ("attempts", "row")

    def __init__(self, row: Outbound) -> None:
        self.row = row
        self.attempts = 0


class Desk:
    """The reports of one plugin: one at a time for a conversation, several conversations at a time.

    Args:
        tell: makes one call.
        done: hears of a report that is at its end.
        again: seconds until the next attempt of a report; ``None`` to park it.
        most: calls at a time.
    """

    def __init__(
        self,
        tell: Callable[[Report], Coroutine[Any, Any, Outcome]],
        done: Callable[[Report, Outcome], None],
        again: Callable[[Report, Outcome], float | None],
        most: int,
    ) -> None:
        self._tell = tell
        self._done = done
        self._again = again
        self._queues: dict[Key, deque[Report]] = {}
        self._timers: set[asyncio.TimerHandle] = set()
        self._hands: Hands[Key] = Hands(self._go, most)
        self.count = 0

    def take(self, row: Outbound) -> None:
        """Tell of this row when it is its turn."""
        self.count += 1
        queue = self._queues.get(row.conversation)
        if queue is None:
            self._queues[row.conversation] = deque((Report(row),))
            self._hands.offer(row.conversation)
        else:
            queue.append(Report(row))

    def has(self, row: Outbound) -> bool:
        """Whether the row waits here."""
        return any(report.row.id == row.id for report in self._queues.get(row.conversation, ()))

    async def _go(self, key: Key) -> None:
        queue = self._queues[key]
        report = queue[0]
        outcome = await self._tell(report)
        report.attempts += 1
        pause = self._again(report, outcome) if outcome.name != "done" else None
        if pause is not None:
            loop = asyncio.get_running_loop()
            self._timers.add(loop.call_later(pause, self._hands.offer, key))
            self._timers = {timer for timer in self._timers if not timer.cancelled() and timer.when() > loop.time()}
            return
        queue.popleft()
        self.count -= 1
        self._done(report, outcome)
        if queue:
            self._hands.offer(key)
        else:
            del self._queues[key]

    async def stop(self, grace: float) -> None:
        """Begin nothing more; the journal has what is left."""
        for timer in self._timers:
            timer.cancel()
        await self._hands.stop(grace)
