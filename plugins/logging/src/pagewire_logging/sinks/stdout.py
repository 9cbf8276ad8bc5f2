"""Standard output. What was written cannot be looked up, so a repeat is written again."""

from collections.abc import Sequence

from pagewire_logging import stream
from pagewire_logging.entries import Entry


class StdoutSink:
    """Lines for whoever reads the process's output."""

    most = 10_000

    def append(self, entries: Sequence[Entry]) -> None:
        """Write every entry."""
        stream.append(b"".join(one.raw for one in entries))

    def forget(self, account: str, person: str) -> None:
        """Nothing is kept here."""

    def close(self) -> None:
        """Standard output stays open."""
