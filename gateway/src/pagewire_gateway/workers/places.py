"""Up to where a request to forget somebody goes: a place in each partition, under one number."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from time import monotonic
from typing import Final
from uuid import uuid4

import msgspec

from pagewire_gateway.journal.port import JournalUnavailable, Outbound, Stored
from pagewire_gateway.people.bars import Bars
from pagewire_gateway.shared.connection import Nats
from pagewire_gateway.shared.shelf import Shelf

_KEPT: Final = 90 * 86_400.0
_EVERYTHING: Final = 2**62
_PATIENCE: Final = 5.0

_read = msgspec.json.Decoder(dict[int, int])


class Places:
    """All of them.

    Args:
        nats: the connection.
    """

    def __init__(self, nats: Nats) -> None:
        self._shelf = Shelf(nats, "places", ttl=_KEPT)
        self._known: dict[int, Mapping[int, int]] = {}
        self._heard: deque[tuple[float, int]] = deque()
        self._learnt = asyncio.Event()

    async def start(self) -> None:
        """Open the bucket."""
        await self._shelf.start()

    async def follow(self) -> None:
        """Learn of those of other processes, for ever."""
        await self._shelf.follow(self._hear)

    async def put(self, ends: Mapping[int, int]) -> int:
        """Keep the last place of each partition; returns the number, which grows."""
        number = await self._shelf.put(uuid4().hex, msgspec.json.encode(dict(ends)))
        self._learn(number, dict(ends))
        return number

    async def of(self, number: int) -> Mapping[int, int]:
        """The place of each partition.

        Raises:
            JournalUnavailable: they are not known here yet.
        """
        try:
            async with asyncio.timeout(_PATIENCE):
                while number not in self._known:
                    self._learnt.clear()
                    await self._learnt.wait()
        except TimeoutError:
            raise JournalUnavailable("the places of a deletion are not known here; NATS may be slow") from None
        return self._known[number]

    def within(self, partition: int) -> Callable[[int], int]:
        """From a number to the place in one partition; everything is meant as long as it is not known."""

        def place(number: int) -> int:
            known = self._known.get(number)
            return _EVERYTHING if known is None else known.get(partition, 0)

        return place

    def _hear(self, _key: str, value: bytes | None, revision: int) -> None:
        if value is not None:
            self._learn(revision, _read.decode(value))
            self._learnt.set()

    def _learn(self, number: int, places: Mapping[int, int]) -> None:
        """Keep them for as long as the bucket does, counted from now; after that nobody asks for what was before."""
        now = monotonic()
        if number not in self._known:
            self._heard.append((now, number))
        self._known[number] = places
        while self._heard and self._heard[0][0] < now - _KEPT:
            self._known.pop(self._heard.popleft()[1], None)


class PlacedBars:
    """Who must be left alone, as far as the events of one partition go.

    Args:
        bars: of the process; their places are numbers of `places`.
        place: from such a number to the partition's place.
    """

    def __init__(self, bars: Bars, place: Callable[[int], int]) -> None:
        self._bars, self._place = bars, place

    def gone(self, stored: Stored) -> bool:
        """See `Bars.gone`."""
        return self._bars.gone(stored, self._place)

    def silences(self, row: Outbound) -> bool:
        """See `Bars.silences`."""
        return self._bars.silences(row, self._place)
