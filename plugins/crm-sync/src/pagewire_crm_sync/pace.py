"""As many requests as a CRM allows, and never one more."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pagewire_crm_sync.clock import Clock


class Pace:
    """At most `most` requests in any `period` seconds, by the clock of the one who counts them.

    A request takes its place from before it is sent until a period after its answer. It arrives in between, so whoever
    receives never sees more than `most` in a period, however long each was on its way.

    Args:
        most: requests.
        period: seconds.
        clock: the time.
    """

    def __init__(self, most: int, period: float, clock: Clock) -> None:
        self._most = most
        self._period = period
        self._clock = clock
        self._under_way = 0
        self._free_at: deque[float] = deque()
        self._turn = asyncio.Lock()
        self._answered = asyncio.Event()

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Wait for a place, and keep it for one request."""
        async with self._turn:
            await self._room()
            self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1
            self._free_at.append(self._clock.monotonic() + self._period)
            self._answered.set()

    async def _room(self) -> None:
        while True:
            now = self._clock.monotonic()
            while self._free_at and self._free_at[0] <= now:
                self._free_at.popleft()
            if self._under_way + len(self._free_at) < self._most:
                return
            if self._free_at:
                await self._clock.sleep(self._free_at[0] - now)
            else:
                self._answered.clear()
                await self._answered.wait()
