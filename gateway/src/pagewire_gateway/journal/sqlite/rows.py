"""Rows of the tables as the port's structs."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from pagewire.context import ConversationState
from pagewire.events import Conversation
from pagewire.wire import Item
from pagewire_gateway import window
from pagewire_gateway.journal.port import Outbound, ParkedView, Pending, Stored
from pagewire_gateway.journal.sqlite.layer import Talk

Row = Sequence[Any]


def stored_of(row: Row) -> Stored:
    """An event. One whose body retention dropped has an empty `raw`."""
    seq, id_, received, app, kind, channel, object_, account, person, at, estimated, via, key, raw = row
    item = Item(
        kind=kind,
        channel=channel,
        object=object_,
        account=account,
        person=person,
        timestamp=at,
        time_estimated=bool(estimated),
        via=via,
        key=key,
        raw=raw or b"",
    )
    return Stored(seq=seq, id=id_.hex(), item=item, received=received, app=app)


def pending_of(row: Row) -> Pending:
    """An event that a lane has not settled."""
    attempts, due, generation = row[14:]
    return Pending(stored=stored_of(row[:14]), attempts=attempts, due=due, generation=generation)


def outbound_of(row: Row) -> Outbound:
    """A row of the outbox."""
    id_, seq, event_seq, event_id, plugin, index, object_, account, person, body, state, *rest = row
    attempts, due, created, began, mid, error = rest
    return Outbound(
        id=id_,
        seq=seq,
        event_seq=event_seq,
        event_id=event_id.hex(),
        plugin=plugin,
        index=index,
        conversation=Conversation(object_, account, person),
        body=body,
        state=state,
        attempts=attempts,
        due=due,
        created=created,
        began=began,
        mid=mid,
        error=error,
    )


def parked_of(row: Row) -> ParkedView:
    """Parked work of either kind."""
    what, id_, event_id, event_seq, kind, object_, account, person, plugin, attempts, error, at = row
    return ParkedView(
        what=what,
        id=id_,
        event_id=event_id,
        event_seq=event_seq,
        kind=kind,
        conversation=Conversation(object_, account, person) if person else None,
        account=account,
        plugin=plugin,
        attempts=attempts,
        error=error,
        at=at,
    )


def state_of(talks: Sequence[Talk]) -> ConversationState:
    """What is known of a conversation, from its pieces in the order in which they became durable."""
    if not talks:
        return ConversationState()
    first_event, first_at, _ = talks[0]
    last = max(last for _, _, last in talks)
    return ConversationState(
        first_event=first_event.hex(),
        first_seen=_instant(first_at),
        last_inbound=_instant(last),
        window_until=_instant(window.closes_at(last)),
    )


def _instant(millis: int) -> datetime:
    return datetime.fromtimestamp(millis / 1000, UTC)
