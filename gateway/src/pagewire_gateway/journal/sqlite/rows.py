"""Rows of the tables as the port's structs."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from pagewire.context import ConversationState, OptIn
from pagewire.events import Conversation
from pagewire.wire import Item
from pagewire_gateway import traces, window
from pagewire_gateway.journal.port import Outbound, ParkedView, Pending, Stored
from pagewire_gateway.traces import Trace

Row = Sequence[Any]


def stored_of(row: Row) -> Stored:
    """An event. One whose body retention dropped has an empty `raw`."""
    seq, id_, received, app, kind, channel, object_, account, person, at, estimated, via, key, raw, trace = row
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
        trace=trace or "",
    )
    return Stored(seq=seq, id=id_.hex(), item=item, received=received, app=app)


def pending_of(row: Row) -> Pending:
    """An event that a lane has not settled."""
    attempts, due, generation, quiet = row[15:]
    return Pending(stored=stored_of(row[:15]), attempts=attempts, due=due, generation=generation, quiet=bool(quiet))


def outbound_of(row: Row) -> Outbound:
    """A row of the outbox."""
    id_, seq, event_seq, event_id, plugin, index, object_, account, person, body, state, *rest = row
    attempts, due, created, began, mid, error, target, code, at, altered, trace = rest
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
        target=target,
        code=code,
        at=at,
        altered=bool(altered),
        trace=trace,
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


def state_of(trace: Trace, last_sent: int = 0, unreachable: int = 0) -> ConversationState:
    """What is known of a conversation.

    Args:
        trace: what its events left.
        last_sent: when a row of the outbox last went out to it.
        unreachable: when Meta last said that the person cannot be written to.
    """
    first, first_at, inbound, direct, standby, outbound, seen, arrived, owner, owner_at, _ = trace
    return ConversationState(
        first_event=first.hex() or None,
        first_seen=_instant(first_at),
        last_inbound=_instant(inbound),
        window_until=_instant(window.closes_at(inbound) if inbound else 0),
        last_direct=_instant(direct),
        last_standby=_instant(standby),
        last_outbound=_instant(max(outbound, last_sent)),
        last_read=_instant(seen),
        last_delivered=_instant(arrived),
        owner=owner or None,
        owner_since=_instant(owner_at),
        unreachable_since=_instant(unreachable if unreachable > inbound else 0),
        opt_ins=tuple(_optin(*pair) for pair in traces.optins(trace).items()),
    )


def _optin(token: str, found: traces.Optin) -> OptIn:
    return OptIn(token=token, type=found.type, title=found.title, until=_instant(found.until), stopped=found.stopped)


def _instant(millis: int) -> datetime | None:
    return datetime.fromtimestamp(millis / 1000, UTC) if millis else None
