"""The audit log of one machine: a file of its own, which several processes there may share."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TypeVar

import apsw
import msgspec

from pagewire_gateway.audit.port import Act, AuditError, End, Query, Retention
from pagewire_gateway.journal.errors import JournalError
from pagewire_gateway.journal.sqlite.connecting import BUSY_MS, make_file

T = TypeVar("T")

_SCHEMA: Final = """
create table if not exists act (
    id text primary key, at integer not null, name text not null, role text not null, how text not null,
    source text not null, action text not null, "on" text not null, detail text not null
) without rowid, strict;
create index if not exists act_at on act (at);
create table if not exists outcome (
    of text primary key, at integer not null, outcome text not null, "on" text not null, detail text not null
) without rowid, strict;
create trigger if not exists act_stays before update on act begin select raise(abort, 'the audit log is only added to'); end;
create trigger if not exists outcome_stays before update on outcome
    begin select raise(abort, 'the audit log is only added to'); end;
"""
_LATEST: Final = """
select act.id, act.at, name, role, how, source, action, coalesce(nullif(outcome."on", ''), act."on"),
       coalesce(nullif(outcome.detail, ''), act.detail), coalesce(outcome.outcome, '')
from act left join outcome on outcome.of = act.id
where (:before is null or act.at < :before) and (:name = '' or name = :name)
  and (:action = '' or action = :action or substr(action, 1, length(:action) + 1) = :action || '.')
order by act.at desc, act.id desc limit :limit
"""
_DAY: Final = 86_400_000
_PRUNE_EVERY: Final = 100


class AuditFile:
    """See `pagewire_gateway.audit.port.Audit`.

    Args:
        path: the file; made when it is needed.
        retention: how long records stay.
    """

    def __init__(self, path: Path, retention: Retention) -> None:
        self._path, self._retention = path, retention
        self._appended = 0

    async def begin(self, act: Act) -> None:
        """See the port."""
        values = msgspec.structs.astuple(act)[:-1]
        await self._run(lambda db: self._append(db, "insert into act values (?, ?, ?, ?, ?, ?, ?, ?, ?)", values))

    async def end(self, end: End) -> None:
        """See the port."""
        values = msgspec.structs.astuple(end)
        await self._run(lambda db: self._append(db, "insert into outcome values (?, ?, ?, ?, ?)", values))

    async def latest(self, query: Query) -> list[Act]:
        """See the port."""
        rows = await self._run(lambda db: db.execute(_LATEST, msgspec.structs.asdict(query)).fetchall())
        return msgspec.convert([dict(zip(Act.__struct_fields__, row, strict=True)) for row in rows], list[Act])

    def _append(self, db: apsw.Connection, statement: str, values: tuple[object, ...]) -> None:
        with db:
            db.execute(statement, values)
            self._appended += 1
            if self._appended % _PRUNE_EVERY == 1:
                self._prune(db)

    def _prune(self, db: apsw.Connection) -> None:
        oldest = int(time.time() * 1000) - self._retention.days * _DAY
        kept = self._retention.records // 2
        db.execute("delete from act where at < ?", (oldest,))
        db.execute("delete from act where id in (select id from act order by at desc limit -1 offset ?)", (kept,))
        db.execute("delete from outcome where of not in (select id from act)")

    async def _run(self, work: Callable[[apsw.Connection], T]) -> T:
        return await asyncio.to_thread(self._work, work)

    def _work(self, work: Callable[[apsw.Connection], T]) -> T:
        with _explained(self._path):
            make_file(self._path)
            db = apsw.Connection(str(self._path))
            try:
                db.set_busy_timeout(BUSY_MS)
                db.execute("pragma synchronous = FULL")
                db.execute(_SCHEMA)
                return work(db)
            finally:
                db.close()


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except (apsw.Error, JournalError) as error:
        raise AuditError(f"the audit log {path} cannot be used: {error}") from error
