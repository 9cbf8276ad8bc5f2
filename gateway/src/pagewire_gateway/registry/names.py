"""A dictionary by namespace and name that keeps no tuple for each key."""

from collections.abc import Iterator
from typing import Generic, TypeVar

from .port import Name

V = TypeVar("V")


class ByName(Generic[V]):
    """Values by namespace and name; at 100,000 Pages a tuple for each key would be a tenth of the memory."""

    def __init__(self) -> None:
        self._namespaces: dict[str, dict[str, V]] = {}

    def get(self, name: Name) -> V | None:
        """The value, or None."""
        namespace = self._namespaces.get(name[0])
        return None if namespace is None else namespace.get(name[1])

    def put(self, namespace: str, name: str, value: V) -> None:
        """Set a value."""
        self._namespaces.setdefault(namespace, {})[name] = value

    def keep(self, namespace: str, name: str, value: V) -> V:
        """Set a value unless there is one; give the one there is."""
        return self._namespaces.setdefault(namespace, {}).setdefault(name, value)

    def pop(self, namespace: str, name: str) -> V:
        """Take a value out; raises `KeyError` if there is none."""
        return self._namespaces[namespace].pop(name)

    def names(self, namespace: str = "") -> list[Name]:
        """The names of a namespace, or of all."""
        chosen = {namespace: self._namespaces.get(namespace, {})} if namespace else self._namespaces
        return [(one, name) for one, values in chosen.items() for name in values]

    def items(self) -> Iterator[tuple[Name, V]]:
        """Every value with its namespace and name."""
        for namespace, values in self._namespaces.items():
            for name, value in values.items():
                yield (namespace, name), value

    def values(self) -> Iterator[V]:
        """Every value."""
        for values in self._namespaces.values():
            yield from values.values()

    def __len__(self) -> int:
        return sum(map(len, self._namespaces.values()))
