"""Bearer tokens of a cluster: TokenReview says whose one is, SubjectAccessReview what its owner may do.

A role is a verb on the resource ``consoles`` of group ``pagewire.dev``: ``view``, ``operate``, ``administer``. There is no such
resource; it exists for RBAC alone, as ``charts/pagewire/files/rbac/console.yaml`` shows.
"""

import hashlib
import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, Final, NamedTuple, TypeVar

from pagewire.kube.client import KubeClient
from pagewire.kube.errors import KubeError
from pagewire.kube.kinds import ObjectKind
from pagewire_gateway.access.callers import Caller, Role

_TOKENS: Final = ObjectKind("authentication.k8s.io", "v1", "tokenreviews", "TokenReview")
_ACCESS: Final = ObjectKind("authorization.k8s.io", "v1", "subjectaccessreviews", "SubjectAccessReview")
_VERBS: Final[tuple[tuple[Role, str], ...]] = (("admin", "administer"), ("operator", "operate"), ("viewer", "view"))
_KEPT: Final = 30.0
"""Seconds for which a verdict holds: so long a token or a right that was taken away can still be used."""
_MOST: Final = 1000
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class ReviewError(Exception):
    """The API server could not be asked; says why."""


class Reviews:
    """Asks the API server about tokens.

    Args:
        client: of the cluster.
        namespace: where the verbs have to be granted; empty for the whole cluster.
    """

    def __init__(self, client: KubeClient, namespace: str) -> None:
        self._client, self._namespace = client, namespace
        self._kept: dict[bytes, tuple[float, _User | None]] = {}
        self._roles: dict[_User, tuple[float, Role | None]] = {}

    async def of(self, token: str) -> Caller | None:
        """Whose token it is, if its owner may look at the console at all.

        Raises:
            ReviewError: the API server does not answer, or does not let the gateway ask.
        """
        user = await _recent(self._kept, hashlib.sha256(token.encode()).digest(), lambda: self._owner(token))
        role = await self._role(user) if user else None
        if user is None or role is None:
            return None
        return Caller(name=user.name, role=role, how="kubernetes", groups=user.groups)

    async def role(self, user: str, groups: tuple[str, ...]) -> Role | None:
        """What somebody may do now whose token was looked at before; ``None`` for nothing.

        Raises:
            ReviewError: the API server does not answer, or does not let the gateway ask.
        """
        return await self._role(_User(user, groups))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _owner(self, token: str) -> "_User | None":
        status = await self._ask(_TOKENS, {"token": token})
        user = status.get("user") or {}
        if not status.get("authenticated"):
            return None
        extra = tuple((name, tuple(values)) for name, values in (user.get("extra") or {}).items())
        groups = tuple(user.get("groups") or ())
        return _User(str(user.get("username", "")), groups, str(user.get("uid", "")), extra)

    async def _role(self, user: "_User") -> Role | None:
        return await _recent(self._roles, user, lambda: self._allowed(user))

    async def _allowed(self, user: "_User") -> Role | None:
        for role, verb in _VERBS:
            asked = {"group": "pagewire.dev", "resource": "consoles", "verb": verb, "namespace": self._namespace}
            spec = {"user": user.name, "uid": user.uid, "groups": user.groups, "extra": dict(user.extra)}
            if (await self._ask(_ACCESS, {**spec, "resourceAttributes": asked})).get("allowed"):
                return role
        return None

    async def _ask(self, kind: ObjectKind, spec: dict[str, Any]) -> dict[str, Any]:
        body = {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": {}, "spec": spec}
        try:
            return (await self._client.create(kind, body)).get("status") or {}
        except KubeError as error:
            raise ReviewError(f"the API server cannot say who somebody is, and what they may do: {error}") from error


class _User(NamedTuple):
    """A user of the cluster, as it judges them."""

    name: str
    groups: tuple[str, ...]
    uid: str = ""
    extra: tuple[tuple[str, tuple[str, ...]], ...] = ()


async def _recent(kept: dict[K, tuple[float, V]], key: K, ask: Callable[[], Awaitable[V]]) -> V:
    """What was asked a moment ago, or is asked now."""
    now = time.monotonic()
    found = kept.get(key)
    if found is not None and now - found[0] < _KEPT:
        return found[1]
    said = await ask()
    if len(kept) >= _MOST:
        kept.clear()
    kept[key] = (now, said)
    return said
