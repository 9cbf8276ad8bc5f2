"""A registry that follows a real API server with the gateway's own rights, and an admin who puts documents there."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any, Final

import httpx

from pagewire.kube import (
    NAMESPACES,
    RESOURCES,
    SECRETS,
    AlreadyExists,
    KubeClient,
    NotFound,
    Object,
    ObjectKind,
    find_access,
    name_of,
    version_of,
)
from pagewire.resources import KINDS, TOKEN_KEY
from pagewire.resources.crd import manifest
from pagewire_gateway.registry.cluster import ClusterRegistry
from tests.kube.cluster import Cluster
from tests.pagewire_gateway.registry.cluster.documents import PAGE_ID

ROOT: Final = Path(__file__).parents[4]
CRDS: Final = ROOT / "charts/pagewire/files/crds"
RIGHTS: Final = ROOT / "charts/pagewire/files/rbac/gateway.yaml"
BORN: Final = "2026-11-01T00:00:00Z"

Document = dict[str, Any]


def loose_crds() -> list[str]:
    """The CRDs with nothing in their schemas: what a cluster lets through that has other CRDs than ours."""
    found = []
    for kind in KINDS:
        crd = deepcopy(manifest(kind))
        for version in crd["spec"]["versions"]:
            version["schema"] = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
            version.pop("selectableFields", None)
        found.append(json.dumps(crd))
    return found


async def until(holds: Callable[[], bool], seconds: float = 60, every: float = 0.005) -> None:
    """Wait for what no event tells. Ask seldom for what takes long to find out: nothing else goes on meanwhile."""
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(every)


async def shown(registry: ClusterRegistry, holds: Callable[[], bool], seconds: float = 60) -> None:
    """Wait from change to change, as those who use the registry do."""
    async with asyncio.timeout(seconds):
        since = registry.revision
        while not holds():
            since = await registry.changed(since)


def told(registry: ClusterRegistry) -> str:
    return "\n".join(map(str, registry.problems()))


def token_of(registry: ClusterRegistry, page_id: str = PAGE_ID) -> str | None:
    """The token a Page sends with; None if it is closed, or unknown."""
    account = registry.account("page", page_id)
    return account.token.reveal() if account and account.token else None


async def apply(admin: KubeClient, *documents: Document) -> None:
    """Create what is not there and replace what is."""
    for one in documents:
        await _apply(admin, deepcopy(one))


async def keep(admin: KubeClient, token: Document, secret: str, value: str) -> None:
    """Keep a token in a Secret and say so, as the operator does, in this order."""
    namespace, name = name_of(token)
    metadata = {"namespace": namespace, "name": secret}
    await apply(admin, {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": {TOKEN_KEY: value}})
    patch = {"status": {"secretName": secret}}
    await admin.patch(RESOURCES["AccessToken"], name, namespace, patch, status=True)


@asynccontextmanager
async def admin_of(cluster: Cluster) -> AsyncIterator[KubeClient]:
    async with KubeClient(find_access(cluster.admin_kubeconfig)) as admin:
        yield admin


def kind_of(document: Document) -> ObjectKind:
    return RESOURCES.get(document["kind"], SECRETS)


class ClusterDesk:
    """Documents go to the API server; the registry hears of them by its watches alone.

    `aged`: objects get the age that their documents say, which no client of an API server can do; the database can.
    """

    def __init__(self, cluster: Cluster, admin: KubeClient, registry: ClusterRegistry, *, aged: bool = False) -> None:
        self.registry = registry
        self._cluster, self._admin, self._aged = cluster, admin, aged

    async def put(self, *documents: Document) -> None:
        versions = [(kind_of(one), await self._put(deepcopy(one))) for one in documents]
        await until(lambda: all(int(self._heard(kind)) >= int(version) for kind, version in versions))
        await self.registry._build()

    async def delete(self, document: Document) -> None:
        kind, name = kind_of(document), name_of(document)
        await self._admin.delete(kind, name.name, name.namespace)
        held = self.registry._mirror.names
        while name in held(kind.kind):
            await asyncio.sleep(0.005)
            await self.registry._build()

    async def _put(self, document: Document) -> str:
        kind, born = kind_of(document), document["metadata"].get("creationTimestamp", BORN)
        found, new = await _apply(self._admin, document)
        return await self._age(kind, found, born) if new and self._aged and kind is not SECRETS else version_of(found)

    async def _age(self, kind: ObjectKind, made: Object, born: str) -> str:
        made["metadata"]["creationTimestamp"] = born
        del made["metadata"]["resourceVersion"]
        path = f"/registry/{kind.group}/{kind.plural}/{'/'.join(name_of(made))}"
        pair = {"key": _base64(path), "value": _base64(json.dumps(made))}
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.post(f"http://127.0.0.1:{self._cluster._plane._etcd_port}/v3/kv/put", json=pair)
        return str(answer.raise_for_status().json()["header"]["revision"])

    def _heard(self, kind: ObjectKind) -> str:
        return next(feed._reflector._since for feed in self.registry._feeds if feed.kind is kind)


async def _apply(admin: KubeClient, document: Document) -> tuple[Object, bool]:
    """The object as it is now, and whether it is new."""
    kind, (namespace, name) = kind_of(document), name_of(document)
    try:
        return await admin.create(kind, document), True
    except NotFound:
        await admin.create(NAMESPACES, {"metadata": {"name": namespace}})
        return await _apply(admin, document)
    except AlreadyExists:
        document["metadata"]["resourceVersion"] = version_of(await admin.get(kind, name, namespace))
        return await admin.replace(kind, document), False


@asynccontextmanager
async def following(cluster: Cluster, kubeconfig: Path, *namespaces: str) -> AsyncIterator[ClusterRegistry]:
    """A registry at work, not yet waited for; changes are taken up at once."""
    registry = ClusterRegistry(find_access(kubeconfig), namespaces, gather_seconds=0.005)
    await registry.start()
    try:
        yield registry
    finally:
        await registry.aclose()


async def clear(admin: KubeClient) -> None:
    """Delete every object of ours, and every Secret."""
    for kind in (*RESOURCES.values(), SECRETS):
        for one in (await admin.list(kind)).items:
            await admin.delete(kind, *reversed(name_of(one)))


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
