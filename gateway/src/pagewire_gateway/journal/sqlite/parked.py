"""What is parked: one by one, and by its cause."""

from typing import Final

import apsw

from pagewire_gateway.journal.port import Cause, ParkedView, What
from pagewire_gateway.journal.sqlite.asking import fetch
from pagewire_gateway.journal.sqlite.rows import parked_of
from pagewire_gateway.journal.sqlite.statements import READING

_LISTS: Final[dict[What, str]] = {
    "event": "parked_events",
    "outbound": "parked_outbound",
    "report": "parked_reports",
}
_CAUSES: Final[dict[What, str]] = {
    "event": "causes_of_events",
    "outbound": "causes_of_outbound",
    "report": "causes_of_reports",
}


def parked(
    db: apsw.Connection, limit: int, plugin: str | None, what: What | None, cause: str | None
) -> list[ParkedView]:
    """Parked work, oldest event first."""
    asked = {"limit": limit, "plugin": plugin, "cause": cause}
    rows = [row for name, sql in _LISTS.items() if what in (None, name) for row in fetch(db, READING[sql], asked)]
    return [parked_of(row) for row in sorted(rows, key=lambda row: int(row[3]))[:limit]]


def causes(db: apsw.Connection) -> list[Cause]:
    """Parked work by plugin and cause, the most frequent first."""
    found = [Cause(what, *row[:5]) for what, sql in _CAUSES.items() for row in fetch(db, READING[sql])]
    return sorted(found, key=lambda one: (-one.count, one.what, one.plugin, one.error))
