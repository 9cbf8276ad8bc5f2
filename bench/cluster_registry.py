"""What a registry of many Pages of a real API server costs: ``python -m bench.cluster_registry [PAGES]``.

Every Page has an AccessToken and a Secret with a token of 200 characters, and the namespace has as many Secrets of others.
Figures: from start to ready and the process's memory before and after, from writing a rotated token to serving it, and
the same for a new Page. The API server, etcd and the registry share the machine.
"""

import asyncio
import gc
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from pagewire.kube import RESOURCES, SECRETS, KubeClient, find_access
from pagewire_gateway.registry.cluster import ClusterRegistry
from tests.kube.cluster import running_cluster

CHARTS = Path(__file__).parents[1] / "charts/pagewire"
SHOP, ROUNDS = "shop", 20
FIRST_ID = 108_000_000_000_000


async def main() -> None:
    """Measure on a cluster of its own, and print a table."""
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    with running_cluster() as cluster:
        cluster.install_crds(CHARTS / "files/crds")
        cluster.kubectl("create", "namespace", SHOP)
        own = cluster.identity("pagewire-gateway", CHARTS / "files/rbac/gateway.yaml")
        async with KubeClient(find_access(cluster.admin_kubeconfig)) as admin:
            await fill(admin, pages)
            registry = ClusterRegistry(find_access(own.kubeconfig))
            print(f"{pages:,} Pages, each with token and Secret, beside {pages:,} Secrets of others")
            before, began = memory(), time.perf_counter()
            await registry.start()
            await registry.changed(0)
            print(f"start to ready      {time.perf_counter() - began:8.2f} s")
            gc.collect()
            print(f"memory              {before:8.0f} MB, then {memory():.0f} MB")
            print(f"rotated token       {await median(rotated, admin, registry) * 1e3:8.0f} ms (median of {ROUNDS})")
            print(f"new Page            {await median(new_page, admin, registry) * 1e3:8.0f} ms")
            await registry.aclose()


async def fill(admin: KubeClient, pages: int) -> None:
    """Put everything there."""
    app = {"appId": "990000000000001"}
    await admin.create(RESOURCES["MessengerApp"], resource("MessengerApp", "acme", app))
    numbers = iter(range(pages))

    async def work() -> None:
        for number in numbers:
            await put_page(admin, number)
            await admin.create(SECRETS, secret(f"other-{number}", "x" * 200))

    await asyncio.gather(*(work() for _ in range(16)))


async def put_page(admin: KubeClient, number: int) -> None:
    """A Page with all that is its own."""
    name, page, app = f"page-{number}", str(FIRST_ID + number), {"name": "acme"}
    source = {"secretRef": {"name": f"{name}-token", "key": "token"}}
    token = {"appRef": app, "type": "Page", "pageId": page, "from": source}
    plugins = [{"name": "logging"}, {"name": "auto-reply", "config": {"rules": [{"when": {"text": "hours"}}]}}]
    spec = {"appRef": app, "pageId": page, "tokenRef": {"name": name}, "plugins": plugins}
    await admin.create(SECRETS, secret(f"{name}-token", f"EAA{number:0197}"))
    await admin.create(RESOURCES["AccessToken"], resource("AccessToken", name, token))
    await admin.create(RESOURCES["MessengerPage"], resource("MessengerPage", name, spec))


def resource(kind: str, name: str, spec: Any) -> Any:
    """A resource of ours."""
    metadata = {"namespace": SHOP, "name": name}
    return {"apiVersion": "pagewire.dev/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec}


def secret(name: str, token: str) -> Any:
    """A Secret."""
    return {"metadata": {"namespace": SHOP, "name": name}, "stringData": {"token": token}}


async def rotated(admin: KubeClient, registry: ClusterRegistry, turn: int) -> None:
    """A token's Secret gets another value, and the Page has it."""
    await admin.patch(SECRETS, "page-7-token", SHOP, {"stringData": {"token": f"EAAROTATED{turn}"}})
    await served(registry, 7, f"EAAROTATED{turn}")


async def new_page(admin: KubeClient, registry: ClusterRegistry, turn: int) -> None:
    """A Page, its token and its Secret come, and it can send."""
    number = 10_000_000 + turn
    await put_page(admin, number)
    await served(registry, number, f"EAA{number:0197}")


async def served(registry: ClusterRegistry, number: int, token: str) -> None:
    """Wait until a Page sends with a token."""
    while True:
        since = registry.revision
        account = registry.account("page", str(FIRST_ID + number))
        if account and account.token and account.token.reveal() == token:
            return
        await registry.changed(since)


async def median(work: Callable[..., Awaitable[None]], admin: KubeClient, registry: ClusterRegistry) -> float:
    """Seconds from before the first write to the served Page."""
    times = []
    for turn in range(ROUNDS):
        began = time.perf_counter()
        await work(admin, registry, turn)
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def memory() -> float:
    """Megabytes this process holds."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


if __name__ == "__main__":
    asyncio.run(main())
