"""How much may wait for the journal at once: beyond it a delivery is turned away before it costs anything.

A delivery that would be answered too late is worse than one that is refused: Meta gives up after five seconds, counts a
failure all the same, and comes again with what is durable already.
"""

from collections import deque
from collections.abc import Callable


class Crowd:
    """Deliveries whose body is here and which have no answer yet.

    Args:
        most: deliveries.
        most_bytes: bytes of their bodies, those that are still arriving included.
        longest: seconds for which the oldest may wait before no further one is let in.
        time: seconds, on a clock that never goes back.
    """

    __slots__ = ("_bytes", "_longest", "_most", "_most_bytes", "_since", "_time")

    def __init__(self, most: int, most_bytes: int, longest: float, time: Callable[[], float]) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self._longest = longest
        self._time = time
        self._since: deque[float] = deque()
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._since)

    @property
    def full(self) -> bool:
        """Whether nobody is let in any more."""
        since = self._since
        if not since:
            return self._bytes >= self._most_bytes
        return len(since) >= self._most or self._bytes >= self._most_bytes or self._time() - since[0] > self._longest

    def hold(self, size: int) -> None:
        """So many bytes more are held; fewer, if negative."""
        self._bytes += size

    def enter(self, size: int) -> None:
        """A delivery of so many bytes waits from now on."""
        self._since.append(self._time())
        self._bytes += size

    def leave(self, size: int) -> None:
        """It has its answer. They are answered in about the order in which they came, so it does not matter which it was."""
        self._since.popleft()
        self._bytes -= size
