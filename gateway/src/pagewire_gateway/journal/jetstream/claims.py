"""Who may work on a partition: an entry for each in a bucket, changed only by whoever saw the latest.

A lease runs out by the clocks of those who look. If clocks differ, one is taken too early, and no harm is done: its fence
is announced in the stream, and what the former holder publishes behind that is refused wherever it is applied.
"""

from collections.abc import Callable

import msgspec
from msgspec import Struct

from pagewire_gateway.shared.connection import Nats
from pagewire_gateway.shared.shelf import Shelf

Dead = Callable[[str], bool]
"""Whether a holder is known to be dead, so that its lease need not run out."""


class Lease(Struct, frozen=True):
    """Who has a lease.

    Attributes:
        holder: who.
        fence: grows with each change of holder.
        until: how long it is good, milliseconds since 1970.
    """

    holder: str
    fence: int
    until: int


_read = msgspec.json.Decoder(Lease).decode


class Claims:
    """The leases of a deployment.

    Args:
        link: the connection.
        dead: see there.
    """

    def __init__(self, link: Nats, dead: Dead) -> None:
        self._shelf, self._dead = Shelf(link, "claims"), dead

    async def start(self) -> None:
        """Open the bucket.

        Raises:
            JournalUnavailable: NATS does not let us.
        """
        await self._shelf.start()

    async def holder(self, partition: int, name: str) -> Lease | None:
        """Who has it, or had it last."""
        found = await self._shelf.get(_key(partition, name))
        return _read(found.value) if found and found.value else None

    async def claim(self, partition: int, name: str, holder: str, until: int, now: int, above: int = 0) -> int | None:
        """Take or renew a lease; its fence, ``None`` if somebody else has it.

        Args:
            partition: whose.
            name: of the lease.
            holder: who wants it.
            until: for how long, milliseconds since 1970.
            now: milliseconds since 1970.
            above: a fence that is known already; a new one is larger.
        """
        key = _key(partition, name)
        found = await self._shelf.get(key)
        known = _read(found.value) if found and found.value else Lease("", 0, 0)
        if known.holder != holder and known.until > now and not self._dead(known.holder):
            return None
        ours = known.holder == holder and known.fence >= above
        fence = known.fence if ours else max(known.fence, above) + 1
        lease = msgspec.json.encode(Lease(holder, fence, until))
        done = await self._shelf.replace(key, lease, found.revision if found else 0)
        return None if done is None else fence

    async def release(self, partition: int, name: str, holder: str) -> None:
        """Give it back, if it is this holder's."""
        key = _key(partition, name)
        found = await self._shelf.get(key)
        known = _read(found.value) if found and found.value else None
        if found and known and known.holder == holder:
            await self._shelf.replace(key, msgspec.json.encode(Lease(holder, known.fence, 0)), found.revision)


def _key(partition: int, name: str) -> str:
    return f"{partition}.{name}"
