"""What the gateway asks of a journal, whatever stores it.

Two things stand behind this port: SQLite in one process (`pagewire_gateway.journal.sqlite`) and NATS JetStream. The suite in
``tests/contracts/journal.py`` is the contract that both pass.

All times are milliseconds since 1970, UTC. `seq` orders events as they became durable.
"""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Final, Literal, NamedTuple, Protocol

from msgspec import Struct

from pagewire.context import ConversationState
from pagewire.events import Conversation
from pagewire.wire import Item

LaneState = Literal["pending", "retry", "done", "parked", "skipped"]
OutboxState = Literal["queued", "sending", "unknown", "sent", "refused", "parked", "dropped"]
"""``sending``: the request may be on its way. ``unknown``: it may have been sent, and nothing proves it yet.
``refused``: Meta's rules or Meta said no. ``dropped``: best effort only, and it failed."""

OPEN_OUTBOX: tuple[OutboxState, ...] = ("queued", "sending", "unknown")


RESTORED: Final = "restored"
"""Code of outbound requests that waited when a backup was made, once it is restored."""


class JournalError(Exception):
    """The journal could not do what was asked; nothing was stored."""


class JournalFull(JournalError):
    """The journal has reached its size or the disk is full; nothing was stored. Free space or raise the limit."""


class JournalUnavailable(JournalError):
    """The journal does not answer; nothing was stored. Meta will deliver again."""


class LeaseLost(JournalError):
    """Another process took over this work; stop, and do nothing more in its name."""


class Restored(NamedTuple):
    """When a backup was last put in the place of a journal; zeros if it never was.

    Attributes:
        at: when the copy was opened first, milliseconds since 1970.
        seq: the last place in it.
    """

    at: int = 0
    seq: int = 0


class Stored(Struct, frozen=True, kw_only=True, gc=False):
    """An event as the journal holds it.

    Attributes:
        seq: place in the journal, growing.
        id: the item's id.
        item: the classified item.
        received: when the gateway had it.
        app: ``namespace/name`` of the MessengerApp whose webhook brought it.
    """

    seq: int
    id: str
    item: Item
    received: int
    app: str


class Appended(Struct, frozen=True, kw_only=True):
    """What an append came to: the events that are new, and how many were repeats."""

    new: tuple[Stored, ...]
    duplicates: int


class Pending(Struct, frozen=True, kw_only=True):
    """An event that a lane has not settled."""

    stored: Stored
    attempts: int = 0
    due: int = 0
    generation: int = 0


class NewReply(Struct, frozen=True, kw_only=True):
    """A reply to store with a settled event.

    Attributes:
        id: made from event, plugin, index and generation, so that settling twice stores it once.
        index: place among the replies of this (event, plugin).
        body: the encoded `pagewire.replies.Reply`.
        state: ``sending`` when the outbox has reserved the conversation and sends at once, else ``queued``.
        target: id of the comment or post it answers privately; empty for a person.
    """

    id: str
    index: int
    body: bytes
    state: OutboxState = "queued"
    target: str = ""


class Mark(Struct, frozen=True, kw_only=True):
    """What became of one (event, plugin).

    Attributes:
        seq: the event's place.
        plugin: the lane.
        state: ``done``, ``retry`` or ``parked``.
        attempts: hook calls so far.
        due: for ``retry``, when to try again.
        error: for people: a class name and a safe reason, never message text.
        replies: for ``done``, what the plugin asked for.
        generation: of the replay this belongs to; 0 for the first time.
        at: when it was decided.
    """

    seq: int
    plugin: str
    state: LaneState
    attempts: int
    at: int
    due: int = 0
    error: str = ""
    replies: tuple[NewReply, ...] = ()
    generation: int = 0


class Outbound(Struct, frozen=True, kw_only=True):
    """A row of the outbox: one request to the Graph API on its way.

    Attributes:
        id: sent along as ``metadata`` on Messenger, so that the echo proves the send.
        seq: order among rows; rows of one conversation go out in this order.
        event_seq: the event it answers.
        event_id: id of that event.
        plugin: who asked for it.
        index: place among the replies of this (event, plugin).
        conversation: to whom.
        body: the encoded reply.
        state: see `OutboxState`.
        attempts: requests made so far.
        due: not before.
        created: when it was stored.
        began: when the latest request began; 0 before the first.
        mid: Meta's message id, once known.
        error: why it is where it is, safe to show.
        target: id of the comment or post it answers privately; empty for a person. Such a row's conversation may name none.
        code: the reason of `error` as a code, see `pagewire_gateway.policy.Reason`; empty if there is none.
        at: when it last changed.
        altered: a plugin made another message of it than was asked for; no plugin is asked about it again.
    """

    id: str
    seq: int
    event_seq: int
    event_id: str
    plugin: str
    index: int
    conversation: Conversation
    body: bytes
    state: OutboxState
    attempts: int
    due: int
    created: int
    began: int
    mid: str
    error: str
    target: str = ""
    code: str = ""
    at: int = 0
    altered: bool = False


class OutboxMark(Struct, frozen=True, kw_only=True):
    """A change of one outbox row. ``None`` leaves a column as it is.

    Attributes:
        body: the encoded reply that a plugin put in the place of what was asked for.
        owes: the plugin that asked has to be told; see `Journal.owed`.
    """

    id: str
    state: OutboxState
    attempts: int | None = None
    due: int | None = None
    began: int | None = None
    mid: str | None = None
    error: str | None = None
    code: str | None = None
    at: int = 0
    body: bytes | None = None
    owes: bool = False


class Untold(Struct, frozen=True, kw_only=True):
    """A plugin could not be told of the end of a request, however often it was tried.

    Attributes:
        id: of the outbox row.
        attempts: calls so far.
        error: for people: a class name and a safe reason, never message text.
        at: when it was given up.
    """

    id: str
    attempts: int
    error: str
    at: int


class Reached(Struct, frozen=True, kw_only=True):
    """An event that tells how far messages came.

    Attributes:
        plugin: whose requests are asked about.
        conversation: the event's.
        seq: the event's place.
        fact: ``arrived`` at the device, or ``seen`` by the person.
        mids: the messages it names.
        until: or all requests begun up to then, milliseconds since 1970; 0 if it names a time for none.
    """

    plugin: str
    conversation: Conversation
    seq: int
    fact: Literal["arrived", "seen"]
    mids: tuple[str, ...] = ()
    until: int = 0


class EventFilter(Struct, frozen=True, kw_only=True):
    """Which events to list; every field that is given must hold.

    Attributes:
        limit: at most so many, the newest ones.
        before: only events before this place, for paging back.
        after: only events after this place, for following.
        state: at least one lane is in this state; `plugin` narrows it to that lane.
        plugin: without `state`, events this lane has to do with.
        since: received at this time or later.
        until: received before this time.
    """

    limit: int = 100
    before: int | None = None
    after: int | None = None
    id: str | None = None
    kind: str | None = None
    object: str | None = None
    account: str | None = None
    person: str | None = None
    plugin: str | None = None
    state: LaneState | None = None
    since: int | None = None
    until: int | None = None


class LaneView(Struct, frozen=True, kw_only=True):
    """The state of one lane for one event, as people see it."""

    state: LaneState
    attempts: int = 0
    due: int = 0
    error: str = ""
    at: int = 0
    generation: int = 0


class EventView(Struct, frozen=True, kw_only=True):
    """An event with the state of each lane and what went out because of it."""

    stored: Stored
    lanes: dict[str, LaneView]
    outbox: tuple[Outbound, ...] = ()


class ParkedView(Struct, frozen=True, kw_only=True):
    """One parked (event, plugin), one parked outbound request, or one that its plugin could not be told of.

    Attributes:
        what: ``event``, ``outbound`` or ``report``.
        id: the event's id, or the outbox row's.
    """

    what: Literal["event", "outbound", "report"]
    id: str
    event_id: str
    event_seq: int
    kind: str
    conversation: Conversation | None
    account: str
    plugin: str
    attempts: int
    error: str
    at: int


class LaneStats(Struct, frozen=True, kw_only=True):
    """Backlog figures of a lane.

    Attributes:
        low_water: up to this place all is settled or skipped.
        pending: events that are neither done nor parked, those that wait for a retry or were put back included.
        retry: of those, the ones that wait for a retry.
        parked: events that used up their attempts.
        oldest_pending: when the oldest pending event was received; 0 if there is none.
    """

    plugin: str
    low_water: int
    pending: int
    retry: int
    parked: int
    oldest_pending: int


class Stats(Struct, frozen=True, kw_only=True):
    """Figures of the whole journal. `oldest_received` is 0 for an empty one."""

    events: int
    last_seq: int
    oldest_received: int
    size_bytes: int
    free_bytes: int
    lanes: tuple[LaneStats, ...]
    outbox: dict[str, int]


class Retention(Struct, frozen=True, kw_only=True):
    """How long settled events stay.

    Attributes:
        max_age_ms: settled events older than this go; parked work and what still waits stays.
        max_bytes: above this the oldest settled events lose their body first; what is left of them keeps de-duplicating
            until `dedupe_ms` is over.
        dedupe_ms: how long natural keys are remembered at least; Meta repeats a delivery for up to 36 hours.
    """

    max_age_ms: int = 14 * 86_400_000
    max_bytes: int = 8 * 1024**3
    dedupe_ms: int = 7 * 86_400_000


class Forgotten(Struct, frozen=True, kw_only=True):
    """How much of a person was erased.

    Attributes:
        events: events that lost their body and their person.
        deliveries: waiting, retried or parked (event, plugin) that were ended.
        outbound: rows of the outbox that lost their body and their person.
        talks: conversations that are not known any more.
    """

    events: int = 0
    deliveries: int = 0
    outbound: int = 0
    talks: int = 0


OnAppended = Callable[[tuple[Stored, ...]], None]
OnReplay = Callable[[str], None]


class Appender(Protocol):
    """Where events become durable."""

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
        """The newest events that fit, oldest first."""

    async def parked(self, limit: int = 100, plugin: str | None = None) -> list[ParkedView]:
        """Parked work, oldest first."""

    async def replay(self, events: Sequence[str], plugin: str | None, resend: bool) -> int:
        """Hand events to lanes again, by event id; returns how many (event, plugin) were put back.

        Args:
            events: ids.
            plugin: one lane, which gets the event also if it skipped it or began after it; or ``None`` for every lane at work
                that had the event. Each event put back needs a `Mark` to be settled; a low-water mark does not cover it.
            resend: replies that went out before may go out again; otherwise a reply that exists is not stored anew.
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
