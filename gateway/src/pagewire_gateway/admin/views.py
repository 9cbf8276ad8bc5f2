"""What the API shows of the journal. Pure: the journal's words in, the contract's words out."""

from typing import Any

from msgspec import Struct

from pagewire.telemetry.tracing import trace_id
from pagewire_gateway.admin import masking, moments
from pagewire_gateway.journal.port import (
    Cause,
    EventView,
    LaneState,
    LaneStats,
    LaneView,
    Outbound,
    OutboxState,
    ParkedView,
    Stats,
)


class Lane(Struct, frozen=True, kw_only=True):
    """How far one plugin is with an event.

    Attributes:
        state: ``pending``, ``retry``, ``done``, ``parked`` or ``skipped``.
        attempts: hook calls so far.
        due: when it is tried again; only for ``retry``.
        error: why the latest attempt failed.
        at: when the state was decided.
        generation: how often it was replayed, if not only for what did not go out before.
        took_ms: how long the latest hook call took; null if that is not known.
        quiet: it was replayed without leave to send: its replies are shown only.
    """

    state: LaneState
    attempts: int
    due: str | None
    error: str
    at: str | None
    generation: int
    took_ms: int | None
    quiet: bool


class Reply(Struct, frozen=True, kw_only=True):
    """One outbound request that an event led to.

    Attributes:
        id: sent along as ``metadata`` on Messenger.
        plugin: who asked for it.
        state: ``queued``, ``sending``, ``unknown``, ``sent``, ``refused``, ``parked`` or ``dropped``.
        attempts: requests made so far.
        mid: Meta's message id; empty until it is known.
        error: why it is where it is.
        code: the same as a code; see the policy reference.
        created: when it was stored.
    """

    id: str
    plugin: str
    state: OutboxState
    attempts: int
    mid: str
    error: str
    code: str
    created: str


class Event(Struct, frozen=True, kw_only=True):
    """One event of the journal.

    Attributes:
        seq: its place in the journal; ``before`` and ``after`` take it.
        conversation: ``object/account/person``; null for kinds that concern no person.
        timestamp: when it happened.
        received: when the gateway had it.
        key: its natural key, the same for every repeat of a delivery.
        app: ``namespace/name`` of the MessengerApp whose webhook brought it.
        via: the container it came in.
        time_estimated: Meta gave no time of its own.
        plugins: the state of each lane.
        lanes: the same with its details.
        replies: what went out because of it.
        trace_id: of the trace that tells its way; null if nobody records it.
        trace_url: where that trace is shown, if ``PAGEWIRE_TRACE_URL`` says where.
    """

    id: str
    seq: int
    kind: str
    channel: str
    object: str
    account: str
    person: str | None
    conversation: str | None
    timestamp: str
    received: str
    key: str
    app: str
    via: str
    time_estimated: bool
    plugins: dict[str, LaneState]
    lanes: dict[str, Lane]
    replies: list[Reply]
    trace_id: str | None
    trace_url: str | None


class EventDetail(Event, frozen=True, kw_only=True):
    """One event with its payload.

    Attributes:
        masked: texts and personal fields of `raw` are replaced; ``?reveal=true`` shows them.
        raw: the item as Meta sent it; null once retention has removed it.
    """

    masked: bool
    raw: Any


class Parked(Struct, frozen=True, kw_only=True):
    """Work that used up its attempts and waits for a person.

    Attributes:
        what: ``event`` for a (event, plugin), ``outbound`` for a request to the Graph API, ``report`` for such a request that
            was refused or sent, and of which the plugin that asked could not be told.
        id: the event's id, or the request's.
        at: when it was parked.
    """

    what: str
    id: str
    event_id: str
    event_seq: int
    kind: str
    conversation: str | None
    account: str
    plugin: str
    attempts: int
    error: str
    at: str


class ParkedCause(Struct, frozen=True, kw_only=True):
    """Parked work of one plugin with one cause.

    Attributes:
        what: as in `Parked`.
        cause: what the errors have in common: a class, a code, or how the sentence begins.
        oldest: when the first of them was parked.
    """

    what: str
    plugin: str
    cause: str
    count: int
    oldest: str
    newest: str


class LaneFigures(Struct, frozen=True, kw_only=True):
    """Backlog of a lane; `oldest_pending` is when the event that waits longest was received."""

    plugin: str
    low_water: int
    pending: int
    retry: int
    parked: int
    oldest_pending: str | None


class Figures(Struct, frozen=True, kw_only=True):
    """Figures of the whole journal; `outbox` counts outbound requests by state."""

    events: int
    last_seq: int
    oldest_received: str | None
    size_bytes: int
    free_bytes: int
    lanes: list[LaneFigures]
    outbox: dict[str, int]


def event_of(view: EventView, trace_url: str = "") -> Event:
    """An event without its payload.

    Args:
        view: the event.
        trace_url: see `Settings.trace_url`.
    """
    return Event(**_event_fields(view, trace_url))


def detail_of(view: EventView, *, reveal: bool, trace_url: str = "") -> EventDetail:
    """An event with its payload.

    Args:
        view: the event.
        reveal: show texts and personal fields.
        trace_url: see `Settings.trace_url`.
    """
    raw = view.stored.item.raw
    shown = masking.revealed(raw) if reveal else masking.masked(raw)
    return EventDetail(**_event_fields(view, trace_url), masked=not reveal, raw=shown)


def parked_of(view: ParkedView) -> Parked:
    """One thing that is parked."""
    return Parked(
        what=view.what,
        id=view.id,
        event_id=view.event_id,
        event_seq=view.event_seq,
        kind=view.kind,
        conversation=str(view.conversation) if view.conversation else None,
        account=view.account,
        plugin=view.plugin,
        attempts=view.attempts,
        error=view.error,
        at=moments.show(view.at),
    )


def cause_of(cause: Cause) -> ParkedCause:
    """One group of parked work."""
    return ParkedCause(
        what=cause.what,
        plugin=cause.plugin,
        cause=cause.error,
        count=cause.count,
        oldest=moments.show(cause.oldest),
        newest=moments.show(cause.newest),
    )


def figures_of(stats: Stats) -> Figures:
    """The journal's figures."""
    return Figures(
        events=stats.events,
        last_seq=stats.last_seq,
        oldest_received=moments.show_set(stats.oldest_received),
        size_bytes=stats.size_bytes,
        free_bytes=stats.free_bytes,
        lanes=[_lane_figures(lane) for lane in stats.lanes],
        outbox=dict(stats.outbox),
    )


def _event_fields(view: EventView, trace_url: str) -> dict[str, Any]:
    stored, item = view.stored, view.stored.item
    trace = trace_id(item.trace)
    return {
        "id": stored.id,
        "seq": stored.seq,
        "kind": item.kind,
        "channel": item.channel,
        "object": item.object,
        "account": item.account,
        "person": item.person,
        "conversation": str(item.conversation) if item.conversation else None,
        "timestamp": moments.show(item.timestamp),
        "received": moments.show(stored.received),
        "key": item.key,
        "app": stored.app,
        "via": item.via,
        "time_estimated": item.time_estimated,
        "plugins": {name: lane.state for name, lane in view.lanes.items()},
        "lanes": {name: _lane(lane) for name, lane in view.lanes.items()},
        "replies": [_reply(row) for row in view.outbox],
        "trace_id": trace or None,
        "trace_url": trace_url.replace("{trace_id}", trace) if trace and trace_url else None,
    }


def _lane(lane: LaneView) -> Lane:
    return Lane(
        state=lane.state,
        attempts=lane.attempts,
        due=moments.show(lane.due) if lane.state == "retry" else None,
        error=lane.error,
        at=moments.show_set(lane.at),
        generation=lane.generation,
        took_ms=lane.took or None,
        quiet=lane.quiet,
    )


def _reply(row: Outbound) -> Reply:
    return Reply(
        id=row.id,
        plugin=row.plugin,
        state=row.state,
        attempts=row.attempts,
        mid=row.mid,
        error=row.error,
        code=row.code,
        created=moments.show(row.created),
    )


def _lane_figures(lane: LaneStats) -> LaneFigures:
    return LaneFigures(
        plugin=lane.plugin,
        low_water=lane.low_water,
        pending=lane.pending,
        retry=lane.retry,
        parked=lane.parked,
        oldest_pending=moments.show_set(lane.oldest_pending),
    )
