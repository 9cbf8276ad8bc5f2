"""One resource as the machine knows it, and what a change of it means. Pure."""

from typing import Any, Final, NamedTuple

import msgspec
from msgspec import Struct, structs

from pagewire.kube import Object
from pagewire.resources import ConditionType, InvalidResourceError, Metadata, Resource, Status, decode
from pagewire.resources.references import secret_refs
from pagewire_operator.model import Key

FINALIZER: Final = "pagewire.dev/finalizer"
PREFIX: Final = "pagewire.dev/"

_OWN_AFFAIRS: Final = frozenset(
    {
        ConditionType.SYNCED,
        ConditionType.PROFILE_SYNCED,
        ConditionType.PLUGINS_CONFIGURED,
        ConditionType.GRAPH_VERSION_CURRENT,
        ConditionType.PAUSED,
        ConditionType.STALLED,
    }
)
"""Conditions that no other resource depends on: that Meta is away for a while must not bring all of an app's to ask it."""


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
        secrets=frozenset(ref.name for _, ref in secret_refs(resource)),
    )


def number_of(version: str) -> int:
    """A ``resourceVersion`` to compare with another: the larger one is newer, whatever the objects.

    Promised since Kubernetes 1.35, and so in every release before.
    """
    return int(version) if version.isdigit() else 0


def difference(before: Known | None, after: Known) -> Difference:
    """What it means that a resource was so before and is so now."""
    own = before is None or _reasons(before) != _reasons(after) or (before.held and not after.held)
    return Difference(own, own or before is None or _shows(before.status) != _shows(after.status))


def _reasons(known: Known) -> tuple[Any, ...]:
    """What a reconciliation depends on; our own status, and what others keep in metadata, are not part of it."""
    metadata = known.metadata
    ours = {name: value for name, value in metadata.annotations.items() if name.startswith(PREFIX)}
    return metadata.uid, metadata.generation, known.deleting, ours


def _shows(status: Status | None) -> Status | None:
    """What of a status others may depend on: facts, and conditions without their times."""
    if status is None:
        return None
    told = [
        structs.replace(one, last_transition_time=None, observed_generation=0)
        for one in status.conditions
        if one.type not in _OWN_AFFAIRS
    ]
    return structs.replace(
        status, observed_generation=0, conditions=told, plan=[], last_changed_at=None, last_handled_reconcile_at=None
    )


def _lenient(found: Object) -> Status | None:
    try:
        return msgspec.convert(found.get("status"), Status | None)
    except msgspec.ValidationError:
        return None
