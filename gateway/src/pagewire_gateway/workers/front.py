"""All partitions as one journal, for those who do not work on them."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

from pagewire.context import ConversationState
from pagewire.events import Conversation
from pagewire.wire import Item
from pagewire_gateway.journal.port import (
    Appended,
    Appender,
    Cause,
    EventFilter,
    EventView,
    Forgotten,
    History,
    JournalError,
    JournalUnavailable,
    Late,
    ParkedView,
    Piece,
    Stats,
    What,
)
from pagewire_gateway.parts.clock import now
from pagewire_gateway.shared.connection import Nats, explained
from pagewire_gateway.workers import asks, merging
from pagewire_gateway.workers.asking import Asking
from pagewire_gateway.workers.places import Places


class Where(Protocol):
    """Knows which partition a conversation belongs to."""

    def partition_of(self, key: tuple[str, str, str]) -> int:
        """By object, account and person."""


class Front:
    """See `pagewire_gateway.journal.port.JournalFront`.

    Args:
        nats: the connection.
        where: which partition a conversation belongs to.
        asking: asks whoever works on a partition.
        places: of deletions.

    Attributes:
        ingest: appends to every partition; to be given before anything is appended.
        ready: the process has opened all it needs; until then a probe is told that it has not.
    """

    system: Final = "nats"

    def __init__(self, nats: Nats, where: Where, asking: Asking, places: Places) -> None:
        self._nats, self._where = nats, where
        self.ingest: Appender
        self._asking, self._places = asking, places
        self._erased: set[int] = set()
        self.ready = False

    # The journal -------------------------------------------------------------------------------------------------

    async def append(
        self, items: Sequence[Item], received: int, app: str, also: Sequence[Sequence[str]] = ()
    ) -> Appended:
        """See the port; nothing to append asks NATS whether it is there."""
        if not self._nats.connected:
            raise JournalUnavailable("NATS is not reached; look at its servers, and at the way to them")
        if not items:
            if not self.ready:
                raise JournalUnavailable("this process is still starting; wait, or look at its log")
            with explained():
                await self._nats.js.account_info()
        return await self.ingest.append(items, received, app, also)

    async def known(self, ids: Sequence[str]) -> set[str]:
        """See the port."""
        found: list[set[str]] = await self._asking.all(asks.Known(tuple(ids)))
        return set().union(*found)

    async def mids(self, conversation: Conversation, since: int) -> set[str]:
        """See the port."""
        found: set[str] = await self._asking.one(self._of(conversation), asks.Mids(conversation, since))
        return found

    async def conversation(self, conversation: Conversation) -> ConversationState:
        """See the port."""
        found: ConversationState = await self._asking.one(self._of(conversation), asks.Talk(conversation))
        return found

    async def events(self, query: EventFilter) -> list[EventView]:
        """See the port; `seq` is a place among the events of all partitions, see `merging`."""
        return merging.events(query, await self._asking.all(asks.Events(merging.partial(query, now()))))

    async def count(self, query: EventFilter) -> int:
        """See the port."""
        found: list[int] = await self._asking.all(asks.Count(merging.counted(query)))
        return min(sum(found), query.limit)

    async def history(self, event: str) -> History | None:
        """See the port."""
        found: list[History | None] = await self._asking.all(asks.HistoryOf(event))
        return next((one for one in found if one is not None), None)

    async def lately(self, limit: int, object_: str | None = None, account: str | None = None) -> list[Late]:
        """See the port."""
        return merging.lately(limit, await self._asking.all(asks.Lately(limit, object_, account)))

    async def parked(
        self, limit: int = 100, plugin: str | None = None, what: What | None = None, cause: str | None = None
    ) -> list[ParkedView]:
        """See the port."""
        return merging.parked(limit, await self._asking.all(asks.Parked(limit, plugin, what, cause)))

    async def causes(self) -> list[Cause]:
        """See the port."""
        return merging.causes(await self._asking.all(asks.Causes()))

    async def drop_parked(self, events: Sequence[tuple[str, str]], rows: Sequence[str]) -> int:
        """See the port."""
        return sum(await self._asking.all(asks.DropParked(tuple(events), tuple(rows))))

    async def replay(
        self,
        events: Sequence[str],
        plugin: str | None,
        resend: bool,
        quiet: bool = False,
        piece: Piece | None = None,
    ) -> int:
        """See the port."""
        return sum(await self._asking.all(asks.Replay(tuple(events), plugin, resend, quiet, piece)))

    async def replay_outbound(self, ids: Sequence[str]) -> int:
        """See the port."""
        return sum(await self._asking.all(asks.ReplayOutbound(tuple(ids))))

    async def last_received(self, newest: int) -> dict[tuple[str, str], int]:
        """See the port."""
        latest: dict[tuple[str, str], int] = defaultdict(int)
        for found in await self._asking.all(asks.LastReceived(newest)):
            for object_, account, at in found:
                latest[object_, account] = max(latest[object_, account], at)
        return dict(latest)

    async def forget(self, who: Conversation, upto: int, request: str) -> Forgotten:
        """See the port; `upto` is a number of `Places`."""
        places = await self._places.of(upto)
        found: list[Forgotten] = await asyncio.gather(
            *(
                self._asking.one(partition, asks.Forget(who, places.get(partition, 0), request))
                for partition in range(self._asking.partitions)
            )
        )
        self._erased |= {partition for partition, erased in enumerate(found) if erased != Forgotten()}
        return merging.forgotten(found)

    async def scrub(self) -> bool:
        """See the port. Only where something was erased, one after the other: it costs the servers megabytes of writing."""
        errors = [error for partition in sorted(self._erased) if (error := await self._scrub(partition)) is not None]
        if errors:
            raise errors[0]
        return not self._erased

    async def _scrub(self, partition: int) -> JournalError | None:
        """One that is busy, or cannot be asked, must not keep words of the forgotten in the others."""
        try:
            if await self._asking.one(partition, asks.Scrub()):
                self._erased.discard(partition)
        except JournalError as error:
            return error
        return None

    async def stats(self) -> Stats:
        """See the port."""
        return merging.stats(await self._asking.all(asks.Figures()), now())

    async def backup(self, target: Path) -> int:
        """Not here.

        Raises:
            JournalError: always; says what to do instead.
        """
        raise JournalError(
            f"a journal on NATS is not copied into {target.name}: use `nats account backup`, which copies all its streams"
        )

    # For forgetting ----------------------------------------------------------------------------------------------

    async def ends(self) -> int:
        """The last place of each partition, as a number of `Places`."""
        return await self._places.put(dict(enumerate(await self._asking.all(asks.End()))))

    async def quiet(self, conversations: Sequence[Conversation]) -> None:
        """Return when nothing is on its way to these people any more, and nobody remembers them."""
        spoken_to = tuple(conversations)
        if spoken_to:
            await self._asking.all(asks.Quiet(spoken_to))

    def _of(self, conversation: Conversation) -> int:
        return self._where.partition_of((conversation.object, conversation.account, conversation.person))
