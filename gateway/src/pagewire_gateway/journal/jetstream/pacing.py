"""Whether messages go together or one after the other: whichever is quicker on these servers, as measured while they work.

A batch costs one fsync and one round of consensus for all of it, but a single server writes each batch into a file of its
own first. Where the server syncs later by itself, messages sent one behind the other are 5 to 40 times as quick in small
groups; where it syncs each, a batch of 64 is 5 times and one of 256 ten times as quick (decision 0020). A client cannot ask
which it is.
"""

from collections.abc import Callable
from typing import Final

_FEW: Final = 4
"""Messages that are quicker one behind the other on every server."""
_MANY: Final = 16
"""Messages that are sent together where nothing is known yet."""
_TELLING: Final = 8
"""Of fewer messages the time is mostly that of the way there and back."""
_STALE: Final = 5.0
_WEIGHT: Final = 0.5


class Pacing:
    """What was learnt of one stream.

    Args:
        clock: seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._each: float | None = None
        self._batch: float | None = None
        self._each_at = self._batch_at = clock()

    def together(self, count: int) -> bool:
        """Whether so many messages should be one batch."""
        if count <= _FEW:
            return False
        if self._each is None or self._batch is None:
            return count >= _MANY and (self._batch is None or self._each is not None)
        now = self._clock()
        if now - self._each_at > _STALE and count <= 64:
            return False
        if now - self._batch_at > _STALE and count >= 32:
            return True
        return self._batch < self._each * count

    def took(self, count: int, seconds: float, *, together: bool) -> None:
        """Learn how long it took."""
        if together:
            self._batch, self._batch_at = _mixed(self._batch, seconds), self._clock()
        elif count >= _TELLING:
            self._each, self._each_at = _mixed(self._each, seconds / count), self._clock()


def _mixed(known: float | None, seconds: float) -> float:
    return seconds if known is None else known + _WEIGHT * (seconds - known)
