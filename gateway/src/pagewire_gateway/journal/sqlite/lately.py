"""Which conversations were at work last."""

from typing import Final

import apsw

from pagewire.events import Conversation
from pagewire_gateway.journal.sqlite.asking import fetch, value
from pagewire_gateway.journal.sqlite.statements import READING

_LOOKED_AT: Final = 20_000
"""Newest events among which they are looked for, so that an idle account cannot make anybody read the whole journal."""
_PIECE: Final = 2_000


class Lately:
    """A look through the newest events, piece by piece; each is one short transaction.

    Args:
        limit: so many conversations at most.
        object_: only of this object.
        account: only of this account.
    """

    def __init__(self, limit: int, object_: str | None, account: str | None) -> None:
        self._limit = limit
        self._asked = {"object": object_, "account": account}
        self._before: int | None = None
        self._floor = 0
        self._found: dict[Conversation, int] = {}
        self.done = False

    def piece(self, db: apsw.Connection) -> None:
        """Look at the next piece."""
        if self._before is None:
            self._before = value(db, READING["last_event"]) + 1
            self._floor = max(0, self._before - _LOOKED_AT)
        after = max(self._floor, self._before - _PIECE - 1)
        for *who, place in fetch(db, READING["talks_between"], {**self._asked, "after": after, "before": self._before}):
            self._found.setdefault(Conversation(*who), place)
        self._before = after + 1
        self.done = len(self._found) >= self._limit or after <= self._floor

    def latest(self) -> list[tuple[Conversation, int]]:
        """What was found, the latest first, each with its last place."""
        return sorted(self._found.items(), key=lambda pair: -pair[1])[: self._limit]
