"""The gateway's own store for plugins, as the tests of CRMs need it."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from pagewire.stores import Store
from pagewire_gateway.means.bound import BoundStore
from pagewire_gateway.means.data import Place
from pagewire_gateway.means.file import PluginFile
from tests.pagewire_crm_sync.world import PAGE


class Kept:
    """Stores of one Page's conversations."""

    def __init__(self, data: PluginFile) -> None:
        self._data = data

    def of(self, person: str, account: str = PAGE) -> Store:
        """A conversation's store, as the gateway hands it to a hook."""
        return BoundStore(self._data, Place("crm-sync", "page", account, person), lambda: False)


@asynccontextmanager
async def kept_in(folder: Path) -> AsyncIterator[Kept]:
    """What plugins keep in a folder; open it again and it is still there."""
    data = PluginFile(folder, lambda: int(time.time() * 1000))
    await data.start()
    try:
        yield Kept(data)
    finally:
        await data.aclose()
