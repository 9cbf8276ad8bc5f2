"""What people see of a journal, and what they set: events with their lanes, parked work, figures, retention."""

from typing import Literal, NamedTuple

from msgspec import Struct

from pagewire.events import Conversation
from pagewire_gateway.journal.words import LaneState, Outbound, Stored


class EventFilter(Struct, frozen=True, kw_only=True):
    """Which events to list; every field that is given must hold.

    Attributes:
        limit: at most so many, the newest ones.
        oldest: the oldest ones instead.
        before: only events before this place, for paging back.
        after: only events after this place, for following.
        state: at least one lane is in this state; `plugin` narrows it to that lane.
        plugin: without `state`, events this lane has to do with.
        since: received at this time or later.
        until: received before this time.
    """

    limit: int = 100
    oldest: bool = False
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
    """The state of one lane for one event, as people see it.

    Attributes:
        took: milliseconds of the latest hook call; 0 if that is not known.
        quiet: it was replayed without leave to send.
    """

    state: LaneState
    attempts: int = 0
    due: int = 0
    error: str = ""
    at: int = 0
    generation: int = 0
    took: int = 0
    quiet: bool = False


class EventView(Struct, frozen=True, kw_only=True):
    """An event with the state of each lane and what went out because of it."""

    stored: Stored
    lanes: dict[str, LaneView]
    outbox: tuple[Outbound, ...] = ()


Outcome = Literal["done", "retry", "parked", "replayed", "dropped"]


class AttemptView(Struct, frozen=True):
    """One attempt of a plugin at an event that is over, or what a person did with it: ``replayed`` or ``dropped``.

    The last attempt stands in `LaneView`, too; one that went well at the first time only there.

    Attributes:
        attempts: which one; 0 for what a person did, and for an event that was held.
        due: when it was to be tried again.
        took: milliseconds; 0 if that is not known.
        error: for people: a class name and a safe reason, never message text.
    """

    plugin: str
    attempts: int
    at: int
    outcome: Outcome
    due: int
    took: int
    error: str
    generation: int


class AnswerView(Struct, frozen=True):
    """Why a request to the Graph API did not go, one of perhaps several times; or that it was ``replayed``.

    Attributes:
        reply: id of the outbox row.
        state: to which it came.
    """

    reply: str
    at: int
    attempts: int
    state: str
    code: str
    error: str
    due: int


class History(Struct, frozen=True, kw_only=True):
    """How an event came to where it is.

    Attributes:
        attempts: oldest first.
        answers: oldest first.
        reach: of outbox rows by id, when they arrived at the device and when they were read; 0 if nobody told.
    """

    attempts: tuple[AttemptView, ...] = ()
    answers: tuple[AnswerView, ...] = ()
    reach: dict[str, tuple[int, int]] = {}


What = Literal["event", "outbound", "report"]
"""What may be parked: an (event, plugin), a request to the Graph API, or the report of such a request to its plugin."""


class Cause(Struct, frozen=True):
    """Parked work of one plugin with one cause.

    Attributes:
        error: what the errors have in common: a class, a code or a sentence.
        count: how many.
        oldest: when the first of them was parked.
        newest: when the last was.
    """

    what: What
    plugin: str
    error: str
    count: int
    oldest: int
    newest: int


class Late(NamedTuple):
    """A conversation, and its last event: id, and when it was received."""

    conversation: Conversation
    event: str
    received: int


class ParkedView(Struct, frozen=True, kw_only=True):
    """One parked (event, plugin), one parked outbound request, or one that its plugin could not be told of.

    Attributes:
        what: ``event``, ``outbound`` or ``report``.
        id: the event's id, or the outbox row's.
    """

    what: What
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
    """Figures of the whole journal.

    Attributes:
        oldest_received: when its oldest event was received; 0 for an empty one.
        oldest_outbound: when the oldest request that is not at an end was stored; 0 if there is none.
    """

    events: int
    last_seq: int
    oldest_received: int
    size_bytes: int
    free_bytes: int
    lanes: tuple[LaneStats, ...]
    outbox: dict[str, int]
    oldest_outbound: int = 0


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
