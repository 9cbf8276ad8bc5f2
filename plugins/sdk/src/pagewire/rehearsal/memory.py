"""A store in memory, with the rules of the real one."""

import time
from collections.abc import Callable
from typing import Any

import msgspec

from pagewire.stores import MOST_OF_ACCOUNT, Kept, StoreError, checked_key, encoded, too_many


class MemoryStore:
    """A `pagewire.stores.Store`.

    Args:
        clock: seconds since 1970.
        most: keys it has room for.
    """

    def __init__(self, clock: Callable[[], float] = time.time, most: int = MOST_OF_ACCOUNT) -> None:
        self._clock, self._most = clock, most
        self._kept: dict[str, tuple[bytes, int, float]] = {}
        self._revision = 0

    async def get(self, key: str, default: Any = None) -> Any:
        """See `Store`."""
        found = await self.entry(key)
        return default if found is None else found.value

    async def entry(self, key: str) -> Kept | None:
        """See `Store`."""
        text, revision, until = self._kept.get(checked_key(key), (b"", 0, -1.0))
        if until < self._clock():
            return None
        return Kept(value=msgspec.json.decode(text), revision=revision)

    async def put(self, key: str, value: Any, *, ttl: float | None = None) -> int:
        """See `Store`."""
        if ttl is not None and ttl <= 0:
            raise StoreError(f"a ttl is a number of seconds above 0, not {ttl:g}")
        text = encoded(value)
        if await self.entry(key) is None and len(await self.keys()) >= self._most:
            raise too_many("this place", self._most)
        self._revision += 1
        self._kept[key] = (text, self._revision, float("inf") if ttl is None else self._clock() + ttl)
        return self._revision

    async def replace(self, key: str, value: Any, *, revision: int, ttl: float | None = None) -> int | None:
        """See `Store`."""
        there = await self.entry(key)
        if revision != (there.revision if there else 0):
            return None
        return await self.put(key, value, ttl=ttl)

    async def change(
        self, key: str, how: Callable[[Any], Any], *, default: Any = None, ttl: float | None = None
    ) -> Any:
        """See `Store`."""
        new = how(await self.get(key, default))
        await self.put(key, new, ttl=ttl)
        return new

    async def delete(self, key: str) -> bool:
        """See `Store`."""
        there = await self.entry(key) is not None
        self._kept.pop(key, None)
        return there

    async def keys(self, prefix: str = "") -> tuple[str, ...]:
        """See `Store`."""
        now = self._clock()
        return tuple(sorted(key for key, kept in self._kept.items() if kept[2] >= now and key.startswith(prefix)))

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
