"""What the parts of the operator hand each other: what is known, what is planned, what came of it. Pure."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Final, Literal, NamedTuple, Protocol

from msgspec import Struct

from pagewire.resources import ConditionType, Metadata, Reason, Resource
from pagewire.sealed import Sealed


class Key(NamedTuple):
    """Which resource. Also the key of the work queue."""

    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.namespace}/{self.name}"


RECONCILE_AT: Final = "pagewire.dev/reconcile-at"
_LONGEST_ASK: Final = 253
"""Characters of the annotation that count: what the status can repeat."""


def asked_for(metadata: Metadata) -> str | None:
    """What somebody wrote into the annotation that asks for a look; None without it."""
    asked = metadata.annotations.get(RECONCILE_AT)
    return None if asked is None else asked[:_LONGEST_ASK]


class SecretView(Struct, frozen=True, kw_only=True):
    """A Secret as last seen.

    Attributes:
        version: changes whenever the Secret does; fit for comparing, not for reading.
        owner: uid of the resource that controls it; empty if none does.
    """

    namespace: str
    name: str
    version: str
    owner: str
    values: Mapping[str, Sealed[str]]


class World(Protocol):
    """All resources and Secrets as last seen, from a cluster's watch or from a folder. Never waits."""

    def get(self, kind: str, namespace: str, name: str) -> Resource | None:
        """One resource; ``None`` if there is none, or it cannot be read."""
        ...

    def all(self, kind: str) -> Iterable[Resource]:
        """All resources of a kind, oldest first, then by namespace and name."""
        ...

    def secret(self, namespace: str, name: str) -> SecretView | None:
        """One Secret."""
        ...

    def terminating(self, namespace: str) -> bool:
        """Whether the namespace is going away, and its Secrets may be gone before its resources."""
        ...


class Keeping(Protocol):
    """The one thing a reconciliation writes besides Meta and its own status."""

    async def keep(self, owner: Resource, name: str, values: Mapping[str, Sealed[str]]) -> None:
        """Create or update the Secret `name` that `owner` controls.

        Raises:
            NotOurs: a Secret of that name exists and belongs to somebody else.
            ClusterRefuses: it may not be written.
            ClusterError: it could not be written now.
        """
        ...


class NotOurs(Exception):
    """A Secret of that name exists and belongs to somebody else."""


class ClusterError(Exception):
    """The cluster did not take a change for now; trying again later is right."""


class ClusterRefuses(ClusterError):
    """The operator lacks a right for it; the message names it. Trying again helps once somebody gives it."""


class Step(Struct, frozen=True, kw_only=True):
    """One change that would bring Meta closer to the resource.

    Attributes:
        action: what is done, as in ``Subscribe`` or ``SetProfile``; shown in plans and Events.
        target: what it is done to, as in ``Page 108000000000001``.
        detail: for people: names of fields and counts, never a token or a text that customers see.
        arguments: what `apply` needs, typed by the kind; never shown.
        drift: whether somebody else changed Meta since we last agreed with it.
    """

    action: str
    target: str
    detail: str
    arguments: Any = None
    drift: bool = False


class Saying(Struct, frozen=True, kw_only=True):
    """One condition as it should be; transitions and generations are the status writer's business."""

    type: ConditionType
    status: Literal["True", "False", "Unknown"]
    reason: Reason
    message: str


class Severity(StrEnum):
    """Type of a Kubernetes Event."""

    NORMAL = "Normal"
    WARNING = "Warning"


class Happening(Struct, frozen=True, kw_only=True):
    """Something people should find under ``kubectl describe``: told once, when it happens."""

    reason: str
    message: str
    severity: Severity = Severity.NORMAL


class Outcome(Struct, frozen=True, kw_only=True):
    """What came of one reconciliation.

    Attributes:
        status: the whole new ``status``, typed by the kind; transitions already right. Equal to the old one if nothing
            changed, and then it is not written.
        happenings: become Events.
        again: seconds until the resource is to be looked at again without any change; ``None`` for never.
        released: the finalizer may go (only asked while deleting).
        finalizer: whether the resource needs one (``deletionPolicy: Delete``).
    """

    status: Any
    happenings: tuple[Happening, ...] = ()
    again: float | None = None
    released: bool = False
    finalizer: bool = False


class Brain(Protocol):
    """Decides and does what one resource needs. Knows Meta, knows no Kubernetes."""

    async def reconcile(self, resource: Resource, world: World, keeping: Keeping) -> Outcome:
        """Bring Meta and the resource together; never raises for what Meta or a user did.

        A resource with a ``deletionTimestamp`` is taken back or left behind, as its policy says.
        """
        ...

    async def plan(self, resource: Resource, world: World) -> tuple[tuple[Step, ...], tuple[Saying, ...]]:
        """What `reconcile` would do, and what it would say, without doing anything."""
        ...

    def finalizer(self, resource: Resource) -> bool:
        """Whether deleting it will have to wait; the finalizer is put there before anything is done at Meta. Pure."""
        ...

    def dependants(self, key: Key, world: World) -> Iterable[Key]:
        """Resources to reconcile again at once because this one changed: ``Secret`` is a kind here too."""
        ...

    async def aclose(self) -> None:
        """Close the connections to Meta."""
        ...
