"""Erasing a person from all partitions."""

from collections.abc import Sequence

from pagewire.events import Conversation
from pagewire_gateway.people.bars import Bars
from pagewire_gateway.people.erasing import Eraser
from pagewire_gateway.people.store import Store
from pagewire_gateway.workers.front import Front


class Everywhere:
    """See `pagewire_gateway.people.erasing.Sending`, for every process that sends."""

    def __init__(self, front: Front) -> None:
        self._front = front

    async def forget(self, conversations: Sequence[Conversation]) -> None:
        """Return when nothing is on its way to them any more, anywhere."""
        await self._front.quiet(conversations)


class PartitionsEraser(Eraser):
    """See `pagewire_gateway.people.erasing.Eraser`; a request goes up to a place in each partition.

    Args:
        store: identities, profiles, links.
        front: all partitions.
        bars: who must be left alone meanwhile.
    """

    def __init__(self, store: Store, front: Front, bars: Bars) -> None:
        super().__init__(store, front, Everywhere(front), bars, ())
        self._front = front

    async def place(self) -> int:
        """The last place of each partition, as a number of `Places`."""
        return await self._front.ends()
