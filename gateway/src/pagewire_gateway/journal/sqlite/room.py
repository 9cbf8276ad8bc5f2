"""How much the journal may still grow."""

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import apsw

from pagewire_gateway.journal.port import JournalFull
from pagewire_gateway.journal.sqlite.asking import value
from pagewire_gateway.journal.sqlite.connecting import PAGE
from pagewire_gateway.journal.sqlite.ops import Append, Settle

_RECOUNT_EVERY = 64 << 20
"""Bytes after which pages are counted anew even far from the limits, for what other processes wrote."""

Asked = TypeVar("Asked", Append, Settle)


class Room:
    """Refuses events, and later replies, before the file reaches its limit: folding and pruning must always have room.

    Args:
        path: the journal's file.
        max_bytes: the limit of the file.
        wal_bytes: size after which the write-ahead log is copied; what it takes beyond four times that counts as well.
    """

    def __init__(self, path: Path, max_bytes: int, wal_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.for_events = max_bytes - min(max_bytes // 8, 64 << 20)
        self.for_replies = max_bytes - min(max_bytes // 16, 32 << 20)
        self._path = path
        self._wal_bytes = wal_bytes
        self._used = max_bytes
        self._counted = 0

    def admit(self, db: apsw.Connection, ops: Sequence[Asked], wal: int) -> list[Asked]:
        """Those there is room for; the others get an error.

        Args:
            db: the writer's connection, within its transaction.
            ops: what is asked.
            wal: bytes of the write-ahead log.
        """
        size = sum(op.size for op in ops)
        if self._used + 2 * size > self.for_events or self._used - self._counted > _RECOUNT_EVERY:
            self._used = self._counted = used(db) + max(0, wal - 4 * self._wal_bytes)
        if self._used + 2 * size < min(self.for_events, self.for_replies):
            self._used += 2 * size
            return list(ops)
        return [op for op in ops if self._fits(op)]

    def _fits(self, op: Append | Settle) -> bool:
        if isinstance(op, Append):
            fits = self._used + op.size < self.for_events
        else:
            fits = not op.size or self._used + op.size < self.for_replies
        if fits:
            # Twice: large rows may leave nearly half of a page empty.
            self._used += 2 * op.size
        else:
            op.error = self._full()
        return fits

    def _full(self) -> JournalFull:
        return JournalFull(
            f"the journal {self._path} has reached its limit of {self.max_bytes} bytes; raise the limit, shorten retention, "
            "or settle what waits and is parked"
        )


def used(db: apsw.Connection) -> int:
    """Bytes of the file that hold something."""
    pages: int = value(db, "pragma page_count") - value(db, "pragma freelist_count")
    return pages * PAGE
