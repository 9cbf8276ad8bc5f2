"""Lanes and outboxes of all workers, for the admin port."""

from collections.abc import Sequence

from pagewire_gateway.admin.ports import AccountOutbox, LaneInfo
from pagewire_gateway.workers import asks, merging
from pagewire_gateway.workers.asking import Asking


class SharedSteering:
    """See `pagewire_gateway.admin.ports.Steering`.

    Args:
        asking: asks whoever works on a partition.
    """

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    async def lanes(self) -> Sequence[LaneInfo]:
        """Every lane, wherever it is at work."""
        return merging.lanes(await self._asking.all(asks.Lanes()))

    async def pause(self, plugin: str) -> None:
        """Hand the plugin nothing more, anywhere; a partition that changes hands begins unpaused."""
        await self._asking.all(asks.Steer(plugin, paused=True))

    async def resume(self, plugin: str) -> None:
        """Let it go on."""
        await self._asking.all(asks.Steer(plugin, paused=False))

    async def waiting(self) -> Sequence[AccountOutbox]:
        """Every account that has something waiting or is paused."""
        return merging.waiting(await self._asking.all(asks.Waiting()))

    async def replay(self, ids: Sequence[str]) -> int:
        """Send parked requests again."""
        return sum(await self._asking.all(asks.ReplayOutbound(tuple(ids))))
