"""Which scoped ids are one person: what was asserted, what it connects, and what stands against it.

Nothing is merged. Assertions are kept as they were made, and a person is whatever they connect; so taking one back restores
exactly what was before.
"""

from collections.abc import Iterable, Sequence

import apsw
from msgspec import Struct

from pagewire.people import Linked, ScopedId
from pagewire_gateway.journal.sqlite.asking import Row, fetch, value
from pagewire_gateway.people.identities import ensure, person_id

KEY = "key"
"""Object of what another system knows a person by: account is namespace and kind, id a keyed hash."""
OPERATOR = "operator"
MOST = 100
"""Ids of one person; more is taken for a mistake, such as a shared mailbox."""

_NEIGHBOURS = "select distinct object, account, id from tie where one_object = ? and one_account = ? and one_id = ?"
_INSERT = "insert into assertion values (null, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, '')"
_TAKEN_APART = (
    "select 1 from assertion where a_object = ? and a_account = ? and a_id = ? and b_object = ? and b_account = ? and b_id = ? "
    "and undone > 0 and undone_by = ?"
)
_TAKE_BACK = (
    "update assertion set undone = ?, undone_by = ? where a_object = ? and a_account = ? and a_id = ? "
    "and b_object = ? and b_account = ? and b_id = ? and refused = '' and undone = 0 and ? in (asserted_by, 'operator')"
)
_OF = (
    "select place, id, a_object, a_account, a_id, b_object, b_account, b_id, ground, asserted_by, event, at, refused, undone, "
    "undone_by from assertion where (a_object = ?1 and a_account = ?2 and a_id = ?3) "
    "or (b_object = ?1 and b_account = ?2 and b_id = ?3)"
)


class Assertion(Struct, frozen=True, kw_only=True):
    """Somebody said that two ids are one person.

    Attributes:
        id: the same for every repeat of the same saying.
        a: one id, the smaller one.
        b: the other one.
        ground: see `pagewire.people.Ground`.
        by: name of the plugin, ``meta`` or ``operator``.
        event: id of the event it was said about, or empty.
        at: when, milliseconds since 1970.
        refused: why it does not count, or empty.
        undone: when it was taken back; 0 if it was not.
        undone_by: who did.
    """

    id: str
    a: ScopedId
    b: ScopedId
    ground: str
    by: str
    event: str
    at: int
    refused: str = ""
    undone: int = 0
    undone_by: str = ""


def connected(db: apsw.Connection, start: Iterable[ScopedId]) -> tuple[ScopedId, ...]:
    """Everything that what was asserted connects with these, them included: scoped ids, and keys of other systems."""
    found: dict[ScopedId, None] = dict.fromkeys(start)
    ahead = list(found)
    while ahead:
        for row in fetch(db, _NEIGHBOURS, ahead.pop()):
            one = ScopedId(*row)
            if one not in found:
                found[one] = None
                ahead.append(one)
    return tuple(found)


def everyone(db: apsw.Connection, start: Sequence[ScopedId]) -> tuple[ScopedId, ...]:
    """Every scoped id of these people."""
    return tuple(one for one in connected(db, start) if one.object != KEY)


def say(db: apsw.Connection, new: Assertion) -> Linked:
    """Take an assertion down, with the reason if it does not count; one that was made before changes nothing."""
    known = fetch(db, "select refused, undone from assertion where id = ?", (new.id,))
    if known:
        refused, undone = known[0]
        return _standing(db, new, refused or ("it was taken back" if undone else ""))
    for one in (new.a, new.b):
        if one.object != KEY:
            ensure(db, one, new.at)
    refused = _objection(db, new)
    db.execute(_INSERT, (new.id, *new.a, *new.b, new.ground, new.by, new.event, new.at, refused))
    return _standing(db, new, refused)


def _standing(db: apsw.Connection, new: Assertion, refused: str) -> Linked:
    speaker = new.b if new.a.object == KEY else new.a
    members = everyone(db, [speaker])
    return Linked(person=person_id(db, members), linked=not refused, reason=refused, members=members)


def _objection(db: apsw.Connection, new: Assertion) -> str:
    if new.a == new.b:
        return "both are the same id"
    if new.by == OPERATOR:
        return ""
    apart = value(db, _TAKEN_APART, (*new.a, *new.b, OPERATOR))
    if apart:
        return "an operator took these two apart"
    return conflict(connected(db, [new.a, new.b]))


def conflict(together: Sequence[ScopedId]) -> str:
    """What stands against these being one person, or nothing. Pure."""
    if len(together) > MOST:
        return f"that would be a person of {len(together)} ids; more than {MOST} are taken for a mistake"
    accounts = [one[:2] for one in together if one.object != KEY]
    if len(set(accounts)) < len(accounts):
        return "two ids of one account are two people to Meta"
    return ""


def take_back(db: apsw.Connection, pair: tuple[ScopedId, ScopedId], by: str, now: int) -> int:
    """Undo what was asserted of two ids; a plugin undoes its own word only. Returns how many assertions that were."""
    first, second = ordered(*pair)
    db.execute(_TAKE_BACK, (now, by, *first, *second, by))
    return db.changes()


def ordered(one: ScopedId, other: ScopedId) -> tuple[ScopedId, ScopedId]:
    """Two ids in the order in which they are kept."""
    return (one, other) if one <= other else (other, one)


def history(db: apsw.Connection, members: Sequence[ScopedId]) -> list[Assertion]:
    """All that was ever asserted of these, what was refused or taken back included, oldest first."""
    found: dict[int, Row] = {row[0]: row for one in members for row in fetch(db, _OF, one)}
    return [_assertion(found[place]) for place in sorted(found)]


def _assertion(row: Row) -> Assertion:
    _, id_, a_object, a_account, a_id, b_object, b_account, b_id, ground, by, event, at, refused, undone, undone_by = (
        row
    )
    return Assertion(
        id=id_,
        a=ScopedId(a_object, a_account, a_id),
        b=ScopedId(b_object, b_account, b_id),
        ground=ground,
        by=by,
        event=event,
        at=at,
        refused=refused,
        undone=undone,
        undone_by=undone_by,
    )
