"""A deployment of its own for each test, on the server they share or on one of their own."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from tests.nats.servers import Server
from tests.pagewire_gateway.journal_jetstream.lived import lived
from tests.pagewire_gateway.journal_jetstream.world import SMALL, Town


@pytest.fixture
async def town(nats_url: str, nats_prefix: str, tmp_path: Path) -> AsyncIterator[Town]:
    """A deployment on the shared server."""
    town = Town(nats_url, nats_prefix, tmp_path)
    yield town
    await town.raze()


@pytest.fixture
def lonely(own_nats: Server, tmp_path: Path) -> Town:
    """A deployment on a server of its own, which may be killed."""
    return Town(own_nats.url, "lonely", tmp_path)


@pytest.fixture
async def source(tmp_path: Path) -> Path:
    """A journal of SQLite to be moved."""
    path = tmp_path / "journal.db"
    await lived(path)
    return path


@pytest.fixture
def wide(town: Town) -> Town:
    """A deployment with several partitions."""
    town.layout = msgspec.structs.replace(SMALL, partitions=4, max_bytes=32 << 20)
    return town
