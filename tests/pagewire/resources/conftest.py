"""An API server that has the five kinds."""

from collections.abc import AsyncIterator

import pytest

from tests.kube.cluster import Cluster, Namespace

from .server import CRDS, Api


@pytest.fixture(scope="session")
def served(cluster: Cluster) -> Cluster:
    cluster.install_crds(CRDS)
    return cluster


@pytest.fixture(scope="module")
def home(served: Cluster) -> Namespace:
    """One namespace for all tests of a file."""
    return served.namespace("resources")


@pytest.fixture
async def api(served: Cluster, home: Namespace) -> AsyncIterator[Api]:
    async with served.http() as client:
        yield Api(client, home.name)
