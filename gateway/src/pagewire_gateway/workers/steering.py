"""Lanes and outboxes of all workers, for the admin port."""

from collections.abc import Sequence

from pagewire_gateway.admin.ports import AccountOutbox, LaneInfo
from pagewire_gateway.workers import asks, merging
from pagewire_gateway.workers.asking import Asking
from pagewire_gateway.workers.pauses import Pauses


class SharedSteering:
    """See `pagewire_gateway.admin.ports.Steering`.

    Args:
        asking: asks whoever works on a partition.
        pauses: tells those who will.
    """

    def __init__(self, asking: Asking, pauses: Pauses) -> None:
        self._asking, self._pauses = asking, pauses

    async def lanes(self) -> Sequence[LaneInfo]:
        """Every lane, wherever it is at work."""
        return merging.lanes(await self._asking.all(asks.Lanes()))

    async def pause(self, plugin: str) -> None:
        """Hand the plugin nothing more, anywhere."""
        await self._pauses.put(plugin, paused=True)
        await self._asking.all(asks.Steer(plugin, paused=True))

    async def resume(self, plugin: str) -> None:
        """Let it go on."""
        await self._pauses.put(plugin, paused=False)
        await self._asking.all(asks.Steer(plugin, paused=False))

    async def waiting(self) -> Sequence[AccountOutbox]:
        """Every account that has something waiting or is paused."""
        return merging.waiting(await self._asking.all(asks.Waiting()))

    async def replay(self, ids: Sequence[str]) -> int:
        """Send parked requests again."""
        return sum(await self._asking.all(asks.ReplayOutbound(tuple(ids))))
