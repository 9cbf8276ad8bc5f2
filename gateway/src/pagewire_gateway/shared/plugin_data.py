"""What plugins keep, for processes on several machines: a key-value bucket of NATS.

A key begins with the plugin and a digest of the place, so it names nobody, and all of a place can be listed and erased at once.
What goes is purged from the stream rather than marked as deleted: a mark would stay for ever.
"""

import contextlib
import math
from collections.abc import Callable, Collection
from typing import Final

from nats.js import api, errors
from nats.js.kv import KeyValue

from pagewire.people import ScopedId
from pagewire_gateway.means.data import Crowded, Held, Place
from pagewire_gateway.shared.connection import Nats, digest, explained

LARGEST: Final = 256 << 20
"""Bytes of the bucket; then it takes nothing more."""
_STALE: Final = 10071
"""NATS: wrong last sequence."""


class SharedPluginData:
    """See `pagewire_gateway.means.data.PluginData`.

    Args:
        nats: the connection.
        clock: milliseconds since 1970.
    """

    def __init__(self, nats: Nats, clock: Callable[[], int]) -> None:
        self._nats, self._name, self._clock = nats, nats.named("plugin-data"), clock
        self._stream, self._subject = f"KV_{self._name}", f"$KV.{self._name}"
        self._bucket: KeyValue

    async def start(self) -> None:
        """Open the bucket; make it if it is not there.

        Raises:
            JournalUnavailable: NATS does not let us.
        """
        wanted = api.KeyValueConfig(
            bucket=self._name, max_bytes=LARGEST, replicas=self._nats.replicas, storage=api.StorageType.FILE
        )
        with explained():
            try:
                self._bucket = await self._nats.js.key_value(self._name)
            except errors.NotFoundError:
                self._bucket = await self._nats.js.create_key_value(wanted)

    async def aclose(self) -> None:
        """Nothing: the connection is not ours."""

    async def read(self, place: Place, key: str) -> Held | None:
        """See `PluginData`."""
        with explained():
            try:
                entry = await self._bucket.get(_name(place, key))
            except errors.KeyNotFoundError:
                return None
        return Held(entry.value or b"", entry.revision or 0)

    async def write(self, place: Place, key: str, value: bytes, *, until: int = 0, at: int | None = None) -> int | None:
        """See `PluginData`."""
        if at == 0 or (at is None and await self.read(place, key) is None):
            await self._check_room(place)
        headers = {} if at is None else {"Nats-Expected-Last-Subject-Sequence": str(at)}
        if until:
            headers["Nats-TTL"] = f"{max(1, math.ceil((until - self._clock()) / 1000))}s"
        with explained():
            try:
                done = await self._nats.js.publish(f"{self._subject}.{_name(place, key)}", value, headers=headers)
            except errors.BadRequestError as error:
                if error.err_code == _STALE:
                    return None
                raise
        return done.seq

    async def remove(self, place: Place, key: str) -> bool:
        """See `PluginData`."""
        there = await self.read(place, key) is not None
        await self._purge(_name(place, key))
        return there

    async def keys(self, place: Place) -> list[str]:
        """See `PluginData`."""
        begins = _name(place, "")
        return sorted(name.removeprefix(begins) for name in await self._names(f"{begins}>"))

    async def forget(self, who: ScopedId, spare: Collection[str] = (), only: str | None = None) -> int:
        """See `PluginData`."""
        names = await self._names(f"*.{_of(who)}.>")
        going = {name.partition(".")[0] for name in names}
        going = {plugin for plugin in going if plugin not in spare and only in (None, plugin)}
        for plugin in going:
            await self._purge(f"{plugin}.{_of(who)}.>")
        return sum(name.partition(".")[0] in going for name in names)

    async def _check_room(self, place: Place) -> None:
        if len(await self.keys(place)) >= place.room:
            raise Crowded

    async def _names(self, pattern: str) -> list[str]:
        with explained():
            info = await self._nats.js.stream_info(self._stream, subjects_filter=f"{self._subject}.{pattern}")
        return [subject.removeprefix(f"{self._subject}.") for subject in info.state.subjects or ()]

    async def _purge(self, pattern: str) -> None:
        with explained(), contextlib.suppress(errors.NotFoundError):
            await self._nats.js.purge_stream(self._stream, subject=f"{self._subject}.{pattern}")


def _of(who: tuple[str, str, str]) -> str:
    return digest("plugin data", *who)


def _name(place: Place, key: str) -> str:
    return f"{place.plugin}.{_of(place[1:])}.{key}"
