"""The cluster's objects as the gateway has them: changes go in, a snapshot comes out."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from pagewire.manifests.problems import Place, Problem
from pagewire.resources import InvalidResourceError
from pagewire_gateway.registry.complaints import Complaint, complaint_of
from pagewire_gateway.registry.ended import Ended
from pagewire_gateway.registry.entries import SECRET, Key
from pagewire_gateway.registry.port import Name, Spoken
from pagewire_gateway.registry.secrets import read_secret
from pagewire_gateway.registry.sharing import Shared
from pagewire_gateway.registry.store import Snapshot, Store

from .objects import Objects
from .reading import Object, read_object, refusal
from .wanted import forget_unwanted, unread, wanted

LOG: Final = logging.getLogger(__name__)

MOST_SHARED: Final = 5_000
"""Values that new ones are compared with, to keep equal ones once. With more they are forgotten, or it would be a copy of
everything; during the first lists, in which a Page and its token are far apart, it may be."""

Changes = Mapping[Key, Object | None]
"""By kind, namespace and name, an object as it is now; None if it is gone."""


class Mirror:
    """Keeps what is served in step with a cluster. Blocking; one thread at a time."""

    def __init__(self) -> None:
        self._objects = Objects()
        self._store = Store(self._objects)
        self._shared = Shared()
        self._complaints: dict[Key, Complaint] = {}

    def complaints(self) -> list[Complaint]:
        """What is not as it should be, or ends some day. At any time, from any thread."""
        return list(self._complaints.values())

    def take(self, changes: Changes) -> set[Name]:
        """Take changes in. Nothing shows before `build`.

        Returns:
            The Secrets that the changed objects refer to and nobody did before, so that they are not held. Hand them in
            as changes, those of them that exist.
        """
        resources = {key: value for key, value in changes.items() if key[0] != SECRET}
        secrets = {key[1:]: value for key, value in changes.items() if key[0] == SECRET}
        missing: set[Name] = set()
        for key, value in resources.items():
            with _forgiven(key):
                missing |= self._resource(key, value)
        keys = wanted(set(secrets), self._objects)
        for name, value in secrets.items():
            with _forgiven((SECRET, *name)):
                self._secret(name, value, keys.get(name, set()))
        return missing - set(secrets)

    def names(self, kind: str, namespace: str = "") -> set[Name]:
        """Which objects of a kind are held, of a namespace or of all."""
        return self._objects.names(kind, namespace)

    def build(self, others: Iterable[Problem] = ()) -> Snapshot:
        """Make what was taken in visible.

        Args:
            others: What is wrong with the cluster itself.
        """
        forget_unwanted(self._objects)
        if len(self._shared) > MOST_SHARED:
            self._shared = Shared()
        return self._store.build(others)

    def spoken(self, login: Name) -> list[Spoken]:
        """See `Registry.spoken`."""
        return self._store.spoken(login)

    def end(self, ended: Mapping[Name, Ended]) -> None:
        """See `Registry.end`; it shows with the next `build`."""
        self._store.end(ended)

    def _resource(self, key: Key, value: Object | None) -> set[Name]:
        self._hear(key, value)
        if value is None:
            self._objects.remove(key)
            return set()
        try:
            entry, problems = read_object(key[0], value, self._shared)
        except InvalidResourceError as error:
            self._objects.refuse(key, refusal(key, error))
            return set()
        return unread(entry, self._objects) if self._objects.put(entry, problems) else set()

    def _hear(self, key: Key, value: Object | None) -> None:
        complaint = complaint_of(key[0], value) if value else None
        if complaint is None:
            self._complaints.pop(key, None)
        else:
            self._complaints[key] = complaint

    def _secret(self, name: Name, value: Object | None, keys: set[str]) -> None:
        key = (SECRET, *name)
        if value is None or not keys:
            self._objects.remove(key)
            return
        try:
            self._objects.put(read_secret(_only(value, keys), Place(), self._shared))
        except InvalidResourceError as error:
            self._objects.refuse(key, refusal(key, error))


@contextmanager
def _forgiven(key: Key) -> Iterator[None]:
    """A mistake of ours with one object must not cost what was told of all the others."""
    try:
        yield
    except Exception:
        LOG.exception("%s %s/%s could not be read; it stays as it was", *key)


def _only(secret: Object, keys: set[str]) -> dict[str, Any]:
    """A Secret with nothing in it but what is referred to."""
    data = secret.get("data") or {}
    metadata = {name: secret["metadata"][name] for name in ("name", "namespace")}
    return {"metadata": metadata, "data": {key: data[key] for key in sorted(keys) if key in data}}
