"""How fast one account may be written for: a token bucket, pauses, and Meta's usage headers."""

import asyncio
from collections.abc import Callable

from pagewire.graph import Usage

_SLOW_FROM = 80.0
_STOP_AT = 100.0


class Pace:
    """The pace of one account.

    Args:
        rate: requests a second.
        burst: requests at once after a quiet time.
        clock: milliseconds since 1970.
    """

    def __init__(self, rate: float, burst: float, clock: Callable[[], int]) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._tokens = burst
        self._at = clock()
        self._usage = 0.0
        self._queue = asyncio.Lock()
        self._woken = asyncio.Event()
        self.paused_until = 0
        self.reason = ""
        self.succeeded_at = 0

    def ready(self) -> bool:
        """Whether a request could go now, with nobody before it."""
        return not self._queue.locked() and self._delay() <= 0

    def spend(self, turns: int = 1) -> None:
        """Use up a turn without waiting, only after `ready`; or give it back with -1."""
        self._tokens -= turns

    async def turn(self) -> None:
        """Wait for a turn, first come first served."""
        async with self._queue:
            while (delay := self._delay()) > 0:
                self._woken.clear()
                try:
                    async with asyncio.timeout(delay):
                        await self._woken.wait()
                except TimeoutError:
                    continue
            self._tokens -= 1

    def rest(self, seconds: float, reason: str) -> None:
        """Send nothing for so long."""
        until = self._clock() + int(seconds * 1000)
        if until > self.paused_until:
            self.paused_until, self.reason = until, reason

    def wake(self) -> None:
        """Something changed that may have mended the account: try at once."""
        self.paused_until, self.reason = 0, ""
        self._woken.set()

    def learn(self, usage: Usage | None) -> None:
        """Take in the usage headers of an answer."""
        if usage is None:
            return
        self._usage = usage.peak
        if usage.regain_access > 0 or self._usage >= _STOP_AT:
            self.rest(usage.regain_access or 60.0, f"Meta counts {self._usage:.0f} % of the allowance as used")

    def _delay(self) -> float:
        now = self._clock()
        if now < self.paused_until:
            return (self.paused_until - now) / 1000
        self.reason = ""
        rate = self._rate * (0.2 if self._usage >= _SLOW_FROM else 1.0)
        self._tokens = min(self._burst, self._tokens + max(0, now - self._at) / 1000 * rate)
        self._at = now
        return 0.0 if self._tokens >= 1 else (1 - self._tokens) / rate
