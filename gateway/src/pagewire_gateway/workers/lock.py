"""A folder for one process: what lies in it follows streams, and two that follow would write over each other."""

import fcntl
import os
from pathlib import Path

from pagewire_gateway.journal.port import JournalError


class FolderLock:
    """Held until it is released, or the process ends however it ends.

    Args:
        folder: which.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "process.lock"
        self._handle = -1

    def acquire(self) -> None:
        """Take it.

        Raises:
            JournalError: another process has it.
        """
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise JournalError(
                f"another process uses {self._path.parent}; give each process on NATS a --data folder of its own"
            ) from None
        self._handle = handle

    def release(self) -> None:
        """Give it back."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
