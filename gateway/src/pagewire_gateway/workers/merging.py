"""One answer out of those of all partitions. Pure.

Places of different partitions cannot be compared. What is shown instead is when an event was received, and by a part of its id
which of one millisecond comes first; so pages neither overlap nor leave gaps whoever has the partitions meanwhile.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from pagewire_gateway.admin.ports import AccountOutbox, LaneInfo
from pagewire_gateway.journal.port import Cause, EventFilter, EventView, Forgotten, LaneStats, Late, ParkedView, Stats

_BITS: Final = 12
_SAME: Final = 64
"""Events of one millisecond that may be left out of a page at its edge."""
SETTLED: Final = 1000
"""Milliseconds after which no event of before comes any more, for those who follow; clocks of ingress differ by less."""


def place_of(view: EventView) -> int:
    """The place of an event among those of all partitions."""
    return view.stored.received << _BITS | int(view.stored.id[:3], 16)


def place_at(moment: int) -> int:
    """The place before all events of a moment."""
    return moment << _BITS


def partial(asked: EventFilter, now: int) -> EventFilter:
    """What to ask each partition."""
    since, until = asked.since, asked.until
    if asked.after is not None:
        since = max(since or 0, asked.after >> _BITS)
        until = min(until or now, now - SETTLED)
    if asked.before is not None:
        until = min(until or now + SETTLED, (asked.before >> _BITS) + 1)
    return msgspec.structs.replace(asked, before=None, after=None, since=since, until=until, limit=asked.limit + _SAME)


def events(asked: EventFilter, found: Iterable[Sequence[EventView]]) -> list[EventView]:
    """The newest events that fit, or the oldest, oldest first."""
    placed = sorted(((place_of(view), view) for views in found for view in views), key=lambda one: one[0])
    fitting = [
        (place, view)
        for place, view in placed
        if (asked.before is None or place < asked.before) and (asked.after is None or place > asked.after)
    ]
    chosen = fitting[: asked.limit] if asked.oldest else fitting[-asked.limit :]
    return [_at(view, place) for place, view in chosen]


def counted(asked: EventFilter) -> EventFilter:
    """What to ask each partition for a count; an edge within a millisecond is counted with it."""
    since, until = asked.since, asked.until
    if asked.after is not None:
        since = max(since or 0, asked.after >> _BITS)
    if asked.before is not None:
        until = min(until or asked.before, (asked.before >> _BITS) + 1)
    return msgspec.structs.replace(asked, before=None, after=None, since=since, until=until)


def lately(limit: int, found: Iterable[Sequence[Late]]) -> list[Late]:
    """The conversations that were at work last, the latest first."""
    return sorted((one for late in found for one in late), key=lambda one: -one.received)[:limit]


def causes(found: Iterable[Sequence[Cause]]) -> list[Cause]:
    """Parked work by cause, the most frequent first."""
    merged: dict[tuple[str, str, str], Cause] = {}
    for one in (cause for some in found for cause in some):
        key = (one.what, one.plugin, one.error)
        other = merged.get(key)
        merged[key] = one if other is None else _sum(one, other)
    return sorted(merged.values(), key=lambda one: (-one.count, one.what, one.plugin, one.error))


def _sum(one: Cause, other: Cause) -> Cause:
    return msgspec.structs.replace(
        one,
        count=one.count + other.count,
        oldest=min(one.oldest, other.oldest),
        newest=max(one.newest, other.newest),
    )


def _at(view: EventView, place: int) -> EventView:
    return msgspec.structs.replace(view, stored=msgspec.structs.replace(view.stored, seq=place))


def parked(limit: int, found: Iterable[Sequence[ParkedView]]) -> list[ParkedView]:
    """Parked work, oldest first."""
    return sorted((view for views in found for view in views), key=lambda view: view.at)[:limit]


def forgotten(found: Iterable[Forgotten]) -> Forgotten:
    """How much was erased everywhere."""
    counts = [msgspec.structs.asdict(one) for one in found]
    return Forgotten(**{name: sum(count[name] for count in counts) for name in Forgotten.__struct_fields__})


def stats(found: Sequence[Stats], now: int) -> Stats:
    """Figures of all partitions; the last place is one before which nothing comes any more."""
    outbox: dict[str, int] = {}
    for one in found:
        for state, count in one.outbox.items():
            outbox[state] = outbox.get(state, 0) + count
    return Stats(
        events=sum(one.events for one in found),
        last_seq=place_at(now - SETTLED),
        oldest_received=_earliest(one.oldest_received for one in found),
        size_bytes=sum(one.size_bytes for one in found),
        free_bytes=min((one.free_bytes for one in found), default=0),
        lanes=tuple(_lane_stats(name, found) for name in sorted({lane.plugin for one in found for lane in one.lanes})),
        outbox=outbox,
        oldest_outbound=_earliest(one.oldest_outbound for one in found),
    )


def _lane_stats(name: str, found: Sequence[Stats]) -> LaneStats:
    lanes = [lane for one in found for lane in one.lanes if lane.plugin == name]
    return LaneStats(
        plugin=name,
        low_water=min(lane.low_water for lane in lanes),
        pending=sum(lane.pending for lane in lanes),
        retry=sum(lane.retry for lane in lanes),
        parked=sum(lane.parked for lane in lanes),
        oldest_pending=_earliest(lane.oldest_pending for lane in lanes),
    )


def _earliest(moments: Iterable[int]) -> int:
    return min((moment for moment in moments if moment), default=0)


_CIRCUITS: Final = ("closed", "half_open", "open")


def lanes(found: Iterable[Sequence[LaneInfo]]) -> list[LaneInfo]:
    """Each plugin's lanes as one: the worst circuit, the sum of the rest; paused if it is so anywhere."""
    by_plugin: dict[str, list[LaneInfo]] = {}
    for infos in found:
        for info in infos:
            by_plugin.setdefault(info.plugin, []).append(info)
    return [_lane(name, infos) for name, infos in sorted(by_plugin.items())]


def _lane(name: str, infos: Sequence[LaneInfo]) -> LaneInfo:
    opens = [info.opens_at for info in infos if info.opens_at is not None]
    return LaneInfo(
        plugin=name,
        circuit=max((info.circuit for info in infos), key=_CIRCUITS.index),
        in_flight=sum(info.in_flight for info in infos),
        waiting=sum(info.waiting for info in infos),
        blocked=sum(info.blocked for info in infos),
        opens_at=min(opens) if opens else None,
        handled=sum(info.handled for info in infos),
        failed=sum(info.failed for info in infos),
        paused=any(info.paused for info in infos),
        quarantined=next((info.quarantined for info in infos if info.quarantined), ""),
    )


def waiting(found: Iterable[Sequence[AccountOutbox]]) -> list[AccountOutbox]:
    """Each account's requests, wherever they wait."""
    merged: dict[tuple[str, str], AccountOutbox] = {}
    for accounts in found:
        for one in accounts:
            before = merged.get((one.object, one.account))
            merged[one.object, one.account] = one if before is None else _both(before, one)
    return [merged[key] for key in sorted(merged)]


def _both(one: AccountOutbox, other: AccountOutbox) -> AccountOutbox:
    worse = max(one, other, key=lambda each: (bool(each.trouble), each.paused_until or 0, each.unclear))
    return msgspec.structs.replace(
        worse,
        waiting=one.waiting + other.waiting,
        in_flight=one.in_flight + other.in_flight,
        unclear=one.unclear + other.unclear,
    )
