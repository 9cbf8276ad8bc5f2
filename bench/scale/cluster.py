"""What a real API server pays for registries that follow it, kept: ``python -m bench.scale.cluster [PAGES]``.

Its CPU for listing everything to one registry that starts and for telling changes to one watcher more; the bytes that it sends.
"""

import asyncio
import os
import sys
import time
from pathlib import Path
from typing import Any

from bench.cluster_registry import CHARTS, SHOP, fill, served
from bench.scale.kept import keep
from pagewire.kube import RESOURCES, SECRETS, KubeClient, find_access
from pagewire_gateway.registry.cluster import ClusterRegistry
from tests.kube.cluster import Cluster, running_cluster

MORE, CHANGES = 16, 400
"""Registries that start beside the first, and tokens that are rotated with and without them."""
TICKS = os.sysconf("SC_CLK_TCK")


class Server:
    """The API server's own CPU."""

    def __init__(self, cluster: Cluster) -> None:
        self.stat = Path(f"/proc/{cluster._plane.pid('kube-apiserver')}/stat")  # noqa: SLF001

    def cpu(self) -> float:
        fields = self.stat.read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS


async def measure(cluster: Cluster, pages: int) -> dict[str, Any]:
    own = cluster.identity("pagewire-gateway", CHARTS / "files/rbac/gateway.yaml")
    server = Server(cluster)
    async with KubeClient(find_access(cluster.admin_kubeconfig)) as admin:
        await fill(admin, pages)
        sizes = [len(await one) for one in listed(cluster)]
        registries: list[ClusterRegistry] = []
        listing = await listing_cpu(server, own.kubeconfig, registries)
        few = await changing_cpu(server, admin, registries)
        more = [await listing_cpu(server, own.kubeconfig, registries) for _ in range(MORE)]
        many = await changing_cpu(server, admin, registries)
        for registry in registries:
            await registry.aclose()
    objects = 4 * pages  # a Secret of somebody else's beside each Page's own
    return {
        "pages": pages,
        "objects": objects,
        "object_bytes": round(sum(sizes) / objects),
        "list_us": round(sorted([listing, *more])[(MORE + 1) // 2] / objects * 1e6, 2),
        "change_us": round(few / CHANGES * 1e6),
        "watch_us": round(max(0.0, many - few) / CHANGES / MORE * 1e6, 1),
    }


def listed(cluster: Cluster) -> Any:
    """Bytes of everything, as the API server sends it."""

    async def get(path: str) -> bytes:
        async with cluster.http() as client:
            return (await client.get(path, timeout=120)).content

    groups = [
        f"/apis/pagewire.dev/v1alpha1/namespaces/{SHOP}/{RESOURCES[kind].plural}"
        for kind in ("AccessToken", "MessengerPage")
    ]
    return [get(path) for path in (*groups, f"/api/v1/namespaces/{SHOP}/secrets")]


async def listing_cpu(server: Server, kubeconfig: Any, registries: list[ClusterRegistry]) -> float:
    """CPU seconds of the API server until one more registry is ready."""
    before = server.cpu()
    registry = ClusterRegistry(find_access(kubeconfig))
    registries.append(registry)
    await registry.start()
    await registry.changed(0)
    return server.cpu() - before


async def changing_cpu(server: Server, admin: KubeClient, registries: list[ClusterRegistry]) -> float:
    """CPU seconds of the API server while tokens are rotated, until everybody has the last of them."""
    before, stamp = server.cpu(), time.monotonic_ns()
    for turn in range(CHANGES):
        token = {"stringData": {"token": f"EAA{stamp}-{turn}"}}
        await admin.patch(SECRETS, f"page-{turn % 50}-token", SHOP, token)
    last = (CHANGES - 1) % 50, f"EAA{stamp}-{CHANGES - 1}"
    await asyncio.gather(*(served(registry, *last) for registry in registries))
    return server.cpu() - before


def main() -> None:
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    with running_cluster() as cluster:
        cluster.install_crds(CHARTS / "files/crds")
        cluster.kubectl("create", "namespace", SHOP)
        found = asyncio.run(measure(cluster, pages))
    print(found)
    keep("cluster", found)


if __name__ == "__main__":
    main()
