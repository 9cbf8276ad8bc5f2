"""One event's story, in order. Pure: the journal's words in, the contract's words out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from pagewire_gateway.admin import moments
from pagewire_gateway.journal.port import AttemptView, EventView, History, LaneView, Outbound

Step = Literal[
    "happened", "received", "durable", "attempt", "waits", "replayed", "dropped", "skipped",
    "reply", "answer", "sent", "ended", "echo", "arrived", "seen",
]  # fmt: skip


class Echo(Struct, frozen=True):
    """The echo of a message: the id of its event, and when it was received, milliseconds since 1970."""

    event: str
    received: int


class Entry(Struct, frozen=True, kw_only=True):
    """One thing that happened to an event, or will.

    Attributes:
        at: when.
        step: what: ``happened`` at Meta, ``received`` and ``durable`` here; an ``attempt`` of a plugin, or that one ``waits``,
            and what people did (``replayed``, ``dropped``); a ``reply`` that was stored, an ``answer`` of Meta that was no
            success, ``sent``, another end (``ended``), its ``echo``, and how far it came (``arrived``, ``seen``).
        plugin: whose lane, or who asked for the reply.
        outcome: state to which it led, such as ``done``, ``retry``, ``parked``, ``sent`` or ``refused``.
        attempt: which attempt.
        took_ms: how long the hook ran, if that is known.
        error_type: class, code or word the error begins with.
        error: the sentence, without message text.
        next: when it is tried again.
        reply: id of the reply, sent along as ``metadata``.
        mid: Meta's message id.
        event: id of the event that tells of it, such as the echo.
    """

    at: str
    step: Step
    plugin: str = ""
    outcome: str = ""
    attempt: int = 0
    took_ms: int | None = None
    error_type: str = ""
    error: str = ""
    next: str | None = None
    reply: str = ""
    mid: str = ""
    event: str = ""


Timed = tuple[int, int, Entry]


def story(view: EventView, history: History, echoes: Mapping[str, Echo]) -> list[Entry]:
    """Everything that is known of an event, in order; what is to come last.

    Args:
        view: the event.
        history: what failed and what people did.
        echoes: of replies, by message id.
    """
    found = [*_arrival(view), *_lanes(view, history), *_replies(view.outbox, history, echoes)]
    return [entry for _, _, entry in sorted(found, key=lambda one: one[:2])]


def _at(when: int, order: int, step: Step, **facts: object) -> Timed:
    return when, order, Entry(at=moments.show(when), step=step, **facts)  # type: ignore[arg-type]


def _arrival(view: EventView) -> Iterator[Timed]:
    stored = view.stored
    if not stored.item.time_estimated:
        # The clocks of Meta's machines are not ours: it comes first whatever they say.
        yield 0, 0, Entry(at=moments.show(stored.item.timestamp), step="happened")
    yield _at(stored.received, 1, "received")
    yield _at(stored.received, 2, "durable")


def _lanes(view: EventView, history: History) -> Iterator[Timed]:
    told = {(one.plugin, one.at, one.attempts) for one in history.attempts}
    for one in history.attempts:
        yield _attempt(one)
    for plugin, lane in view.lanes.items():
        yield from _lane(plugin, lane, told)


def _attempt(one: AttemptView) -> Timed:
    if one.outcome in {"replayed", "dropped"}:
        return _at(one.at, 9, "replayed" if one.outcome == "replayed" else "dropped", plugin=one.plugin)
    facts = {"plugin": one.plugin, "attempt": one.attempts, "took_ms": one.took or None, "outcome": one.outcome}
    return _at(one.at, 3, "attempt", **facts, **_why(one.error), next=moments.show_set(one.due))


def _lane(plugin: str, lane: LaneView, told: set[tuple[str, int, int]]) -> Iterator[Timed]:
    if lane.state == "done" and lane.attempts and not lane.error and (plugin, lane.at, lane.attempts) not in told:
        facts = {"attempt": lane.attempts, "took_ms": lane.took or None, "outcome": "done"}
        yield _at(lane.at, 3, "attempt", plugin=plugin, **facts)
    elif lane.state in {"pending", "retry"}:
        due = moments.show_set(lane.due) if lane.state == "retry" else None
        yield _at(lane.due or lane.at or _LATER, 10, "waits", plugin=plugin, outcome=lane.state, next=due)
    elif lane.state == "skipped" or (lane.state == "done" and not lane.attempts and not lane.error):
        yield _at(lane.at or _LATER, 10, "skipped", plugin=plugin)


_LATER = 253_402_300_799_999


def _replies(rows: Sequence[Outbound], history: History, echoes: Mapping[str, Echo]) -> Iterator[Timed]:
    for row in rows:
        about = {"plugin": row.plugin, "reply": row.id}
        yield _at(row.created, 4, "reply", **about)
        yield from _end(row, about, {(one.reply, one.at) for one in history.answers})
        if echo := echoes.get(row.mid):
            yield _at(echo.received, 7, "echo", **about, mid=row.mid, event=echo.event)
        arrived, seen = history.reach.get(row.id, (0, 0))
        if arrived:
            yield _at(arrived, 8, "arrived", **about, mid=row.mid)
        if seen:
            yield _at(seen, 8, "seen", **about, mid=row.mid)
    plugins = {row.id: row.plugin for row in rows}
    for one in history.answers:
        about = {"plugin": plugins.get(one.reply, ""), "reply": one.reply}
        if one.state == "replayed":
            yield _at(one.at, 9, "replayed", **about)
        else:
            why = {"error_type": one.code, "error": one.error} if one.code else _why(one.error)
            yield _at(
                one.at,
                5,
                "answer",
                outcome=one.state,
                attempt=one.attempts,
                **about,
                **why,
                next=moments.show_set(one.due),
            )


def _end(row: Outbound, about: Mapping[str, object], told: set[tuple[str, int]]) -> Iterator[Timed]:
    facts = {**about, "attempt": row.attempts, "outcome": row.state}
    if row.state == "sent":
        took = row.at - row.began if row.began else None
        yield _at(row.at, 6, "sent", **facts, mid=row.mid, took_ms=took)
    elif row.state in {"queued", "sending", "unknown"}:
        yield _at(max(row.due, row.at), 10, "waits", **facts, next=moments.show_set(row.due))
    elif (row.id, row.at) not in told:
        yield _at(row.at, 6, "ended", **facts, error_type=row.code, error=row.error)


def _why(error: str) -> dict[str, str]:
    return {"error_type": error.partition(":")[0].partition(", for ")[0], "error": error} if error else {}
