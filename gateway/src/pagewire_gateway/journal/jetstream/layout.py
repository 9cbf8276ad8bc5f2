"""How a deployment is laid out on NATS, and how patient its processes are."""

import msgspec
from msgspec import Struct

from pagewire_gateway.journal.port import JournalError, JournalUnavailable
from pagewire_gateway.shared.connection import Nats
from pagewire_gateway.shared.shelf import Shelf

_KEY = "layout"


class Layout(Struct, frozen=True, kw_only=True):
    """What rarely needs another value.

    Attributes:
        partitions: streams of the deployment. Fixed once it is made: another number is refused.
        max_bytes: of each stream; when it is reached, events are refused. Servers set it aside when the stream is made.
        duplicate_window: seconds for which the server itself refuses repeats; the projections do so for as long as
            `Retention.dedupe_ms` says.
        patience: seconds after which what was asked fails.
        max_waiting: deliveries that may wait for the server; further ones are refused at once.
        max_waiting_bytes: the same in bytes.
        snapshot_after: messages after which whoever has the lease stores a snapshot, and the stream may be purged; a
        quarter of
            `max_bytes` does it too.
    """

    partitions: int = 8
    max_bytes: int = 1 << 30
    duplicate_window: float = 120.0
    patience: float = 5.0
    max_waiting: int = 10_000
    max_waiting_bytes: int = 64 << 20
    snapshot_after: int = 200_000


class Facts(Struct, frozen=True):
    """What all processes of a deployment have to agree on.

    Attributes:
        partitions: how many.
        key: under which conversations are hashed; it is random, so that a subject does not tell a scoped id.
    """

    partitions: int
    key: bytes


async def agree(nats: Nats, wanted: Facts) -> Facts:
    """The facts of the deployment; the first process makes them.

    Raises:
        JournalError: it was made with another number of partitions.
        JournalUnavailable: NATS does not answer.
    """
    shelf = Shelf(nats, "journal")
    await shelf.start()
    found = await shelf.get(_KEY)
    if found is None:
        await shelf.replace(_KEY, msgspec.json.encode(wanted), 0)
        found = await shelf.get(_KEY)
    if found is None:
        raise JournalUnavailable(
            "the layout of the journal was written to NATS and cannot be read; look at its servers"
        )
    facts = msgspec.json.decode(found.value, type=Facts)
    if facts.partitions != wanted.partitions:
        raise JournalError(
            f"the deployment {nats.prefix} has {facts.partitions} partitions, and {wanted.partitions} were asked for: the number "
            "is fixed when it is made. Ask for as many as it has, or copy its journal into a new deployment"
        )
    return facts
