"""The store a hook is handed: one plugin in one place."""

import time
from collections.abc import Callable
from typing import Any

import msgspec

from pagewire.errors import Refused, TryLater
from pagewire.stores import Kept, StoreError, checked_key, encoded, too_many
from pagewire_gateway.journal.port import JournalError
from pagewire_gateway.means.changing import Changing
from pagewire_gateway.means.data import Crowded, Held, Place, PluginData

_AWAY = "what the plugin keeps cannot be reached now"
_GONE = "the person asked to be forgotten, so nothing is kept for them"


class BoundStore(Changing):
    """See `pagewire.stores.Store`. A store that is away makes the event wait, as `TryLater` does.

    Args:
        data: where it is kept.
        place: whose, and for what.
        gone: whether the conversation's person asked to be forgotten, so that nothing may be kept any more.
    """

    def __init__(self, data: PluginData, place: Place, gone: Callable[[], bool]) -> None:
        self._data, self._place, self._gone = data, place, gone

    async def get(self, key: str, default: Any = None) -> Any:
        """See `Store`."""
        found = await self.entry(key)
        return default if found is None else found.value

    async def entry(self, key: str) -> Kept | None:
        """See `Store`."""
        held = await self._held(checked_key(key))
        return None if held is None else Kept(value=msgspec.json.decode(held.value), revision=held.revision)

    async def put(self, key: str, value: Any, *, ttl: float | None = None) -> int:
        """See `Store`."""
        revision = await self._write(key, value, ttl, None)
        assert revision is not None  # noqa: S101 - nothing was asked of the one there is
        return revision

    async def replace(self, key: str, value: Any, *, revision: int, ttl: float | None = None) -> int | None:
        """See `Store`."""
        return await self._write(key, value, ttl, revision)

    async def delete(self, key: str) -> bool:
        """See `Store`."""
        try:
            return await self._data.remove(self._place, checked_key(key))
        except JournalError as error:
            raise TryLater(reason=_AWAY) from error

    async def keys(self, prefix: str = "") -> tuple[str, ...]:
        """See `Store`."""
        try:
            return tuple(key for key in await self._data.keys(self._place) if key.startswith(prefix))
        except JournalError as error:
            raise TryLater(reason=_AWAY) from error

    async def _held(self, key: str) -> Held | None:
        try:
            return await self._data.read(self._place, key)
        except JournalError as error:
            raise TryLater(reason=_AWAY) from error

    async def _write(self, key: str, value: Any, ttl: float | None, at: int | None) -> int | None:
        if ttl is not None and ttl <= 0:
            raise StoreError(f"a ttl is a number of seconds above 0, not {ttl:g}")
        until = 0 if ttl is None else int((time.time() + ttl) * 1000)
        text = encoded(value)
        if self._gone():
            raise Refused(_GONE)
        try:
            return await self._data.write(self._place, checked_key(key), text, until=until, at=at)
        except Crowded:
            raise too_many("this conversation" if self._place.person else "this account", self._place.room) from None
        except JournalError as error:
            raise TryLater(reason=_AWAY) from error


class NoConversation:
    """The store of an event without a conversation: whatever is asked of it says where to keep things instead."""

    def __getattr__(self, name: str) -> Any:
        raise StoreError("this event belongs to no conversation; keep it in context.account_store")
