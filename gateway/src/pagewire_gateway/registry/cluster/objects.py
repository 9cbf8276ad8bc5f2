"""What the objects of a cluster say, of every kind. One that turned bad keeps its last good say."""

from collections.abc import Iterator
from typing import Any

from pagewire.manifests.problems import Problem
from pagewire_gateway.registry.entries import Entry, Key
from pagewire_gateway.registry.names import ByName
from pagewire_gateway.registry.port import Name
from pagewire_gateway.registry.store import KINDS


class Objects:
    """One entry for each object.

    Attributes:
        before: By kind, every object that says something else since `forget`, with what it said before
            (None if it is new).
    """

    def __init__(self) -> None:
        self._now: dict[str, ByName[Entry]] = {kind.kind: ByName() for kind in KINDS}
        self._problems: dict[Key, tuple[Problem, ...]] = {}
        self.before: dict[str, ByName[Entry | None]] = {}
        self.forget()

    def of(self, kind: type[Entry]) -> ByName[Any]:
        """The entries of a kind."""
        return self._now[kind.kind]

    def names(self, kind: str, namespace: str = "") -> set[Name]:
        """Which objects of a kind are known, if only to be wrong, of a namespace or of all."""
        wrong = {(of, name) for told, of, name in self._problems if told == kind and namespace in {"", of}}
        return wrong.union(self._now[kind].names(namespace))

    def get(self, key: Key) -> Entry | None:
        """What an object says."""
        kind, *name = key
        return self._now[kind].get((name[0], name[1]))

    def forget(self) -> None:
        """Take what is said now as what was said before."""
        self.before = {kind: ByName() for kind in self._now}

    def problems(self) -> Iterator[Problem]:
        """What is wrong with the objects themselves."""
        for problems in self._problems.values():
            yield from problems

    def put(self, entry: Entry, problems: tuple[Problem, ...] = ()) -> bool:
        """Take in what an object says; tell whether that is something else than before."""
        self._note(entry.key, problems)
        old = self.get(entry.key)
        if old == entry:
            return False
        self.before[entry.kind].keep(entry.namespace, entry.name, old)
        self._now[entry.kind].put(entry.namespace, entry.name, entry)
        return True

    def refuse(self, key: Key, problems: tuple[Problem, ...]) -> None:
        """Say what is wrong with an object; what it said last stays."""
        self._note(key, problems)

    def remove(self, key: Key) -> None:
        """An object is gone."""
        self._note(key, ())
        old = self.get(key)
        if old is not None:
            kind, namespace, name = key
            self.before[kind].keep(namespace, name, old)
            self._now[kind].pop(namespace, name)

    def _note(self, key: Key, problems: tuple[Problem, ...]) -> None:
        if problems:
            self._problems[key] = problems
        else:
            self._problems.pop(key, None)
