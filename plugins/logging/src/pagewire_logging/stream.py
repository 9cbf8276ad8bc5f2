"""Standard output: a line a write, so that a line is never torn by what else the process prints."""

import os
import select

STDOUT_DESCRIPTOR = 1


def append(lines: bytes) -> None:
    """Write whole lines to standard output.

    Raises:
        OSError: nobody reads it any more, or the file behind it is full.
    """
    for line in lines.splitlines(keepends=True):
        _write(line)


def _write(line: bytes) -> None:
    left = memoryview(line)
    while left:
        try:
            left = left[os.write(STDOUT_DESCRIPTOR, left) :]
        except BlockingIOError:
            select.select([], [STDOUT_DESCRIPTOR], [])
