"""The port's verbs that read, on a file in the journal's schema."""

from collections.abc import AsyncIterator, Sequence
from typing import Final

from pagewire.context import ConversationState
from pagewire.events import Conversation
from pagewire_gateway.journal.port import (
    Cause,
    EventFilter,
    EventView,
    History,
    Late,
    Outbound,
    ParkedView,
    Pending,
    Stored,
    What,
)
from pagewire_gateway.journal.sqlite import history, lately, parked, pending, replaying, telling, views
from pagewire_gateway.journal.sqlite.readers import Reads
from pagewire_gateway.journal.sqlite.search import Count, Search
from pagewire_gateway.journal.sqlite.tail import Tail
from pagewire_gateway.journal.sqlite.talks import Talks

_SHOWN: Final = 250
"""Events shown in one transaction."""


class Reading:
    """What every journal on such a file answers.

    Args:
        readers: read the file.
        talks: know conversations.
        tail: knows what is not folded in.
    """

    def __init__(self, readers: Reads, talks: Talks, tail: Tail) -> None:
        self._reading = readers
        self._talks = talks
        self._tail = tail

    async def pending(self, lane: str, after: int, limit: int) -> list[Pending]:
        """Events after a place that the lane has not settled, oldest first; see the port.

        Retries and replayed events come whether or not they lie above the low-water mark.
        """
        return await self._reading.run(lambda db: pending.pending(db, lane, after, limit))

    async def read(self, seqs: Sequence[int]) -> list[Stored]:
        """Events by place, in the order asked; missing ones are left out."""
        return await self._reading.run(lambda db: pending.read(db, seqs))

    async def outbox(self, after: int = 0, limit: int = 1000) -> list[Outbound]:
        """Outbox rows that are not at an end yet, oldest first, after row `after`."""
        return await self._reading.run(lambda db: pending.outbox(db, after, limit))

    async def owed(self, after: int = 0, limit: int = 1000) -> list[Outbound]:
        """Rows at an end of which the plugin that asked has not been told, oldest first; see the port."""
        return await self._reading.run(lambda db: telling.owed(db, after, limit))

    async def mids(self, conversation: Conversation, since: int) -> set[str]:
        """Message ids already assigned to outbox rows of the conversation created since then."""
        return await self._reading.run(lambda db: pending.mids(db, conversation, since))

    async def known(self, ids: Sequence[str]) -> set[str]:
        """Those of these event ids that the journal knows; see the port."""
        known_to = self._tail.last
        asked = {event: bytes.fromhex(event) for event in ids}
        found = {event for event, id_ in asked.items() if self._tail.place(id_) is not None}
        rest = {event: id_ for event, id_ in asked.items() if event not in found}
        return found | await self._reading.run(
            lambda db: {event for event, id_ in rest.items() if views.place_of(db, id_, known_to) is not None}
        )

    async def echoes(self, after: int, limit: int = 1000) -> list[Stored]:
        """Events of kind ``message_echo`` after a place, oldest first."""
        return await self._reading.run(lambda db: pending.echoes(db, after, limit))

    async def private_replies(self, object_: str, account: str, target: str) -> set[str]:
        """Ids of outbox rows that used, or may have used, the private reply of this comment or post."""
        return await self._reading.run(lambda db: pending.private_replies(db, object_, account, target))

    async def conversation(self, conversation: Conversation) -> ConversationState:
        """What is known of a conversation.

        The first event is the one that became durable first, even if another one turns out to be older.
        """
        return await self._talks.of(conversation)

    async def events(self, query: EventFilter) -> list[EventView]:
        """The newest events that fit, or the oldest, oldest first. `since` and `until` are about the time of receipt."""
        places = [place async for piece in self._search(query, Search(query)) for place in piece]
        found: list[EventView] = []
        for start in range(0, len(places), _SHOWN):
            some = places[start : start + _SHOWN]
            found += await self._reading.run(lambda db, some=some: views.at(db, some))  # type: ignore[misc]
        return sorted(found, key=lambda view: view.stored.seq)

    async def count(self, query: EventFilter) -> int:
        """How many events fit, up to the limit; see the port."""
        return sum([len(piece) async for piece in self._search(query, Count(query))])

    async def _search(self, query: EventFilter, search: Search) -> AsyncIterator[Sequence[int]]:
        if query.id is not None:
            place = await self._place(query.id)
            if place is None:
                return
            search.only(place)
        while not search.done:
            yield await self._reading.run(search.piece)

    async def history(self, event: str) -> History | None:
        """How an event came to where it is; see the port."""
        place = await self._place(event)
        return None if place is None else await self._reading.run(lambda db: history.history(db, place))

    async def lately(self, limit: int, object_: str | None = None, account: str | None = None) -> list[Late]:
        """The conversations that were at work last, the latest first; see the port."""
        look = lately.Lately(limit, object_, account)
        while not look.done:
            await self._reading.run(look.piece)
        latest = look.latest()
        last = {one.seq: one for one in await self.read([place for _, place in latest])}
        return [Late(who, last[place].id, last[place].received) for who, place in latest if place in last]

    async def parked(
        self, limit: int = 100, plugin: str | None = None, what: What | None = None, cause: str | None = None
    ) -> list[ParkedView]:
        """Parked work, oldest event first."""
        return await self._reading.run(lambda db: parked.parked(db, limit, plugin, what, cause))

    async def causes(self) -> list[Cause]:
        """Parked work by plugin and cause; see the port."""
        return await self._reading.run(parked.causes)

    async def last_received(self, newest: int) -> dict[tuple[str, str], int]:
        """When the last event of each account was received; see the port."""
        return await self._reading.run(lambda db: views.last_received(db, newest))

    async def _place(self, event: str) -> int | None:
        id_ = replaying.read_id(event)
        if id_ is None:
            return None
        known_to = self._tail.last
        place = self._tail.place(id_)
        return place if place is not None else await self._reading.run(lambda db: views.place_of(db, id_, known_to))
