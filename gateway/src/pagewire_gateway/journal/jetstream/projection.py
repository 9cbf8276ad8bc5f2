"""The file into which a partition's stream is applied: the SQLite journal's schema, and how far it is.

The stream is the truth, so the file need not survive power loss whole to the last commit: what is missing is applied again.
It must only never say that it is further than it is, so the place is written in the transaction of what was applied.
"""

import contextlib
import functools
import logging
from pathlib import Path
from typing import Final

import apsw

from pagewire_gateway.journal.jetstream.provision import StreamState
from pagewire_gateway.journal.port import JournalError
from pagewire_gateway.journal.sqlite.asking import value
from pagewire_gateway.journal.sqlite.connecting import PAGE, PARTS, make_file, open_reader, open_writer, remove_file
from pagewire_gateway.journal.sqlite.readers import Readers
from pagewire_gateway.journal.sqlite.restoring import mark_copy
from pagewire_gateway.journal.sqlite.room import Room
from pagewire_gateway.journal.sqlite.schema import bring_up_to_date
from pagewire_gateway.journal.sqlite.statements import READING, WRITING
from pagewire_gateway.journal.sqlite.tail import Tail
from pagewire_gateway.journal.sqlite.talks import Talks
from pagewire_gateway.journal.sqlite.troubles import explain
from pagewire_gateway.journal.sqlite.wal import Wal
from pagewire_gateway.journal.sqlite.writer import Writer

log = logging.getLogger(__name__)

_NO_LIMIT: Final = 1 << 60
_WAL: Final = 32 << 20
_FOLD_AT: Final = 16_384
_READERS: Final = 3
_ASIDE: Final = ".lost"


def file_of(folder: Path, stream: str) -> Path:
    """Where the file lies that follows a stream."""
    return folder / f"{stream}.db"


def files_of(path: Path) -> list[Path]:
    """What there is of a file: itself, its log, and what was put aside of both."""
    names = (f"{path}{aside}{part}" for aside in ("", _ASIDE) for part in PARTS)
    return [one for one in map(Path, names) if one.exists()]


class Projection:
    """One file and all that works on it.

    Args:
        path: of the file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        # Large enough for any disk; it is the stream that has a limit.
        self.connect = functools.partial(open_writer, path, synchronous="NORMAL", max_pages=2**32 - 2, wal_bytes=_WAL)
        self.tail = Tail(_FOLD_AT)
        self._wal = Wal(self.connect, _WAL)
        self.writer = Writer(path, self.connect, self.tail, self._wal, Room(path, _NO_LIMIT, _WAL), ordered=True)
        self.readers = Readers(path, functools.partial(open_reader, path), _READERS)
        self.talks = Talks(self.readers, self.tail)

    def open(self, state: StreamState) -> int:
        """Open or make the file; returns the place of the stream it has reached. To be called outside the event loop.

        A file that follows another stream, also one of the same name made at another time, or that is ahead of its stream,
        is made
        anew: the stream is the truth.

        Args:
            state: of the stream.

        Raises:
            JournalError: the file cannot be used.
        """
        try:
            applied = self._prepare(state)
            if applied is None:
                log.warning("%s does not belong to the stream there is; it is made anew from that", self.path)
                self.remove()
                applied = self._prepare(state) or 0
            self.writer.open()
        except (apsw.Error, OSError) as error:
            raise JournalError(str(explain(error, self.path))) from error
        self._wal.start()
        return applied

    def stored(self) -> int | None:
        """When the stream stored the last message that is in the file, microseconds since 1970. Outside the event loop."""
        db = open_reader(self.path)
        try:
            found: int | None = value(db, READING["stored"])
        finally:
            db.close()
        return found

    def close(self) -> None:
        """Close all; to be called outside the event loop."""
        self.readers.close()
        self._wal.stop()
        self.writer.close()

    def put_aside(self) -> None:
        """Close the file and keep it under another name; a new one takes its place."""
        self.close()
        aside = Path(f"{self.path}{_ASIDE}")
        for name in PARTS:
            with contextlib.suppress(FileNotFoundError):
                Path(f"{self.path}{name}").replace(f"{aside}{name}")

    def forget_aside(self) -> bool:
        """Remove what was put aside; whether there was something. Outside the event loop."""
        there = [path for name in PARTS if (path := Path(f"{self.path}{_ASIDE}{name}")).exists()]
        for path in there:
            path.unlink()
        return bool(there)

    def remove(self) -> None:
        """Remove the file."""
        remove_file(self.path)

    def _prepare(self, state: StreamState) -> int | None:
        """Bring the file up to date; how far it is, ``None`` if it does not belong to the stream."""
        make_file(self.path)
        db = self.connect()
        try:
            bring_up_to_date(db, self.path)
            db.execute(WRITING["make_trail"])
            stream, applied = value(db, READING["stream"]), int(value(db, READING["applied"]) or 0)
            if stream not in (None, state.identity):
                return None
            db.execute(WRITING["put_fact"], ("stream", state.identity))
            return applied
        finally:
            db.close()


def reach(db: apsw.Connection, place: int, stored: int) -> None:
    """Say how far the file is, and when the stream stored what is there."""
    db.execute(WRITING["put_fact"], ("applied", place))
    db.execute(WRITING["put_fact"], ("stored", stored))
    db.execute(WRITING["leave_trail"], (place,))


def size_of(db: apsw.Connection) -> int:
    """Bytes of the file, its write-ahead log left out."""
    return int(value(db, "pragma page_count")) * PAGE


def as_journal(db: apsw.Connection, now: int) -> None:
    """Make a copy of the file a journal of its own that follows no stream."""
    mark_copy(db, now)
    left(db)


def left(db: apsw.Connection) -> None:
    """Let a copy of the file follow its stream no more."""
    db.execute(WRITING["drop_fact"], ("stream",))
    for fact in ("applied", "stored"):
        db.execute(WRITING["drop_fact"], (fact,))
    db.execute(WRITING["drop_trail"])


def begin_with(file: Path, stream: str) -> None:
    """Make a file the beginning of a partition whose stream is empty."""
    db = open_writer(file)
    try:
        db.execute(WRITING["make_trail"])
        db.execute(WRITING["put_fact"], ("stream", stream))
        db.execute(WRITING["put_fact"], ("applied", 0))
    finally:
        db.close()
