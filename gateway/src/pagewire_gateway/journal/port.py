"""What the gateway asks of a journal, whatever stores it.

Two things stand behind this port: SQLite in one process (`pagewire_gateway.journal.sqlite`) and NATS JetStream. The suite in
``tests/contracts/journal.py`` is the contract that both pass.

All times are milliseconds since 1970, UTC. `seq` orders events as they became durable.
"""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Protocol

from pagewire.context import ConversationState
from pagewire.events import Conversation
from pagewire.wire import Item
from pagewire_gateway.journal.errors import JournalError, JournalFull, JournalUnavailable, LeaseLost
from pagewire_gateway.journal.views import (
    AnswerView,
    AttemptView,
    Cause,
    EventFilter,
    EventView,
    Forgotten,
    History,
    LaneStats,
    LaneView,
    Late,
    ParkedView,
    Retention,
    Stats,
    What,
)
from pagewire_gateway.journal.words import (
    OPEN_OUTBOX,
    RESTORED,
    SUPPRESSED,
    Appended,
    LaneState,
    Mark,
    NewReply,
    Outbound,
    OutboxMark,
    OutboxState,
    Pending,
    Piece,
    Reached,
    Restored,
    Stored,
    Untold,
)

__all__ = [
    "OPEN_OUTBOX",
    "RESTORED",
    "SUPPRESSED",
    "AnswerView",
    "Appended",
    "Appender",
    "AttemptView",
    "Cause",
    "EventFilter",
    "EventView",
    "Forgotten",
    "History",
    "Journal",
    "JournalError",
    "JournalFront",
    "JournalFull",
    "JournalUnavailable",
    "LaneState",
    "LaneStats",
    "LaneView",
    "Late",
    "LeaseLost",
    "Mark",
    "NewReply",
    "OnAppended",
    "OnReplay",
    "Outbound",
    "OutboxMark",
    "OutboxState",
    "ParkedView",
    "Pending",
    "Piece",
    "Reached",
    "Restored",
    "Retention",
    "Stats",
    "Stored",
    "Untold",
    "What",
]

OnAppended = Callable[[tuple[Stored, ...]], None]
OnReplay = Callable[[str], None]


class Appender(Protocol):
    """Where events become durable."""

    @property
    def system(self) -> str:
        """Which journal it is, as OpenTelemetry's ``messaging.system``: ``pagewire_sqlite`` or ``nats``."""

    def append(
        self, items: Sequence[Item], received: int, app: str, also: Sequence[Sequence[str]] = ()
    ) -> Awaitable[Appended]:
        """Store the items of one delivery body, all or none; when it returns they survive power loss.

        Also remembers, for each conversation, its first event and when the person last opened the messaging window.

        Args:
            items: the items.
            received: when the gateway had them.
            app: ``namespace/name`` of the MessengerApp that brought them.
            also: for each item, further ids by which the same thing may be known: if there is an event of one of them, the item
                is a repeat, and if one comes later, that is.

        Raises:
            JournalFull: no room.
            JournalUnavailable: too much is waiting already, or the store is broken.
        """


class JournalFront(Appender, Protocol):
    """What is asked of a journal by those who do not work on it: for people, for healing and for forgetting.

    Where several processes share the work, each of their journals has a part of the events, and one front speaks for all.
    """

    async def known(self, ids: Sequence[str]) -> set[str]:
        """Those of these event ids that the journal knows, also if retention or a deletion left nothing else of the event."""

    async def mids(self, conversation: Conversation, since: int) -> set[str]:
        """Message ids already assigned to outbox rows of the conversation created since then."""

    async def conversation(self, conversation: Conversation) -> ConversationState:
        """What is known of a conversation: what its events left behind, see `pagewire_gateway.traces`, and what was sent.

        ``unreachable_since`` is when a row of it last ended with code ``unreachable``, unless the person acted after that.
        """

    async def events(self, query: EventFilter) -> list[EventView]:
        """The newest events that fit, or the oldest if the query says so, oldest first."""

    async def count(self, query: EventFilter) -> int:
        """How many events fit, counted up to the limit of the query."""

    async def history(self, event: str) -> History | None:
        """How an event came to where it is, by its id; ``None`` if there is no such event."""

    async def lately(self, limit: int, object_: str | None = None, account: str | None = None) -> list[Late]:
        """The conversations that were at work last, the latest first, as far as the newest events tell."""

    async def parked(
        self, limit: int = 100, plugin: str | None = None, what: What | None = None, cause: str | None = None
    ) -> list[ParkedView]:
        """Parked work, oldest first: of a plugin, of a kind, and with a cause as `causes` tells it."""

    async def causes(self) -> list[Cause]:
        """Parked work by plugin and cause, the most frequent first."""

    async def drop_parked(self, events: Sequence[tuple[str, str]], rows: Sequence[str]) -> int:
        """Give up parked work: (event id, plugin), and outbox rows or reports by id; returns how many were parked.

        An (event, plugin) is done then, and can be replayed; a request is refused with code ``dropped``; a report is not owed.
        """

    async def replay(
        self,
        events: Sequence[str],
        plugin: str | None,
        resend: bool,
        quiet: bool = False,
        piece: Piece | None = None,
    ) -> int:
        """Hand events to lanes again, by event id; returns how many (event, plugin) were put back.

        Args:
            events: ids.
            plugin: one lane, which gets the event also if it skipped it or began after it; or ``None`` for every lane at work
                that had the event. Each event put back needs a `Mark` to be settled; a low-water mark does not cover it.
            resend: replies that went out before may go out again; otherwise a reply that exists is not stored anew.
            quiet: nothing goes out: the lane is to store replies as ``dropped`` with code `SUPPRESSED`. Leaves alone what waits
                for a retry anyway, so that its replies go out.
            piece: which part of a replay of many this is; without it, each call is one of its own.
        """

    async def replay_outbound(self, ids: Sequence[str]) -> int:
        """Put parked outbound requests back into the queue, and parked reports back to what is owed; returns how many.

        The later parts of an answer, refused with code ``earlier_part``, go back with the part before them.
        """

    async def last_received(self, newest: int) -> dict[tuple[str, str], int]:
        """When the last event of each (object, account) was received, among the newest so many events."""

    async def forget(self, who: Conversation, upto: int, request: str) -> Forgotten:
        """Erase a person: the bodies of their events and of those that name them, their id, replies to them, and waiting work.

        What remains of an event is its place, id, kind and times, so that a late repeat of an old delivery is still known as
        one. Lanes are through with it. May be called again after it was interrupted.

        Args:
            who: the conversation.
            upto: events up to this place; what the person did later stays.
            request: under which it is counted; it must not name the person.

        Returns:
            What was erased under this request so far, by this call and by earlier ones.
        """

    async def scrub(self) -> bool:
        """Take what was erased out of the files themselves: free pages and the write-ahead log.

        Returns:
            Whether it is done; not, while somebody reads an old state. Then ask again.
        """

    async def stats(self) -> Stats:
        """Figures for metrics, doctor and console."""

    async def backup(self, target: Path) -> int:
        """Copy the journal, as of now, into a new file while it stays at work; returns its size in bytes.

        Raises:
            JournalError: the target exists already or cannot be written.
        """


class Journal(JournalFront, Protocol):
    """Durable events, lanes and outbox."""

    on_appended: OnAppended | None
    """Called on the event loop after events became durable, in the order of `seq`, whether or not anybody still waits."""
    on_replay: OnReplay | None
    """Called on the event loop with the lane's name after work was put back into it."""
    restored: Restored
    """Once started: when a backup was last put in the place of this journal. What waited in it is ``unknown`` since then: it may
    have gone out after the backup was made."""

    async def start(self) -> None:
        """Open the store, bring its schema up to date, and be ready to append."""

    async def aclose(self) -> None:
        """Finish what was asked, then close."""

    async def claim(self, name: str, holder: str, ttl_ms: int) -> int | None:
        """Take or renew the lease `name`; returns its fence (growing with each change of holder), ``None`` if it is taken."""

    async def release(self, name: str, holder: str) -> None:
        """Give the lease back at once."""

    async def open_lanes(self, lanes: Sequence[str]) -> dict[str, int]:
        """Say which lanes are at work; returns each one's low-water mark. A new lane begins at the end of the journal."""

    async def pending(self, lane: str, after: int, limit: int) -> list[Pending]:
        """Events after place `after` that the lane has neither done nor parked, oldest first, retries with their due time.

        Retries and events that were put back come also where they lie below the low-water mark.
        """

    async def read(self, seqs: Sequence[int]) -> list[Stored]:
        """Events by place, in the order asked; missing ones are left out."""

    def settle(self, marks: Sequence[Mark], fence: int) -> Awaitable[list[Outbound]]:
        """Mark each (event, plugin) and store its replies, all in one atomic step; returns the rows that are new.

        Raises:
            LeaseLost: somebody else holds the lease ``dispatch`` under a newer fence; nothing was stored.
        """

    async def low_water(self, marks: dict[str, int]) -> None:
        """Remember for each lane that everything up to and including this place is settled or skipped."""

    async def outbox(self, after: int = 0, limit: int = 1000) -> list[Outbound]:
        """Rows that are not at an end yet (`OPEN_OUTBOX`), oldest first, after row `after`."""

    def record(self, marks: Sequence[OutboxMark], fence: int) -> Awaitable[None]:
        """Change outbox rows in one atomic step.

        Raises:
            LeaseLost: as for `settle`.
        """

    async def owed(self, after: int = 0, limit: int = 1000) -> list[Outbound]:
        """Rows at an end that came with `OutboxMark.owes` and are not `told` yet, oldest first, after row `after`."""

    async def told(self, ids: Sequence[str]) -> None:
        """The plugins that asked for these rows know of their ends; putting a row back into the queue says the same."""

    async def untold(self, reports: Sequence[Untold]) -> None:
        """The plugins that asked for these rows could not be told of their ends: they are parked, and not owed any more."""

    async def reached(self, asked: Reached) -> list[Outbound]:
        """The plugin's sent rows that this event, and none before it, tells of; the same ones each time it is asked."""

    async def echoes(self, after: int, limit: int = 1000) -> list[Stored]:
        """Events of kind ``message_echo`` after place `after`, oldest first."""

    async def private_replies(self, object_: str, account: str, target: str) -> set[str]:
        """Ids of outbox rows that used, or may have used, the one private reply of this comment or post."""

    async def prune(self, retention: Retention, now: int) -> int:
        """Drop what retention allows, in small steps that never stall ingest; returns how many events went."""
