"""Whether the file is still the one that was opened."""

import time
from pathlib import Path

from pagewire_gateway.journal.port import JournalUnavailable

_EVERY = 1.0
"""Seconds between two looks."""


class Presence:
    """Notices that the file was removed or replaced: it could still be written, and all of it would be lost at the end.

    Args:
        path: the journal's file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._opened: tuple[int, int] | None = None
        self._look_at = 0.0

    def check(self) -> None:
        """Look, now and then.

        Raises:
            JournalUnavailable: it is not the file that was there at first.
        """
        now = time.monotonic()
        if now < self._look_at:
            return
        found = self._identity()
        self._opened = self._opened or found
        if found is None or found != self._opened:
            raise JournalUnavailable(
                f"the journal {self._path} was moved, removed or replaced while it was open; put it back, or restart the gateway"
            )
        self._look_at = now + _EVERY

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return None
        return found.st_dev, found.st_ino
