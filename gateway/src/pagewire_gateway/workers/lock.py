"""A folder for one process: what lies in it follows streams, and two that follow would write over each other.

The kernel lets go of the lock the moment its process is gone, however it ends. So whoever gets it knows that all who had
the folder before are dead, and need not wait for what they held to run out.
"""

import fcntl
import logging
import os
import socket
from pathlib import Path
from typing import Final
from uuid import uuid4

import msgspec
from msgspec import Struct

from pagewire_gateway.journal.port import JournalError

log = logging.getLogger(__name__)

_LONGEST: Final = 8192


class _Note(Struct, frozen=True):
    """What the file says: the name, and where it is good.

    A folder that was copied or moved gets another name, as the first may still be in use.
    """

    name: str
    life: int
    host: str
    path: str
    file: int


_read = msgspec.json.Decoder(_Note).decode


class FolderLock:
    """Held until it is released, or the process ends however it ends.

    Args:
        folder: which.

    Attributes:
        name: of the worker here, once the lock is ours; the next process in this folder has the same.
        process: begins the holder of each of its leases: the name, and a number that grows from process to process.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "process.lock"
        self._handle = -1
        self.name = self.process = ""
        self._life = 0

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
        self.name, past = self._past()
        self._life = past + 1
        self.process = f"{self.name}.{self._life}"
        self._keep()

    def release(self) -> None:
        """Give it back."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def dead(self, holder: str) -> bool:
        """Whether the holder of a lease was a process in this folder before this one; never without the lock."""
        name, _, life = holder.partition("-")[0].partition(".")
        # Only what came before: where a file system has no real locks, the older of two gives way and does not rob back.
        return self._handle >= 0 and name == self.name and life.isdecimal() and int(life) < self._life

    def _past(self) -> tuple[str, int]:
        """The name, and how many processes had it."""
        new = uuid4().hex[:16], 0
        try:
            note = _read(os.pread(self._handle, _LONGEST, 0))
        except msgspec.DecodeError:  # nothing was written yet, or not all of it
            return new
        return (note.name, note.life) if note == self._note(note.name, note.life) else new

    def _keep(self) -> None:
        said = msgspec.json.encode(self._note(self.name, self._life))
        try:
            os.ftruncate(self._handle, os.pwrite(self._handle, said, 0))
        except OSError as error:
            log.warning(
                "the name of this process cannot be kept, so the next one waits for its leases to run out: %s", error
            )

    def _note(self, name: str, life: int) -> _Note:
        return _Note(name, life, socket.gethostname(), str(self._path.resolve()), os.fstat(self._handle).st_ino)
