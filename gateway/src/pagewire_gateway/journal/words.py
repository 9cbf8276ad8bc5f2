"""The words of a journal: events, what becomes of them in lanes, and rows of the outbox.

All times are milliseconds since 1970, UTC. `seq` orders events as they became durable.
"""

from typing import Final, Literal, NamedTuple

from msgspec import Struct

from pagewire.events import Conversation
from pagewire.wire import Item

LaneState = Literal["pending", "retry", "done", "parked", "skipped"]
OutboxState = Literal["queued", "sending", "unknown", "sent", "refused", "parked", "dropped"]
"""``sending``: the request may be on its way. ``unknown``: it may have been sent, and nothing proves it yet.
``refused``: Meta's rules or Meta said no. ``dropped``: best effort only, and it failed."""

OPEN_OUTBOX: tuple[OutboxState, ...] = ("queued", "sending", "unknown")

RESTORED: Final = "restored"
"""Code of outbound requests that waited when a backup was made, once it is restored."""


SUPPRESSED: Final = "suppressed"
"""Code of replies to an event that was replayed without leave to send: they are shown, and never sent."""


class Piece(Struct, frozen=True):
    """A part of a replay of many. Asked for again, as after a crash, it is not done again and comes to what it came to before.

    Attributes:
        job: id of the replay.
        number: from 1 on; the next part is asked for once this one was answered.
    """

    job: str
    number: int


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
    """An event that a lane has not settled; `quiet` if its replies must not go out."""

    stored: Stored
    attempts: int = 0
    due: int = 0
    generation: int = 0
    quiet: bool = False


class NewReply(Struct, frozen=True, kw_only=True):
    """A reply to store with a settled event.

    Attributes:
        id: made from event, plugin, index and generation, so that settling twice stores it once.
        index: place among the replies of this (event, plugin).
        body: the encoded `pagewire.replies.Reply`.
        state: ``sending`` when the outbox has reserved the conversation and sends at once, else ``queued``.
        target: id of the comment or post it answers privately; empty for a person.
        error: why it must not go out, for people; empty if it may.
        code: the same as a code.
        trace: the traceparent of the hook that asked for it; empty if nobody records it.
    """

    id: str
    index: int
    body: bytes
    state: OutboxState = "queued"
    target: str = ""
    error: str = ""
    code: str = ""
    trace: str = ""


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
        took: milliseconds of the hook call.
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
    took: int = 0


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
        trace: the traceparent of the hook that asked for it; empty if nobody records it.
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
    trace: str = ""


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
