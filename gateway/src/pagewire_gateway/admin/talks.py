"""What the API shows of conversations. Pure: the journal's words in, the contract's words out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from msgspec import Struct

from pagewire.context import ConversationState
from pagewire.events import Conversation
from pagewire_gateway.admin import moments
from pagewire_gateway.journal.port import EventView, Outbound
from pagewire_gateway.policy import Talk, owner_of


class State(Struct, frozen=True, kw_only=True):
    """What is known of a conversation; times are null where nothing is known.

    Attributes:
        conversation: ``object/account/person``.
        window_until: end of the standard messaging window.
        owner: who else has the thread, in words; null if this app may answer, as far as is known.
        unreachable_since: when Meta said that the person cannot be written to; null once they act again.
        opt_ins: how many things the person asked to be sent, and has not stopped.
    """

    conversation: str
    first_seen: str | None
    last_inbound: str | None
    window_until: str | None
    last_outbound: str | None
    last_read: str | None
    last_delivered: str | None
    owner: str | None
    unreachable_since: str | None
    opt_ins: int


class Entry(Struct, frozen=True, kw_only=True):
    """One thing that happened: an event, or a reply and what became of it.

    Attributes:
        at: when it happened, or when a reply came to its state.
        what: ``event`` or ``reply``.
        id: the event's id, or the reply's.
        event: id of the event, or of the one that is answered.
        kind: kind of the event; of a reply, of the event it answers.
        state: state of a reply, such as ``sent`` or ``refused``; empty for an event.
        plugin: who asked for the reply; empty for an event.
        code: why a reply is where it is, as a code; see the policy reference.
        why: the same for people. Never message text.
        mid: Meta's message id of a reply, once known.
    """

    at: str
    what: Literal["event", "reply"]
    id: str
    event: str
    kind: str
    state: str = ""
    plugin: str = ""
    code: str = ""
    why: str = ""
    mid: str = ""


def state_of(conversation: Conversation, known: ConversationState, app_id: str, now: int) -> State:
    """A conversation as this app sees it."""
    talk = Talk(
        last_inbound=_millis(known.last_inbound),
        direct=_millis(known.last_direct),
        standby=_millis(known.last_standby),
        owner=known.owner or "",
        owner_at=_millis(known.owner_since),
    )
    return State(
        conversation=str(conversation),
        first_seen=_shown(known.first_seen),
        last_inbound=_shown(known.last_inbound),
        window_until=_shown(known.window_until),
        last_outbound=_shown(known.last_outbound),
        last_read=_shown(known.last_read),
        last_delivered=_shown(known.last_delivered),
        owner=owner_of(talk, app_id, now),
        unreachable_since=_shown(known.unreachable_since),
        opt_ins=sum(not one.stopped for one in known.opt_ins),
    )


def history(views: Sequence[EventView]) -> list[Entry]:
    """Events and replies of a conversation, in the order in which they happened."""
    found = [(view.stored.item.timestamp, _event(view)) for view in views]
    found += [(row.at or row.created, _reply(row, view.stored.item.kind)) for view in views for row in view.outbox]
    return [entry for _, entry in sorted(found, key=lambda pair: pair[0])]


def _event(view: EventView) -> Entry:
    stored = view.stored
    return Entry(
        at=moments.show(stored.item.timestamp), what="event", id=stored.id, event=stored.id, kind=stored.item.kind
    )


def _reply(row: Outbound, kind: str) -> Entry:
    return Entry(
        at=moments.show(row.at or row.created),
        what="reply",
        id=row.id,
        event=row.event_id,
        kind=kind,
        state=row.state,
        plugin=row.plugin,
        code=row.code,
        why=row.error,
        mid=row.mid,
    )


def _millis(when: datetime | None) -> int:
    return 0 if when is None else round(when.timestamp() * 1000)


def _shown(when: datetime | None) -> str | None:
    return moments.show_set(_millis(when))
