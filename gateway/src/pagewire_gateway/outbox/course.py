"""The course of one row: from its place in the line to Meta, and what Meta's answer makes of it."""

import asyncio
import logging
from collections.abc import Callable
from typing import NamedTuple

import msgspec

from pagewire.replies import Reply, decode
from pagewire_gateway.budgets import Budget
from pagewire_gateway.journal.port import LeaseLost, Outbound, OutboxMark, OutboxState
from pagewire_gateway.outbox.barrier import Barrier
from pagewire_gateway.outbox.book import Book
from pagewire_gateway.outbox.channels import Channels
from pagewire_gateway.outbox.compose import is_best_effort
from pagewire_gateway.outbox.doubtful import Doubtful
from pagewire_gateway.outbox.judge import Judge
from pagewire_gateway.outbox.lines import Lines
from pagewire_gateway.outbox.notes import Notes
from pagewire_gateway.outbox.pace import Pace
from pagewire_gateway.outbox.rests import Rests
from pagewire_gateway.outbox.sender import Sender
from pagewire_gateway.outbox.silence import Silence
from pagewire_gateway.outbox.suspects import Suspects
from pagewire_gateway.outbox.verdict import Verdict
from pagewire_gateway.outbox.wishes import call_of, wish_of
from pagewire_gateway.policy import Refuse, Send, Wait, Wish
from pagewire_gateway.registry.port import Account

log = logging.getLogger(__name__)

_STUMBLE = 5.0
_NEWER = "no reply that this version of Pagewire knows: a newer one stored it; update Pagewire, then replay it"


class Parts(NamedTuple):
    """What rows pass on their way.

    Attributes:
        channels: accounts with tokens and budgets.
        pace: says when it is a row's turn.
        judge: asks the rules.
        barrier: asks the plugins that stand in the way.
        sender: makes the requests.
        rests: keeps how long accounts rest.
        suspects: tells who may have blocked the account.
        doubtful: settles what had no clear answer.
        book: writes down what becomes of rows.
        notes: what is known of rows while they are here.
    """

    channels: Channels
    pace: Pace
    judge: Judge
    barrier: Barrier
    sender: Sender
    rests: Rests
    suspects: Suspects
    doubtful: Doubtful
    book: Book
    notes: Notes


class Course:
    """Brings rows further.

    Args:
        parts: what rows pass on their way.
        clock: milliseconds since 1970.
        silence: says which rows must not go out.
        lines: in which rows wait.
    """

    def __init__(
        self,
        parts: Parts,
        clock: Callable[[], int],
        silence: Silence,
        lines: Lines,
    ) -> None:
        self._channels = parts.channels
        self._pace = parts.pace
        self._judge = parts.judge
        self._barrier = parts.barrier
        self._sender = parts.sender
        self._rests = parts.rests
        self._suspects = parts.suspects
        self._doubtful = parts.doubtful
        self._book = parts.book
        self._notes = parts.notes
        self._clock = clock
        self._silence = silence
        self._lines = lines

    async def step(self, row: Outbound) -> Outbound | None:
        """Bring one row a step further; returns it as it stands, or ``None`` at its end."""
        try:
            return await self._one(row)
        except LeaseLost:
            raise
        except Exception:
            # Order matters more than haste: the conversation waits, and what may have gone out is looked for first.
            log.exception("outbox stumbled over a conversation of account %s", row.conversation.account)
            await asyncio.sleep(_STUMBLE)
            doubtful = row.state != "queued" or row.id in self._notes.begun
            return msgspec.structs.replace(row, state="unknown") if doubtful else row
        finally:
            self._notes.begun.discard(row.id)

    async def _one(self, row: Outbound) -> Outbound | None:
        if self._silence.known(row):
            return None
        try:
            reply = decode(row.body)
        except msgspec.DecodeError:
            await self._book.end(row, Verdict(state="parked", reason=_NEWER, code="unreadable"))
            return None
        return await self._further(row, reply)

    async def _further(self, row: Outbound, reply: Reply) -> Outbound | None:
        if row.state == "unknown":
            with self._lines.aside(row):
                return await self._doubtful.settle(row, reply)
        if row.due:
            await self._until(row)
        account, token, budget = await self._channels.of(row)
        call = call_of(reply)
        waited = not self._pace.took(row, call, budget)
        if waited:
            with self._lines.aside(row):
                await self._pace.turn(row, call, budget)
        try:
            if waited:  # and the turn may have come because the token was mended
                account, token, _ = await self._channels.of(row)
            if self._barrier.stands(account, row, reply):
                with self._lines.aside(row):
                    screened = await self._barrier.screen(account, row, reply)
                if not isinstance(screened, tuple):
                    return screened
                row, reply = screened
            await self._pace.hold(row.conversation)
            try:
                return await self._send(row, reply, account, token, budget)
            finally:
                self._pace.let_go(row.conversation)
        finally:
            budget.ended() if row.id in self._notes.begun else budget.give_back(call)

    async def _send(self, row: Outbound, reply: Reply, account: Account, token: str, budget: Budget) -> Outbound | None:
        """Make the request, if the rules allow it now: what was allowed when the reply was made may not be after the wait."""
        decision = await self._judge.decide(account, row, self._wish(row, reply))
        if not isinstance(decision, Send):
            return await self._not_allowed(row, reply, decision)
        if self._lines.stopped:
            return row
        if self._silence.known(row) or (row.target and await self._silence.covers(row)):
            return None
        self._notes.begun.add(row.id)
        if not is_best_effort(reply):
            self._pace.spend(row.conversation)
        row = await self._begin(row)
        verdict = await self._sender.send(account, token, row, reply, budget, decision)
        if verdict.error is not None:
            await self._judge.learn(account, row, verdict.error)
            if verdict.trouble == "token":
                self._channels.refused(account, verdict.error)
        self._suspects.note(row, verdict)
        self._account_for(row, verdict, budget)
        if self._rests.concern(budget):
            await self._rests.note(account, budget)
        return await self._apply(row, verdict)

    def _wish(self, row: Outbound, reply: Reply) -> Wish:
        wish = wish_of(reply)
        return msgspec.structs.replace(wish, untagged=True) if row.id in self._notes.untagged else wish

    async def _not_allowed(self, row: Outbound, reply: Reply, decision: Wait | Refuse) -> Outbound | None:
        """The rules say no, or not yet."""
        if isinstance(decision, Refuse):
            state: OutboxState = "dropped" if is_best_effort(reply) else "refused"
            await self._book.end(row, Verdict(state=state, reason=decision.why, code=decision.reason))
            return None
        now = self._clock()
        await self._book.record(
            OutboxMark(id=row.id, state="queued", due=decision.until, error=decision.why, code=decision.reason, at=now)
        )
        return msgspec.structs.replace(row, state="queued", due=decision.until, error=decision.why)

    async def _until(self, row: Outbound) -> None:
        delay = (row.due - self._clock()) / 1000
        if delay > 0:
            with self._lines.aside(row):
                await asyncio.sleep(delay)

    async def _begin(self, row: Outbound) -> Outbound:
        now = self._clock()
        begun = msgspec.structs.replace(row, state="sending", attempts=row.attempts + 1, began=now)
        if row.state != "sending":
            await self._book.record(OutboxMark(id=row.id, state="sending", attempts=begun.attempts, began=now, at=now))
        return begun

    async def _apply(self, row: Outbound, verdict: Verdict) -> Outbound | None:
        if verdict.untag:
            self._notes.untagged.add(row.id)
        if verdict.state not in {"queued", "unknown"}:
            await self._book.end(row, verdict)
            return None
        attempts = row.attempts if verdict.counts else row.attempts - 1
        due = self._clock() + int(verdict.after * 1000) if verdict.after else 0
        await self._book.record(
            OutboxMark(
                id=row.id,
                state=verdict.state,
                attempts=attempts,
                due=due,
                began=row.began,
                error=verdict.reason,
                code=verdict.code,
                at=self._clock(),
            )
        )
        return msgspec.structs.replace(row, state=verdict.state, attempts=attempts, due=due, error=verdict.reason)

    def _account_for(self, row: Outbound, verdict: Verdict, budget: Budget) -> None:
        """What a request says of the account: that all is well, or that it has to rest."""
        if verdict.trouble:
            budget.rest(verdict.rest, verdict.reason, verdict.trouble)
            if verdict.whole_app:
                budget.app.rest(verdict.rest)
            log.warning("account %s rests for %.0f s: %s", row.conversation.account, verdict.rest, verdict.reason)
        elif verdict.state != "unknown":
            budget.went_well()
