"""What can be used once, for processes on several machines: see `pagewire_gateway.login.spent`."""

from typing import Final

from pagewire_gateway.shared.connection import Nats, digest
from pagewire_gateway.shared.shelf import Shelf

_SLACK: Final = 60
"""Seconds by which clocks may differ."""


class SharedSpent:
    """A bucket of digests; each goes by itself once what it stands for could not be used anyway.

    Args:
        nats: the connection.
    """

    def __init__(self, nats: Nats) -> None:
        self._shelf = Shelf(nats, "spent")

    async def start(self) -> None:
        """Open the bucket."""
        await self._shelf.start()

    async def claim(self, once: str, until: int, now: int) -> bool:
        """See `pagewire_gateway.login.spent.Once`."""
        key, value = digest("spent", once), str(until).encode()
        ttl = max(until - now, 0) + _SLACK
        if await self._shelf.replace(key, value, 0, ttl=ttl) is not None:
            return True
        there = await self._shelf.get(key)
        if there is None or int(there.value) >= now:
            return there is None and await self._shelf.replace(key, value, 0, ttl=ttl) is not None
        return await self._shelf.replace(key, value, there.revision) is not None

    async def used(self, once: str) -> bool:
        """Whether something was used up."""
        return await self._shelf.get(digest("spent", once)) is not None

    async def give_back(self, once: str) -> None:
        """Let something be used after all."""
        await self._shelf.delete(digest("spent", once))
