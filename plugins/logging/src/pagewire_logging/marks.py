"""A set of the last ids that takes eight bytes for each: a set of Python takes a hundred."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable

_LOOSE = 4096


class Marks:
    """The last ids that were added.

    Kept is what Python hashes an id to, 64 bits under a key of this process. So an id that was not added is taken for one that
    was once in a hundred million million questions. The last few thousand are in a set; the others are sorted, and lie packed.

    Args:
        known: so many are remembered at least, and up to twice as many.
    """

    def __init__(self, known: int) -> None:
        self._known = known
        self._loose: set[int] = set()
        self._packed: list[array[int]] = []

    def hold(self, mark: int) -> bool:
        """Whether an id with this hash is among them."""
        if mark in self._loose:
            return True
        for packed in self._packed:
            place = bisect_left(packed, mark)
            if place < len(packed) and packed[place] == mark:
                return True
        return False

    def add(self, ids: Iterable[bytes]) -> None:
        """Add ids."""
        self._loose.update(map(hash, ids))
        if len(self._loose) >= min(_LOOSE, self._known):
            self._pack()

    def _pack(self) -> None:
        packed = self._packed
        young = packed.pop() if packed and len(packed[-1]) < self._known else array("q")
        # Two runs that are sorted already are merged in a few milliseconds.
        merged = array("q", sorted([*young, *sorted(self._loose)]))
        self._packed = [merged] if len(merged) >= self._known else [*packed, merged]
        self._loose.clear()
