"""One journal file into partitions: every row goes where its conversation belongs, and places are given anew."""

from collections.abc import Callable
from pathlib import Path

import apsw

from pagewire_gateway.journal.moving.columns import PIECE, Progress, attached, copy, fresh
from pagewire_gateway.journal.sqlite.asking import fetch, value

Belongs = Callable[..., int]
"""The partition of (object, account, person)."""

_UP_TO = "select ifnull(max(local), 0) from place where seq <= ?"
_WHERE = "partition_of(s.object, s.account, ifnull(s.person, ''))"


def split(source: Path, target: Path, partition: int, belongs: Belongs, progress: Progress) -> None:
    """Write the file of one partition; it appears whole or not at all.

    Args:
        source: a copy of the journal, in which everything is folded in and nothing changes.
        target: the file.
        partition: which.
        belongs: tells them apart.
        progress: told of events.
    """
    with fresh(target) as db:
        db.create_scalar_function("partition_of", belongs, 3, deterministic=True)
        with attached(db, source):
            _places(db, partition)
            _events(db, partition, progress)
            _ids(db)
            _rest(db, partition)
            _facts(db)


def _places(db: apsw.Connection, partition: int) -> None:
    db.execute("create temp table place (local integer primary key, seq integer not null unique)")
    db.execute(
        "insert into place select row_number() over (order by s.seq), s.seq from src.event s "  # noqa: S608
        f"where {_WHERE} = ?",
        (partition,),
    )


def _events(db: apsw.Connection, partition: int, progress: Progress) -> None:
    total = value(db, "select ifnull(max(local), 0) from place")
    for start in range(0, total, PIECE):
        join = f"join place p on p.seq = s.seq where p.local > {start} and p.local <= {start + PIECE} order by p.local"
        copy(db, "event", join, seq="p.local")
        progress(f"partition {partition}", min(start + PIECE, total), total)


def _ids(db: apsw.Connection) -> None:
    copy(db, "seen", "join place p on p.seq = s.seq", seq="p.local")
    # Nobody can tell where an id belongs whose event was dropped, or whose person was erased: it is known everywhere.
    db.execute(
        "insert into main.seen (id, seq) select s.id, 0 from src.seen s left join src.event e on e.seq = s.seq "
        "where e.seq is null or (e.person is null and e.raw is null) on conflict (id) do nothing"
    )


def _rest(db: apsw.Connection, partition: int) -> None:
    copy(db, "conversation", f"where {_WHERE} = {partition}")
    marks = {
        name: f"(select ifnull(max(local), 0) from place where seq <= s.{name})"  # noqa: S608 - names of ours
        for name in ("since", "low_water")
    }
    copy(db, "lane", "", **marks)
    copy(db, "delivery", "join place p on p.seq = s.seq", seq="p.local")
    # Inserting deliveries made the youngest rows of it already.
    copy(db, "attempt", "join place p on p.seq = s.seq", seq="p.local", how="insert or replace")
    told = {
        name: f"iif(s.{name} = 0, 0, ifnull((select local from place where seq = s.{name}), -1))"  # noqa: S608
        for name in ("arrived", "seen")
    }
    copy(
        db,
        "outbox",
        "join place p on p.seq = s.event_seq order by s.seq",
        seq="row_number() over (order by s.seq)",
        event_seq="p.local",
        **told,
    )
    copy(db, "answer", "join main.outbox o on o.id = s.id")
    if partition == 0:
        copy(db, "forgetting", "")
    # Every partition knows that the part of a replay is done; what it came to is added up over them, so one has it.
    copy(db, "replay", "", **({"got": "'{}'"} if partition else {}))


def _facts(db: apsw.Connection) -> None:
    db.execute("update main.meta set value = (select ifnull(max(local), 0) from place) where name = 'folded'")
    for name, found in fetch(db, "select name, value from src.meta where name in ('restored_at', 'restored_seq')"):
        here = value(db, _UP_TO, (found,)) if name == "restored_seq" else found
        db.execute("insert or replace into main.meta values (?, ?)", (name, here))
