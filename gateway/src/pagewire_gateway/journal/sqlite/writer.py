"""The one thread that writes: a batch of operations is one transaction, and one fsync."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import apsw

from pagewire_gateway.journal.sqlite.appending import append_all
from pagewire_gateway.journal.sqlite.asking import fetch, value
from pagewire_gateway.journal.sqlite.ops import Append, Op, Record, Settle, Step
from pagewire_gateway.journal.sqlite.presence import Presence
from pagewire_gateway.journal.sqlite.room import Room
from pagewire_gateway.journal.sqlite.settling import check_fences, check_history, record_all, settle_all, settle_one
from pagewire_gateway.journal.sqlite.statements import WRITING
from pagewire_gateway.journal.sqlite.tail import Tail
from pagewire_gateway.journal.sqlite.troubles import BROKEN, explain
from pagewire_gateway.journal.sqlite.wal import Wal

Batch = Sequence[Op[Any]]


class Writer:
    """Does batches. Its connection is opened again after a trouble that may have left it in a bad state.

    Args:
        path: the journal's file.
        connect: opens a connection that writes.
        tail: what is not folded in yet.
        wal: told how large the write-ahead log is.
        room: refuses appends when there is none.
        ordered: operations of different kinds take effect in the order asked, too; those who ask here do not wait for each other.
    """

    def __init__(
        self,
        path: Path,
        connect: Callable[[], apsw.Connection],
        tail: Tail,
        wal: Wal,
        room: Room,
        *,
        ordered: bool = False,
    ) -> None:
        self._path = path
        self._connect = connect
        self._tail = tail
        self._wal = wal
        self._room = room
        self._db: apsw.Connection | None = None
        self._fence = 0
        self._version: int | None = None
        self._presence = Presence(path)
        self._ordered = ordered
        self._kind: Callable[[Op[Any]], object] = type if ordered else _is_step

    def open(self) -> None:
        """Connect, and read the tail; raises whatever SQLite raises."""
        db = self._connected()
        with self._transaction(db, 0):
            pass

    def close(self) -> None:
        """Close the connection; the last one to close the file also empties the write-ahead log."""
        db, self._db = self._db, None
        if db is not None:
            with contextlib.suppress(apsw.Error):
                db.close()

    def work(self, batch: Batch) -> None:
        """Do a batch. Never raises: each operation is done, or says why not."""
        try:
            db = self._connected()
            self._wal.between_batches(db)
            self._do(db, batch)
        except Exception as error:  # noqa: BLE001 - those who wait must get an answer whatever happened
            os_error = self._db.system_errno if self._db is not None else 0
            for op in batch:
                op.error = explain(error, self._path, os_error)
            self.close()

    def _connected(self) -> apsw.Connection:
        self._presence.check()
        if self._db is None:
            self._db = self._connect()
            self._version = None
            self._wal.watch(self._db)
        return self._db

    def _do(self, db: apsw.Connection, batch: Batch) -> None:
        try:
            with self._transaction(db, len(batch)):
                for together, ops in _runs(batch, self._kind):
                    self._together(db, ops) if together else self._one(db, ops[0])
        except BROKEN:
            raise
        except Exception:  # noqa: BLE001 - the trouble of one operation; each is done for itself to find out whose
            with self._transaction(db, len(batch)):
                for op in batch:
                    self._singly(db, op)

    @contextlib.contextmanager
    def _transaction(self, db: apsw.Connection, operations: int) -> Iterator[None]:
        db.execute(WRITING["begin"])
        try:
            self._notice_others(db)
            yield
            self._tail.fold(db, 2 * operations + 32)
            db.execute("commit")
        except BaseException:
            self._tail.abort()
            if db.in_transaction:
                db.execute("rollback")
            raise
        self._tail.commit()

    def _notice_others(self, db: apsw.Connection) -> None:
        """Take in what other processes, or steps, changed since the last look: mostly nothing, and then nothing is read."""
        version = db.data_version()
        if version != self._version:
            ((last, self._fence, forgotten),) = fetch(db, WRITING["standing"])
            self._tail.catch_up(db, last, forgotten)
            self._version = version

    def _together(self, db: apsw.Connection, ops: Batch) -> None:
        appends = [op for op in ops if type(op) is Append]
        if appends and (appends := self._room.admit(db, appends, self._wal.size)):
            append_all(db, self._tail, appends)
        if len(appends) == len(ops):
            return
        settles = [op for op in ops if type(op) is Settle]
        records = [op for op in ops if type(op) is Record]
        if settles or records:
            check_fences([*settles, *records], self._fence)
            if self._ordered:
                check_history(db, settles)
            settle_all(db, self._room.admit(db, [op for op in settles if op.error is None], self._wal.size))
            record_all(db, [op for op in records if op.error is None])

    def _one(self, db: apsw.Connection, op: Op[Any]) -> None:
        if isinstance(op, Step):
            op.run(db)
            self._fence = value(db, WRITING["fence"]) or 0
            self._version = None  # a step may change what stands, too
        elif isinstance(op, Settle):
            op.rows.clear()
            check_fences([op], self._fence)
            check_history(db, [op])
            if op.error is None and self._room.admit(db, [op], self._wal.size):
                settle_one(db, op)
        else:
            self._together(db, [op])

    def _singly(self, db: apsw.Connection, op: Op[Any]) -> None:
        op.error = None
        db.execute("savepoint one")
        try:
            self._one(db, op)
        except BROKEN:
            raise
        except Exception as error:  # noqa: BLE001 - told to whoever asked for it
            db.execute("rollback to one")
            op.error = explain(error, self._path)
        finally:
            if db.in_transaction:
                db.execute("release one")


def _is_step(op: Op[Any]) -> bool:
    return isinstance(op, Step)


def _runs(batch: Batch, kind: Callable[[Op[Any]], object]) -> Iterator[tuple[bool, list[Op[Any]]]]:
    """Cut a batch so that a step has everything before it done, and nothing after it."""
    for _, group in groupby(batch, kind):
        ops = list(group)
        if _is_step(ops[0]):
            yield from ((False, [op]) for op in ops)
        else:
            yield True, ops
