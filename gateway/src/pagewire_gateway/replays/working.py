"""The next piece of a job."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final, Protocol

import msgspec

from pagewire_gateway.journal.port import EventFilter, JournalFront, ParkedView, Piece
from pagewire_gateway.replays.job import Job, Order

PIECE: Final = 100
COUNTED: Final = 1_000_000
"""More than so many are not counted."""
PARKED: Final = 100_000
"""Most parked things of one job."""


class Sending(Protocol):
    """Who sends parked requests again."""

    async def replay(self, ids: Sequence[str]) -> int:
        """Send them, by row id; returns how many were taken up."""
        ...


class Work:
    """What a job does with the journal.

    Args:
        journal: all events.
        sending: who sends parked requests again.
    """

    def __init__(self, journal: JournalFront, sending: Sending) -> None:
        self._journal, self._sending = journal, sending

    async def count(self, order: Order) -> tuple[int, bool]:
        """How much there is to do, and whether it is more than can be counted."""
        if order.query is not None:
            found = await self._journal.count(msgspec.structs.replace(order.query, limit=COUNTED))
            return found, found >= COUNTED
        found = sum(one.count for one in await self._journal.causes() if _is_of(order, one))
        return min(found, PARKED), found > PARKED

    async def choose(self, job: Job, query: EventFilter) -> bool:
        """Choose the next events, unless some are chosen; returns whether there are any."""
        if job.ids:
            return True
        until = min(query.until or job.started, job.started)
        after = max(job.cursor, query.after or 0)
        piece = min(PIECE, job.order.rate)
        asked = msgspec.structs.replace(query, oldest=True, after=after, until=until, limit=piece)
        found = await self._journal.events(asked)
        if found:
            job.number, job.cursor = job.number + 1, found[-1].stored.seq
            job.ids = tuple(view.stored.id for view in found)
        return bool(found)

    async def events(self, job: Job) -> int:
        """Hand the chosen events to plugins again, or learn that they were; returns how many those are."""
        sends, piece = job.order.sends, Piece(job.id, job.number)
        job.done += await self._journal.replay(job.ids, job.order.plugin, sends == "all", sends == "none", piece)
        count, job.ids = len(job.ids), ()
        job.looked += count
        return count

    async def chosen(self, job: Job) -> list[ParkedView]:
        """The parked work of a job that is left; what was parked since it began is not."""
        order = job.order
        found = await self._journal.parked(PARKED, order.plugin, order.what, order.cause)
        left = [one for one in found if one.at <= job.started]
        if job.number:
            # It goes on after a kill: of its piece before, what is not parked any more was taken up.
            taken = max(0, job.total - job.looked - len(left))
            job.looked, job.done = job.looked + taken, job.done + taken
        return left

    async def parked(self, job: Job, some: Sequence[ParkedView]) -> None:
        """Take up some parked work, or give it up. Asked for again, it finds nothing parked."""
        rows = [one.id for one in some if one.what != "event"]
        events = [(one.id, one.plugin) for one in some if one.what == "event"]
        if job.order.drop:
            job.done += await self._journal.drop_parked(events, rows)
            return
        lanes: dict[str, list[str]] = defaultdict(list)
        for event, plugin in events:
            lanes[plugin].append(event)
        for plugin, ids in lanes.items():
            job.done += await self._journal.replay(ids, plugin, resend=False)
        job.done += await self._sending.replay(rows) if rows else 0


def _is_of(order: Order, cause: object) -> bool:
    return all(
        wanted is None or wanted == getattr(cause, name)
        for name, wanted in (("plugin", order.plugin), ("what", order.what), ("error", order.cause))
    )
