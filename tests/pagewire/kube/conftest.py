"""A client of the shared cluster, as the admin."""

from collections.abc import AsyncIterator

import pytest

from pagewire.kube import KubeClient, find_access
from tests.kube.cluster import Cluster


@pytest.fixture
async def client(cluster: Cluster) -> AsyncIterator[KubeClient]:
    async with KubeClient(find_access(cluster.admin_kubeconfig)) as opened:
        yield opened
