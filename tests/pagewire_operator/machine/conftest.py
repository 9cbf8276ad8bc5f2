"""The kinds, and the operator's own service account with exactly the rights the chart ships."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pagewire.kube import KubeClient, find_access
from tests.kube.cluster import Cluster, Namespace
from tests.kube.identity import Identity
from tests.pagewire_operator.machine.process import ROOT, ReplicaProcess

CRDS = ROOT / "charts/pagewire/files/crds"
RBAC = ROOT / "charts/pagewire/files/rbac/operator.yaml"


@pytest.fixture(scope="session")
def operator(cluster: Cluster) -> Identity:
    """The operator in the shared cluster."""
    return prepared(cluster)


def prepared(cluster: Cluster) -> Identity:
    """Install the kinds; the operator's service account."""
    cluster.install_crds(CRDS)
    return cluster.identity("pagewire-operator", RBAC)


@pytest.fixture
async def client(cluster: Cluster, operator: Identity) -> AsyncIterator[KubeClient]:
    """The API server, with the operator's rights."""
    async with KubeClient(find_access(operator.kubeconfig)) as opened:
        yield opened


@pytest.fixture
async def replica(operator: Identity, namespace: Namespace, tmp_path: Path) -> AsyncIterator[ReplicaProcess]:
    """A replica at work in the test's namespace."""
    async with ReplicaProcess(tmp_path / "replica", operator.kubeconfig, namespace.name) as started:
        yield started
