"""Lanes and outbox of this process, for the admin port."""

from collections.abc import Sequence

from pagewire_gateway.admin.ports import AccountOutbox, LaneInfo
from pagewire_gateway.parts.engine import Engine


class LocalSteering:
    """See `pagewire_gateway.admin.ports.Steering`.

    Args:
        engine: the only one there is.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def lanes(self) -> Sequence[LaneInfo]:
        """Every lane at work."""
        return self._engine.dispatcher.lanes()

    async def pause(self, plugin: str) -> None:
        """Hand the plugin nothing more."""
        self._engine.dispatcher.pause(plugin)

    async def resume(self, plugin: str) -> None:
        """Let a paused lane go on."""
        self._engine.dispatcher.resume(plugin)

    async def waiting(self) -> Sequence[AccountOutbox]:
        """Every account that has something waiting or is paused."""
        return self._engine.outbox.status()

    async def replay(self, ids: Sequence[str]) -> int:
        """Send parked requests again."""
        return await self._engine.outbox.replay(ids)
