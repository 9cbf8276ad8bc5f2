"""What tests of the destinations ask for by name."""

from collections.abc import Iterator
from itertools import count

import pytest

from tests.kube.leash import Leash
from tests.pagewire_logging.postgres_server import PostgresServer

_NUMBERS = count()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One server for all tests of this process; keep them apart by `table`."""
    leash = Leash("pagewire-postgres-")
    try:
        server = PostgresServer(leash)
        server.start()
        yield server
    finally:
        leash.close()


@pytest.fixture
def table() -> str:
    """A name for a test's own table."""
    return f"events_{next(_NUMBERS)}"
