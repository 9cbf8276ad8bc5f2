"""The gateway's own service account in the shared cluster, and the admin."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pagewire.kube import KubeClient
from pagewire_gateway.registry.cluster import ClusterRegistry
from tests.kube.cluster import Cluster, Namespace
from tests.pagewire_gateway.registry.cluster.desk import CRDS, RIGHTS, admin_of, following


@pytest.fixture(scope="module")
def crds(cluster: Cluster) -> None:
    """Our kinds are there."""
    cluster.install_crds(CRDS)


@pytest.fixture(scope="module")
def kubeconfig(cluster: Cluster, crds: None) -> Path:
    """Of the gateway, with the rights that the chart gives it."""
    return cluster.identity("pagewire-gateway", RIGHTS).kubeconfig


@pytest.fixture
async def admin(cluster: Cluster, crds: None) -> AsyncIterator[KubeClient]:
    async with admin_of(cluster) as client:
        yield client


@pytest.fixture
async def registry(cluster: Cluster, kubeconfig: Path, namespace: Namespace) -> AsyncIterator[ClusterRegistry]:
    """Follows one namespace."""
    async with following(cluster, kubeconfig, namespace.name) as registry:
        await registry.changed(0)
        yield registry
