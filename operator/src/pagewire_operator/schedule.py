"""Which keys are due when. Pure: whoever asks says what time it is."""

from collections.abc import Iterator
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Generic, TypeVar

K = TypeVar("K")

_SLACK = 64


class Schedule(Generic[K]):
    """One time for each key; the newest one counts."""

    def __init__(self) -> None:
        self._times: dict[K, float] = {}
        self._heap: list[tuple[float, int, K]] = []
        self._order = count()

    def __len__(self) -> int:
        return len(self._times)

    def __contains__(self, key: K) -> bool:
        return key in self._times

    @property
    def next(self) -> float | None:
        """The earliest time; None if nothing is planned."""
        self._forget_stale()
        return self._heap[0][0] if self._heap else None

    def put(self, key: K, time: float) -> None:
        """Plan a key for a time, instead of any other time it was planned for."""
        self._times[key] = time
        heappush(self._heap, (time, next(self._order), key))
        if len(self._heap) > 2 * len(self._times) + _SLACK:
            self._tidy()

    def drop(self, key: K) -> None:
        """Plan it no longer."""
        self._times.pop(key, None)

    def due(self, now: float) -> Iterator[K]:
        """Take out every key whose time has come, earliest first."""
        while (time := self.next) is not None and time <= now:
            key = heappop(self._heap)[2]
            del self._times[key]
            yield key

    def _forget_stale(self) -> None:
        # What was planned anew stays in the heap under its old time until it comes up.
        while self._heap and self._times.get(self._heap[0][2]) != self._heap[0][0]:
            heappop(self._heap)

    def _tidy(self) -> None:
        self._heap = [(time, next(self._order), key) for key, time in self._times.items()]
        heapify(self._heap)
