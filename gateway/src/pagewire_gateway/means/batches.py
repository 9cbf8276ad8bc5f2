"""One connection in one thread, and one commit for all that waits: so many hooks that keep something share an fsync."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import apsw

from pagewire_gateway.journal.port import JournalUnavailable
from pagewire_gateway.journal.sqlite.troubles import BROKEN, explain

Value = TypeVar("Value")
Work = Callable[[apsw.Connection], Any]


class Batches:
    """Does work on a database.

    Args:
        path: of the file, for messages.
        opened: makes the connection, in the thread.
    """

    def __init__(self, path: Path, opened: Callable[[], apsw.Connection]) -> None:
        self._path, self._opened = path, opened
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=path.stem)
        self._db: apsw.Connection | None = None
        self._waiting: list[tuple[Work, asyncio.Future[Any]]] = []
        self._flushing: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Open the file."""
        self._db = await asyncio.get_running_loop().run_in_executor(self._thread, self._opened)

    async def aclose(self) -> None:
        """Finish what waits, then close."""
        if self._flushing is not None:
            await self._flushing
        db, self._db = self._db, None
        if db is not None:
            await asyncio.get_running_loop().run_in_executor(self._thread, db.close)
        self._thread.shutdown()

    async def run(self, work: Callable[[apsw.Connection], Value]) -> Value:
        """Do something in a transaction; durable when it returns, and undone if it raises.

        Raises:
            JournalError: the file cannot be read or written.
        """
        if self._db is None:
            raise JournalUnavailable(f"{self._path} is not open")
        done: asyncio.Future[Value] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, done))
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.ensure_future(self._flush())
        return await done

    async def alone(self, work: Callable[[apsw.Connection], Value]) -> Value:
        """Do something outside of any transaction."""
        if self._db is None:
            raise JournalUnavailable(f"{self._path} is not open")
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, self._db)

    async def _flush(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            works = [work for work, _ in batch]
            results = await asyncio.get_running_loop().run_in_executor(self._thread, self._do, works)
            for (_, done), result in zip(batch, results, strict=True):
                if done.done():
                    continue  # its hook was cancelled meanwhile; what it wanted kept is kept
                if isinstance(result, BaseException):
                    done.set_exception(result)
                else:
                    done.set_result(result)

    def _do(self, works: list[Work]) -> list[Any]:
        assert self._db is not None  # noqa: S101 - closed after the last batch
        db = self._db
        try:
            db.execute("begin immediate")
            try:
                results = [_one(db, work) for work in works]
                db.execute("commit")
            except BaseException:
                if db.in_transaction:
                    db.execute("rollback")
                raise
        except (apsw.Error, OSError) as error:
            return [explain(error, self._path)] * len(works)
        return results


def _one(db: apsw.Connection, work: Work) -> Any:
    try:
        with db:
            return work(db)
    except BROKEN:
        raise
    except Exception as error:  # noqa: BLE001 - the trouble of one is not that of its neighbours
        return error
