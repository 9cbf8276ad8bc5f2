"""A file, and a bucket of NATS, keep the contract of what remembers used things."""

from pathlib import Path

import pytest

from pagewire_gateway.login.spent import Once, Spent
from pagewire_gateway.shared.connection import Nats
from pagewire_gateway.shared.spent import SharedSpent
from tests.contracts.spent import SpentContract


class FileWorld:
    """One file."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "logins.db"

    async def another(self) -> Once:
        return Spent(self._path)


class NatsWorld:
    """One bucket."""

    def __init__(self, url: str, prefix: str) -> None:
        self._url, self._prefix = url, prefix
        self.opened: list[Nats] = []

    async def another(self) -> Once:
        nats = Nats(self._url, self._prefix)
        await nats.start()
        self.opened.append(nats)
        spent = SharedSpent(nats)
        await spent.start()
        return spent


class TestFile(SpentContract):
    @pytest.fixture
    def world(self, tmp_path: Path):
        return FileWorld(tmp_path)


class TestNats(SpentContract):
    @pytest.fixture
    async def world(self, nats_url: str, nats_prefix: str):
        world = NatsWorld(nats_url, nats_prefix)
        yield world
        for nats in world.opened:
            await nats.aclose()
