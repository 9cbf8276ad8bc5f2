"""Outcomes on their way into the journal: those of one turn of the event loop go together, whichever plugin they are of."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from time import perf_counter
from typing import Any

from pagewire_gateway.deadlines import Grace, end_within
from pagewire_gateway.journal.port import Journal, JournalError, LeaseLost, Mark, Outbound
from pagewire_gateway.telemetry.messaging import settled

log = logging.getLogger(__name__)

_JOURNAL_PAUSE = 1.0

Then = Callable[[list[Outbound] | None], None]
"""Told the rows of the outbox that are new once a mark is durable; ``None`` when it will not be, as the lease is lost."""


class Settler:
    """Writes marks, and goes on trying for as long as the lease is ours.

    Args:
        journal: where they go.
    """

    def __init__(self, journal: Journal) -> None:
        self.fence = 0
        self.journal = journal
        self._waiting: list[tuple[Mark, Then]] = []
        self._tasks: set[asyncio.Future[Any]] = set()

    def put(self, mark: Mark, then: Then) -> None:
        """Have a mark written; `then` hears of it, once."""
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._send)
        self._waiting.append((mark, then))

    def _send(self) -> None:
        asked, self._waiting = self._waiting, []
        began = perf_counter()
        try:
            asking = self.journal.settle([mark for mark, _ in asked], self.fence)
        except JournalError as error:
            settled(self.journal.system, began, error)
            self._apart(asked, error)
            return
        # A future of the journal's own costs no task.
        self._tasks.add(settling := asyncio.ensure_future(asking))
        settling.add_done_callback(partial(self._settled, asked, began))

    def _settled(
        self, asked: Sequence[tuple[Mark, Then]], began: float, settling: "asyncio.Future[list[Outbound]]"
    ) -> None:
        self._tasks.discard(settling)
        if settling.cancelled():
            for _, then in asked:
                _tell(then, None)
            return
        settled(self.journal.system, began, error := settling.exception())
        if isinstance(error, JournalError):
            self._apart(asked, error)
        else:
            _tell_all(asked, settling.result())

    def _apart(self, asked: Sequence[tuple[Mark, Then]], error: JournalError) -> None:
        """What keeps one of them out must not keep the others out."""
        for mark, then in asked:
            self._spawn(self._alone(mark, then, error))

    async def _alone(self, mark: Mark, then: Then, error: JournalError) -> None:
        rows: list[Outbound] | None = None
        try:
            while rows is None and not isinstance(error, LeaseLost):
                log.error("%s: outcome not stored yet: %s", mark.plugin, error)
                await asyncio.sleep(_JOURNAL_PAUSE)
                try:
                    rows = await self.journal.settle([mark], self.fence)
                except JournalError as again:
                    error = again
        finally:
            _tell(then, rows)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self, grace: float) -> None:
        """Wait for what is under way, for `grace` seconds at most."""
        shared = Grace(grace)
        if self._waiting:
            await asyncio.sleep(0)
        while self._tasks and shared.left:
            await asyncio.wait(list(self._tasks), timeout=shared.left)
        await end_within(0, list(self._tasks))


def _tell_all(asked: Sequence[tuple[Mark, Then]], rows: Sequence[Outbound]) -> None:
    if not rows:
        for _, then in asked:
            _tell(then, [])
        return
    new: dict[tuple[int, str], list[Outbound]] = defaultdict(list)
    for row in rows:
        new[row.event_seq, row.plugin].append(row)
    for mark, then in asked:
        _tell(then, new.get((mark.seq, mark.plugin), []))


def _tell(then: Then, rows: list[Outbound] | None) -> None:
    try:
        then(rows)
    except Exception as error:  # noqa: BLE001 - the others must hear of theirs whatever one listener does
        said = {"message": "an outcome is stored, but the lane stumbled over it", "exception": error}
        asyncio.get_running_loop().call_exception_handler(said)
