"""The registry of a cluster keeps the contract, on a real API server and with the rights that the chart gives."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.contracts.registry import Desk, RegistryContract
from tests.kube.cluster import Cluster, running_cluster
from tests.pagewire_gateway.registry.cluster.desk import RIGHTS, ClusterDesk, admin_of, clear, following, loose_crds


@pytest.fixture(scope="module")
def loose_cluster() -> Iterator[Cluster]:
    """CRDs without a schema: the contract has documents that ours would refuse."""
    with running_cluster() as cluster:
        cluster.install_crds(*loose_crds())
        yield cluster


@pytest.fixture(scope="module")
def kubeconfig(loose_cluster: Cluster) -> Path:
    return loose_cluster.identity("pagewire-gateway", RIGHTS).kubeconfig


class TestCluster(RegistryContract):
    """Every document an object of the API server, heard of by watches."""

    @pytest.fixture
    async def desk(self, loose_cluster: Cluster, kubeconfig: Path) -> AsyncIterator[Desk]:
        async with admin_of(loose_cluster) as admin, following(loose_cluster, kubeconfig) as registry:
            await registry.changed(0)
            yield ClusterDesk(loose_cluster, admin, registry, aged=True)
            await clear(admin)
