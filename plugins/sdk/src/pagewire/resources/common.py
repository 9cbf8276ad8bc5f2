"""What every kind shares: references, metadata and policies."""

from enum import StrEnum
from typing import Final

from msgspec import Struct

from .texts import (
    Duration,
    GraphVersion,
    HttpsUrl,
    HttpsUrlOrEmpty,
    Namespace,
    NumericId,
    Percent,
    ResourceName,
    SecretKey,
    Time,
)

GROUP: Final = "pagewire.dev"
VERSION: Final = "v1alpha1"
API_VERSION: Final = f"{GROUP}/{VERSION}"

DEFAULT_NAMESPACE: Final = "default"
DEFAULT_GRAPH_VERSION: Final = "v25.0"
"""Live until 2028-07-29 (Meta, Graph API changelog)."""


class ManagementPolicy(StrEnum):
    """Whether a resource is mended or only looked at."""

    MANAGE = "Manage"
    """Make Meta agree with the resource, and keep it so."""
    OBSERVE = "Observe"
    """Change nothing at Meta; write the plan to status."""


class DeletionPolicy(StrEnum):
    """What happens at Meta when the resource is deleted."""

    ORPHAN = "Orphan"
    """Leave everything as it is: deleting a namespace must not silence a live Page."""
    DELETE = "Delete"
    """Take back what the resource put there."""


class AdoptionPolicy(StrEnum):
    """What happens when Meta already holds another value that this resource did not put there."""

    FAIL_IF_EXISTS = "FailIfExists"
    """Leave it, and say so with reason ``ExistingResourceConflict``. What agrees already is taken as ours."""
    ADOPT = "Adopt"
    """Replace it, once, with an Event and a line in ``status.adopted``."""


class Part(Struct, rename="camel", forbid_unknown_fields=True, frozen=True, kw_only=True, gc=False):
    """A piece of a spec. Unknown fields are refused, so a typing mistake is heard."""


class Spec(Part, frozen=True, kw_only=True):
    """What the five specs share.

    Attributes:
        management_policy: Manage makes Meta agree with this resource and keeps it so. Observe changes nothing at Meta
            and writes what would be done to status.plan.
        deletion_policy: What happens at Meta when this resource is deleted. Orphan leaves everything as it is; Delete
            takes back what this resource put there, and never more.
        resync_interval: How often drift at Meta is looked for; a minute at the shortest, unless the operator is told
            otherwise. The operator's own interval if absent; 0s for never, while changes of this resource are still
            acted on.
    """

    management_policy: ManagementPolicy = ManagementPolicy.MANAGE
    deletion_policy: DeletionPolicy = DeletionPolicy.ORPHAN
    resync_interval: Duration | None = None


class LocalRef(Part, frozen=True, kw_only=True):
    """Names a resource of this namespace.

    Attributes:
        name: Its metadata.name.
    """

    name: ResourceName


class AppRef(Part, frozen=True, kw_only=True):
    """Names a `MessengerApp`, of this namespace unless another is named that lets this one in.

    Attributes:
        name: Name of the MessengerApp.
        namespace: Its namespace, if it is another; that app must list ours in spec.allowedNamespaces.
    """

    name: ResourceName
    namespace: Namespace | None = None


class SecretKeyRef(Part, frozen=True, kw_only=True):
    """Names one key of a Secret of this namespace. There is no namespace field, on purpose.

    Attributes:
        name: Name of the Secret.
        key: Which of its keys.
    """

    name: ResourceName
    key: SecretKey


class Metadata(Struct, rename="camel", frozen=True, kw_only=True, gc=False):
    """The part of Kubernetes' ObjectMeta that we read; the rest is left alone."""

    name: ResourceName
    namespace: Namespace = DEFAULT_NAMESPACE
    labels: dict[str, str] = {}
    annotations: dict[str, str] = {}
    finalizers: list[str] = []
    generation: int = 0
    uid: str = ""
    resource_version: str = ""
    creation_timestamp: str | None = None
    deletion_timestamp: str | None = None


__all__ = [
    "API_VERSION",
    "DEFAULT_GRAPH_VERSION",
    "DEFAULT_NAMESPACE",
    "GROUP",
    "VERSION",
    "AdoptionPolicy",
    "AppRef",
    "DeletionPolicy",
    "Duration",
    "GraphVersion",
    "HttpsUrl",
    "HttpsUrlOrEmpty",
    "LocalRef",
    "ManagementPolicy",
    "Metadata",
    "Namespace",
    "NumericId",
    "Part",
    "Percent",
    "ResourceName",
    "SecretKey",
    "SecretKeyRef",
    "Spec",
    "Time",
]
