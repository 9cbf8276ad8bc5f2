"""Deletions, and logins that ended, as people see them: how far each is, and what is left of it."""

from collections.abc import Sequence

import apsw
import msgspec

from pagewire_gateway.journal.sqlite.asking import Row, fetch
from pagewire_gateway.people.port import PERSON_DELETED, DeletionState, DeletionStatus, Receipt
from pagewire_gateway.people.receipts import receipt_of
from pagewire_gateway.people.requests import subjects

_removed = msgspec.json.Decoder(dict[str, int])


def status(db: apsw.Connection, id_: str) -> DeletionStatus | None:
    """A deletion as people see it."""
    rows = fetch(db, f"{_STATUS} where id = ?", (id_,))
    return _status(db, rows[0]) if rows else None


def latest(db: apsw.Connection, limit: int, hook: str = PERSON_DELETED) -> list[DeletionStatus]:
    """The newest deletions, or logins that ended, newest first."""
    rows = fetch(db, f"{_STATUS} where hook = ? order by place desc limit ?", (hook, limit))
    return [_status(db, row) for row in rows]


def _status(db: apsw.Connection, row: Row) -> DeletionStatus:
    id_, ground, requested, state, finished, removed, hook = row
    receipts = tuple(receipt_of(one) for one in fetch(db, _RECEIPTS, (id_,)))
    shown = tuple(msgspec.structs.replace(subject, who=None) for subject in subjects(db, id_))
    return DeletionStatus(
        id=id_,
        ground=ground,
        requested=requested,
        state=_state(state, receipts),
        finished=finished,
        subjects=shown,
        removed=_removed.decode(removed),
        receipts=receipts,
        hook=hook,
    )


_STATUS = "select id, ground, requested, state, finished, removed, hook from deletion"
_RECEIPTS = (
    "select place, plugin, state, attempts, due, at, error, receipt from deletion_receipt where deletion = ? "
    "order by place, plugin"
)


def _state(stored: str, receipts: Sequence[Receipt]) -> DeletionState:
    if stored == "asked":
        return "erasing"
    if stored == "done":
        return "done"
    return "parked" if any(one.state == "parked" for one in receipts) else "telling"


def standing(db: apsw.Connection, hook: str = PERSON_DELETED) -> dict[str, int]:
    """How many deletions, or logins that ended, are in each state that is not the end."""
    counts: dict[str, int] = {"erasing": 0, "telling": 0, "parked": 0}
    for id_, state in fetch(db, "select id, state from deletion where state <> 'done' and hook = ?", (hook,)):
        counts[_state(state, [receipt_of(one) for one in fetch(db, _RECEIPTS, (id_,))])] += 1
    return counts
