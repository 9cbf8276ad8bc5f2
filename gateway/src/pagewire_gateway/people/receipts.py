"""What plugins said to deletions, and to logins that ended, as rows. Each function is one step."""

from collections.abc import Sequence
from typing import Any

import apsw
from msgspec import Struct

from pagewire_gateway.journal.sqlite.asking import fetch, value
from pagewire_gateway.people.port import Receipt, Subject
from pagewire_gateway.people.requests import Asked, at_work


class Due(Struct, frozen=True, kw_only=True):
    """A receipt that is to be asked for now."""

    asked: Asked
    subject: Subject
    receipt: Receipt


def due(db: apsw.Connection, now: int, limit: int) -> list[Due]:
    """Receipts whose time has come."""
    rows = fetch(
        db,
        "select deletion, place, plugin, state, attempts, due, at, error, receipt from deletion_receipt "
        "where state = 'waiting' and state in ('waiting', 'parked') and due <= ? order by due limit ?",
        (now, limit),
    )
    known = {asked.id: asked for asked in at_work(db)} if rows else {}
    return [_due(known[row[0]], receipt_of(row[1:])) for row in rows if row[0] in known]


def _due(asked: Asked, receipt: Receipt) -> Due:
    subject = next(one for one in asked.subjects if one.place == receipt.place)
    return Due(asked=asked, subject=subject, receipt=receipt)


def next_due(db: apsw.Connection) -> int | None:
    """When the next receipt is to be asked for."""
    found: int | None = value(
        db,
        "select min(due) from deletion_receipt where state = 'waiting' and state in ('waiting', 'parked')",
    )
    return found


def answered(db: apsw.Connection, id_: str, one: Receipt) -> None:
    """What a plugin said."""
    row = (one.state, one.attempts, one.due, one.at, one.error, one.receipt, id_, one.place, one.plugin)
    db.execute(
        "update deletion_receipt set state = ?, attempts = ?, due = ?, at = ?, error = ?, receipt = ? "
        "where deletion = ? and place = ? and plugin = ?",
        row,
    )


def again(db: apsw.Connection, id_: str, now: int) -> int:
    """Ask parked plugins once more; returns how many."""
    db.execute(
        "update deletion_receipt set state = 'waiting', attempts = 0, due = ?, error = '' "
        "where deletion = ? and state = 'parked'",
        (now, id_),
    )
    return db.changes()


def receipt_of(row: Sequence[Any]) -> Receipt:
    """A receipt, by its columns."""
    place, plugin, state, attempts, due_, at, error, receipt = row
    return Receipt(
        place=place, plugin=plugin, state=state, attempts=attempts, due=due_, at=at, error=error, receipt=receipt
    )
