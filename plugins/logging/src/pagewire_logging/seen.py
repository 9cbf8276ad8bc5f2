"""Which lines a log holds, read from the log itself: what a process that was killed wrote is known to the next one.

The high-water mark is how far the current file was read. Before each batch the rest is read, which other processes wrote.
"""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from pagewire_logging.line import SCHEMA
from pagewire_logging.marks import Marks

TAIL: Final = 32 << 20
"""Bytes of older lines that are read at the start."""
KNOWN: Final = 100_000
"""The ids of so many last lines are remembered, and of up to twice as many."""

_PIECE: Final = 1 << 20
_LINE: Final = re.compile(
    rb'^\{"schema":"' + re.escape(SCHEMA.encode()) + rb'","time":"[^"\n]*","id":"([^"\\\n]*)"[^\n]*\}\n', re.MULTILINE
)


class Seen:
    """The ids of a log's last lines.

    Args:
        tail: bytes of older lines that are read at the start.
        known: ids that are remembered at least.
    """

    def __init__(self, tail: int = TAIL, known: int = KNOWN) -> None:
        self._tail = tail
        self._marks = Marks(known)
        self._file: int | None = None
        self._mark = 0

    def catch_up(self, path: Path, descriptor: int) -> None:
        """Read what came since the last call. The caller holds the file's lock.

        Args:
            path: of the current file.
            descriptor: of the same, open for reading.
        """
        found = os.fstat(descriptor)
        if found.st_ino != self._file:
            self._read_older(path)
            self._file, self._mark = found.st_ino, max(0, found.st_size - self._tail)
        elif found.st_size < self._mark:
            self._mark = 0
        self._mark = self._read(descriptor, self._mark)

    def new(self, lines: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
        """Of lines and their keys those that are not in the log."""
        hold = self._marks.hold
        return {key: raw for key, raw in lines if not hold(hash(key.encode()))}

    def add(self, keys: Iterable[str], descriptor: int) -> None:
        """These were written, and nobody else wrote meanwhile."""
        self._marks.add(key.encode() for key in keys)
        self._mark = os.fstat(descriptor).st_size

    def _read_older(self, path: Path) -> None:
        """Files put aside: those since the one we know, or all that the tail reaches into."""
        files, left = [], self._tail
        for older in _aside(path):
            found = older.stat()
            if found.st_ino == self._file:
                files.append((older, self._mark))
                break
            files.append((older, max(0, found.st_size - left)))
            left -= found.st_size
            if left <= 0:
                break
        for older, start in reversed(files):
            with older.open("rb") as file:
                self._read(file.fileno(), start)

    def _read(self, descriptor: int, start: int) -> int:
        """Take note of the whole lines from there on, and say where the last of them ends."""
        rest = b""
        while piece := os.pread(descriptor, _PIECE, start + len(rest)):
            whole, feed, tail = (rest + piece).rpartition(b"\n")
            self._marks.add(found[1] for found in _LINE.finditer(whole + feed))
            start, rest = start + len(whole) + len(feed), tail
        return start


def _aside(path: Path) -> Iterator[Path]:
    """Files that were put aside, the newest first, as long as they are ours to read."""
    number = 1
    while (older := path.with_name(f"{path.name}.{number}")).is_file() and not older.is_symlink():
        yield older
        number += 1
