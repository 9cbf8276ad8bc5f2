"""Taking what was erased out of the files: pages that are free go back to the disk, and the write-ahead log is emptied.

Erasing overwrites rows with zeros. But earlier states of their pages stand in the log until it is written over, and pages that
retention freed keep what they held.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import apsw

from pagewire_gateway.journal.sqlite.asking import value
from pagewire_gateway.journal.sqlite.readers import Reads
from pagewire_gateway.journal.sqlite.retention import vacuum

_PATIENCE_MS = 200
_TRIES = 25
_PAUSE = 0.1


class Scrubbing:
    """One run.

    Args:
        write: has something done by the writer.
        readers: who look whether pages are free.
        connect: opens a connection that writes.
    """

    def __init__(
        self,
        write: Callable[[Callable[[apsw.Connection], Any]], Awaitable[Any]],
        readers: Reads,
        connect: Callable[[], apsw.Connection],
    ) -> None:
        self._write = write
        self._readers = readers
        self._connect = connect

    async def run(self) -> bool:
        """Do it; returns whether nothing is left, which readers of an old state can prevent for a while."""
        while await self._readers.run(_free) and await self._write(vacuum):
            pass
        loop = asyncio.get_running_loop()
        for _ in range(_TRIES):
            if await loop.run_in_executor(None, self._empty_log):
                return True
            await asyncio.sleep(_PAUSE)
        return False

    def _empty_log(self) -> bool:
        db = self._connect()
        try:
            db.set_busy_timeout(_PATIENCE_MS)
            db.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
            db.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
        except (apsw.BusyError, apsw.LockedError):
            return False
        finally:
            db.close()
        return True


def _free(db: apsw.Connection) -> int:
    free: int = value(db, "pragma freelist_count")
    return free
