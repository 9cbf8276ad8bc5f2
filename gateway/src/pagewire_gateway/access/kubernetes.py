"""Bearer tokens of a cluster: TokenReview says whose one is, SubjectAccessReview what its owner may do.

A role is a verb on the resource ``consoles`` of group ``pagewire.dev``: ``view``, ``operate``, ``administer``. There is no such
resource; it exists for RBAC alone, as ``charts/pagewire/files/rbac/console.yaml`` shows.
"""

import hashlib
import time
from typing import Any, Final

from pagewire.kube.client import KubeClient
from pagewire.kube.errors import KubeError
from pagewire.kube.kinds import ObjectKind
from pagewire_gateway.access.callers import Caller, Role

_TOKENS: Final = ObjectKind("authentication.k8s.io", "v1", "tokenreviews", "TokenReview")
_ACCESS: Final = ObjectKind("authorization.k8s.io", "v1", "subjectaccessreviews", "SubjectAccessReview")
_VERBS: Final[tuple[tuple[Role, str], ...]] = (("admin", "administer"), ("operator", "operate"), ("viewer", "view"))
_KEPT: Final = 30.0
"""Seconds for which a verdict holds: so long a token that was taken away can still be used."""
_MOST: Final = 1000


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
        self._kept: dict[bytes, tuple[float, Caller | None]] = {}

    async def of(self, token: str) -> Caller | None:
        """Whose token it is, if its owner may look at the console at all.

        Raises:
            ReviewError: the API server does not answer, or does not let the gateway ask.
        """
        mark, now = hashlib.sha256(token.encode()).digest(), time.monotonic()
        kept = self._kept.get(mark)
        if kept is not None and now - kept[0] < _KEPT:
            return kept[1]
        try:
            caller = await self._asked(token)
        except KubeError as error:
            raise ReviewError(f"the API server cannot say whose token this is: {error}") from error
        if len(self._kept) >= _MOST:
            self._kept.clear()
        self._kept[mark] = (now, caller)
        return caller

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _asked(self, token: str) -> Caller | None:
        review = await self._client.create(_TOKENS, _body(_TOKENS, {"token": token}))
        status: dict[str, Any] = review.get("status") or {}
        if not status.get("authenticated"):
            return None
        user = status.get("user") or {}
        for role, verb in _VERBS:
            if await self._may(user, verb):
                return Caller(name=str(user.get("username", "")), role=role, how="kubernetes")
        return None

    async def _may(self, user: dict[str, Any], verb: str) -> bool:
        asked = {"group": "pagewire.dev", "resource": "consoles", "verb": verb, "namespace": self._namespace}
        spec = {
            "user": user.get("username", ""),
            "uid": user.get("uid", ""),
            "groups": user.get("groups") or [],
            "extra": user.get("extra") or {},
            "resourceAttributes": asked,
        }
        answer = await self._client.create(_ACCESS, _body(_ACCESS, spec))
        return bool((answer.get("status") or {}).get("allowed"))


def _body(kind: ObjectKind, spec: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": {}, "spec": spec}
