r"""What every kind shares: names, references, metadata and policies.

Patterns end in ``\Z``, not ``$``: Python's ``$`` lets a trailing line feed through, Kubernetes' does not.
The description of a constrained type finishes the sentence "expected ...", because `explain` says it so.
"""

from enum import StrEnum
from typing import Annotated, Final

from msgspec import Meta, Struct

from .durations import DURATION_PATTERN

GROUP: Final = "pagewire.dev"
VERSION: Final = "v1alpha1"
API_VERSION: Final = f"{GROUP}/{VERSION}"

DEFAULT_NAMESPACE: Final = "default"
DEFAULT_GRAPH_VERSION: Final = "v25.0"
"""graph.md 1.3: live until 2028-07-29."""

NumericId = Annotated[
    str,
    Meta(pattern=r"^[0-9]{1,32}\Z", description='the id as Meta shows it: digits, in quotes, as in "108000000000001"'),
]
"""Ids exceed 2^53, so they are text and never numbers (graph.md 1.2)."""

ResourceName = Annotated[
    str,
    Meta(
        pattern=r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?\Z",
        max_length=253,
        description="a Kubernetes name: small letters, digits, '-' and '.', a letter or digit at both ends",
    ),
]
Namespace = Annotated[
    str,
    Meta(
        pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?\Z",
        max_length=63,
        description="a Kubernetes namespace: small letters, digits and '-', a letter or digit at both ends",
    ),
]
SecretKey = Annotated[
    str,
    Meta(
        pattern=r"^[-._a-zA-Z0-9]+\Z",
        max_length=253,
        description="a key of a Secret: letters, digits, '-', '_' and '.'",
    ),
]
GraphVersion = Annotated[str, Meta(pattern=r"^v[0-9]{1,3}\.[0-9]\Z", description="a Graph API version, as in v25.0")]
Duration = Annotated[
    str,
    Meta(
        pattern=DURATION_PATTERN,
        max_length=32,
        description='a duration in hours, minutes and seconds, in quotes, as in "168h" or "1h30m"',
    ),
]
HttpsUrl = Annotated[
    str, Meta(pattern=r"^https://[^\s]+\Z", max_length=2000, description="a URL that starts with https://")
]


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


class Part(Struct, rename="camel", forbid_unknown_fields=True, frozen=True, kw_only=True, gc=False):
    """A piece of a spec. Unknown fields are refused, so a typing mistake is heard."""


class Spec(Part, frozen=True, kw_only=True):
    """What the five specs share."""

    management_policy: ManagementPolicy = ManagementPolicy.MANAGE
    deletion_policy: DeletionPolicy = DeletionPolicy.ORPHAN
    resync_interval: Duration | None = None
    """How often drift is looked for; the operator's own interval if absent, ``0s`` for never."""


class LocalRef(Part, frozen=True, kw_only=True):
    """Names a resource of this namespace."""

    name: ResourceName


class AppRef(Part, frozen=True, kw_only=True):
    """Names a `MessengerApp`, of this namespace unless another is named that lets this one in."""

    name: ResourceName
    namespace: Namespace | None = None


class SecretKeyRef(Part, frozen=True, kw_only=True):
    """Names one key of a Secret of this namespace. There is no namespace field, on purpose."""

    name: ResourceName
    key: SecretKey


class Metadata(Struct, rename="camel", frozen=True, kw_only=True, gc=False):
    """The part of Kubernetes' ObjectMeta that we read; the rest is left alone."""

    name: ResourceName
    namespace: Namespace = DEFAULT_NAMESPACE
    labels: dict[str, str] = {}
    annotations: dict[str, str] = {}
    generation: int = 0
    uid: str = ""
    resource_version: str = ""
    creation_timestamp: str | None = None
    deletion_timestamp: str | None = None
