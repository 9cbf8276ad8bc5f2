"""What plugins are still to be told of their requests."""

from collections.abc import Sequence
from typing import Final

import apsw
import msgspec

from pagewire_gateway.journal.port import Outbound, Reached, Untold
from pagewire_gateway.journal.sqlite.asking import fetch
from pagewire_gateway.journal.sqlite.rows import outbound_of
from pagewire_gateway.journal.sqlite.statements import READING, WRITING, pieces

_MARKS: Final = {"arrived": "reached_arrived", "seen": "reached_seen"}


def owed(db: apsw.Connection, after: int, limit: int) -> list[Outbound]:
    """Requests at an end of which the plugin that asked has not been told, oldest first."""
    return [outbound_of(row) for row in fetch(db, READING["outbox_owed"], (after, limit))]


def told(db: apsw.Connection, ids: Sequence[str]) -> None:
    """The plugins know of these."""
    for start, end in pieces(len(ids)):
        db.execute(WRITING.many("told", end - start), tuple(ids[start:end]))


def untold(db: apsw.Connection, reports: Sequence[Untold]) -> None:
    """The plugins could not be told of these."""
    for one in reports:
        db.execute(WRITING["untold"], (one.attempts, one.error, one.at, one.id))


def reached(db: apsw.Connection, asked: Reached) -> list[Outbound]:
    """Mark what an event tells of, and give it."""
    facts = {
        **asked.conversation._asdict(),
        "plugin": asked.plugin,
        "seq": asked.seq,
        "mids": msgspec.json.encode(asked.mids).decode(),
        "until": asked.until,
    }
    db.execute(WRITING[_MARKS[asked.fact]], facts)
    return [outbound_of(row) for row in fetch(db, WRITING["reached"], facts)]
