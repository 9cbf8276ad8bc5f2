"""Deletions, and logins that ended, as rows: what was asked, how far it is, and what is left. Each function is one step."""

from collections.abc import Iterable, Sequence

import apsw
import msgspec
from msgspec import Struct

from pagewire.people import ScopedId
from pagewire_gateway.journal.sqlite.asking import Row, fetch, value
from pagewire_gateway.people.port import PERSON_DELETED, Receipt, Subject

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


_ANSWERED = (
    "select id, hook from deletion d where state = 'erased' and not exists "
    "(select 1 from deletion_receipt r where r.deletion = d.id and r.state in ('waiting', 'parked'))"
)


def unname(db: apsw.Connection) -> list[str]:
    """Take the scoped ids from deletions of which every receipt is there; returns which those are, until they are finished."""
    answered = [str(id_) for id_, _ in fetch(db, _ANSWERED)]
    for id_ in answered:
        db.execute("update deletion_subject set id = null where deletion = ?", (id_,))
    return answered


def finish(db: apsw.Connection, answered: Sequence[str], now: int) -> list[tuple[str, str]]:
    """End those of these deletions that have every receipt and no scoped id; returns their ids, each with its hook."""
    rows = [(id_, hook) for id_, hook in fetch(db, _ANSWERED) if id_ in answered]
    for id_, _ in rows:
        db.execute("update deletion set state = 'done', finished = ? where id = ?", (now, id_))
    return [(id_, hook) for id_, hook in rows]


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
