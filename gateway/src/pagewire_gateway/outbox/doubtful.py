"""What follows from doubts: a row that may have been sent ends, goes once more, or is put before a person."""

from collections.abc import Callable

import msgspec

from pagewire.replies import Reply, Sending
from pagewire_gateway.config import OutboxSettings
from pagewire_gateway.journal.port import RESTORED, Outbound, OutboxMark
from pagewire_gateway.outbox import suspects
from pagewire_gateway.outbox.book import Book
from pagewire_gateway.outbox.compose import is_best_effort
from pagewire_gateway.outbox.doubts import Doubts
from pagewire_gateway.outbox.reconcile import Absent, Found
from pagewire_gateway.outbox.suspects import Suspects
from pagewire_gateway.outbox.verdict import Verdict
from pagewire_gateway.policy import Reason

_UNPROVED = "whether it was sent cannot be proved any more; replay it if the person has not got it"
_OFTEN = "no request had a clear answer, and there is no proof of any; replay it if the person has not got it"
_OLD_DEED = (
    "it waited when the backup was made that was restored since, and whether it was done after that cannot be told; replay it "
    "if it is to be done now"
)
_MOST = 2
"""Requests for one message that may all have gone out."""


class Doubtful:
    """Decides about rows without a clear answer.

    Args:
        doubts: looks for proof.
        book: writes down what becomes of rows.
        suspects: tells who may have blocked the account.
        settings: see `OutboxSettings`.
        clock: milliseconds since 1970.
    """

    def __init__(
        self, doubts: Doubts, book: Book, suspects: Suspects, settings: OutboxSettings, clock: Callable[[], int]
    ) -> None:
        self._suspects = suspects
        self._doubts = doubts
        self._book = book
        self._settings = settings
        self._clock = clock

    async def settle(self, row: Outbound, reply: Reply) -> Outbound | None:
        """Settle whether a row was sent; returns it if it is to go once more, ``None`` at its end."""
        if is_best_effort(reply):
            await self._book.end(row, Verdict(state="dropped", reason="no clear answer"))
            return None
        if not isinstance(reply, Sending):
            return await self._deed(row)
        proof = await self._doubts.settle(row, reply)
        if isinstance(proof, Absent):
            return await self._not_there(row)
        if isinstance(proof, Found):
            await self._book.end(row, Verdict(state="sent", mid=proof.mid, reason="proved after no clear answer"))
        elif row.plugin in self._settings.at_least_once:
            return await self._not_there(row)
        else:
            await self._book.end(row, Verdict(state="parked", reason=_UNPROVED, code="unproved"))
        return None

    async def _deed(self, row: Outbound) -> Outbound | None:
        """There is no message to look for. Doing it twice changes nothing, unless others have done something in between."""
        if row.code == RESTORED:
            await self._book.end(row, Verdict(state="parked", reason=_OLD_DEED, code=RESTORED))
            return None
        return await self._once_more(row)

    async def _not_there(self, row: Outbound) -> Outbound | None:
        # Of private replies Meta takes one a comment, however often it is asked.
        if row.attempts >= (self._settings.retry.attempts if row.target else _MOST):
            await self._book.end(row, self._given_up(row))
            return None
        return await self._once_more(row)

    def _given_up(self, row: Outbound) -> Verdict:
        if self._suspects.suspect(row):
            return Verdict(state="parked", reason=suspects.REASON, code=Reason.UNREACHABLE)
        return Verdict(state="parked", reason=_OFTEN, code="unproved")

    async def _once_more(self, row: Outbound) -> Outbound:
        attempts = max(row.attempts, 1)
        await self._book.record(OutboxMark(id=row.id, state="queued", attempts=attempts, due=0, at=self._clock()))
        return msgspec.structs.replace(row, state="queued", attempts=attempts, due=0)
