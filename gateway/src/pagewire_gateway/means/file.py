"""What plugins keep, in one SQLite file beside the journal; several processes of one machine may have it open."""

import asyncio
from collections.abc import Callable, Collection
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Final

import apsw

from pagewire.people import ScopedId
from pagewire_gateway.journal.port import JournalError
from pagewire_gateway.journal.sqlite.asking import fetch, value
from pagewire_gateway.journal.sqlite.connecting import PAGE, make_file, open_writer
from pagewire_gateway.journal.sqlite.schema import bring_up_to_date, migrations
from pagewire_gateway.journal.sqlite.troubles import explain
from pagewire_gateway.means.batches import Batches
from pagewire_gateway.means.data import Crowded, Held, Place

NAME: Final = "plugins.db"
APPLICATION: Final = 0x50575744
"""``application_id`` of the file: "PWWD" in ASCII."""
LARGEST: Final = 1 << 30
"""Bytes of the file; then it takes nothing more."""
_SWEEP_EVERY: Final = 256
_SWEPT: Final = 1024
"""Values that ran out, and go in one step."""
_WAL_PAGES: Final = 256
_TRIES, _PAUSE = 25, 0.1
_THERE: Final = "plugin = ? and object = ? and account = ? and person = ?"


class PluginFile:
    """See `pagewire_gateway.means.data.PluginData`.

    Args:
        folder: where ``plugins.db`` lies.
        clock: milliseconds since 1970.
    """

    def __init__(self, folder: Path, clock: Callable[[], int]) -> None:
        self.path = folder / NAME
        self._clock = clock
        self._batches = Batches(self.path, self._open)
        self._writes = 0

    async def start(self) -> None:
        """Open the file, and bring its schema up to date.

        Raises:
            JournalError: it cannot be used; says why, and what to do.
        """
        await self._batches.start()

    async def aclose(self) -> None:
        """Finish what was asked, then close."""
        await self._batches.aclose()

    async def read(self, place: Place, key: str) -> Held | None:
        """See `PluginData`."""
        return await self._batches.run(partial(_read, place=place, key=key, now=self._clock()))

    async def write(self, place: Place, key: str, value: bytes, *, until: int = 0, at: int | None = None) -> int | None:
        """See `PluginData`."""
        self._writes += 1
        now = self._clock()
        if not self._writes % _SWEEP_EVERY:
            await self._batches.run(partial(_sweep, now=now))
        return await self._batches.run(partial(_write, place=place, key=key, value_=value, until=until, at=at, now=now))

    async def remove(self, place: Place, key: str) -> bool:
        """See `PluginData`."""
        return await self._batches.run(partial(_remove, place=place, key=key, now=self._clock()))

    async def keys(self, place: Place) -> list[str]:
        """See `PluginData`."""
        return await self._batches.run(partial(_keys, place=place, now=self._clock()))

    async def forget(self, who: ScopedId, spare: Collection[str] = (), only: str | None = None) -> int:
        """See `PluginData`; afterwards it is out of the files too."""
        count = await self._batches.run(partial(_forget, who=who, spare=spare, only=only))
        if count:
            await self._scrub()
        return count

    async def _scrub(self) -> None:
        for _ in range(_TRIES):
            if await self._batches.alone(_scrubbed):
                return
            await asyncio.sleep(_PAUSE)

    def _open(self) -> apsw.Connection:
        try:
            make_file(self.path)
            db = open_writer(self.path, max_pages=LARGEST // PAGE)
            db.execute("pragma secure_delete = on")
            db.wal_autocheckpoint(_WAL_PAGES)
            steps = migrations(files("pagewire_gateway.means"))
            bring_up_to_date(db, self.path, steps, application=APPLICATION)
        except (apsw.Error, OSError) as error:
            raise JournalError(str(explain(error, self.path))) from error
        return db


def _read(db: apsw.Connection, place: Place, key: str, now: int) -> Held | None:
    sql = f"select value, revision from kept where {_THERE} and key = ? and (until = 0 or until > ?)"  # noqa: S608
    for found in fetch(db, sql, (*place, key, now)):
        return Held(*found)
    return None


def _write(
    db: apsw.Connection, place: Place, key: str, value_: bytes, until: int, at: int | None, now: int
) -> int | None:
    there = _read(db, place, key, now)
    if at is not None and at != (there.revision if there else 0):
        return None
    if there is None and len(_keys(db, place, now)) >= place.room:
        raise Crowded
    revision = int(value(db, "update meta set value = value + 1 where name = 'revision' returning value"))
    db.execute("insert or replace into kept values (?, ?, ?, ?, ?, ?, ?, ?)", (*place, key, value_, revision, until))
    return revision


def _remove(db: apsw.Connection, place: Place, key: str, now: int) -> bool:
    there = _read(db, place, key, now) is not None
    db.execute(f"delete from kept where {_THERE} and key = ?", (*place, key))  # noqa: S608 - a constant
    return there


def _keys(db: apsw.Connection, place: Place, now: int) -> list[str]:
    sql = f"select key from kept where {_THERE} and (until = 0 or until > ?) order by key"  # noqa: S608 - a constant
    return [key for (key,) in fetch(db, sql, (*place, now))]


def _forget(db: apsw.Connection, who: ScopedId, spare: Collection[str], only: str | None) -> int:
    found = fetch(
        db, "select distinct plugin from kept where object = ? and account = ? and person = ? and person <> ''", who
    )
    count = 0
    for (plugin,) in found:
        if plugin not in spare and only in (None, plugin):
            db.execute(f"delete from kept where {_THERE}", (plugin, *who))  # noqa: S608 - a constant
            count += db.changes()
    return count


def _sweep(db: apsw.Connection, now: int) -> None:
    sql = "select plugin, object, account, person, key from kept where until <> 0 and until <= ? limit ?"
    for row in fetch(db, sql, (now, _SWEPT)):
        db.execute(f"delete from kept where {_THERE} and key = ?", row)  # noqa: S608 - a constant


def _scrubbed(db: apsw.Connection) -> bool:
    try:
        while value(db, "pragma freelist_count"):
            fetch(db, "pragma incremental_vacuum(64)")
        db.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
    except (apsw.BusyError, apsw.LockedError):
        return False
    return True
