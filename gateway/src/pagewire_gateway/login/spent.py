"""What can be used once, and was: login links and the states of dialogs. Survives a restart and power loss."""

import asyncio
import hashlib
from pathlib import Path
from typing import Final, Protocol

import apsw

from pagewire_gateway.journal.sqlite.connecting import make_file

_BUSY_MS: Final = 5_000
_SCHEMA: Final = (
    "create table if not exists spent (mark blob primary key, until integer not null) without rowid, strict"
)


class Once(Protocol):
    """Remembers what was used: a file for the processes of one machine, or NATS for those of several."""

    async def claim(self, once: str, until: int, now: int) -> bool:
        """Use something up; False if somebody did before.

        Args:
            once: the thing; only a digest of it is kept.
            until: seconds since 1970 after which it could not be used anyway, so that it need not be remembered.
            now: seconds since 1970.
        """

    async def used(self, once: str) -> bool:
        """Whether something was used up."""

    async def give_back(self, once: str) -> None:
        """Let something be used after all: what it was used for did not come about."""


class Spent:
    """A small file of its own: several processes on one machine may share it.

    Args:
        path: the file; made if it is not there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    async def claim(self, once: str, until: int, now: int) -> bool:
        """See `Once`."""
        return await asyncio.to_thread(self._claim, _mark(once), until, now)

    async def used(self, once: str) -> bool:
        """Whether something was used up."""
        return await asyncio.to_thread(self._used, _mark(once))

    async def give_back(self, once: str) -> None:
        """Let something be used after all."""
        await asyncio.to_thread(self._give_back, _mark(once))

    def _claim(self, mark: bytes, until: int, now: int) -> bool:
        db = self._open()
        try:
            with db:
                db.execute("delete from spent where until < ?", (now,))
                db.execute("insert into spent values (?, ?) on conflict do nothing", (mark, until))
                changed: int = db.changes()
            return changed == 1
        finally:
            db.close()

    def _used(self, mark: bytes) -> bool:
        db = self._open()
        try:
            return db.execute("select 1 from spent where mark = ?", (mark,)).fetchone() is not None
        finally:
            db.close()

    def _give_back(self, mark: bytes) -> None:
        db = self._open()
        try:
            db.execute("delete from spent where mark = ?", (mark,))
        finally:
            db.close()

    def _open(self) -> apsw.Connection:
        make_file(self._path)
        db = apsw.Connection(str(self._path))
        db.set_busy_timeout(_BUSY_MS)
        db.execute("pragma synchronous = FULL")
        db.execute(_SCHEMA)
        return db


def _mark(once: str) -> bytes:
    return hashlib.sha256(once.encode()).digest()
