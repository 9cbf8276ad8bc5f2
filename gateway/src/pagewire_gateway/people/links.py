"""Which scoped ids are one person: found by following what was asserted."""

from collections.abc import Iterable, Sequence

import apsw

from pagewire.people import ScopedId
from pagewire_gateway.journal.sqlite.asking import fetch

_NEIGHBOURS = (
    "select b_object, b_account, b_id from assertion where (a_object, a_account, a_id) = (?1, ?2, ?3) "
    "and refused = '' and undone = 0 union "
    "select a_object, a_account, a_id from assertion where (b_object, b_account, b_id) = (?1, ?2, ?3) "
    "and refused = '' and undone = 0"
)


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
    return tuple(one for one in connected(db, start) if one.object != "key")
