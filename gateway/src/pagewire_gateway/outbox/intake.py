"""Which open rows are in memory: so many at most, the oldest ones; the journal has the rest until there is room."""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from itertools import takewhile

import msgspec

from pagewire_gateway.deadlines import cancelled
from pagewire_gateway.journal.port import Journal, JournalError, Outbound
from pagewire_gateway.outbox.lines import Lines

log = logging.getLogger(__name__)

Answer = tuple[str, str, int]
"""What several rows may be parts of: event, plugin, and when it was stored."""


class Intake:
    """Lets rows stand in their lines.

    While Meta does not answer, replies go on coming. Once there are too many, none is taken any more, whoever hands it over:
    in a conversation a newer one must not overtake one that was left. When half of them are gone, the journal is read from its
    oldest open row on.

    Args:
        journal: where the rows are.
        lines: where they wait.
        window: rows in memory, about.

    Attributes:
        left: some are in the journal only.
    """

    def __init__(self, journal: Journal, lines: Lines, window: int) -> None:
        self.left = False
        self._journal = journal
        self._lines = lines
        self._window = window
        self._filling: asyncio.Task[None] | None = None
        self._late: list[Outbound] = []
        self._ended: set[str] = set()

    def begin(self) -> None:
        """Forget who was left; somebody else may have led meanwhile."""
        self.left = False

    def take(self, rows: Sequence[Outbound]) -> None:
        """Rows that were stored just now; one whose turn was reserved goes at once."""
        if not self.left and len(self._lines) >= self._window:
            self.left = True
            log.warning("%d requests wait in memory; more wait in the journal", len(self._lines))
        if not self.left:
            self._lines.add(rows)
            return
        if any(row.state == "sending" for row in rows):
            # An answer stays together: where its first part does not go, the others do not.
            self._lines.add(self._new(rows))
        elif self._filling is not None:
            self._late += rows

    def _new(self, rows: Sequence[Outbound]) -> list[Outbound]:
        """Those that the journal did not bring already, faster than whoever stored them."""
        known = self._lines.known() | self._ended
        return [row for row in rows if row.id not in known]

    def look_for_room(self) -> None:
        """A row has come to its end: if there is room now, those that were left come in."""
        if self.left and self._filling is None and len(self._lines) <= self._window // 2 and not self._lines.stopped:
            self._filling = asyncio.ensure_future(self._fill())

    async def collect(self, only: frozenset[str] | None = None, created_before: int | None = None) -> None:
        """Take up open rows that are not in memory; what may have been sent already is looked for first.

        Args:
            only: ids to take, with the later parts of the same answers, which are put back with them.
            created_before: leave younger rows alone; whoever settles just now hands them over himself.
        """
        if self.left:
            self.look_for_room()  # They come with the others.
        elif not await self._read(_Wanted(only, created_before)):
            self.left = True

    async def _fill(self) -> None:
        """Read the journal; what was handed over meanwhile comes last."""
        self._ended = self._lines.note_ends()
        try:
            if await self._read(_Wanted(None, None)):
                self._lines.add(self._new(self._late))
                self.left = False
        except JournalError as error:
            log.warning("requests that wait in the journal cannot be read yet: %s", error)
        finally:
            self._lines.ends_noted(self._ended)
            self._filling, self._late = None, []

    async def _read(self, wanted: "_Wanted") -> bool:
        """Take up wanted rows, oldest first; whether there was room for all. An answer is taken whole."""
        ended = self._lines.note_ends()
        page: list[Outbound] = []
        last: Answer | None = None
        try:
            while page := await self._journal.outbox(page[-1].seq if page else 0):
                known = self._lines.known()
                fresh = [row for row in wanted.of(page) if row.id not in known and row.id not in ended]
                if last is not None:
                    fresh = list(takewhile(lambda row: answer_of(row) == last, fresh))  # noqa: B023 - used at once
                self._lines.add([_as_left(row) for row in fresh])
                if last is not None:
                    return False
                if len(self._lines) >= self._window:
                    last = answer_of(page[-1])
        finally:
            self._lines.ends_noted(ended)
        return last is None

    async def stop(self) -> None:
        """Read nothing more."""
        await cancelled(self._filling)


class _Wanted:
    """Which of the rows that are read are taken."""

    def __init__(self, only: frozenset[str] | None, created_before: int | None) -> None:
        self._only, self._created_before = only, created_before
        self._answers: set[Answer] = set()

    def of(self, page: Sequence[Outbound]) -> Iterator[Outbound]:
        """Those of a page."""
        for row in page:
            answer = answer_of(row)
            if self._only is not None and row.id in self._only:
                self._answers.add(answer)
            is_asked_for = self._only is None or answer in self._answers
            if is_asked_for and (self._created_before is None or row.created < self._created_before):
                yield row


def answer_of(row: Outbound) -> Answer:
    """The answer a row is a part of."""
    return row.event_id, row.plugin, row.created


def _as_left(row: Outbound) -> Outbound:
    """A row as another process, or this one before it ended, may have left it: on its way, nobody knows how far."""
    return row if row.state == "queued" else msgspec.structs.replace(row, state="unknown")
