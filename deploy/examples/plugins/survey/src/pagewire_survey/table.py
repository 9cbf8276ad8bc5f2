"""The CSV file: one row a rating, each once, from as many processes as there are."""

import csv
import fcntl
import os
from pathlib import Path
from typing import NamedTuple


class Row(NamedTuple):
    """One rating; nothing in it tells who gave it."""

    time: str
    account: str
    event: str
    rating: int


def add(path: str, row: Row) -> None:
    """Add a row, unless the event has one.

    Raises:
        OSError: the file cannot be written.
    """
    with Path(path).open("a+", newline="", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        found = list(csv.reader(file))
        writer = csv.writer(file)
        if not found:
            writer.writerow(Row._fields)
        if not any(one[2:3] == [row.event] for one in found):
            writer.writerow(row)


def why_not(path: str) -> str | None:
    """What keeps the file from being written, if something does."""
    folder = Path(path).parent
    if not folder.is_dir():
        return f"{folder} is missing: make it, or name another file as config.csv"
    if not os.access(folder, os.W_OK):
        return f"{folder} may not be written to: let the gateway's user write there"
    return None
