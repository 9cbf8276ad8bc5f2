"""What tests ask for by name. Nothing starts before the first test that asks."""

from collections.abc import Iterator

import pytest

from tests.kube.cluster import Cluster, Namespace, running_cluster


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """One API server for all tests of this process; keep tests apart by namespace and never stop it."""
    with running_cluster() as shared:
        yield shared


@pytest.fixture
def namespace(cluster: Cluster) -> Namespace:
    """A fresh namespace in the shared cluster."""
    return cluster.namespace()


@pytest.fixture
def private_cluster() -> Iterator[Cluster]:
    """An API server for this test alone, to stop, freeze and restart, or for an operator that watches every namespace."""
    with running_cluster() as own:
        yield own
