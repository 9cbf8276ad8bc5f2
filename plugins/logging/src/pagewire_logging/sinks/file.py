"""A rotated file in which a line stands once: ids of the lines before are known from the file itself."""

import time
from collections.abc import Callable, Sequence
from typing import Final

from pagewire_logging.entries import Entry
from pagewire_logging.files import LogFile
from pagewire_logging.seen import Seen

_TIDY_EVERY: Final = 60.0
"""Seconds between two looks for files that are too old."""


class FileSink:
    """Lines in a file, each once.

    Args:
        file: where.
        retain_seconds: files whose last line is older go, the current one excepted; 0 for never.
        clock: seconds since 1970.
    """

    most = 10_000

    def __init__(self, file: LogFile, retain_seconds: float = 0, clock: Callable[[], float] = time.time) -> None:
        self._file = file
        self._seen = Seen()
        self._retain = retain_seconds
        self._clock = clock
        self._tidied = 0.0

    def append(self, entries: Sequence[Entry]) -> None:
        """Write the entries that are not in the file.

        Raises:
            OSError: the file cannot be written.
        """
        self._file.append_new([(one.key, one.raw) for one in entries], self._seen)
        now = self._clock()
        if self._retain and now - self._tidied >= _TIDY_EVERY:
            self._tidied = now
            self._file.remove_older_than(now - self._retain)

    def forget(self, account: str, person: str) -> None:
        """Whoever keeps the files does it."""

    def close(self) -> None:
        """Nothing is held open between two batches."""
