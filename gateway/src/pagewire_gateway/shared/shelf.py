"""A key-value bucket of NATS, with compare-and-set."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Final

from msgspec import Struct
from nats.js import api, errors
from nats.js.kv import KV_DEL, KV_PURGE, KeyValue

from pagewire_gateway.journal.port import JournalUnavailable
from pagewire_gateway.shared.connection import Nats, explained

log = logging.getLogger(__name__)

_AGAIN: Final = 1.0

Change = Callable[[str, bytes | None, int], None]
"""Told a key, its value or ``None`` if it went, and the revision."""


class Found(Struct, frozen=True):
    """A value, and the revision to name when it is replaced."""

    value: bytes
    revision: int


class Shelf:
    """A bucket. Every write is on disk of the stream's servers when it returns.

    Args:
        nats: the connection.
        name: of the bucket, without the prefix.
        ttl: seconds after which a value that nobody wrote again goes; ``None`` keeps it.
    """

    def __init__(self, nats: Nats, name: str, ttl: float | None = None) -> None:
        self._nats, self._name, self._ttl = nats, nats.named(name), ttl
        self._bucket: KeyValue

    async def start(self) -> None:
        """Open the bucket; make it if it is not there.

        Raises:
            JournalUnavailable: NATS does not let us.
        """
        wanted = api.KeyValueConfig(
            bucket=self._name, ttl=self._ttl, replicas=self._nats.replicas, storage=api.StorageType.FILE
        )
        with explained():
            try:
                self._bucket = await self._nats.js.key_value(self._name)
            except errors.NotFoundError:
                self._bucket = await self._nats.js.create_key_value(wanted)

    async def get(self, key: str) -> Found | None:
        """The value of a key."""
        with explained():
            try:
                entry = await self._bucket.get(key)
            except errors.KeyNotFoundError:
                return None
        return Found(entry.value or b"", entry.revision or 0)

    async def all(self) -> dict[str, Found]:
        """Every key with its value."""
        with explained():
            try:
                keys = await self._bucket.keys()
            except errors.NoKeysError:
                return {}
        return {key: found for key in keys if (found := await self.get(key)) is not None}

    async def put(self, key: str, value: bytes) -> int:
        """Write, whatever is there; returns the revision."""
        with explained():
            return await self._bucket.put(key, value)

    async def replace(self, key: str, value: bytes, revision: int, ttl: float | None = None) -> int | None:
        """Write if the key is still at this revision; 0 if nothing may be there.

        Returns:
            The new revision; ``None`` if somebody else was first.
        """
        with explained():
            try:
                if revision:
                    return await self._bucket.update(key, value, last=revision)
                return await self._bucket.create(key, value, msg_ttl=ttl)
            except errors.KeyWrongLastSequenceError:
                return None

    async def delete(self, key: str) -> None:
        """Let a key go."""
        with explained():
            await self._bucket.delete(key)

    async def follow(self, change: Change, keys: str = ">") -> None:
        """Tell every value there is, then every change; runs for ever, over every loss of the connection.

        Args:
            change: told.
            keys: which, with the wildcards of NATS.
        """
        while True:
            try:
                await self._follow(change, keys)
            except JournalUnavailable as error:
                log.warning("the bucket %s is followed again in a moment: %s", self._name, error)
            await asyncio.sleep(_AGAIN)

    async def _follow(self, change: Change, keys: str) -> None:
        with explained():
            watcher = await self._bucket.watch(keys)
        try:
            async for entry in watcher:
                if entry is not None:
                    gone = entry.operation in (KV_DEL, KV_PURGE)
                    change(entry.key, None if gone else entry.value or b"", entry.revision or 0)
        finally:
            # Over a connection that is lost nobody can be told; an error here would take the place of a cancellation.
            with contextlib.suppress(JournalUnavailable), explained():
                await watcher.stop()  # type: ignore[no-untyped-call]
