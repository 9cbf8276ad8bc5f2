"""The event loop's side of group commit: what is asked gathers here while the writer commits what was asked before."""

import asyncio
import logging
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, TypeVar

from pagewire_gateway.journal.port import JournalUnavailable, Stored
from pagewire_gateway.journal.sqlite.ops import Append, Op

log = logging.getLogger(__name__)

Value = TypeVar("Value")
Batch = list[Op[Any]]

_PATIENCE = 0.005
"""Seconds an operation that holds nothing up waits for company."""
_LINGER = 0.002
"""Seconds for which a batch may gather at most."""
_MOST = 1024
"""Operations of one commit: more would make those behind it wait without making the fsync any cheaper."""


class GroupCommit:
    """Hands batches to the writer thread, one at a time, and their outcomes back to those who wait.

    Args:
        work: does a batch, in the writer thread; sets ``error`` where it failed, and never raises.
        appended: told all new events of a batch, in order, before anybody who waits is.
        max_waiting: appends that may wait.
        max_bytes: bytes of appends that may wait.
    """

    def __init__(
        self,
        work: Callable[[Batch], None],
        appended: Callable[[tuple[Stored, ...]], None],
        max_waiting: int,
        max_bytes: int,
    ) -> None:
        self._work = work
        self._appended = appended
        self._max_waiting = max_waiting
        self._max_bytes = max_bytes
        self._waiting: Batch = []
        self._bytes = 0
        self._appends = 0
        self._in_flight = self._gathering = self._urgent = False
        self._later: asyncio.TimerHandle | None = None
        self._until = 0.0
        self._closed = True
        self._idle = asyncio.Event()
        self._batches: SimpleQueue[Batch | None] = SimpleQueue()

    def start(self) -> None:
        """Begin; to be called on the event loop."""
        self._loop = asyncio.get_running_loop()
        self._closed = False
        self._thread = threading.Thread(target=self._write, name="journal-writer", daemon=True)
        self._thread.start()

    async def aclose(self) -> None:
        """Take nothing more, finish what was asked, and end the thread."""
        if self._closed:
            return
        self._closed = True
        self._hurry()
        while self._in_flight or self._gathering or self._waiting:
            self._idle.clear()
            await self._idle.wait()
        self._batches.put(None)
        await self._loop.run_in_executor(None, self._thread.join)

    def append(self, op: Append) -> "asyncio.Future[Any]":
        """Like `submit`, unless too much waits already.

        Raises:
            JournalUnavailable: it does.
        """
        if self._appends >= self._max_waiting or self._bytes >= self._max_bytes:
            raise JournalUnavailable(
                f"{self._appends} deliveries wait for the journal already; its disk is too slow for this load, or stuck"
            )
        self._appends += 1
        self._bytes += op.size
        return self.submit(op)

    def submit(self, op: Op[Value], *, patient: bool = False) -> "asyncio.Future[Value]":
        """Have an operation done; the future tells its outcome after the commit.

        Args:
            op: what to do.
            patient: nothing is held up by it: it waits a few milliseconds for one that is in a hurry, and shares its commit.

        Raises:
            JournalUnavailable: the journal is closed.
        """
        if self._closed:
            raise JournalUnavailable("the journal is not open")
        op.future = future = self._loop.create_future()
        self._waiting.append(op)
        if not patient:
            self._urgent = True
        if not (self._in_flight or self._gathering):
            self._arrange()
        return future

    def _arrange(self) -> None:
        if self._in_flight or self._gathering or not self._waiting:
            return
        if self._urgent:
            self._gather()
        elif self._later is None:
            self._later = self._loop.call_later(_PATIENCE, self._hurry)

    def _hurry(self) -> None:
        self._later, self._urgent = None, True
        self._arrange()

    def _gather(self) -> None:
        """Hand over what waits, not at once: what else comes while the loop turns goes into the same commit.

        For as long as each turn brings more, which costs nobody time: the writer would have to share the interpreter with
        whoever brings it. A larger batch is cheaper by its share of the fsync and of every statement.
        """
        self._gathering = True
        self._until = self._loop.time() + _LINGER
        self._loop.call_soon(self._turned, 0)

    def _turned(self, before: int) -> None:
        now = len(self._waiting)
        if before < now < _MOST and self._loop.time() < self._until:
            self._loop.call_soon(self._turned, now)
        else:
            self._send()

    def _send(self) -> None:
        if self._later is not None:
            self._later.cancel()
            self._later = None
        batch, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
        self._gathering, self._in_flight = False, True
        self._urgent = bool(self._waiting)
        self._batches.put(batch)

    def _write(self) -> None:
        while (batch := self._batches.get()) is not None:
            self._work(batch)
            try:
                self._loop.call_soon_threadsafe(self._finish, batch)
            except RuntimeError:
                return  # The loop ended without closing the journal; nobody waits any more.

    def _finish(self, batch: Batch) -> None:
        self._in_flight = False
        self._tell(batch)
        for op in batch:
            future = op.future
            if future.done():
                continue
            if op.error is not None:
                future.set_exception(op.error)
            else:
                future.set_result(op.value())
        if self._waiting:
            self._arrange()
        else:
            self._idle.set()

    def _tell(self, batch: Batch) -> None:
        new: list[Stored] = []
        for op in batch:
            if type(op) is Append:
                self._appends -= 1
                self._bytes -= op.size
            if op.error is None:
                try:
                    op.done()
                except Exception as error:  # noqa: BLE001 - as in _guarded, without its cost for each
                    self._stumbled(error)
                if type(op) is Append:
                    new += op.new
        if new:
            self._guarded(lambda: self._appended(tuple(new)))

    def _guarded(self, call: Callable[[], None]) -> None:
        try:
            call()
        except Exception as error:  # noqa: BLE001 - those who wait must hear of the commit whatever a listener does
            self._stumbled(error)

    def _stumbled(self, error: Exception) -> None:
        self._loop.call_exception_handler({"message": "a listener of the journal stumbled", "exception": error})
