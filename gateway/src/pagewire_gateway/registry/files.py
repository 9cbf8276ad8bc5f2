"""Which file says what. A file that says something wrong keeps its last good say in it."""

from collections.abc import Iterator

from pagewire.manifests.problems import Problem

from .claims import Claims
from .entries import Entry
from .names import ByName
from .reading import Reading
from .resolve import Fault, problem_of


class Files:
    """The entries of every file, of every kind the ones that count, and what counted before.

    Attributes:
        kinds: By kind, the entries that count now.
        before: By kind, every resource whose entry became another object since `forget`, with the one before
            (None if it is new).
    """

    def __init__(self, kinds: tuple[type[Entry], ...]) -> None:
        self.kinds = {kind.kind: Claims[Entry]() for kind in kinds}
        self.before: dict[str, ByName[Entry | None]] = {}
        self._entries: dict[str, tuple[Entry, ...]] = {}
        self._problems: dict[str, tuple[Problem, ...]] = {}
        self.forget()

    def of(self, kind: type[Entry]) -> ByName[Entry]:
        """The entries of a kind that count now."""
        return self.kinds[kind.kind].first

    def forget(self) -> None:
        """Take what counts now as what counted before."""
        self.before = {kind: ByName() for kind in self.kinds}

    def put(self, file: str, reading: Reading) -> None:
        """Take a new reading of a file; an empty one if the file is gone."""
        old = self._entries.get(file, ())
        new = _merged(old, reading)
        self._note(file, new, reading.problems)
        kept, had = {id(entry) for entry in new}, {id(entry) for entry in old}
        gone = [entry for entry in old if id(entry) not in kept]
        come = [entry for entry in new if id(entry) not in had]
        for entry in (*gone, *come):
            winner = self.kinds[entry.kind].first.get(entry.id)
            self.before[entry.kind].keep(entry.namespace, entry.name, winner)
        for entry in gone:
            self.kinds[entry.kind].remove(entry)
        for entry in come:
            self.kinds[entry.kind].add(entry)

    def problems(self) -> Iterator[Problem]:
        """What the files' texts have wrong, and resources told twice."""
        for problems in self._problems.values():
            yield from problems
        for claims in self.kinds.values():
            for loser, winner in claims.losers():
                where = winner.place if winner else "another file"
                yield problem_of(loser, Fault("metadata.name", f"told a second time; the one in {where} counts"))

    def _note(self, file: str, entries: tuple[Entry, ...], problems: tuple[Problem, ...]) -> None:
        self._entries.pop(file, None)
        self._problems.pop(file, None)
        if entries:
            self._entries[file] = entries
        if problems:
            self._problems[file] = problems


def _merged(old: tuple[Entry, ...], reading: Reading) -> tuple[Entry, ...]:
    """The new entries, old objects where nothing changed, and last good ones where something is broken."""
    before = {(entry.key, entry.at): entry for entry in old}
    new = [_same(before.get((entry.key, entry.at)), entry) for entry in reading.entries]
    told = {entry.key for entry in new}
    untold = (entry for entry in old if entry.key not in told)
    last_good = [entry for entry in untold if reading.unreadable or entry.key in reading.broken]
    return (*new, *last_good)


def _same(old: Entry | None, new: Entry) -> Entry:
    return old if old is not None and old == new else new
