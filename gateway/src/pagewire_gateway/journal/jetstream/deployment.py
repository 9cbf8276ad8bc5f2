"""All partitions of a deployment."""

import time
from collections.abc import Callable
from pathlib import Path
from secrets import token_bytes

from pagewire.wire import Item
from pagewire_gateway.journal.jetstream.claims import Claims, Lease
from pagewire_gateway.journal.jetstream.ingest import JetStreamIngest
from pagewire_gateway.journal.jetstream.journal import JetStreamJournal
from pagewire_gateway.journal.jetstream.layout import Facts, Layout, agree
from pagewire_gateway.journal.jetstream.places import Key, Map, key_of
from pagewire_gateway.journal.jetstream.provision import make_stream
from pagewire_gateway.shared.connection import Nats

_AS_IT_COMES = Layout()


def _now() -> int:
    return time.time_ns() // 1_000_000


class Deployment:
    """The journals of one installation on NATS.

    Args:
        link: the connection, which is started; its prefix names the deployment.
        layout: see there.
        clock: milliseconds since 1970.
    """

    def __init__(self, link: Nats, layout: Layout = _AS_IT_COMES, clock: Callable[[], int] = _now) -> None:
        self._link, self._layout, self._clock = link, layout, clock
        self._claims = Claims(link)
        self._where: Map

    async def start(self) -> None:
        """Make what is not there yet, and learn how conversations are spread.

        Raises:
            JournalError: it was made with another number of partitions, or NATS does not answer or has no room.
        """
        facts = await agree(self._link, Facts(self._layout.partitions, token_bytes(16)))
        self._where = Map(self._link.prefix, facts)
        await self._claims.start()
        for partition in range(facts.partitions):
            await make_stream(self._link, self._where.stream(partition), self._where.subjects(partition), self._layout)

    @property
    def partitions(self) -> int:
        """How many there are."""
        return self._where.facts.partitions

    def partition_of(self, key: Item | Key) -> int:
        """Where an event, or a conversation, belongs."""
        found = key_of(key) if isinstance(key, Item) else key
        return self._where.partition(self._where.token(found))

    def journal(self, partition: int, folder: Path) -> JetStreamJournal:
        """The journal of a partition, to be started and closed by the caller.

        Args:
            partition: which.
            folder: for its file, which no other process may use.
        """
        return JetStreamJournal(self._link, self._where, partition, folder, self._layout, self._claims, self._clock)

    def ingest(self) -> JetStreamIngest:
        """What appends to all partitions, to be started and closed by the caller."""
        return JetStreamIngest(self._link, self._where, self._layout)

    async def claim(self, partition: int, name: str, holder: str, ttl_ms: int) -> int | None:
        """Take or renew a lease of a partition whose journal is not open here; then open it, and claim there."""
        now = self._clock()
        return await self._claims.claim(partition, name, holder, now + ttl_ms, now)

    async def release(self, partition: int, name: str, holder: str) -> None:
        """Give a lease back."""
        await self._claims.release(partition, name, holder)

    async def holder(self, partition: int, name: str) -> Lease | None:
        """Who has a lease, or had it last."""
        return await self._claims.holder(partition, name)
