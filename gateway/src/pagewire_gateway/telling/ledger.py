"""What the journal knows of what plugins were told."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from pagewire_gateway.deadlines import Grace, end_within
from pagewire_gateway.journal.port import Journal, JournalError, Outbound, Untold

log = logging.getLogger(__name__)

_JOURNAL_PAUSE: Final = 1.0


class Ledger:
    """Reads what is owed, and writes what is not any more: all of one turn of the event loop together.

    Args:
        journal: where it is kept.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._told: list[str] = []
        self._untold: list[Untold] = []
        self._unwritten: set[str] = set()
        self._ended_since: list[set[str]] = []
        self._chores: set[asyncio.Task[None]] = set()
        self._stopped = False

    def start(self) -> None:
        """Begin anew; whatever was not written is owed still."""
        self._unwritten.clear()
        self._stopped = False

    def told(self, row: Outbound) -> None:
        """The plugin knows."""
        self._end(row.id)
        self._told.append(row.id)

    def untold(self, report: Untold) -> None:
        """The plugin could not be told."""
        self._end(report.id)
        self._untold.append(report)

    @contextmanager
    def ending(self) -> Iterator[set[str]]:
        """The ids of what ends from now on, and of what ended and is not written yet: what is read of these is old."""
        ended = set(self._unwritten)
        self._ended_since.append(ended)
        try:
            yield ended
        finally:
            self._ended_since = [one for one in self._ended_since if one is not ended]

    async def owed(self) -> AsyncIterator[Outbound]:
        """What the journal says is owed, oldest first."""
        after = 0
        while rows := await self._journal.owed(after):
            after = rows[-1].seq
            for row in rows:
                yield row

    async def stop(self, grace: float) -> None:
        """Write what there is; what is not written within `grace` seconds is owed still, so the plugin hears of it again."""
        self._stopped = True
        shared = Grace(grace)
        if self._told or self._untold:
            await asyncio.sleep(0)
        while self._chores and shared.left:
            await asyncio.wait(list(self._chores), timeout=shared.left)
        await end_within(0, list(self._chores))

    def _end(self, id_: str) -> None:
        self._unwritten.add(id_)
        for ended in self._ended_since:
            ended.add(id_)
        if not self._told and not self._untold:
            asyncio.get_running_loop().call_soon(self._note)

    def _note(self) -> None:
        told, self._told = self._told, []
        untold, self._untold = self._untold, []
        task = asyncio.ensure_future(self._write(told, untold))
        self._chores.add(task)
        task.add_done_callback(self._chores.discard)

    async def _write(self, told: Sequence[str], untold: Sequence[Untold]) -> None:
        while True:
            try:
                if told:
                    await self._journal.told(told)
                if untold:
                    await self._journal.untold(untold)
            except JournalError as error:
                log.warning(
                    "what plugins were told of %d replies is not stored yet: %s", len(told) + len(untold), error
                )
                if self._stopped:
                    return
                await asyncio.sleep(_JOURNAL_PAUSE)
            else:
                self._unwritten.difference_update(told, (one.id for one in untold))
                return
