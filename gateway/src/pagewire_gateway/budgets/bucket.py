"""A token bucket, by numbers alone. Pure."""


class Bucket:
    """So many calls a second, and a few at once after a quiet time. Within any second at most `rate` + `burst` calls go.

    Args:
        rate: calls a second.
        burst: calls at once, at least 1.
        now: milliseconds since 1970.
    """

    __slots__ = ("_at", "_burst", "_rate", "_tokens")

    def __init__(self, rate: float, burst: float, now: int) -> None:
        self._rate = rate
        self._burst = max(burst, 1.0)
        self._tokens = self._burst
        self._at = now

    def delay(self, now: int, factor: float = 1.0) -> float:
        """Seconds until a call may go; 0 for now. `factor` slows the bucket down, from 1 to above 0."""
        rate = self._rate * factor
        if now > self._at:
            self._tokens = min(self._burst, self._tokens + (now - self._at) / 1000 * rate)
        self._at = now
        return 0.0 if self._tokens >= 1 else (1 - self._tokens) / rate

    def spend(self, calls: int = 1) -> None:
        """A call goes; -1 if it did not after all."""
        self._tokens = min(self._burst, self._tokens - calls)

    @property
    def full(self) -> bool:
        """Whether it holds nothing back, as of the last `delay`."""
        return self._tokens >= self._burst
