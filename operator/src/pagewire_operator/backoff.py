"""How long a key waits after it failed. Pure but for its dice."""

from collections.abc import Callable, Hashable
from random import random
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


class Backoff(Generic[K]):
    """Doubling pauses, a key each, spread so that those that failed together do not come back together.

    Args:
        first: seconds after the first failure.
        longest: seconds a pause never exceeds.
        dice: numbers from 0 to 1.
    """

    def __init__(self, first: float = 0.25, longest: float = 300.0, dice: Callable[[], float] = random) -> None:
        self._first, self._longest, self._dice = first, longest, dice
        self._failures: dict[K, int] = {}

    def __len__(self) -> int:
        return len(self._failures)

    def failed(self, key: K) -> float:
        """Seconds to wait now that it failed once more: between half of a full pause and all of it."""
        failures = self._failures[key] = self._failures.get(key, 0) + 1
        pause = min(self._first * 2.0 ** min(failures - 1, 30), self._longest)
        return pause * (1 + self._dice()) / 2

    def succeeded(self, key: K) -> None:
        """Begin anew with the next failure."""
        self._failures.pop(key, None)
