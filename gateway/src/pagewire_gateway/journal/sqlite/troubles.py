"""What SQLite says, in the words of the port."""

import errno
from pathlib import Path

import apsw

from pagewire_gateway.journal.port import JournalError, JournalFull, JournalUnavailable

BROKEN: tuple[type[Exception], ...] = (
    apsw.FullError,
    apsw.IOError,
    apsw.CorruptError,
    apsw.NotADBError,
    apsw.BusyError,
    apsw.LockedError,
    apsw.CantOpenError,
    apsw.ReadOnlyError,
    apsw.PermissionsError,
    apsw.NoMemError,
    apsw.InterruptError,
    apsw.ProtocolError,
    apsw.ConnectionClosedError,
    OSError,
    MemoryError,
)
"""Troubles of the whole store. Any other is the trouble of one operation, and its neighbours go on."""

_SAID: tuple[tuple[type[Exception], str], ...] = (
    (apsw.BusyError, "is held by another process for too long; see who has it open"),
    (apsw.CorruptError, "is damaged; stop the gateway and restore a backup"),
    (apsw.NotADBError, "is no SQLite database; name another path, or move the file away"),
    (
        apsw.ReadOnlyError,
        "cannot be written; check the permissions of file and folder, and whether the disk is read-only",
    ),
    (apsw.PermissionsError, "cannot be read; check the permissions of file and folder"),
    (apsw.CantOpenError, "cannot be opened; check that the folder exists and may be written"),
    (apsw.ConnectionClosedError, "is closed"),
)


def explain(error: Exception, path: Path, os_error: int = 0) -> JournalError:
    """The error a caller gets.

    Args:
        error: what was raised.
        path: the journal's file.
        os_error: ``errno`` of the connection's last system call.
    """
    if isinstance(error, JournalError):
        return error
    number = error.errno if isinstance(error, OSError) else os_error
    if isinstance(error, apsw.FullError) or (
        isinstance(error, apsw.IOError | OSError) and number in {errno.ENOSPC, errno.EDQUOT}
    ):
        return JournalFull(f"the journal {path} or its disk is full; free space, or raise the limit of the journal")
    for kind, said in _SAID:
        if isinstance(error, kind):
            return JournalUnavailable(f"the journal {path} {said}")
    return JournalUnavailable(f"the journal {path} failed: {type(error).__name__}: {error}")
