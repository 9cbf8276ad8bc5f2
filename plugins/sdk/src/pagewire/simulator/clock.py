"""The simulator's time: it can stand still, run fast, and be moved by hand."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress


class Clock:
    """A clock in seconds since the epoch (UTC) that everything scheduled by the simulator follows.

    Windows, expiries, rate buckets, receipts and the webhook retry schedule read this clock. What a program
    under test feels on the wire (latency, the limit for its answer) stays in real seconds.

    Args:
        start: the first reading, in seconds since the epoch; now, when left out.
        speed: simulated seconds per real second. 0 makes a clock that only ``advance`` moves.
    """

    def __init__(self, start: float | None = None, speed: float = 1.0) -> None:
        if speed < 0:
            raise ValueError("a clock cannot run backwards: speed must be 0 or more")
        self._base = time.time() if start is None else start
        self._since = time.monotonic()
        self._speed = speed
        self._moved = asyncio.Event()

    @property
    def speed(self) -> float:
        """Simulated seconds per real second."""
        return self._speed

    def now(self) -> float:
        """The time, in seconds since the epoch."""
        return self._base + (time.monotonic() - self._since) * self._speed

    def now_ms(self) -> int:
        """The time, in milliseconds since the epoch, as Meta stamps messaging events."""
        return int(self.now() * 1000)

    def advance(self, seconds: float) -> None:
        """Move the time forward at once and wake what was due meanwhile.

        Raises:
            ValueError: when ``seconds`` is negative.
        """
        if seconds < 0:
            raise ValueError("a clock cannot be turned back: advance by 0 or more seconds")
        self._base += seconds
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    async def sleep(self, seconds: float) -> None:
        """Wait for so many simulated seconds."""
        await self.sleep_until(self.now() + seconds)

    async def sleep_until(self, when: float) -> None:
        """Wait until the clock reads ``when`` (seconds since the epoch)."""
        while (left := when - self.now()) > 0:
            real = left / self._speed if self._speed else None
            with suppress(TimeoutError):
                async with asyncio.timeout(real):
                    await self._moved.wait()
