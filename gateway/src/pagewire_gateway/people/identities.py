"""Scoped ids as rows: since when they are known, and by which id their person goes."""

import secrets
from collections.abc import Mapping, Sequence

import apsw
from msgspec import Struct

from pagewire.people import ScopedId
from pagewire_gateway.journal.sqlite.asking import Row, fetch, value

_SEEN = (
    "insert into identity (object, account, id, origin, first_seen, last_seen) values (?, ?, ?, ?, ?, ?) "
    "on conflict (object, account, id) do update set "
    "first_seen = min(first_seen, excluded.first_seen), last_seen = max(last_seen, excluded.last_seen)"
)
_ONE = (
    "select place, object, account, id, origin, first_seen, last_seen from identity "
    "where object = ? and account = ? and id = ?"
)


class Identity(Struct, frozen=True, kw_only=True):
    """A scoped id.

    Attributes:
        place: order in which ids became known, for paging.
        who: the id.
        origin: by which its person goes if no other of their ids was known before.
        first_seen: of its events, milliseconds since 1970.
        last_seen: of its events.
    """

    place: int
    who: ScopedId
    origin: str
    first_seen: int
    last_seen: int


def saw(db: apsw.Connection, seen: Mapping[ScopedId, tuple[int, int]], upto: int, part: str = "") -> None:
    """Take in when people were seen first and last, as far as the place `upto` of the journal, or of that part of it."""
    for who, (first, last) in seen.items():
        db.execute(_SEEN, (*who, _new_id(), first, last))
    db.execute("insert into meta values (?2, ?1) on conflict do update set value = max(value, ?1)", (upto, _mark(part)))


def observed(db: apsw.Connection, part: str = "") -> int | None:
    """Up to which place of the journal, or of that part of it, people were taken in; ``None`` before the first time."""
    found: int | None = value(db, "select value from meta where name = ?", (_mark(part),))
    return found


def _mark(part: str) -> str:
    return f"observed {part}".strip()


def ensure(db: apsw.Connection, who: ScopedId, now: int) -> None:
    """Know a scoped id."""
    db.execute(
        "insert into identity (object, account, id, origin, first_seen, last_seen) values (?, ?, ?, ?, ?, ?) "
        "on conflict do nothing",
        (*who, _new_id(), now, now),
    )


def of(db: apsw.Connection, who: ScopedId) -> Identity | None:
    """What is known of a scoped id."""
    rows = fetch(db, _ONE, who)
    return _identity(rows[0]) if rows else None


def by_origin(db: apsw.Connection, origin: str) -> Identity | None:
    """The scoped id that gave a person their id."""
    rows = fetch(
        db, "select place, object, account, id, origin, first_seen, last_seen from identity where origin = ?", (origin,)
    )
    return _identity(rows[0]) if rows else None


def person_id(db: apsw.Connection, members: Sequence[ScopedId]) -> str:
    """By which id a person of these scoped ids goes: that of the one known longest; empty if none is known."""
    known = [found for who in members if (found := of(db, who)) is not None]
    return min(known, key=lambda one: one.place).origin if known else ""


def newest(
    db: apsw.Connection, limit: int, before: int | None, account: tuple[str | None, str | None]
) -> list[Identity]:
    """The scoped ids that became known last, newest first.

    Args:
        db: the database.
        limit: at most so many.
        before: only those that became known before the one at this place.
        account: object and account id, each ``None`` for any.
    """
    rows = fetch(
        db,
        "select place, object, account, id, origin, first_seen, last_seen from identity "
        "where (:before is null or place < :before) and (:object is null or object = :object) "
        "and (:account is null or account = :account) order by place desc limit :limit",
        {"before": before, "object": account[0], "account": account[1], "limit": limit},
    )
    return [_identity(row) for row in rows]


def _identity(row: Row) -> Identity:
    place, object_, account, id_, origin, first, last = row
    return Identity(place=place, who=ScopedId(object_, account, id_), origin=origin, first_seen=first, last_seen=last)


def _new_id() -> str:
    return f"p-{secrets.token_hex(10)}"
