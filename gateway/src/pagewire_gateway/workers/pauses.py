"""Which lanes a person paused, for workers that take a partition up later."""

from pagewire_gateway.shared.connection import Nats
from pagewire_gateway.shared.shelf import Shelf


class Pauses:
    """Names of paused plugins.

    Args:
        nats: the connection.
    """

    def __init__(self, nats: Nats) -> None:
        self._shelf = Shelf(nats, "paused")
        self.names: set[str] = set()

    async def start(self) -> None:
        """Open the bucket."""
        await self._shelf.start()

    async def follow(self) -> None:
        """Learn what is paused, for ever."""
        await self._shelf.follow(self._hear)

    async def put(self, plugin: str, *, paused: bool) -> None:
        """Remember that a lane is paused, or that it is not."""
        if paused:
            await self._shelf.put(plugin, b"1")
        else:
            await self._shelf.delete(plugin)

    def _hear(self, plugin: str, value: bytes | None, _revision: int) -> None:
        (self.names.discard if value is None else self.names.add)(plugin)
