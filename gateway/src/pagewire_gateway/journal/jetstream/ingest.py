"""Append only: what a process that takes webhooks and does no more needs of a journal."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from pagewire.wire import Item
from pagewire_gateway.journal.jetstream.layout import Layout
from pagewire_gateway.journal.jetstream.messages import encode, said
from pagewire_gateway.journal.jetstream.places import Map, key_of
from pagewire_gateway.journal.jetstream.publishing import Letter, Publisher, Receipt
from pagewire_gateway.journal.port import Appended, JournalUnavailable, Stored
from pagewire_gateway.shared.connection import Nats


class JetStreamIngest:
    """Appends to every partition, without a file.

    A body whose events belong to several partitions goes to each of them by itself. If one of them fails, the append does;
    what was stored already is a repeat when Meta delivers the body again.

    Args:
        link: the connection.
        where: names and partitions.
        layout: how much may wait, and for how long.
    """

    system: Final = "nats"

    def __init__(self, link: Nats, where: Map, layout: Layout) -> None:
        self._where, self._layout = where, layout
        self._publishers = [Publisher(link, layout.patience) for _ in range(where.facts.partitions)]
        self._appends = self._bytes = 0

    async def start(self) -> None:
        """Be ready to append."""
        for publisher in self._publishers:
            publisher.start()

    async def aclose(self) -> None:
        """Publish what was asked, then close."""
        await asyncio.gather(*(publisher.aclose() for publisher in self._publishers))

    async def append(
        self, items: Sequence[Item], received: int, app: str, also: Sequence[Sequence[str]] = ()
    ) -> Appended:
        """Store the items of one delivery body; when it returns they are as durable as the stream.

        Returns:
            What is new as far as the server knows: repeats are told for as long as its window is; `seq` is 0, as places are
            given when the stream is applied.

        Raises:
            JournalFull: no room.
            JournalUnavailable: NATS does not answer in time, or too much waits already.
        """
        if self._appends >= self._layout.max_waiting or self._bytes >= self._layout.max_waiting_bytes:
            raise JournalUnavailable(
                f"{self._appends} deliveries wait for NATS already; its servers are too slow for this load, or away"
            )
        parcels = self._parcels(items, received, app, also)
        size = sum(len(letter.payload) for parcel in parcels.values() for _, letter in parcel)
        self._appends, self._bytes = self._appends + 1, self._bytes + size
        try:
            return await self._publish(parcels, items, received, app)
        finally:
            self._appends, self._bytes = self._appends - 1, self._bytes - size

    async def _publish(
        self, parcels: dict[int, list[tuple[int, Letter]]], items: Sequence[Item], received: int, app: str
    ) -> Appended:
        asked = [
            self._publishers[partition].put([letter for _, letter in parcel]) for partition, parcel in parcels.items()
        ]
        if len(asked) == 1:
            # Nearly always; gathering one would cost more than it is.
            outcomes: list[list[Receipt] | BaseException] = [await asked[0]]
        else:
            outcomes = await asyncio.gather(*asked, return_exceptions=True)
        new: list[tuple[int, Stored]] = []
        for parcel, outcome in zip(parcels.values(), outcomes, strict=True):
            if isinstance(outcome, BaseException):
                raise outcome
            for (index, letter), receipt in zip(parcel, outcome, strict=True):
                if not receipt.repeat:
                    new.append((index, Stored(seq=0, id=letter.id, item=items[index], received=received, app=app)))
        stored = tuple(one for _, one in sorted(new, key=lambda one: one[0]))
        return Appended(new=stored, duplicates=len(items) - len(stored))

    def _parcels(
        self, items: Sequence[Item], received: int, app: str, also: Sequence[Sequence[str]]
    ) -> dict[int, list[tuple[int, Letter]]]:
        parcels: dict[int, list[tuple[int, Letter]]] = defaultdict(list)
        for index, item in enumerate(items):
            more = tuple(one for one in also[index] if one != item.id) if also else ()
            token = self._where.token(key_of(item))
            partition = self._where.partition(token)
            payload = encode(said(item, received, app, more, "", 0, index))
            parcels[partition].append((index, Letter(self._where.event(partition, token), payload, item.id)))
        return parcels
