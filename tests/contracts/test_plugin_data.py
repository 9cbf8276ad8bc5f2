"""A file, and a bucket of NATS, keep the contract of what plugins want kept."""

from pathlib import Path

import pytest

from pagewire_gateway.app import now
from pagewire_gateway.means.data import PluginData
from pagewire_gateway.means.file import PluginFile
from pagewire_gateway.shared.connection import Nats
from pagewire_gateway.shared.plugin_data import SharedPluginData
from tests.contracts.plugin_data import ANN, PluginDataContract, of


class FileWorld:
    """One file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.opened: list[PluginFile] = []

    async def another(self) -> PluginData:
        data = PluginFile(self.folder, now)
        await data.start()
        self.opened.append(data)
        return data

    async def aclose(self) -> None:
        for data in self.opened:
            await data.aclose()


class NatsWorld:
    """One bucket."""

    def __init__(self, url: str, prefix: str) -> None:
        self._url, self._prefix = url, prefix
        self.opened: list[Nats] = []

    async def another(self) -> PluginData:
        nats = Nats(self._url, self._prefix)
        await nats.start()
        self.opened.append(nats)
        data = SharedPluginData(nats, now)
        await data.start()
        return data


class TestFile(PluginDataContract):
    @pytest.fixture
    async def world(self, tmp_path: Path):
        world = FileWorld(tmp_path)
        yield world
        await world.aclose()

    async def test_it_survives_a_restart(self, world: FileWorld):
        data = await world.another()
        await data.write(of(ANN), "k", b'"kept"')
        await world.aclose()
        world.opened.clear()
        held = await (await world.another()).read(of(ANN), "k")
        assert held is not None
        assert held.value == b'"kept"'

    async def test_what_was_erased_is_in_no_file(self, world: FileWorld):
        data = await world.another()
        await data.write(of(ANN), "k", b'"the-secret-of-ann"')
        assert b"the-secret-of-ann" in _files(world.folder)
        await data.forget(ANN)
        assert b"the-secret-of-ann" not in _files(world.folder)


class TestNats(PluginDataContract):
    @pytest.fixture
    async def world(self, nats_url: str, nats_prefix: str):
        world = NatsWorld(nats_url, nats_prefix)
        yield world
        for nats in world.opened:
            await nats.aclose()


def _files(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
