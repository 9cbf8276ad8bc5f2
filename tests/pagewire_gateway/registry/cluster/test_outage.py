"""The API server goes away and comes back; what was known is served all the while."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from pagewire.kube import RESOURCES, KubeClient, watching
from pagewire_gateway.registry.cluster import ClusterRegistry
from pagewire_gateway.telemetry import metrics
from tests.kube.cluster import Cluster
from tests.pagewire_gateway.registry.cluster.desk import (
    CRDS,
    RIGHTS,
    admin_of,
    apply,
    following,
    shown,
    token_of,
    told,
    until,
)
from tests.pagewire_gateway.registry.cluster.documents import PAGE_TOKEN, page, secret, served

SINCE = re.compile(r" since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ; ")
OTHER, LATE = "108000000000002", "108000000000003"


@pytest.fixture
def kubeconfig(private_cluster: Cluster) -> Path:
    private_cluster.install_crds(CRDS)
    return private_cluster.identity("pagewire-gateway", RIGHTS).kubeconfig


@pytest.fixture
async def admin(private_cluster: Cluster) -> AsyncIterator[KubeClient]:
    async with admin_of(private_cluster) as client:
        yield client


@asynccontextmanager
async def never_missing(registry: ClusterRegistry, *page_ids: str) -> AsyncIterator[None]:
    """Whatever happens inside, at every change these Pages are there and can send."""
    missed: list[str] = []

    async def look() -> None:
        since = 0
        while True:
            missed.extend(one for one in page_ids if token_of(registry, one) is None)
            since = await registry.changed(since)

    looking = asyncio.create_task(look())
    yield
    looking.cancel()
    assert missed == []


async def test_what_was_known_is_served_until_it_is_back_and_what_changed_is_made_up_for(
    private_cluster: Cluster, kubeconfig: Path, admin: KubeClient
) -> None:
    await apply(admin, *served("shop"), page("shop", "quay", OTHER, tokenRef={"name": "none"}))
    async with following(private_cluster, kubeconfig) as registry:
        await shown(registry, lambda: token_of(registry) == PAGE_TOKEN)
        async with never_missing(registry, "108000000000001"):
            await asyncio.to_thread(private_cluster.stop_api)
            await shown(registry, lambda: "does not answer since" in told(registry))
            (problem,) = [one for one in told(registry).splitlines() if "does not answer" in one]
            assert SINCE.search(problem)
            assert "what was known is served" in problem
            await asyncio.to_thread(private_cluster.start_api)
            await admin.delete(RESOURCES["MessengerPage"], "quay", "shop")
            await apply(admin, page("shop", "late", LATE))
            await shown(registry, lambda: registry.account("page", LATE) is not None)
            await shown(registry, lambda: registry.account("page", OTHER) is None)
            await shown(registry, lambda: "does not answer" not in told(registry))
        await apply(admin, secret("shop", "given", token="EAAROTATED"))
        await shown(registry, lambda: token_of(registry) == "EAAROTATED")


async def test_history_that_was_forgotten_is_made_up_for_without_dropping_anybody(
    private_cluster: Cluster, kubeconfig: Path, admin: KubeClient
) -> None:
    await apply(admin, *served("shop"), page("shop", "quay", OTHER))
    async with following(private_cluster, kubeconfig) as registry:
        await shown(registry, lambda: registry.account("page", OTHER) is not None)
        async with never_missing(registry, "108000000000001"):
            for feed in registry._feeds:
                # Older than anything the server keeps: it answers 410 as soon as the watch is asked for again.
                feed._reflector._since = "1"
            await asyncio.to_thread(private_cluster.stop_api)
            await asyncio.to_thread(private_cluster.start_api)
            await admin.delete(RESOURCES["MessengerPage"], "quay", "shop")
            await shown(registry, lambda: registry.account("page", OTHER) is None)


async def test_without_an_api_server_it_waits_and_says_why(
    private_cluster: Cluster, kubeconfig: Path, admin: KubeClient
) -> None:
    await apply(admin, *served("shop"))
    await asyncio.to_thread(private_cluster.stop_api)
    async with following(private_cluster, kubeconfig) as registry:
        await until(lambda: "does not answer since" in told(registry))
        assert registry.revision == 0
        assert f"{private_cluster.url} does not answer" in told(registry)
        assert "nothing is served until then" in told(registry)
        await asyncio.to_thread(private_cluster.start_api)
        await shown(registry, lambda: token_of(registry) == PAGE_TOKEN)
        await shown(registry, lambda: registry.problems() == [])


async def test_a_watch_that_hangs_is_noticed(
    private_cluster: Cluster, kubeconfig: Path, admin: KubeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "SILENT_SECONDS", 2.0)
    await apply(admin, *served("shop"))
    async with following(private_cluster, kubeconfig) as registry:
        await shown(registry, lambda: token_of(registry) == PAGE_TOKEN)
        async with never_missing(registry, "108000000000001"):
            with private_cluster.frozen():
                await shown(registry, lambda: "does not answer since" in told(registry))
                silent = dict(metrics.registry_silence.read())
                assert silent["messengerpages.pagewire.dev",] > 2.0
            await apply(admin, page("shop", "late", LATE))
            await shown(registry, lambda: registry.account("page", LATE) is not None)
            await shown(registry, lambda: "does not answer" not in told(registry))
