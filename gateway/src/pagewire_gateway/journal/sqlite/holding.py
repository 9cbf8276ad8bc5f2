"""Who holds a lease, told by a file lock: the kernel lets go of it the moment its holder dies, however it dies."""

import contextlib
import os
import sys
from pathlib import Path

if sys.platform != "win32":
    import fcntl


class Holding:
    """One lease of a journal on this machine, as seen by one process.

    The lock alone grants nothing: it only says that the holder written in the file is dead, so that its lease need not run
    out. A holder that never got the lock has its lease run out as before.

    Args:
        path: of the lock file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def take(self, holder: str) -> None:
        """Show that `holder` is alive, for as long as this process is; does nothing where another one has the lock."""
        if self._file is None and (file := self._locked()) is not None:
            self._file = file
        if self._file is not None:
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, holder.encode(), 0)

    def dead(self) -> str | None:
        """The last holder that had the lock, if it has it no more; the lock is ours then, until `take` or `give_back`."""
        if self._file is not None or (file := self._locked()) is None:
            return None
        self._file = file
        return os.pread(file, 1000, 0).decode("utf-8", "replace") or None

    def give_back(self) -> None:
        """Let go of the lock; what the file says stays, unless the lease was given back as well."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def forget(self) -> None:
        """The lease was given back: nobody has to be taken for dead."""
        if self._file is not None:
            os.ftruncate(self._file, 0)
        self.give_back()

    def _locked(self) -> int | None:
        # Without a lock (a read-only folder, a file system that has none) leases run out as they do between machines.
        if sys.platform == "win32":
            return None
        with contextlib.suppress(OSError):
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(file)
            else:
                return file
        return None
