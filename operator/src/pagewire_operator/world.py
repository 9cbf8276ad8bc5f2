"""What is in the cluster, as last seen: the `World` of a running operator."""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from pagewire.kube import ObjectName
from pagewire.resources import Metadata, Resource
from pagewire_operator.known import Difference, Known, difference, number_of
from pagewire_operator.model import Key, SecretView

Place = tuple[str, str, str]
"""Creation time, namespace, name: the order of `World.all`."""
Indices = Mapping[str, Mapping[str, Callable[[Any], Iterable[str]]]]
"""By kind and by name of the index: the values a resource is to be found under."""
SECRET_INDEX: Final = "secret"  # noqa: S105 - the name of an index
"""The index whose values are Secrets, as ``namespace/name``."""


class ClusterWorld:
    """Caches that watches keep up to date. Nothing here waits or does I/O.

    Args:
        kinds: of resources.
        indices: by what the brain wants to find them without going through all.

    Attributes:
        kinds: of resources.
        going: namespaces that are known to be going away.
    """

    def __init__(self, kinds: tuple[str, ...], indices: Indices | None = None) -> None:
        self.kinds = kinds
        self._indices = indices or {}
        self._found: dict[tuple[str, str, str], dict[Key, Resource]] = {}
        self._known: dict[str, dict[tuple[str, str], Known]] = {kind: {} for kind in kinds}
        self._order: dict[str, list[Place]] = {kind: [] for kind in kinds}
        self._secrets: dict[ObjectName, SecretView] = {}
        self._wanted: Counter[ObjectName] = Counter()
        self.going: set[str] = set()

    def get(self, kind: str, namespace: str, name: str) -> Resource | None:
        """See `World.get`."""
        known = self.known(Key(kind, namespace, name))
        return known.resource if known else None

    def all(self, kind: str) -> Iterator[Resource]:
        """See `World.all`."""
        known = self._known[kind]
        for _, namespace, name in tuple(self._order[kind]):
            one = known.get((namespace, name))
            if one is not None and one.resource is not None:
                yield one.resource

    def by(self, kind: str, index: str, value: str) -> list[Resource]:
        """Resources of a kind that one of the indices has under a value, in the order of `all`."""
        return sorted(self._found.get((kind, index, value), {}).values(), key=_resource_place)

    def secret(self, namespace: str, name: str) -> SecretView | None:
        """See `World.secret`."""
        return self._secrets.get(ObjectName(namespace, name))

    def terminating(self, namespace: str) -> bool:
        """See `World.terminating`."""
        return namespace in self.going

    def known(self, key: Key) -> Known | None:
        """A resource with what the machine needs to know of it."""
        return self._known[key.kind].get((key.namespace, key.name))

    def every(self, kind: str) -> Iterator[Known]:
        """All of a kind, readable or not."""
        return iter(tuple(self._known[kind].values()))

    def put(self, now: Known, *, certain: bool = False) -> Difference:
        """Remember how a resource is; what that asks for.

        Args:
            now: as it was told.
            certain: it is so, even if the one known looks newer, as after a restored backup of the cluster.
        """
        kind, key = self._known[now.key.kind], (now.key.namespace, now.key.name)
        before = kind.get(key)
        if before is not None and not certain and _older(now, before):
            return Difference(own=False, others=False)
        if before is None or before.metadata.uid != now.metadata.uid:
            self.drop(now.key)
            insort(self._order[now.key.kind], _place(now))
            before = None
        kind[key] = now
        self._want(before, now)
        self._index(before, now)
        return difference(before, now)

    def drop(self, key: Key) -> bool:
        """Forget a resource that is gone; whether it was known."""
        before = self._known[key.kind].pop((key.namespace, key.name), None)
        if before is None:
            return False
        order, place = self._order[key.kind], _place(before)
        del order[bisect_left(order, place)]
        self._want(before, None)
        self._index(before, None)
        return True

    def wants(self, name: ObjectName) -> bool:
        """Whether some resource has to do with this Secret."""
        return name in self._wanted

    def secrets_of(self, known: Known) -> set[ObjectName]:
        """The Secrets a resource refers to, and those the brain finds it by (index ``secret``), as where a result is kept."""
        named = {ObjectName(known.key.namespace, name) for name in known.secrets}
        values = self._indices.get(known.key.kind, {}).get(SECRET_INDEX)
        if values is None or known.resource is None:
            return named
        return named | {ObjectName(*value.split("/", 1)) for value in values(known.resource)}

    def keep_secret(self, view: SecretView) -> bool:
        """Remember a Secret, unless a newer state is known; whether anything about it is new."""
        name = ObjectName(view.namespace, view.name)
        before = self._secrets.get(name)
        if before is not None and number_of(view.version) < number_of(before.version):
            return False
        self._secrets[name] = view
        return before is None or (before.owner, before.values) != (view.owner, view.values)

    def drop_secret(self, name: ObjectName) -> bool:
        """Forget a Secret; whether it was known."""
        return self._secrets.pop(name, None) is not None

    def _index(self, before: Known | None, now: Known | None) -> None:
        for place in self._places(before):
            found = self._found[place]
            del found[before.key]  # type: ignore[union-attr]
            if not found:
                del self._found[place]
        for place in self._places(now):
            self._found.setdefault(place, {})[now.key] = now.resource  # type: ignore[union-attr,assignment]

    def _places(self, known: Known | None) -> Iterator[tuple[str, str, str]]:
        """Where the indices have a resource; a value that comes twice counts once."""
        if known is None or known.resource is None:
            return
        kind = known.key.kind
        for index, values in self._indices.get(kind, {}).items():
            for value in set(values(known.resource)):
                yield kind, index, value

    def _want(self, before: Known | None, now: Known | None) -> None:
        self._wanted.update(self.secrets_of(now) if now else ())
        for name in self.secrets_of(before) if before else ():
            self._unwant(name)

    def _unwant(self, name: ObjectName) -> None:
        self._wanted[name] -= 1
        if self._wanted[name] <= 0:
            del self._wanted[name]
            # What nobody refers to any more is none of our business.
            self._secrets.pop(name, None)


def _place(known: Known) -> Place:
    return _metadata_place(known.metadata)


def _resource_place(resource: Resource) -> Place:
    return _metadata_place(resource.metadata)


def _metadata_place(metadata: Metadata) -> Place:
    return metadata.creation_timestamp or "", metadata.namespace, metadata.name


def _older(now: Known, before: Known) -> bool:
    """Whether what is told now was so earlier, as when our own write was answered first; also of a predecessor of its name."""
    return number_of(now.version) < number_of(before.version)
