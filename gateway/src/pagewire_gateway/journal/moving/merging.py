"""Partitions into one journal file: events in the order in which they were received, each partition's own order kept.

A lane has one low-water mark in the file, the lowest. What it had skipped above that in some partition is settled there without
an attempt (`at` is 0): otherwise it would be handed out once more.
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import apsw
import msgspec

from pagewire_gateway.journal.moving.columns import PIECE, Progress, attached, copy, fresh
from pagewire_gateway.journal.sqlite.asking import fetch, value

_TEMPORARY = """
create temp table coming (part integer, local integer, stamp integer);
create temp table coming_out (part integer, local integer, stamp integer);
create temp table mark (part integer, plugin text, since integer, low_water integer, open integer);
create temp table place (part integer, local integer, seq integer primary key);
create temp table place_out (part integer, local integer, seq integer primary key);
"""


def merge(sources: Sequence[Path], target: Path, progress: Progress) -> None:
    """Write one file; it appears whole or not at all.

    Args:
        sources: files of all partitions, in which everything is folded in and nothing changes.
        target: the file.
        progress: told of events.
    """
    with fresh(target) as db:
        db.execute(_TEMPORARY)
        db.create_scalar_function("added", _added, 2, deterministic=True)
        for part, source in enumerate(sources):
            with attached(db, source):
                _look(db, part)
        _places(db)
        for part, source in enumerate(sources):
            with attached(db, source):
                _events(db, part, progress)
                _rest(db, part)
        for source in sources:
            with attached(db, source):
                _strangers(db)
        _lanes(db)
        db.execute("update main.meta set value = (select ifnull(max(seq), 0) from place) where name = 'folded'")


def _look(db: apsw.Connection, part: int) -> None:
    """Within a partition its order counts; between them, when an event was received."""
    db.execute(
        "insert into coming select ?, seq, max(received) over (order by seq) from src.event order by seq", (part,)
    )
    db.execute(
        "insert into coming_out select ?, seq, max(created) over (order by seq) from src.outbox order by seq", (part,)
    )
    db.execute("insert into mark select ?, plugin, since, low_water, open from src.lane", (part,))


def _places(db: apsw.Connection) -> None:
    for name in ("", "_out"):
        db.execute(
            f"insert into place{name} select part, local, row_number() over (order by stamp, part, local) from coming{name}"  # noqa: S608
        )
        db.execute(f"create unique index temp.place{name}_local on place{name} (part, local)")


def _events(db: apsw.Connection, part: int, progress: Progress) -> None:
    total = value(db, "select ifnull(max(local), 0) from place where part = ?", (part,))
    for start in range(0, total, PIECE):
        join = (
            f"join place p on p.part = {part} and p.local = s.seq where s.seq > {start} and s.seq <= {start + PIECE} "
            "order by p.seq"
        )
        copy(db, "event", join, seq="p.seq")
        progress(f"partition {part}", min(start + PIECE, total), total)


def _rest(db: apsw.Connection, part: int) -> None:
    here = f"join place p on p.part = {part} and p.local = s.seq"
    copy(db, "seen", f"{here} where true on conflict (id) do nothing", seq="p.seq")
    copy(db, "conversation", "", how="insert or ignore")
    copy(db, "delivery", here, seq="p.seq")
    # Inserting deliveries made the youngest rows of it already.
    copy(db, "attempt", here, seq="p.seq", how="insert or replace")
    told = {
        name: f"iif(s.{name} = 0, 0, ifnull((select seq from place where part = {part} and local = s.{name}), -1))"  # noqa: S608
        for name in ("arrived", "seen")
    }
    copy(
        db,
        "outbox",
        f"join place p on p.part = {part} and p.local = s.event_seq "
        f"join place_out q on q.part = {part} and q.local = s.seq order by q.seq",
        seq="q.seq",
        event_seq="p.seq",
        **told,
    )
    copy(db, "answer", "")
    _counted(db)
    _replays(db)
    _restored(db, part)


def _counted(db: apsw.Connection) -> None:
    copy(
        db,
        "forgetting",
        "where true on conflict (request) do update set events = events + excluded.events, "
        "deliveries = deliveries + excluded.deliveries, outbound = outbound + excluded.outbound, talks = talks + excluded.talks",
    )


def _replays(db: apsw.Connection) -> None:
    """The newest part of each replay that some partition has done: rather one that is not put back than one sent twice."""
    copy(
        db,
        "replay",
        "where true on conflict (job) do update set at = max(at, excluded.at), number = max(number, excluded.number), "
        "got = iif(excluded.number > number, excluded.got, iif(excluded.number < number, got, added(got, excluded.got)))",
    )


def _added(*told: Any) -> str:
    lanes = Counter[str]()
    for one in told:
        lanes.update(msgspec.json.decode(one, type=dict[str, int]))
    return msgspec.json.encode(lanes).decode()


def _restored(db: apsw.Connection, part: int) -> None:
    for name, found in fetch(db, "select name, value from src.meta where name in ('restored_at', 'restored_seq')"):
        if name == "restored_seq":
            here = value(db, "select ifnull(max(seq), 0) from place where part = ? and local <= ?", (part, found))
        else:
            here = found
        db.execute(
            "insert into main.meta values (?, ?) on conflict (name) do update set value = max(value, excluded.value)",
            (name, here),
        )


def _strangers(db: apsw.Connection) -> None:
    """Ids of which nobody can tell the event."""
    copy(db, "seen", "where s.seq = 0 on conflict (id) do nothing")


def _lanes(db: apsw.Connection) -> None:
    """One mark for each lane: before the first event that some partition's mark does not cover."""
    db.execute(
        "insert into main.lane (plugin, since, low_water, open) "
        "select plugin, "
        "  ifnull(min((select min(seq) from place p where p.part = m.part and p.local > m.since)) - 1, "
        "    (select ifnull(max(seq), 0) from place)), "
        "  ifnull(min((select min(seq) from place p where p.part = m.part and p.local > m.low_water)) - 1, "
        "    (select ifnull(max(seq), 0) from place)), "
        "  max(open) from mark m group by plugin"
    )
    db.execute(
        "insert into main.delivery (plugin, seq, state, attempts, due, error, at, generation) "
        "select m.plugin, p.seq, 'done', 0, 0, '', 0, 0 from mark m "
        "join main.lane l on l.plugin = m.plugin join place p on p.part = m.part "
        "where p.local <= m.low_water and p.seq > l.low_water on conflict (plugin, seq) do nothing"
    )
