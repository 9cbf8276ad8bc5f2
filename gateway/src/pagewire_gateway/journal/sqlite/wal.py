"""Checkpoints: what moves the write-ahead log into the file, without making ingest wait for it.

A thread of its own copies the bulk while the writer goes on. Since new commits arrive meanwhile, the log would never be empty
at any moment; so between two batches the writer copies the little that is left, and the next commit starts the log from its
beginning. The file of the log is kept: writing over it is cheaper than growing it.
"""

import contextlib
import threading
from collections.abc import Callable

import apsw

from pagewire_gateway.journal.sqlite.connecting import PAGE, wait_for_locks

_FRAME = PAGE + 24
_PATIENCE_MS = 50
"""How long the writer waits for readers of an overgrown log."""


class Wal:
    """Watches the write-ahead log of one journal.

    Args:
        connect: opens a connection that writes.
        limit: bytes after which the log is copied.
        every: seconds after which it is copied even if it is small.
    """

    def __init__(self, connect: Callable[[], apsw.Connection], limit: int, every: float = 30.0) -> None:
        self._connect = connect
        self._limit = limit
        self._every = every
        self._pages = 0
        self._copy_at = limit
        self._shrink_at = 4 * limit
        self._copied = False
        self._asked = threading.Event()
        self._stopped = False
        self._thread: threading.Thread | None = None

    @property
    def size(self) -> int:
        """Bytes of the log that hold something."""
        return self._pages * _FRAME

    def start(self) -> None:
        """Begin to copy in the background."""
        self._thread = threading.Thread(target=self._run, name="journal-checkpoints", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End, and wait for it; to be called outside the event loop."""
        self._stopped = True
        self._asked.set()
        if self._thread is not None:
            self._thread.join()

    def watch(self, db: apsw.Connection) -> None:
        """Follow a connection's commits."""
        db.set_wal_hook(self._committed)

    def between_batches(self, db: apsw.Connection) -> None:
        """Finish what the thread has begun; called by the writer."""
        if self._copied:
            self._copied = False
            with contextlib.suppress(apsw.BusyError, apsw.LockedError):
                db.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
        elif self.size > self._shrink_at:
            self._shrink(db)

    def _shrink(self, db: apsw.Connection) -> None:
        # Somebody reads an old state, so that copying alone does not help.
        self._shrink_at = self.size + self._limit
        db.set_busy_timeout(_PATIENCE_MS)
        try:
            db.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
        except (apsw.BusyError, apsw.LockedError):
            return
        finally:
            wait_for_locks(db)
        self._began_anew()

    def _committed(self, _db: apsw.Connection, _name: str, pages: int) -> int:
        if pages < self._pages:
            self._began_anew()
        self._pages = pages
        if self.size > self._copy_at:
            self._copy_at = self.size + self._limit // 2
            self._asked.set()
        return apsw.SQLITE_OK

    def _began_anew(self) -> None:
        self._pages = 0
        self._copy_at, self._shrink_at = self._limit, 4 * self._limit

    def _run(self) -> None:
        db = None
        while not self._stopped:
            self._asked.wait(self._every)
            self._asked.clear()
            if self._stopped or not self._pages:
                continue
            try:
                db = db or self._connect()
                db.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
                self._copied = True
            except (apsw.Error, OSError):
                # Another process copies, or the disk has trouble that the writer meets as well, and reports.
                self._asked.wait(1.0)
        if db is not None:
            db.close()
