"""`Store.change`, for every store that has entries with a revision."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from pagewire.stores import Kept


class Changing(ABC):
    """See `pagewire.stores.Store`."""

    @abstractmethod
    async def entry(self, key: str) -> Kept | None:
        """See `Store`."""

    @abstractmethod
    async def replace(self, key: str, value: Any, *, revision: int, ttl: float | None = None) -> int | None:
        """See `Store`."""

    async def change(
        self, key: str, how: Callable[[Any], Any], *, default: Any = None, ttl: float | None = None
    ) -> Any:
        """See `Store`; `how` is called in this process."""
        while True:
            there = await self.entry(key)
            new = how(default if there is None else there.value)
            if await self.replace(key, new, revision=there.revision if there else 0, ttl=ttl) is not None:
                return new
