"""A disk that takes its time: each batch of the journal's writer lasts as long as a test says."""

import time
from pathlib import Path

from pagewire_gateway.journal.sqlite.writer import Batch, Writer


def follow(path: Path) -> None:
    """From now on each batch takes the seconds that `path` holds longer, if it is there."""
    work = Writer.work

    def slow(self: Writer, batch: Batch) -> None:
        if path.exists():
            time.sleep(float(path.read_text()))
        work(self, batch)

    Writer.work = slow  # type: ignore[method-assign]
