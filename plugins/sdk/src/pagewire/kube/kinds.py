"""Where the API server keeps which kind of object. Pure."""

from typing import Any, Final, NamedTuple

from pagewire.resources import GROUP, VERSION

Object = dict[str, Any]
"""A Kubernetes object as the API server's JSON has it."""


class ObjectName(NamedTuple):
    """Which object of a kind. The namespace of a cluster-scoped one is empty."""

    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}" if self.namespace else self.name


class ObjectKind(NamedTuple):
    """One kind, and what makes its path.

    Attributes:
        group: API group; empty for the core one.
        plural: the name in paths and in RBAC rules.
    """

    group: str
    version: str
    plural: str
    kind: str

    @property
    def api_version(self) -> str:
        """As documents say it: ``v1`` or ``coordination.k8s.io/v1``."""
        return f"{self.group}/{self.version}" if self.group else self.version

    def path(self, namespace: str = "", name: str = "", sub: str = "") -> str:
        """Path of all objects, of those of a namespace, of one, or of a sub-resource of one."""
        root = f"/apis/{self.group}" if self.group else "/api"
        scope = f"/namespaces/{namespace}" if namespace else ""
        return "".join((root, "/", self.version, scope, "/", self.plural, name and f"/{name}", sub and f"/{sub}"))

    def __str__(self) -> str:
        return f"{self.plural}.{self.group}" if self.group else self.plural


SECRETS: Final = ObjectKind("", "v1", "secrets", "Secret")
NAMESPACES: Final = ObjectKind("", "v1", "namespaces", "Namespace")
EVENTS: Final = ObjectKind("", "v1", "events", "Event")
PODS: Final = ObjectKind("", "v1", "pods", "Pod")
LEASES: Final = ObjectKind("coordination.k8s.io", "v1", "leases", "Lease")

RESOURCES: Final = {
    kind: ObjectKind(GROUP, VERSION, plural, kind)
    for kind, plural in (
        ("MessengerApp", "messengerapps"),
        ("AccessToken", "accesstokens"),
        ("WebhookSubscription", "webhooksubscriptions"),
        ("MessengerPage", "messengerpages"),
        ("InstagramAccount", "instagramaccounts"),
    )
}
"""The kinds of group pagewire.dev by their name."""


def name_of(found: Object) -> ObjectName:
    """Which object it is."""
    metadata = found["metadata"]
    return ObjectName(metadata.get("namespace", ""), metadata["name"])


def version_of(found: Object) -> str:
    """Its ``metadata.resourceVersion``: fit for comparing and for handing back, not for reading."""
    return str(found["metadata"].get("resourceVersion", ""))
