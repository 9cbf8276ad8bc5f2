"""Who counts when several documents tell of the same resource: the first by file and place, whatever came when."""

from collections.abc import Iterator
from typing import Generic, TypeVar

from .entries import Entry
from .names import ByName
from .port import Name

E = TypeVar("E", bound=Entry)


class Claims(Generic[E]):
    """The entries of one kind: of every resource the one that counts, and those that wait behind it.

    Attributes:
        first: The entries that count. Read it as you like; `add` and `remove` change it.
    """

    def __init__(self) -> None:
        self.first = ByName[E]()
        self._waiting: dict[Name, list[E]] = {}

    def add(self, entry: E) -> None:
        """Take an entry in."""
        holder = self.first.keep(entry.namespace, entry.name, entry)
        if holder is not entry:
            self._settle(entry.id, [holder, entry, *self._waiting.get(entry.id, ())])

    def remove(self, entry: E) -> None:
        """Take an entry out; the next in order follows."""
        holder = self.first.pop(entry.namespace, entry.name)
        left = [one for one in (holder, *self._waiting.pop(entry.id, ())) if one is not entry]
        if left:
            self._settle(entry.id, left)

    def losers(self) -> Iterator[tuple[E, E | None]]:
        """Every entry that does not count, with the one that does."""
        for name, entries in self._waiting.items():
            for entry in entries:
                yield entry, self.first.get(name)

    def _settle(self, name: Name, claims: list[E]) -> None:
        winner, *others = sorted(claims, key=lambda entry: (entry.file, entry.at))
        self.first.put(*name, winner)
        if others:
            self._waiting[name] = others
