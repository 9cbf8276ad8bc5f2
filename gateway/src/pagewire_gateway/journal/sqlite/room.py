"""How much the journal may still grow."""

from collections.abc import Sequence
from pathlib import Path

import apsw

from pagewire_gateway.journal.port import JournalFull
from pagewire_gateway.journal.sqlite.asking import value
from pagewire_gateway.journal.sqlite.connecting import PAGE
from pagewire_gateway.journal.sqlite.ops import Append

_LEAST_SLACK = 64 * 1024


class Room:
    """Refuses appends before the file reaches its limit, so that there is always room to settle and to prune.

    Args:
        path: the journal's file.
        max_bytes: the limit of the file.
        wal_bytes: what the write-ahead log is expected to take.
    """

    def __init__(self, path: Path, max_bytes: int, wal_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.for_events = max_bytes - min(max_bytes // 8, 64 << 20)
        self._path = path
        self._wal_bytes = wal_bytes
        self._left = 0

    def admit(self, db: apsw.Connection, ops: Sequence[Append], wal: int) -> list[Append]:
        """The appends there is room for; the others get an error."""
        size = sum(op.size for op in ops)
        if self._left - 2 * size < _LEAST_SLACK:
            # Pages are counted only near the limit, and now and then for the sake of other processes.
            self._left = min(self.for_events - used(db) - max(0, wal - 4 * self._wal_bytes), 64 << 20)
        admitted = []
        for op in ops:
            if self._left < op.size or self._left <= 0:
                op.error = self._full()
            else:
                self._left -= op.size
                admitted.append(op)
        return admitted

    def _full(self) -> JournalFull:
        return JournalFull(
            f"the journal {self._path} has reached its limit of {self.max_bytes} bytes; raise the limit, shorten retention, "
            "or settle what waits and is parked"
        )


def used(db: apsw.Connection) -> int:
    """Bytes of the file that hold something."""
    pages: int = value(db, "pragma page_count") - value(db, "pragma freelist_count")
    return pages * PAGE
