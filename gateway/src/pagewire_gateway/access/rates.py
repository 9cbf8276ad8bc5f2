"""How often somebody may ask. Pure."""

from collections import OrderedDict
from typing import Final

_MOST: Final = 10_000
"""Callers that are remembered; the one that asked longest ago is forgotten first."""


class Rates:
    """A bucket for each caller.

    Args:
        rate: requests a second, sustained; 0 for any number.
        burst: requests at once.
    """

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, who: str, now: float, cost: float = 1) -> float:
        """Take from somebody's bucket.

        Args:
            who: the caller.
            now: seconds, growing.
            cost: how much is taken; 0 only looks.

        Returns:
            Seconds to wait until there would be enough; 0 if there was.
        """
        if not self._rate:
            return 0
        left, at = self._buckets.pop(who, (self._burst, now))
        left = min(self._burst, left + (now - at) * self._rate)
        short = max(cost, 1) - left
        self._buckets[who] = (left if short > 0 else left - cost, now)
        if len(self._buckets) > _MOST:
            self._buckets.popitem(last=False)
        return short / self._rate if short > 0 else 0
