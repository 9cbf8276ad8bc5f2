"""All partitions of a deployment."""

import asyncio
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from secrets import token_bytes

from pagewire.wire import Item
from pagewire_gateway.journal.jetstream.claims import Claims, Dead, Lease
from pagewire_gateway.journal.jetstream.ingest import JetStreamIngest
from pagewire_gateway.journal.jetstream.journal import JetStreamJournal
from pagewire_gateway.journal.jetstream.layout import Facts, Layout, agree
from pagewire_gateway.journal.jetstream.places import Key, Map, key_of
from pagewire_gateway.journal.jetstream.projection import begin_with, file_of, files_of
from pagewire_gateway.journal.jetstream.provision import StreamState, make_stream, state_of
from pagewire_gateway.journal.jetstream.snapshots import Snapshots
from pagewire_gateway.journal.port import JournalError
from pagewire_gateway.shared.connection import Nats

_AS_IT_COMES = Layout()


def _now() -> int:
    return time.time_ns() // 1_000_000


def _nobody(_holder: str) -> bool:
    return False


class Deployment:
    """The journals of one installation on NATS.

    Args:
        link: the connection, which is started; its prefix names the deployment.
        layout: see there.
        clock: milliseconds since 1970.
        dead: tells which holders of leases are dead; by default nobody knows, and leases run out.
    """

    def __init__(
        self, link: Nats, layout: Layout = _AS_IT_COMES, clock: Callable[[], int] = _now, dead: Dead = _nobody
    ) -> None:
        self._link, self._layout, self._clock = link, layout, clock
        self._claims = Claims(link, dead)
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

    @property
    def name(self) -> str:
        """Its prefix."""
        return self._where.prefix

    def partition_of_parts(self, object_: str, account: str, person: str) -> int:
        """The same as `partition_of`, of the parts of a conversation; an empty person for an account's own events."""
        return self.partition_of((object_, account, person))

    def journal(self, partition: int, folder: Path) -> JetStreamJournal:
        """The journal of a partition, to be started and closed by the caller.

        Args:
            partition: which.
            folder: for its file, which no other process may use.
        """
        return JetStreamJournal(self._link, self._where, partition, folder, self._layout, self._claims, self._clock)

    def files(self, partition: int, folder: Path) -> list[Path]:
        """What lies in a folder of the journal of a partition."""
        return files_of(file_of(folder, self._where.stream(partition)))

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

    # Moving house ------------------------------------------------------------------------------------------------

    async def ends(self) -> list[int]:
        """Where each stream ends."""
        return [(await self._state(partition)).last for partition in range(self.partitions)]

    async def check_empty(self, except_for: Sequence[int] = ()) -> None:
        """See that nothing was stored in it, besides the snapshots of some partitions.

        Raises:
            JournalError: there is something.
        """
        for partition in range(self.partitions):
            snapshots = await self._snapshots(partition).known()
            if (await self._state(partition)).last or (snapshots and partition not in except_for):
                raise JournalError(
                    f"partition {partition} of the deployment {self.name} is not empty; copy into a deployment of another name, "
                    "or delete its streams and its bucket of snapshots first"
                )

    async def begin_with(self, partition: int, file: Path) -> None:
        """Let a partition whose stream is empty begin with a file; it is changed for that."""
        state = await self._state(partition)
        await asyncio.get_running_loop().run_in_executor(None, begin_with, file, state.identity)
        await self._snapshots(partition).take(file)

    async def fetch(self, partition: int, file: Path) -> None:
        """Write the newest snapshot of a partition into a file.

        Raises:
            JournalError: there is none, or it is damaged.
        """
        known = await self._snapshots(partition).known()
        if not known:
            raise JournalError(
                f"partition {partition} of the deployment {self.name} has no snapshot; take one, and try again"
            )
        await self._snapshots(partition).fetch(known[-1], file)

    async def _state(self, partition: int) -> StreamState:
        return await state_of(self._link, self._where.stream(partition))

    def _snapshots(self, partition: int) -> Snapshots:
        return Snapshots(self._link, partition, self._where.stream(partition))
