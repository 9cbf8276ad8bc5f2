"""What operator and gateway need to be allowed, and whether they are. A test holds this and the chart's RBAC together."""

import asyncio
from collections.abc import Iterator
from itertools import product
from typing import Final, NamedTuple

from pagewire.kube import RESOURCES, Forbidden, KubeClient, ObjectKind
from pagewire.resources import GROUP
from pagewire_gateway.cli.doctor.finding import Finding, failed, ok, skipped

_REVIEWS: Final = ObjectKind("authorization.k8s.io", "v1", "subjectaccessreviews", "SubjectAccessReview")
_KINDS: Final = tuple(kind.plural for kind in RESOURCES.values())
_FIX: Final = "Install the chart, or apply what it has in files/rbac, with the namespaces you use."
_MOST: Final = 6


class Right(NamedTuple):
    """One thing that somebody may do.

    Attributes:
        verb: as RBAC has it.
        group: API group; empty for the core one.
        resource: the plural, with a sub-resource as in ``messengerpages/status``.
        name: of the one object it is needed for; empty for all.
        at_home: it is needed in the namespace that the programs run in, not where the resources are.
    """

    verb: str
    group: str
    resource: str
    name: str = ""
    at_home: bool = False

    def __str__(self) -> str:
        of = f"{self.resource}.{self.group}" if self.group else self.resource
        return f"{self.verb} {of}"


def _rights(group: str, resources: tuple[str, ...], *verbs: str) -> tuple[Right, ...]:
    return tuple(Right(verb, group, resource) for resource, verb in product(resources, verbs))


_LEASES: Final = "coordination.k8s.io"

RIGHTS: Final[dict[str, tuple[Right, ...]]] = {
    "pagewire-operator": (
        *_rights(GROUP, _KINDS, "get", "list", "watch", "patch"),
        *_rights(GROUP, tuple(f"{plural}/status" for plural in _KINDS), "patch"),
        *_rights("", ("events",), "create", "patch", "list", "watch"),
        *_rights("", ("secrets",), "get", "list", "watch", "create", "patch"),
        Right("get", _LEASES, "leases", "pagewire-operator", at_home=True),
        Right("update", _LEASES, "leases", "pagewire-operator", at_home=True),
        Right("create", _LEASES, "leases", at_home=True),
    ),
    "pagewire-gateway": (
        *_rights(GROUP, _KINDS, "list", "watch"),
        *_rights("", ("secrets",), "get", "list", "watch"),
        *_rights("", ("events",), "create"),
    ),
}
"""By service account."""


async def check_rights(client: KubeClient, home: str, namespaces: tuple[str, ...]) -> list[Finding]:
    """Ask the API server what the two service accounts may do.

    Args:
        client: somebody who may ask about others.
        home: namespace of the service accounts.
        namespaces: where the resources are; one that is empty for everywhere.
    """
    try:
        return [await _check(client, account, home, namespaces) for account in RIGHTS]
    except Forbidden:
        return [
            skipped(
                "rights", "you may not ask what others may do", "Ask with a user who may create SubjectAccessReviews."
            )
        ]


async def _check(client: KubeClient, account: str, home: str, namespaces: tuple[str, ...]) -> Finding:
    asked = list(_asked(account, home, namespaces))
    allowed = await asyncio.gather(*(_allowed(client, account, home, right, where) for right, where in asked))
    missing = [_said(right, where) for (right, where), may in zip(asked, allowed, strict=True) if not may]
    who = f"service account {home}/{account}"
    if not missing:
        return ok("rights", f"{who} may do all {len(asked)} things it needs")
    more = f" and {len(missing) - _MOST} more" if len(missing) > _MOST else ""
    return failed("rights", f"{who} may not {', '.join(missing[:_MOST])}{more}", _FIX)


def _asked(account: str, home: str, namespaces: tuple[str, ...]) -> Iterator[tuple[Right, str]]:
    for right in RIGHTS[account]:
        for where in (home,) if right.at_home else namespaces:
            yield right, where


def _said(right: Right, where: str) -> str:
    return f"{right} in {where}" if where else str(right)


async def _allowed(client: KubeClient, account: str, home: str, right: Right, where: str) -> bool:
    resource, _, sub = right.resource.partition("/")
    attributes = {
        "verb": right.verb,
        "group": right.group,
        "resource": resource,
        "subresource": sub,
        "namespace": where,
        "name": right.name,
    }
    groups = ["system:serviceaccounts", f"system:serviceaccounts:{home}", "system:authenticated"]
    spec = {"user": f"system:serviceaccount:{home}:{account}", "groups": groups, "resourceAttributes": attributes}
    body = {"apiVersion": _REVIEWS.api_version, "kind": _REVIEWS.kind, "metadata": {}, "spec": spec}
    answer = await client.create(_REVIEWS, body)
    return bool((answer.get("status") or {}).get("allowed"))
