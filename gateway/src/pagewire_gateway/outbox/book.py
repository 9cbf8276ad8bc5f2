"""Writes down what becomes of rows, and has it told."""

import asyncio
import logging
from collections.abc import Callable, Sequence

import msgspec

from pagewire_gateway.journal.port import Journal, JournalError, LeaseLost, Outbound, OutboxMark
from pagewire_gateway.outbox.screens import Ends
from pagewire_gateway.outbox.verdict import Verdict
from pagewire_gateway.policy import Reason
from pagewire_gateway.telemetry import metrics

log = logging.getLogger(__name__)

_JOURNAL_PAUSE = 1.0

End = tuple[Outbound, Verdict, bool]
"""A row at its end, why, and whether its plugin has to be told."""


class Book:
    """Keeps the journal's account of rows.

    Args:
        journal: where the rows are.
        rest_of: takes the later parts of a row's answer out of their line.
        clock: milliseconds since 1970.

    Attributes:
        fence: of the lease under which this process writes.
        reports: tells plugins what became of their replies.
    """

    def __init__(
        self, journal: Journal, rest_of: Callable[[Outbound], list[Outbound]], clock: Callable[[], int]
    ) -> None:
        self.fence = 0
        self.reports: Ends | None = None
        self._journal = journal
        self._rest_of = rest_of
        self._clock = clock

    async def record(self, *marks: OutboxMark) -> None:
        """Store changes, however often it takes.

        Raises:
            LeaseLost: another process leads by now.
        """
        while True:
            try:
                await self._journal.record(marks, self.fence)
            except LeaseLost:
                raise
            except JournalError as error:
                log.error("outbox: change of %d rows not stored yet: %s", len(marks), error)  # noqa: TRY400 - foreseen
                await asyncio.sleep(_JOURNAL_PAUSE)
            else:
                return

    async def end(self, row: Outbound, verdict: Verdict) -> None:
        """A row has come to its end."""
        metrics.replies.add(row.conversation.object, verdict.state)
        ended = [(row, verdict, self._owes(row, verdict))]
        if verdict.state in {"refused", "parked"}:
            metrics.refusals.add(row.conversation.object, verdict.code or "other")
            log.warning("reply %s of plugin %s %s: %s", row.id, row.plugin, verdict.state, verdict.reason)
            ended += self._drop_rest(row)
        await self.record(*[self._final(*one) for one in ended])
        self._report(ended)

    def _final(self, row: Outbound, verdict: Verdict, owes: bool) -> OutboxMark:
        return OutboxMark(
            id=row.id,
            state=verdict.state,
            attempts=row.attempts,
            began=row.began,
            mid=verdict.mid or None,
            error=verdict.reason,
            code=verdict.code,
            at=self._clock(),
            owes=owes,
        )

    def _drop_rest(self, row: Outbound) -> list[End]:
        """An answer in several parts stops at the first part that does not go: the rest would make no sense alone."""
        why = Verdict(
            state="refused", reason="an earlier part of the same answer was not sent", code=Reason.EARLIER_PART
        )
        return [(one, why, self._owes(one, why)) for one in self._rest_of(row)]

    def _owes(self, row: Outbound, verdict: Verdict) -> bool:
        return self.reports is not None and self.reports.owes(row, verdict.state)

    def _report(self, ended: Sequence[End]) -> None:
        for row, verdict, owes in ended:
            if owes and self.reports is not None:
                facts = {"state": verdict.state, "mid": verdict.mid, "error": verdict.reason, "code": verdict.code}
                self.reports.take([msgspec.structs.replace(row, at=self._clock(), **facts)])
