"""How many calls a scope still has: a bucket that fills steadily, and a window that slides. Pure; time is given."""

from collections import deque
from typing import Protocol

__all__ = ["Allowance", "Bucket", "Window"]


class Allowance(Protocol):
    """Calls that may be made now."""

    def wait(self, now: float, leaves: float, pace: float) -> float:
        """Seconds until one call may be made.

        Args:
            now: seconds of a steady clock.
            leaves: share of the allowance that stays untouched.
            pace: how fast the allowance comes back, 1 for full speed.
        """
        ...

    def take(self, now: float) -> None:
        """Count one call."""
        ...

    def full(self, now: float) -> bool:
        """Whether nothing is taken, so that forgetting the scope changes nothing."""
        ...


class Bucket:
    """Fills with `rate` calls a second up to `burst`."""

    __slots__ = ("_at", "_burst", "_left", "_rate")

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._left, self._at = burst, float("-inf")

    def wait(self, now: float, leaves: float, pace: float) -> float:
        """See `Allowance`."""
        self._fill(now, pace)
        # However much is left to others, a full bucket must have one call to give.
        missing = min(1.0 + leaves * self._burst, self._burst) - self._left
        return missing / (self._rate * pace) if missing > 1e-9 else 0.0

    def take(self, now: float) -> None:
        """See `Allowance`."""
        self._fill(now, 1.0)
        self._left -= 1.0

    def full(self, now: float) -> bool:
        """See `Allowance`."""
        return self._left + (now - self._at) * self._rate >= self._burst

    def _fill(self, now: float, pace: float) -> None:
        if now > self._at:
            self._left = min(self._burst, self._left + (now - self._at) * self._rate * pace)
            self._at = now


class Window:
    """At most `calls` in any stretch of `seconds`."""

    __slots__ = ("_calls", "_made", "_seconds")

    def __init__(self, calls: int, seconds: float) -> None:
        self._calls, self._seconds = calls, seconds
        self._made: deque[float] = deque()

    def wait(self, now: float, leaves: float, pace: float) -> float:
        """See `Allowance`; the pace changes nothing, as the window is Meta's own."""
        del pace
        self._slide(now)
        over = len(self._made) - max(1, int(self._calls * (1.0 - leaves)))
        return self._made[over] + self._seconds - now if over >= 0 else 0.0

    def take(self, now: float) -> None:
        """See `Allowance`."""
        self._made.append(now)

    def full(self, now: float) -> bool:
        """See `Allowance`."""
        self._slide(now)
        return not self._made

    def _slide(self, now: float) -> None:
        while self._made and self._made[0] + self._seconds <= now:
            self._made.popleft()
