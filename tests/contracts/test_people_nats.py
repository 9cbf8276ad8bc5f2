"""Copies that follow one stream of NATS keep the contract of the store of people."""

from pathlib import Path

import pytest

from pagewire_gateway.shared.connection import Nats
from pagewire_gateway.shared.people import SharedStore
from tests.contracts.people import StoreContract
from tests.nats.servers import Server


class NatsWorld:
    """One server, and a folder and a connection of its own for each process."""

    def __init__(self, folder: Path, url: str, prefix: str, server: Path) -> None:
        self._folder, self._url, self._prefix, self._server = folder, url, prefix, server
        self._opened: list[tuple[SharedStore, Nats]] = []

    async def another(self) -> SharedStore:
        nats = Nats(self._url, self._prefix)
        await nats.start()
        store = SharedStore(self._folder / str(len(self._opened)), nats)
        await store.start()
        self._opened.append((store, nats))
        return store

    async def agree(self, store: SharedStore) -> None:
        await store.catch_up()

    def at_rest(self) -> bytes:
        folders = (self._folder, self._server)
        return b"".join(path.read_bytes() for one in folders for path in one.rglob("*") if path.is_file())

    async def aclose(self) -> None:
        for store, nats in self._opened:
            await store.aclose()
            await nats.aclose()


class TestNats(StoreContract):
    @pytest.fixture
    async def world(self, tmp_path: Path, nats_prefix: str, own_nats: Server):
        world = NatsWorld(tmp_path, own_nats.url, nats_prefix, own_nats.store)
        yield world
        await world.aclose()
