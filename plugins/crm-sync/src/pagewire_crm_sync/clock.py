"""The only reader of time, so that tests need not wait."""

import asyncio
import time


class Clock:
    """Real time. Hand another one to `CrmSync` to make waiting short."""

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds that only go forward."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)
