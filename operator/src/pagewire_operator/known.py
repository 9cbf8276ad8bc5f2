"""One resource as the machine knows it, and what a change of it means. Pure."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import msgspec
from msgspec import Struct

from pagewire.kube import Object
from pagewire.resources import InvalidResourceError, Metadata, Resource, SecretKeyRef, Status, decode
from pagewire_operator.model import Key

FINALIZER: Final = "pagewire.dev/finalizer"
PREFIX: Final = "pagewire.dev/"


class Known(Struct, frozen=True, kw_only=True):
    """A resource of ours in the cluster.

    Attributes:
        version: its ``metadata.resourceVersion``.
        resource: None if it cannot be decoded: a newer or older operator's, for the schema refuses anything else.
        problem: then, why.
        secrets: names of the Secrets of its namespace that its spec refers to.
    """

    key: Key
    metadata: Metadata
    status: Status | None
    resource: Resource | None
    problem: InvalidResourceError | None = None
    secrets: frozenset[str] = frozenset()

    @property
    def version(self) -> str:
        """Its ``metadata.resourceVersion``."""
        return self.metadata.resource_version

    @property
    def deleting(self) -> bool:
        """Whether it is on its way out."""
        return self.metadata.deletion_timestamp is not None

    @property
    def held(self) -> bool:
        """Whether our finalizer keeps it."""
        return FINALIZER in self.metadata.finalizers


class Difference(NamedTuple):
    """What a change asks for.

    Attributes:
        own: the resource itself is to be reconciled.
        others: so are those that depend on it.
    """

    own: bool
    others: bool


def read(found: Object, kind: str) -> Known:
    """Decode an object of the cluster.

    Args:
        found: as the API server's JSON has it; in a list it may lack kind and version.
        kind: which kind it is.
    """
    metadata = msgspec.convert(found["metadata"], Metadata)
    document = {**found, "kind": kind}
    key = Key(kind, metadata.namespace, metadata.name)
    try:
        resource = decode(document)
    except InvalidResourceError as problem:
        return Known(key=key, metadata=metadata, status=_lenient(found), resource=None, problem=problem)
    return Known(
        key=key,
        metadata=resource.metadata,
        status=resource.status,
        resource=resource,
        secrets=frozenset(_references(resource.spec)),
    )


def number_of(version: str) -> int:
    """A ``resourceVersion`` to compare with another: the larger one is newer, whatever the objects.

    Promised since Kubernetes 1.35, and so in every release before.
    """
    return int(version) if version.isdigit() else 0


def difference(before: Known | None, after: Known) -> Difference:
    """What it means that a resource was so before and is so now."""
    own = before is None or _reasons(before) != _reasons(after) or (before.held and not after.held)
    return Difference(own, own or before is None or before.status != after.status)


def _reasons(known: Known) -> tuple[Any, ...]:
    """What a reconciliation depends on; our own status, and what others keep in metadata, are not part of it."""
    metadata = known.metadata
    ours = {name: value for name, value in metadata.annotations.items() if name.startswith(PREFIX)}
    return metadata.uid, metadata.generation, known.deleting, ours


def _lenient(found: Object) -> Status | None:
    try:
        return msgspec.convert(found.get("status"), Status | None)
    except msgspec.ValidationError:
        return None


def _references(part: Any) -> Iterator[str]:
    """Every Secret that a spec names, wherever in it."""
    if isinstance(part, SecretKeyRef):
        yield part.name
    elif isinstance(part, Struct):
        for field in part.__struct_fields__:
            yield from _references(getattr(part, field))
    elif isinstance(part, list | tuple):
        for item in part:
            yield from _references(item)
