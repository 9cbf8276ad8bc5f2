"""Tables of the journal's schema, and files that hold a part of one journal."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import apsw

from pagewire_gateway.journal.sqlite.asking import fetch
from pagewire_gateway.journal.sqlite.connecting import make_file, open_writer, remove_file
from pagewire_gateway.journal.sqlite.schema import bring_up_to_date

TABLES: Final = (
    *(
        "event",
        "seen",
        "conversation",
        "lane",
        "delivery",
        "attempt",
        "outbox",
        "answer",
        "forgetting",
        "lease",
        "meta",
        "replay",
    ),
    *("block", "word", "posting"),
)
"""All of them; a copy has to know each. What is listed in the last three is listed anew at the other place."""
PIECE: Final = 2_000

Progress = Callable[[str, int, int], None]
"""Told what is done, how much of it, and of how much."""


@contextlib.contextmanager
def fresh(target: Path) -> Iterator[apsw.Connection]:
    """A new journal file that appears under its name once all is in it."""
    partial = target.with_name(f"{target.name}.part")
    remove_file(partial)
    make_file(partial)
    db = open_writer(partial, synchronous="OFF", max_pages=2**32 - 2)
    try:
        bring_up_to_date(db, partial)
        yield db
        in_one_file(db)
    finally:
        db.close()
    partial.replace(target)


def in_one_file(db: apsw.Connection) -> None:
    """Have all of a database in its one file, so that it can be given another name."""
    db.execute("pragma wal_checkpoint(truncate)").fetchall()
    db.execute("pragma journal_mode = delete").fetchall()


@contextlib.contextmanager
def attached(db: apsw.Connection, file: Path) -> Iterator[None]:
    """A transaction in which the tables of a file are called ``src.event`` and so on."""
    db.execute("attach ? as src", (str(file),))
    try:
        db.execute("begin")
        yield
        db.execute("commit")
    finally:
        if db.in_transaction:
            db.execute("rollback")
        db.execute("detach src")


def columns(db: apsw.Connection, table: str, **instead: str) -> tuple[str, str]:
    """The columns of a table, and what to select for each of them from ``src``."""
    names = [row[1] for row in fetch(db, f"pragma main.table_info({table})")]
    return ", ".join(names), ", ".join(instead.get(name, f"s.{name}") for name in names)


def copy(db: apsw.Connection, table: str, tail: str, *, how: str = "insert", **instead: str) -> None:
    """Insert what is selected from a table of ``src``.

    Args:
        db: of the target, within a transaction.
        table: which.
        tail: joins, conditions and order.
        how: ``insert``, or with what to do about rows that are there.
        instead: columns that are something else in the target.
    """
    into, what = columns(db, table, **instead)
    db.execute(f"{how} into main.{table} ({into}) select {what} from src.{table} s {tail}")  # noqa: S608 - names of ours
