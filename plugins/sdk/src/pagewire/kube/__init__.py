"""A small async client of the Kubernetes API, for the operator and for the gateway's cluster registry.

`find_access` finds the cluster, `KubeClient` talks to it, `Informer` follows what is there, and `Reflector` tells a
store of your own.
"""

from .access import Access, find_access
from .client import KubeClient, Page, Selection
from .errors import (
    AccessError,
    AlreadyExists,
    ApiError,
    Conflict,
    Forbidden,
    Gone,
    Invalid,
    KubeError,
    NotFound,
    ServerError,
    TooManyRequests,
    Unauthorized,
    Unreachable,
)
from .informer import Change, Informer
from .kinds import (
    EVENTS,
    LEASES,
    NAMESPACES,
    PODS,
    RESOURCES,
    SECRETS,
    Object,
    ObjectKind,
    ObjectName,
    name_of,
    version_of,
)
from .reflector import Reflector, Store
from .watching import Heard

__all__ = [
    "EVENTS",
    "LEASES",
    "NAMESPACES",
    "PODS",
    "RESOURCES",
    "SECRETS",
    "Access",
    "AccessError",
    "AlreadyExists",
    "ApiError",
    "Change",
    "Conflict",
    "Forbidden",
    "Gone",
    "Heard",
    "Informer",
    "Invalid",
    "KubeClient",
    "KubeError",
    "NotFound",
    "Object",
    "ObjectKind",
    "ObjectName",
    "Page",
    "Reflector",
    "Selection",
    "ServerError",
    "Store",
    "TooManyRequests",
    "Unauthorized",
    "Unreachable",
    "find_access",
    "name_of",
    "version_of",
]
