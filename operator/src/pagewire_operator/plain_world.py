"""A world made of documents that somebody hands in: of a folder, or of a test. No cluster, no I/O."""

import hashlib
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from msgspec import structs

from pagewire.resources import DEFAULT_NAMESPACE, Resource, Status, decode
from pagewire.sealed import Sealed

from .brain.indices import INDICES
from .model import Key, NotOurs, SecretView

__all__ = ["MADE_FOR", "PlainWorld", "read_secret"]

MADE_FOR: Final = "pagewire.dev/made-for"
"""Annotation of a Secret in a folder: the AccessToken it was made for. In a cluster its owner reference says so."""

_KEPT: Final = "kept-"
Place = tuple[str, str]


class PlainWorld:
    """All resources and Secrets that were put in, and what reconciliations kept.

    It is a `World`, a `Keeping` for its own Secrets, and keeps the brain's indices. Resources without a
    ``creationTimestamp``, as in a folder, are as old as each other: then the name decides.
    """

    def __init__(self, documents: Iterable[Mapping[str, Any]] = ()) -> None:
        self._resources: dict[str, dict[Place, Resource]] = {}
        self._secrets: dict[Place, SecretView] = {}
        self._found: dict[tuple[str, str, str], set[Place]] = {}
        self._ending: set[str] = set()
        self._kept = 0
        for document in documents:
            self.read(document)

    def read(self, document: Mapping[str, Any]) -> None:
        """Take in a manifest: a resource of ours, or a Secret.

        Raises:
            InvalidResourceError: it is neither.
        """
        if document.get("kind") == "Secret" and document.get("apiVersion") == "v1":
            self.put_secret(read_secret(document))
        else:
            self.put(decode(document))

    def put(self, resource: Resource) -> None:
        """Take in a resource, or a newer state of one."""
        place = _place(resource)
        self.drop(Key(resource.kind, *place))
        self._resources.setdefault(resource.kind, {})[place] = resource
        for found in _values(resource):
            self._found.setdefault(found, set()).add(place)

    def put_status(self, resource: Resource, status: Status) -> None:
        """Give the resource of this name a new status; none if it is gone."""
        current = self.get(resource.kind, *_place(resource))
        if current is not None:
            self.put(structs.replace(current, status=status))

    def drop(self, key: Key) -> None:
        """Forget a resource or, with kind ``Secret``, a Secret."""
        place = (key.namespace, key.name)
        if key.kind == "Secret":
            self._secrets.pop(place, None)
        gone = self._resources.get(key.kind, {}).pop(place, None)
        for found in _values(gone) if gone else ():
            self._found[found].discard(place)

    def put_secret(self, secret: SecretView) -> None:
        """Take in a Secret, or a newer state of one."""
        self._secrets[secret.namespace, secret.name] = secret

    def end(self, namespace: str) -> None:
        """Say that a namespace is going away."""
        self._ending.add(namespace)

    def get(self, kind: str, namespace: str, name: str) -> Resource | None:
        """See `World.get`."""
        return self._resources.get(kind, {}).get((namespace, name))

    def all(self, kind: str) -> Iterable[Resource]:
        """See `World.all`."""
        return sorted(self._resources.get(kind, {}).values(), key=_age)

    def by(self, kind: str, index: str, value: str) -> Iterable[Resource]:
        """See `brain.indices.Indexed`."""
        places = self._found.get((kind, index, value), ())
        return sorted((self._resources[kind][place] for place in places), key=_age)

    def secret(self, namespace: str, name: str) -> SecretView | None:
        """See `World.secret`."""
        return self._secrets.get((namespace, name))

    def secrets(self) -> Iterable[SecretView]:
        """All Secrets, by namespace and name."""
        return [self._secrets[place] for place in sorted(self._secrets)]

    def terminating(self, namespace: str) -> bool:
        """See `World.terminating`."""
        return namespace in self._ending

    async def keep(self, owner: Resource, name: str, values: Mapping[str, Sealed[str]]) -> None:
        """See `Keeping.keep`: the Secret lives as long as this world."""
        uid = owner.metadata.uid or f"{owner.kind}/{owner.metadata.namespace}/{owner.metadata.name}"
        old = self.secret(owner.metadata.namespace, name)
        if old is not None and old.owner != uid:
            raise NotOurs(f"Secret {owner.metadata.namespace}/{name} exists and belongs to somebody else")
        self._kept += 1
        self.put_secret(
            SecretView(
                namespace=owner.metadata.namespace,
                name=name,
                version=f"{_KEPT}{self._kept}",
                owner=uid,
                values=dict(values),
            )
        )

    def kept(self) -> Iterable[SecretView]:
        """The Secrets that were written since they were handed in."""
        return [one for one in self.secrets() if one.version.startswith(_KEPT)]


def read_secret(document: Mapping[str, Any]) -> SecretView:
    """Read a Secret manifest; ``stringData`` wins over ``data``, values that are not text are left out."""
    metadata = document.get("metadata") or {}
    texts: dict[str, str] = {}
    for key, value in (document.get("data") or {}).items():
        try:
            texts[key] = b64decode(value).decode()
        except ValueError:
            continue
    texts.update(document.get("stringData") or {})
    owners = [owner for owner in metadata.get("ownerReferences") or () if owner.get("controller")]
    return SecretView(
        namespace=metadata.get("namespace") or DEFAULT_NAMESPACE,
        name=metadata["name"],
        version=metadata.get("resourceVersion") or _digest(texts),
        owner=owners[0]["uid"] if owners else (metadata.get("annotations") or {}).get(MADE_FOR, ""),
        values={key: Sealed(text) for key, text in texts.items()},
    )


def _digest(texts: Mapping[str, str]) -> str:
    return hashlib.sha256(repr(sorted(texts.items())).encode()).hexdigest()


def _values(resource: Resource) -> Iterator[tuple[str, str, str]]:
    for index, values in INDICES.get(resource.kind, {}).items():
        for value in values(resource):
            yield resource.kind, index, value


def _place(resource: Resource) -> Place:
    return resource.metadata.namespace, resource.metadata.name


def _age(resource: Resource) -> tuple[str, str, str]:
    return resource.metadata.creation_timestamp or "", *_place(resource)
