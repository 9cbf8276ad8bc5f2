"""Connections to the file, and the file itself."""

import contextlib
import os
from pathlib import Path
from typing import Literal

import apsw

from pagewire_gateway.journal.port import JournalError

Synchronous = Literal["FULL", "EXTRA", "NORMAL", "OFF"]

PARTS = ("", "-wal", "-shm")
"""What the names of the files end with that SQLite keeps of one."""
PAGE = 8192
"""Bytes of a page. Smaller ones need more system calls for the same events, larger ones write more for a small commit."""

WAL_BYTES = 8 << 20
"""Size of a write-ahead log after which it is copied into the file."""

CACHE_BYTES = 1 << 20
"""Page cache of a connection for which nobody says more: the kernel has the pages too."""

BUSY_MS = 5_000
"""How long to wait for another process before giving up."""


def remove_file(path: Path) -> None:
    """Remove a file that nobody has open, with what SQLite keeps beside it; one that is not there is no fault."""
    for part in PARTS:
        Path(f"{path}{part}").unlink(missing_ok=True)


def make_file(path: Path) -> None:
    """Make the folder (0700) and an empty file (0600), unless they are there.

    Raises:
        JournalError: that cannot be done; says why.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            # Never opened when it exists: closing it would drop the locks another connection of this process holds.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise JournalError(
            f"the journal {path} cannot be made: {error.strerror}; check the path and who owns it"
        ) from error
    if path.is_dir():
        raise JournalError(f"the journal {path} is a folder; name a file in it, for example {path / 'journal.db'}")


def open_writer(
    path: Path,
    *,
    synchronous: Synchronous = "FULL",
    max_pages: int = 0,
    cache_bytes: int = CACHE_BYTES,
    wal_bytes: int = WAL_BYTES,
) -> apsw.Connection:
    """A connection that writes. Pragmas that shape the file have no effect on one that is in use already."""
    db = _open(path, cache_bytes)
    db.execute(f"pragma page_size = {PAGE}")
    db.execute("pragma auto_vacuum = incremental")
    # What is deleted is overwritten where that costs no page more; erasing a person asks for more, see `forgetting`.
    db.execute("pragma secure_delete = fast")
    db.execute("pragma journal_mode = wal")
    db.execute(f"pragma synchronous = {synchronous}")
    db.execute(f"pragma max_page_count = {max_pages}")
    db.execute(f"pragma journal_size_limit = {2 * wal_bytes}")
    db.wal_autocheckpoint(0)
    # The first look makes the log's file; its name must survive power loss like what will be written into it.
    db.execute("select count(*) from sqlite_schema").fetchall()
    sync_folder(path.parent)
    return db


def open_reader(path: Path, cache_bytes: int = CACHE_BYTES) -> apsw.Connection:
    """A connection that only reads. It may write the shared memory file, without which WAL cannot be read."""
    db = _open(path, cache_bytes)
    db.execute("pragma query_only = on")
    return db


def wait_for_locks(db: apsw.Connection) -> None:
    """Wait for other processes, and wake up within a millisecond: the busy handler alone would sleep up to a hundred."""
    db.set_busy_timeout(BUSY_MS)
    db.setlk_timeout(BUSY_MS, 0)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive power loss."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _open(path: Path, cache_bytes: int) -> apsw.Connection:
    db = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE, statementcachesize=200)
    wait_for_locks(db)
    db.execute(f"pragma cache_size = -{cache_bytes // 1024}")
    db.execute("pragma temp_store = memory")
    db.execute("pragma trusted_schema = off")
    return db
