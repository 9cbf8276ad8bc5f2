"""Messages of the stream into the file, in a thread; the place reached is a part of the transaction."""

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from queue import SimpleQueue
from typing import Any, Final, TypeVar

import apsw
from msgspec import Struct

from pagewire_gateway.journal.jetstream.messages import (
    Done,
    Newest,
    Pad,
    Recorded,
    Said,
    Settled,
    decode_done,
    decode_said,
)
from pagewire_gateway.journal.jetstream.projection import Projection, reach
from pagewire_gateway.journal.port import JournalError, JournalUnavailable
from pagewire_gateway.journal.sqlite.folding import fold_all, fold_some
from pagewire_gateway.journal.sqlite.ops import Append, Op, Record, Settle, Step
from pagewire_gateway.journal.sqlite.settling import is_known, lost_history

log = logging.getLogger(__name__)

Value = TypeVar("Value")

_MOST: Final = 512
_FULL: Final = 20_000
"""Messages that may wait before no more are taken from the server."""
_PAUSE: Final = 0.5


class Applied(Struct):
    """A message that is in the file.

    Attributes:
        place: in the stream.
        stored: when it was stored there, microseconds since 1970.
        message: what it said.
        size: its bytes.
        ops: what was done because of it, each with its outcome.
    """

    place: int
    stored: int
    message: Said | Done
    size: int
    ops: list[Op[Any]] = []

    @property
    def apart(self) -> bool:
        """Whether it needs a transaction of its own."""
        return self._some("apart")

    @property
    def folded(self) -> bool:
        """Whether all before it has to be folded in."""
        return self._some("folded")

    def _some(self, needs: str) -> bool:
        return isinstance(self.message, Done) and any(getattr(doing, needs, False) for doing in self.message.doings)

    def renew(self, projection: Projection) -> None:
        """Make what is to be done, as if nothing had been tried."""
        said = self.message
        if isinstance(said, Done):
            self.ops = [_op(doing, projection, said.newest) for doing in said.doings]
        else:
            self.ops = [Append([said.item()], said.received, said.app, [said.also] if said.also else ())]


Came = tuple[int, int, str, bytes]
"""Place, when it was stored, subject, payload."""


class Applier:
    """Applies, and has small things of this file alone done in between.

    Args:
        projection: the file.
        deed_subject: of messages that are no events.
        finished: told on the loop what was applied, in order.
    """

    def __init__(self, projection: Projection, deed_subject: str, finished: Callable[[list[Applied]], None]) -> None:
        self._projection = projection
        self._deed_subject = deed_subject
        self._finished = finished
        self._waiting: list[Came] = []
        self._steps: list[Step[Any]] = []
        self._in_flight = self._stopped = False
        self._thread: threading.Thread | None = None
        self._jobs: SimpleQueue[tuple[list[Step[Any]], list[Came]] | None] = SimpleQueue()
        self._wake = threading.Event()
        self.room = asyncio.Event()
        self.room.set()

    def start(self) -> None:
        """Begin; on the event loop."""
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._run, name="journal-applier", daemon=True)
        self._thread.start()

    async def aclose(self) -> None:
        """End once what is under way is done."""
        self._stopped = True
        self._wake.set()
        self._jobs.put(None)
        if self._thread is not None:
            await self._loop.run_in_executor(None, self._thread.join)
        for step in self._steps:
            if not step.future.done():
                step.future.set_exception(JournalUnavailable("the journal is not open"))

    def take(self, place: int, stored: int, subject: str, payload: bytes) -> None:
        """Apply a message."""
        self._waiting.append((place, stored, subject, payload))
        if len(self._waiting) > _FULL:
            self.room.clear()
        self._arrange()

    async def write(self, work: Callable[[apsw.Connection], Value]) -> Value:
        """Do something to this file that leaves what the journal says as it is.

        Raises:
            JournalError: it failed, or the journal is closed.
        """
        if self._stopped:
            raise JournalUnavailable("the journal is not open")
        step = Step(work)
        step.future = self._loop.create_future()
        self._steps.append(step)
        self._arrange()
        return await step.future

    async def fold_all(self) -> None:
        """Fold in everything that is applied, in steps."""
        tail, target = self._projection.tail, self._projection.tail.last
        while await self.write(lambda db: fold_some(tail, db)) < target:
            pass

    def _arrange(self) -> None:
        if self._in_flight or not (self._waiting or self._steps):
            return
        self._in_flight = True
        steps, self._steps = self._steps, []
        batch, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
        if len(self._waiting) <= _FULL // 2:
            self.room.set()
        self._jobs.put((steps, batch))

    # In the thread -----------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            steps, batch = job
            if steps:
                self._projection.writer.work(steps)
            done = self._apply(batch)
            try:
                self._loop.call_soon_threadsafe(self._finish, steps, done)
            except RuntimeError:
                return  # The loop ended without closing the journal; nobody waits any more.

    def _apply(self, batch: Sequence[Came]) -> list[Applied]:
        done: list[Applied] = []
        for group in _groups(self._patiently(lambda: self._read(batch))):
            done += self._patiently(lambda group=group: self._once(group))  # type: ignore[misc]
            if self._stopped:
                break
        return done

    def _patiently(self, work: Callable[[], list[Applied]]) -> list[Applied]:
        """Nothing may be passed over: what cannot be done now is tried again until the journal is closed."""
        while not self._stopped:
            try:
                return work()
            except JournalError as error:
                log.error("the file of the journal cannot follow its stream, trying again: %s", error)  # noqa: TRY400
                self._wake.wait(_PAUSE)
        return []

    def _read(self, batch: Sequence[Came]) -> list[Applied]:
        return [_read(came, self._deed_subject, self._projection) for came in batch]

    def _once(self, group: list[Applied]) -> list[Applied]:
        if group[0].folded:
            fold_all(self._projection.writer, self._projection.tail)
        here = Step(lambda db: reach(db, group[-1].place, group[-1].stored))
        self._projection.writer.work([*(op for applied in group for op in applied.ops), here])
        if here.error is not None:
            for applied in group:
                applied.renew(self._projection)
            raise here.error
        return group

    # On the loop again -------------------------------------------------------------------------------------------

    def _finish(self, steps: list[Step[Any]], done: list[Applied]) -> None:
        self._in_flight = False
        for step in steps:
            if step.future.done():
                continue
            if step.error is not None:
                step.future.set_exception(step.error)
            else:
                step.future.set_result(step.value())
        if done:
            self._finished(done)
        self._arrange()


def _groups(batch: Sequence[Applied]) -> Iterator[list[Applied]]:
    """One transaction each."""
    for apart, group in groupby(batch, lambda applied: applied.apart):
        if apart:
            yield from ([one] for one in group)
        else:
            yield list(group)


def _read(came: Came, deed_subject: str, projection: Projection) -> Applied:
    place, stored, subject, payload = came
    message = decode_done(payload) if subject == deed_subject else decode_said(payload)
    applied = Applied(place, stored, message, len(payload))
    applied.renew(projection)
    return applied


def _op(doing: Any, projection: Projection, newest: Newest | None) -> Op[Any]:
    if isinstance(doing, Settled):
        return Settle(doing.marks, doing.fence, newest)
    if isinstance(doing, Recorded):
        return Record(doing.marks, doing.fence)
    if isinstance(doing, Pad):
        return Step(lambda _db: None)
    return Step(lambda db: _run(db, doing, projection, newest))


def _run(db: apsw.Connection, doing: Any, projection: Projection, newest: Newest | None) -> Any:
    if newest is not None and not is_known(db, newest):
        raise lost_history()
    return doing.run(db, projection.tail)
