"""From two looks at a gateway to what people want to know. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct


class Look(Struct, frozen=True, kw_only=True):
    """What the admin port said.

    Attributes:
        at: when, seconds since 1970.
        stats: of ``/api/v1/stats``.
        plugins: of ``/api/v1/plugins``.
        outbox: of ``/api/v1/outbox``.
    """

    at: float
    stats: Mapping[str, Any]
    plugins: Sequence[Mapping[str, Any]]
    outbox: Sequence[Mapping[str, Any]]


class LaneRow(Struct, frozen=True, kw_only=True):
    """One lane.

    Attributes:
        rate: events settled a second; ``None`` until it is known.
        lag: seconds that the oldest waiting event has waited.
        state: ``working``, ``paused``, ``quarantined``, ``resting`` (its circuit is open) or ``elsewhere``.
    """

    plugin: str
    state: str
    rate: float | None
    pending: int
    retry: int
    parked: int
    in_flight: int
    lag: float


class Trouble(Struct, frozen=True, kw_only=True):
    """An account that sends nothing for now, and why."""

    account: str
    waiting: int
    trouble: str
    reason: str


class Figures(Struct, frozen=True, kw_only=True):
    """Everything on the screen.

    Attributes:
        rate: events received a second; ``None`` until it is known.
        outbox: requests to the Graph API by state.
    """

    events: int
    rate: float | None
    size_bytes: int
    free_bytes: int
    lanes: list[LaneRow]
    outbox: dict[str, int]
    troubles: list[Trouble]


def figures_of(now: Look, before: Look | None) -> Figures:
    """What two looks tell; rates need the one before."""
    seconds = now.at - before.at if before else 0.0
    earlier = before.stats["events"] if before else 0
    gained = now.stats["events"] - earlier
    return Figures(
        events=now.stats["events"],
        rate=_rate(max(0, gained), seconds),
        size_bytes=now.stats["size_bytes"],
        free_bytes=now.stats["free_bytes"],
        lanes=_lanes(now, before, seconds),
        outbox=dict(now.stats["outbox"]),
        troubles=[_trouble(one) for one in now.outbox if one["trouble"] or one["paused_until"]],
    )


def _lanes(now: Look, before: Look | None, seconds: float) -> list[LaneRow]:
    states = {one["name"]: one["lane"] for one in now.plugins}
    handled = {one["name"]: (one["lane"] or {}).get("handled", 0) for one in before.plugins} if before else {}
    return [
        _lane(lane, states.get(lane["plugin"]), handled.get(lane["plugin"]), seconds, now.at)
        for lane in now.stats["lanes"]
    ]


def _lane(
    lane: Mapping[str, Any], state: Mapping[str, Any] | None, handled: int | None, seconds: float, at: float
) -> LaneRow:
    since = lane["oldest_pending"]
    return LaneRow(
        plugin=lane["plugin"],
        state=_word(state),
        rate=None if state is None or handled is None else _rate(max(0, state["handled"] - handled), seconds),
        pending=lane["pending"],
        retry=lane["retry"],
        parked=lane["parked"],
        in_flight=state["in_flight"] if state else 0,
        lag=max(0.0, at - datetime.fromisoformat(since).timestamp()) if since and lane["pending"] else 0.0,
    )


def _word(state: Mapping[str, Any] | None) -> str:
    if state is None:
        return "elsewhere"
    if state["quarantined"]:
        return "quarantined"
    if state["paused"]:
        return "paused"
    return "working" if state["circuit"] == "closed" else "resting"


def _trouble(one: Mapping[str, Any]) -> Trouble:
    return Trouble(
        account=f"{one['object']}/{one['account']}",
        waiting=one["waiting"],
        trouble=one["trouble"] or "paused",
        reason=one["reason"],
    )


def _rate(count: int, seconds: float) -> float | None:
    return round(count / seconds, 1) if seconds > 0 else None
