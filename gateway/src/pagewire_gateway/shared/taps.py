"""A bucket that several processes share, as one of them sees it: the calls in its hand, and how to get more."""

from collections.abc import Callable
from typing import Final

from pagewire_gateway.budgets.drawing import LEASE, Pace, Wish

_UNTOLD: Final = 1.0
"""Seconds after which somebody who waits looks again if nothing was heard, as should not happen."""
_MOST: Final = 64


class LeasedTap:
    """See `pagewire_gateway.budgets.sharing.Tap`.

    Args:
        pace: of the purse.
        want: asks for calls; `drawn` or `empty` follows.
    """

    def __init__(self, pace: Pace, want: Callable[["LeasedTap"], None]) -> None:
        self._pace = pace
        self._want = want
        self._held = self._since = self._until = self._next = 0
        self._size = 1
        self._used_up = False
        self._factor = 1.0

    def delay(self, now: int, factor: float = 1.0) -> float:
        """Seconds until a call may go."""
        self._factor = factor
        if self._held >= 1 and now < self._until:
            return max(0.0, (self._since - now) / 1000)
        self._held = 0
        if now < self._next:
            return (self._next - now) / 1000
        self._want(self)
        return _UNTOLD

    def spend(self, calls: int = 1) -> None:
        """A call goes; -1 if it did not after all."""
        self._held -= calls
        self._used_up = self._held <= 0

    def wish(self, now: int) -> Wish:
        """What to draw: more each time while all of it is used within its time, one after a quiet while."""
        busy = self._used_up and now < self._until + LEASE * 1000
        self._size = min(self._size * 2, _MOST) if busy else 1
        return Wish(self._pace, self._size, self._factor)

    def drawn(self, calls: int, since: int) -> None:
        """Calls that are good from a moment on; what has come too late is lost."""
        self._held, self._since, self._until = calls, since, since + int(LEASE * 1000)
        self._used_up = False

    def empty(self, until: int) -> None:
        """There is none before a moment."""
        self._next = until
