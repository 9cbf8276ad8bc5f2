"""Connections that read, each in a thread, for short transactions only: a long one would keep the log from being emptied."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol, TypeVar

import apsw

from pagewire_gateway.journal.port import JournalUnavailable
from pagewire_gateway.journal.sqlite.troubles import explain

Value = TypeVar("Value")


class Reads(Protocol):
    """Has something read."""

    def run(self, work: Callable[[apsw.Connection], Value]) -> Awaitable[Value]:
        """Do something with a connection, all of it seeing one state of the journal."""


class Readers:
    """A small pool.

    Args:
        path: the journal's file.
        connect: opens a connection that reads.
        count: threads.
    """

    def __init__(self, path: Path, connect: Callable[[], apsw.Connection], count: int) -> None:
        self._path = path
        self._connect = connect
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="journal-reader")
        self._idle: list[apsw.Connection] = []
        self._closed = False

    async def run(self, work: Callable[[apsw.Connection], Value]) -> Value:
        """Do something with a connection, all of it seeing one state of the journal.

        Raises:
            JournalUnavailable: it cannot be read.
        """
        if self._closed:
            raise JournalUnavailable("the journal is not open")
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._run, work)

    def close(self) -> None:
        """Let what runs end, then close; to be called outside the event loop."""
        self._closed = True
        self._threads.shutdown()
        for db in self._idle:
            db.close()

    def _run(self, work: Callable[[apsw.Connection], Value]) -> Value:
        db = None
        try:
            db = self._take()
            with snapshot(db):
                value = work(db)
        except (apsw.Error, OSError) as error:
            if db is not None:
                db.close()
            raise explain(error, self._path) from error
        self._idle.append(db)
        return value

    def _take(self) -> apsw.Connection:
        try:
            return self._idle.pop()
        except IndexError:
            return self._connect()


@contextlib.contextmanager
def snapshot(db: apsw.Connection) -> Iterator[None]:
    """See one state of the journal throughout."""
    db.execute("begin")
    try:
        yield
    finally:
        db.execute("commit")
