"""A copy of a database, such as the journal, while it is at work."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import apsw

from pagewire_gateway.journal.port import JournalError
from pagewire_gateway.journal.sqlite.asking import fetch, value
from pagewire_gateway.journal.sqlite.connecting import open_reader, sync_folder
from pagewire_gateway.journal.sqlite.readers import snapshot
from pagewire_gateway.journal.sqlite.troubles import explain

_PAGES = 256
"""Pages of one step."""


def backup(source: Path, target: Path, mark: Callable[[apsw.Connection], None] | None = None) -> int:
    """Copy a database as of now into a new file, check the copy, and only then give it its name; returns its size.

    It appears whole or not at all, readable for its owner only. The state of now is held meanwhile, so the write-ahead log grows
    by what is appended during the copy. `mark` may change the copy before it is checked.

    Raises:
        JournalError: the target exists, or cannot be written.
    """
    if target.exists():
        raise JournalError(f"{target} exists already; a backup never overwrites, name another file")
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)
    except OSError as error:
        raise JournalError(f"the backup {target} cannot be written: {error.strerror}") from error
    os.close(handle)
    partial = Path(name)
    try:
        _copy(source, partial, mark)
        _publish(partial, target)
        return target.stat().st_size
    except (apsw.Error, OSError) as error:
        raise JournalError(f"the backup {target} was not made: {explain(error, target)}") from error
    finally:
        partial.unlink(missing_ok=True)
        Path(f"{partial}-journal").unlink(missing_ok=True)


def _copy(source: Path, partial: Path, mark: Callable[[apsw.Connection], None] | None) -> None:
    reading, writing = open_reader(source), apsw.Connection(str(partial))
    try:
        with snapshot(reading), writing.backup("main", reading, "main") as copying:
            # The first read takes the snapshot; without it each commit meanwhile would start the copy anew.
            fetch(reading, "select count(*) from sqlite_schema")
            while not copying.done:
                copying.step(_PAGES)
        if mark is not None:
            mark(writing)
        found = value(writing, "pragma integrity_check")
        if found != "ok":
            raise JournalError(f"the copy of {source} is damaged: {found}; look at the disk, and keep older backups")
    finally:
        writing.close()
        reading.close()


def _publish(partial: Path, target: Path) -> None:
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    try:
        os.link(partial, target)
    except FileExistsError:
        raise JournalError(f"{target} exists already; a backup never overwrites, name another file") from None
    sync_folder(target.parent)
