"""The index of kinds, accounts and people, as one search asks it."""

from collections.abc import Sequence
from typing import Any, Final

import apsw
import msgspec

from pagewire_gateway.journal.port import EventFilter
from pagewire_gateway.journal.sqlite.asking import fetch, value
from pagewire_gateway.journal.sqlite.listing import BLOCK
from pagewire_gateway.journal.sqlite.statements import READING

_ALL: Final = 1 << 62


class Posting:
    """What a query means in the words of the index.

    Args:
        db: a reading connection.
        query: what is asked.
    """

    def __init__(self, db: apsw.Connection, query: EventFilter) -> None:
        self._blocks = fetch(db, READING["blocks"])
        self._person = query.person
        self._kinds = _numbers(db, "kind", lambda kind: query.kind in (None, kind))
        self._accounts = None if query.object is None and query.account is None else _accounts(db, query)
        self._named = query.account is not None

    def within(self, since: int | None, until: int | None) -> tuple[int, int]:
        """Places between which events of these times lie, as far as blocks tell; 0 for an end that they do not tell."""
        if not self._blocks:
            return 0, 0
        late = [number for number, _, newest in self._blocks if since is not None and newest >= since]
        first = (late[0] if late else self._blocks[-1][0] + 1) if since is not None else 0
        after = first * BLOCK - 1 if since is not None else 0
        early = [number for number, oldest, _ in self._blocks if until is not None and oldest < until]
        is_over = until is not None and len(early) < len(self._blocks)
        last = early[-1] if early else self._blocks[0][0] - 1
        return max(after, 0), ((last + 1) * BLOCK if is_over else 0)

    def listed(self, after: int, before: int) -> tuple[int, int] | None:
        """The part of a piece that the index knows."""
        if not self._blocks:
            return None
        first, end = self._blocks[0][0] * BLOCK, (self._blocks[-1][0] + 1) * BLOCK
        low, high = max(after, first - 1), min(before, end)
        return (low, high) if high - low > 1 else None

    def places(self, db: apsw.Connection, after: int, before: int, *, way: int) -> Sequence[int]:
        """Places of events between these two that fit kind, account and person."""
        if not self._kinds or self._accounts == []:
            return []
        asked = self._bindings(after, before) | {"way": way, "limit": _ALL}
        return [row[0] for row in fetch(db, READING[self._statement()], asked)]

    def _bindings(self, after: int, before: int) -> dict[str, Any]:
        blocks = list(range((after + 1) // BLOCK, (before - 1) // BLOCK + 1))
        lists = {"blocks": blocks, "kinds": self._kinds, "accounts": self._accounts}
        told = {name: None if one is None else msgspec.json.encode(one).decode() for name, one in lists.items()}
        return {**told, "after": after, "before": before, "person": self._person}

    def count(self, db: apsw.Connection, after: int, before: int) -> int:
        """How many of these there are. Of whole blocks, if only kinds are asked for, there is nothing to compare."""
        if not self._kinds or self._accounts == []:
            return 0
        first, end = (after + BLOCK) // BLOCK, before // BLOCK
        if self._person is not None or self._accounts is not None or first >= end:
            return self._count(db, after, before)
        told = {"blocks": list(range(first, end)), "kinds": self._kinds}
        whole = value(
            db, READING["count_blocks"], {name: msgspec.json.encode(one).decode() for name, one in told.items()}
        )
        return int(whole) + self._count(db, after, first * BLOCK) + self._count(db, end * BLOCK - 1, before)

    def _count(self, db: apsw.Connection, after: int, before: int) -> int:
        if before - after <= 1:
            return 0
        found = READING[self._statement()].partition("order by")[0].replace("select p.seq", "select count(*)")
        return int(value(db, found, self._bindings(after, before)))

    def _statement(self) -> str:
        if self._named:
            return "posted_to" if self._person is None else "posted_by"
        return "posted"


def _accounts(db: apsw.Connection, query: EventFilter) -> list[int]:
    def fits(word: str) -> bool:
        object_, _, account = word.partition("/")
        return query.object in (None, object_) and query.account in (None, account)

    return _numbers(db, "account", fits)


def _numbers(db: apsw.Connection, what: str, fits: Any) -> list[int]:
    return [number for number, word in fetch(db, READING["words"], (what,)) if fits(word)]
