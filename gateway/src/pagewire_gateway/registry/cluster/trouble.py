"""Why the cluster cannot be followed, since when, and what to do about it. Pure."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import Final, NamedTuple

from pagewire.kube import AccessError, ApiError, Forbidden, KubeError, NotFound, Unauthorized, Unreachable
from pagewire.manifests.problems import Problem


class Trouble(NamedTuple):
    """Nothing is told of a kind.

    Attributes:
        kind: As RBAC names it, with its group.
        namespace: Empty for all.
        since: Of the last sign of life.
    """

    kind: str
    namespace: str
    error: KubeError
    since: datetime


_GRANT: Final = (
    "give its service account the ClusterRoles pagewire-gateway and pagewire-gateway-secrets, by a ClusterRoleBinding, or "
    "by a RoleBinding in each namespace that --namespace names"
)


def words(troubles: Iterable[Trouble], server: str, *, known: bool) -> list[Problem]:
    """What people are told.

    Args:
        troubles: All there are.
        server: Address of the API server.
        known: Whether everything was read once, so that something is served all the same.
    """
    meanwhile = "what was known is served" if known else "nothing is served until then"
    told = []
    for _, same in groupby(sorted(troubles, key=_class), key=_class):
        several = sorted(same, key=lambda one: (one.since, one.kind))
        since = f"since {several[0].since:%Y-%m-%dT%H:%M:%SZ}"
        told.append(Problem(message=f"{_what(several, server)} {since}; {meanwhile}: {_why(several[0])}"))
    return told


def _class(trouble: Trouble) -> tuple[str, str]:
    """What has the same cause is told once."""
    everywhere = isinstance(trouble.error, (Unreachable, Unauthorized, AccessError, NotFound))
    return type(trouble.error).__name__, "" if everywhere else trouble.namespace


def _what(troubles: list[Trouble], server: str) -> str:
    where = f" in namespace {troubles[0].namespace}" if troubles[0].namespace else ""
    kinds = ", ".join(sorted({one.kind for one in troubles}))
    match troubles[0].error:
        case Unreachable():
            return f"the API server {server} does not answer"
        case Unauthorized() | AccessError():
            return f"the API server {server} lets nobody in"
        case NotFound():
            return f"the API server {server} does not have {kinds}"
        case Forbidden():
            return f"the gateway may not list and watch {kinds}{where or ' in all namespaces'}"
    return f"{kinds} cannot be followed{where}"


def _why(trouble: Trouble) -> str:
    match trouble.error:
        case Forbidden():
            return _GRANT
        case NotFound():
            return "install the CRDs, as in pagewire crds | kubectl apply --server-side -f -"
        case Unauthorized():
            return "the token or certificate it was given is not valid, or not any more"
        case ApiError() as refused:
            return refused.message or str(refused)
        case Unreachable() as broken:
            return str(broken.__cause__ or broken)
    return str(trouble.error)
