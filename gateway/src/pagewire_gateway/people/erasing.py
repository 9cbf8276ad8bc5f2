"""Erasing a person from the gateway's own stores, in an order that lets nothing slip through."""

from collections.abc import Sequence
from typing import Protocol

import apsw

from pagewire.events import Conversation
from pagewire.people import ScopedId
from pagewire_gateway.journal.port import EventFilter, Forgotten, JournalFront
from pagewire_gateway.people import requests
from pagewire_gateway.people.bars import Bars
from pagewire_gateway.people.port import NotNow
from pagewire_gateway.people.requests import Asked
from pagewire_gateway.people.store import Store

SPOKEN_TO = ("page", "instagram")
"""Objects whose people events are about; an app's users are known by links only."""


class Sending(Protocol):
    """What has to stop writing to a person."""

    async def forget(self, conversations: Sequence[Conversation]) -> None:
        """Return when nothing is on its way to them any more, and nothing old will be."""


class Memory(Protocol):
    """What remembers people outside a database."""

    def forget(self, who: ScopedId) -> None:
        """Forget them."""


class Eraser:
    """Erases.

    Args:
        store: identities, profiles, links.
        journal: events, work and replies.
        sending: the outbox.
        bars: who must be left alone meanwhile.
        memories: caches.
    """

    def __init__(
        self, store: Store, journal: JournalFront, sending: Sending, bars: Bars, memories: Sequence[Memory]
    ) -> None:
        self._store = store
        self._journal = journal
        self._sending = sending
        self._bars = bars
        self._memories = memories
        self._unscrubbed: dict[str, dict[str, int]] = {}

    async def place(self) -> int:
        """The journal's last place, with all that is on its way into it."""
        await self._journal.append((), 0, "")
        newest = await self._journal.events(EventFilter(limit=1))
        return newest[-1].stored.seq if newest else 0

    async def run(self, asked: Asked) -> dict[str, int]:
        """Erase everyone a deletion is about; returns how much was removed where. May be repeated after an interruption.

        Raises:
            NotNow: what was erased is not out of every file yet; to be repeated.
        """
        if asked.id not in self._unscrubbed:
            self._unscrubbed[asked.id] = await self._erase(asked)
        if not await self._journal.scrub():
            raise NotNow(
                "what was erased is still in files of the journal that somebody reads; end long reads, such as backups"
            )
        return self._unscrubbed.pop(asked.id)

    async def _erase(self, asked: Asked) -> dict[str, int]:
        people = [one.who for one in asked.subjects if one.who is not None]
        spoken_to = [Conversation(*who) for who in people if who.object in SPOKEN_TO]
        await self._sending.forget(spoken_to)
        removed = Forgotten()
        for who in spoken_to:
            removed = await self._journal.forget(who, asked.upto, asked.id)
        for memory in self._memories:
            for one in people:
                memory.forget(one)
        counts = await self._store.run(lambda db: erase(db, people, asked.id))
        return {
            "events": removed.events,
            "waiting_work": removed.deliveries,
            "outbound": removed.outbound,
            "conversations": removed.talks,
            **counts,
        }


_TABLES = {
    "identities": "delete from identity where object = ? and account = ? and id = ?",
    "profiles": "delete from profile where object = ? and account = ? and id = ?",
    "lessons": "delete from lesson where object = ? and account = ? and person = ?",
    "links": "delete from assertion where (a_object, a_account, a_id) = (?1, ?2, ?3) "
    "or (b_object, b_account, b_id) = (?1, ?2, ?3)",
}


def erase(db: apsw.Connection, people: Sequence[ScopedId], request: str) -> dict[str, int]:
    """Erase people from the store of people; what was erased for this request before counts too."""
    counts = requests.removed_so_far(db, request)
    for who in people:
        for name, sql in _TABLES.items():
            db.execute(sql, who)
            counts[name] = counts.get(name, 0) + db.changes()
    requests.note_removed(db, request, counts)
    return counts
