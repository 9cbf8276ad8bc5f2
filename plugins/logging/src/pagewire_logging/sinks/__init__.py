"""Where lines go: one module a destination. A sink is given entries in a thread of its own."""

from collections.abc import Sequence
from typing import Protocol

from pagewire_logging.entries import Entry
from pagewire_logging.sinks.errors import SinkError

__all__ = ["Sink", "SinkError"]


class Sink(Protocol):
    """A destination. All calls come from one thread, one at a time."""

    @property
    def most(self) -> int:
        """Entries that may be given at once."""

    def append(self, entries: Sequence[Entry]) -> None:
        """Write entries that may, or may not, have been written before.

        Raises:
            OSError: the file cannot be written.
            SinkError: the destination did not take them; they may be given again.
        """

    def forget(self, account: str, person: str) -> int | None:
        """Remove a person's lines and say how many; ``None`` if whoever keeps the log has to do it.

        Raises:
            SinkError: the destination did not do it.
        """

    def close(self) -> None:
        """Let go of what is held open."""
