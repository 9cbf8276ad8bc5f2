"""So many at a time, first come, first served."""

import asyncio
from collections import deque

__all__ = ["Slots"]


class Slots:
    """What `asyncio.Semaphore` does, for places that are mostly free: to take one costs a comparison then, and no coroutine.

    Args:
        most: places.
    """

    __slots__ = ("_free", "_waiting")

    def __init__(self, most: int) -> None:
        self._free = most
        self._waiting: deque[asyncio.Future[None]] | None = None  # made by the first who waits: accounts are many

    @property
    def full(self) -> bool:
        """Whether whoever comes now has to wait."""
        return self._free <= 0

    def took(self) -> bool:
        """Take a place at once; ``False`` if there is none, and then one has to `wait`."""
        if self._free <= 0:
            return False
        self._free -= 1
        return True

    async def wait(self) -> None:
        """Take a place when it is one's turn."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self._waiting is None:
            self._waiting = deque()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.give_back()
            raise

    def give_back(self) -> None:
        """Leave a place to whoever waits longest."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1
