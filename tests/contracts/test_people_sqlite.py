"""The file of people keeps the contract of its store."""

from pathlib import Path

import pytest

from pagewire_gateway.people.store import Store
from tests.contracts.people import StoreContract


class FileWorld:
    """One file, opened as often as asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._opened: list[Store] = []

    async def another(self) -> Store:
        store = Store(self._folder)
        await store.start()
        self._opened.append(store)
        return store

    async def agree(self, store: Store) -> None:
        """A file is read as it is."""

    def at_rest(self) -> bytes:
        return b"".join(path.read_bytes() for path in self._folder.rglob("*") if path.is_file())

    async def aclose(self) -> None:
        for store in self._opened:
            await store.aclose()


class TestFile(StoreContract):
    @pytest.fixture
    async def world(self, tmp_path: Path):
        world = FileWorld(tmp_path)
        yield world
        await world.aclose()
