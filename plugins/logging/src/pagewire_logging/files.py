"""A log file that several processes may append to and that anybody may rename.

The file is opened for every batch: what was renamed or removed meanwhile is not written to, and nothing is held open.
An exclusive lock is held from the look at the file to the end of the write, so that lines and rotations never mix.
"""

import errno
import fcntl
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from pagewire_logging.line import SCHEMA_PREFIX
from pagewire_logging.seen import Seen

_FLAGS = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
_MODE = 0o640
_OURS = b'{"schema":"' + SCHEMA_PREFIX.encode()


class LogFile(Struct, frozen=True, kw_only=True):
    """Where lines go.

    Attributes:
        path: of the current file; older ones end in ``.1``, ``.2`` and so on.
        max_bytes: larger than this no file becomes, unless by a single batch; 0 for no limit.
        every_seconds: begin a new file at multiples of this; 0 for never.
        keep: how many older files stay.
        fsync: wait for the disk.
        clock: seconds since 1970.
    """

    path: Path
    max_bytes: int
    every_seconds: float
    keep: int
    fsync: bool
    clock: Callable[[], float]

    def append(self, lines: bytes) -> None:
        """Add whole lines; all of them are in the file afterwards, or none.

        Raises:
            OSError: the disk is full, the folder is missing, or the file is not a log of ours.
        """
        with self._locked() as descriptor:
            if self._added(descriptor, lines):
                return
        self.append(lines)

    def append_new(self, lines: Sequence[tuple[str, bytes]], seen: Seen) -> None:
        """Add those whole lines that the log does not hold; all of them are in it afterwards, or as many as before.

        Args:
            lines: each with its key.
            seen: what the log holds, as far as it was read.

        Raises:
            OSError: as for `append`.
        """
        with self._locked() as descriptor:
            seen.catch_up(self.path, descriptor)
            new = seen.new(lines)
            if not new:
                return
            if self._added(descriptor, b"".join(new.values())):
                seen.add(new, descriptor)
                return
        self.append_new(lines, seen)

    def remove_older_than(self, moment: float) -> None:
        """Remove files that were put aside and not written to since that moment, in seconds since 1970."""
        with self._locked():
            for number in range(self.keep, 0, -1):
                older = self._older(number)
                if older.is_file() and older.stat().st_mtime < moment:
                    older.unlink()

    def _added(self, descriptor: int, lines: bytes) -> bool:
        """Write, unless a new file has to begin first: then the current one is put aside instead."""
        if self._is_due(os.fstat(descriptor), len(lines)):
            self._rotate()
            return False
        self._write(descriptor, lines)
        return True

    @contextmanager
    def _locked(self) -> Iterator[int]:
        """The current file, ours alone for a moment."""
        while True:
            descriptor = os.open(self.path, _FLAGS, _MODE)
            try:
                _refuse_others(descriptor)
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                if _is_at(descriptor, self.path):
                    yield descriptor
                    return
            finally:
                os.close(descriptor)

    def _is_due(self, found: os.stat_result, coming: int) -> bool:
        if found.st_size == 0:
            return False
        if self.max_bytes and found.st_size + coming > self.max_bytes:
            return True
        return bool(self.every_seconds) and self._period(found.st_mtime) != self._period(self.clock())

    def _period(self, seconds: float) -> float:
        return seconds // self.every_seconds

    def _rotate(self) -> None:
        for number in range(self.keep - 1, 0, -1):
            older = self._older(number)
            if older.exists():
                older.replace(self._older(number + 1))
        self.path.replace(self._older(1))

    def _older(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{number}")

    def _write(self, descriptor: int, lines: bytes) -> None:
        size = os.fstat(descriptor).st_size
        # A process that died while writing may have left half a line.
        whole = size == 0 or os.pread(descriptor, 1, size - 1) == b"\n"
        data = lines if whole else b"\n" + lines
        written = os.write(descriptor, data)
        if written < len(data):
            os.ftruncate(descriptor, size)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))
        if self.fsync:
            os.fsync(descriptor)
            if size == 0:
                _fsync_folder(self.path.parent)


def _refuse_others(descriptor: int) -> None:
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "not a regular file")
    if found.st_size and os.pread(descriptor, len(_OURS), 0) != _OURS:
        raise OSError(errno.EEXIST, "the file holds something else than an event log; name another")


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.lstat())
    except FileNotFoundError:
        return False


def _fsync_folder(folder: Path) -> None:
    """A new file's name, too, has to reach the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
