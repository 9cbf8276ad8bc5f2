"""What tests ask for by name. Nothing starts before the first test that asks."""

import itertools
from collections.abc import Iterator

import pytest

from tests.nats.servers import NatsCluster, Server, running_cluster, running_server

_NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def nats_url() -> Iterator[str]:
    """One server for all tests of this process; keep them apart by `nats_prefix` and never stop it."""
    with running_server() as shared:
        yield shared.url


@pytest.fixture
def nats_prefix() -> str:
    """Begins the names of everything a test makes."""
    return f"t{next(_NUMBERS)}"


@pytest.fixture
def own_nats() -> Iterator[Server]:
    """A server for this test alone, to kill and start again."""
    with running_server() as own:
        yield own


@pytest.fixture
def nats_cluster() -> Iterator[NatsCluster]:
    """Three servers for this test alone."""
    with running_cluster() as own:
        yield own
