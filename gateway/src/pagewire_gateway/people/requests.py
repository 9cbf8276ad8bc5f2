"""Deletions, and logins that ended, as rows: what was asked, how far it is, and what is left. Each function is one step."""

from collections.abc import Iterable, Sequence
from typing import Any

import apsw
import msgspec
from msgspec import Struct

from pagewire.people import ScopedId
from pagewire_gateway.journal.sqlite.asking import Row, fetch, value
from pagewire_gateway.people.port import PERSON_DELETED, DeletionState, DeletionStatus, Receipt, Subject

_removed = msgspec.json.Decoder(dict[str, int])


class Asked(Struct, frozen=True, kw_only=True):
    """A deletion at work, or a login that ended.

    Attributes:
        hook: what plugins are told by.
        upto: the journal's last place when it was asked for; -1 while that is not known.
        erased: the gateway's own stores are through with it.
        subjects: with their scoped ids.
    """

    id: str
    ground: str
    requested: int
    upto: int
    erased: bool
    subjects: tuple[Subject, ...]
    hook: str = PERSON_DELETED


class Due(Struct, frozen=True, kw_only=True):
    """A receipt that is to be asked for now."""

    asked: Asked
    subject: Subject
    receipt: Receipt


def ask(db: apsw.Connection, new: Asked) -> str:
    """Write a request down; returns its id, or that of one at work that asks for the same.

    To forget a person who is being forgotten already is another request: it reaches what they did since.
    """
    same = _same(db, new)
    if same is not None:
        db.execute(
            "update deletion set requested = max(requested, ?) where id = ? and hook <> ?",
            (new.requested, same, PERSON_DELETED),
        )
        return same
    db.execute(
        "insert into deletion (id, ground, requested, upto, state, removed, finished, hook) "
        "values (?, ?, ?, ?, 'asked', '{}', 0, ?)",
        (new.id, new.ground, new.requested, new.upto, new.hook),
    )
    for one in new.subjects:
        id_ = one.who.id if one.who else None
        row = (new.id, one.place, one.object, one.account, id_, one.hash, one.token)
        db.execute(
            "insert into deletion_subject (deletion, place, object, account, id, hash, token) values (?, ?, ?, ?, ?, ?, ?)",
            row,
        )
    return new.id


def _same(db: apsw.Connection, new: Asked) -> str | None:
    hashes = {subject.hash for subject in new.subjects}
    rows = fetch(
        db,
        "select id from deletion where state = 'asked' and hook = ?1 and (upto < 0 or ?1 <> ?2) order by place",
        (new.hook, PERSON_DELETED),
    )
    for (id_,) in rows:
        if {subject.hash for subject in subjects(db, id_)} == hashes:
            return str(id_)
    return None


def place_at(db: apsw.Connection, id_: str, upto: int) -> None:
    """Remember up to which event a deletion goes; the first time counts."""
    db.execute("update deletion set upto = ? where id = ? and upto < 0", (upto, id_))


def at_work(db: apsw.Connection) -> list[Asked]:
    """Deletions that are not done, oldest first."""
    rows = fetch(
        db, "select id, ground, requested, upto, state, hook from deletion where state <> 'done' order by place"
    )
    return [_asked(db, row) for row in rows]


def _asked(db: apsw.Connection, row: Row) -> Asked:
    id_, ground, requested, upto, state, hook = row
    return Asked(
        id=id_, ground=ground, requested=requested, upto=upto, erased=state != "asked", subjects=subjects(db, id_), hook=hook
    )  # fmt: skip


def subjects(db: apsw.Connection, id_: str) -> tuple[Subject, ...]:
    """Whom a deletion is about."""
    rows = fetch(
        db,
        "select place, object, account, hash, id, token from deletion_subject where deletion = ? order by place",
        (id_,),
    )
    return tuple(
        Subject(
            place=place,
            object=object_,
            account=account,
            hash=hash_,
            who=ScopedId(object_, account, who) if who else None,
            token=token,
        )
        for place, object_, account, hash_, who, token in rows
    )


def erased(db: apsw.Connection, id_: str, removed: dict[str, int], receipts: Iterable[Receipt]) -> None:
    """The gateway's own stores are through; from now on plugins are asked."""
    counts = msgspec.json.encode(removed).decode()
    db.execute("update deletion set state = 'erased', removed = ? where id = ? and state = 'asked'", (counts, id_))
    for one in receipts:
        row = (id_, one.place, one.plugin, one.state, one.attempts, one.due, one.at, one.error, one.receipt)
        db.execute("insert into deletion_receipt values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing", row)


def removed_so_far(db: apsw.Connection, id_: str) -> dict[str, int]:
    """What was noted as removed from the store of people."""
    return _removed.decode(value(db, "select removed from deletion where id = ?", (id_,)) or "{}")


def note_removed(db: apsw.Connection, id_: str, removed: dict[str, int]) -> None:
    """Note it in the step that removes it, so that an interruption loses no count."""
    db.execute("update deletion set removed = ? where id = ?", (msgspec.json.encode(removed).decode(), id_))


def due(db: apsw.Connection, now: int, limit: int) -> list[Due]:
    """Receipts whose time has come."""
    rows = fetch(
        db,
        "select deletion, place, plugin, state, attempts, due, at, error, receipt from deletion_receipt "
        "where state = 'waiting' and state in ('waiting', 'parked') and due <= ? order by due limit ?",
        (now, limit),
    )
    known = {asked.id: asked for asked in at_work(db)} if rows else {}
    return [_due(known[row[0]], _receipt(row[1:])) for row in rows if row[0] in known]


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


def finish(db: apsw.Connection, now: int) -> list[tuple[str, str]]:
    """End deletions of which every receipt is there: their scoped ids go. Returns their ids, each with its hook."""
    rows = fetch(
        db,
        "select id, hook from deletion d where state = 'erased' and not exists "
        "(select 1 from deletion_receipt r where r.deletion = d.id and r.state in ('waiting', 'parked'))",
    )
    for id_, _ in rows:
        db.execute("update deletion_subject set id = null where deletion = ?", (id_,))
        db.execute("update deletion set state = 'done', finished = ? where id = ?", (now, id_))
    return [(id_, hook) for id_, hook in rows]


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
    receipts = tuple(_receipt(one) for one in fetch(db, _RECEIPTS, (id_,)))
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


def _receipt(row: Sequence[Any]) -> Receipt:
    place, plugin, state, attempts, due_, at, error, receipt = row
    return Receipt(
        place=place, plugin=plugin, state=state, attempts=attempts, due=due_, at=at, error=error, receipt=receipt
    )


def standing(db: apsw.Connection, hook: str = PERSON_DELETED) -> dict[str, int]:
    """How many deletions, or logins that ended, are in each state that is not the end."""
    counts: dict[str, int] = {"erasing": 0, "telling": 0, "parked": 0}
    for id_, state in fetch(db, "select id, state from deletion where state <> 'done' and hook = ?", (hook,)):
        counts[_state(state, [_receipt(one) for one in fetch(db, _RECEIPTS, (id_,))])] += 1
    return counts


def forgotten_until(db: apsw.Connection, hash_: str) -> int:
    """When a scoped id was last asked to be forgotten; 0 if never."""
    return int(
        value(
            db,
            "select ifnull(max(d.requested), 0) from deletion_subject s join deletion d on d.id = s.deletion "
            "where s.hash = ? and d.hook = ?",
            (hash_, PERSON_DELETED),
        )
    )


def forgotten_since(db: apsw.Connection, since: int) -> dict[str, int]:
    """Hashes of scoped ids that were asked to be forgotten since then, and when."""
    rows = fetch(
        db,
        "select s.hash, max(d.requested) from deletion d join deletion_subject s on s.deletion = d.id "
        "where d.requested >= ? and d.hook = ? group by s.hash",
        (since, PERSON_DELETED),
    )
    return dict(rows)
