"""Lets plugins stand in the way of a message, before it goes."""

import random
from collections.abc import Callable

import msgspec

from pagewire.replies import Reply, Sending, encode
from pagewire_gateway.config import OutboxSettings
from pagewire_gateway.journal.port import Outbound, OutboxMark
from pagewire_gateway.outbox.book import Book
from pagewire_gateway.outbox.notes import Failures, Notes
from pagewire_gateway.outbox.screens import Failed, Held, Screens
from pagewire_gateway.outbox.verdict import Verdict
from pagewire_gateway.registry.port import Account
from pagewire_gateway.retry import pause_before


class Barrier:
    """Asks, and does what the answer comes to.

    Args:
        book: writes down what becomes of rows.
        notes: how often the plugins failed.
        settings: how patient to be with plugins that fail.
        clock: milliseconds since 1970.

    Attributes:
        screening: asks plugins before a message goes; ``None`` where nobody is to be asked.
    """

    def __init__(self, book: Book, notes: Notes, settings: OutboxSettings, clock: Callable[[], int]) -> None:
        self.screening: Screens | None = None
        self._book = book
        self._notes = notes
        self._settings = settings
        self._clock = clock

    def stands(self, account: Account, row: Outbound, reply: Reply) -> bool:
        """Whether anybody is to be asked before a row goes."""
        if self.screening is None or row.altered or not isinstance(reply, Sending):
            return False
        return bool(self.screening.asked(account))

    async def screen(self, account: Account, row: Outbound, reply: Reply) -> tuple[Outbound, Reply] | Outbound | None:
        """Ask the plugins that stand in the way: the message as it may go, or what becomes of the row if it may not."""
        if self.screening is None or not isinstance(reply, Sending):
            return row, reply
        said = await self.screening.screen(account, row, reply)
        if isinstance(said, Held):
            await self._book.end(row, Verdict(state="refused", reason=said.reason, code="held_back"))
            return None
        if isinstance(said, Failed):
            return await self._put_back(row, said)
        if said.reply is reply:
            return row, reply
        # Stored before anything is sent: whatever happens then, this is the message, and nobody makes another one of it.
        row = msgspec.structs.replace(row, body=encode(said.reply), altered=True)
        await self._book.record(OutboxMark(id=row.id, state=row.state, body=row.body, at=self._clock()))
        return row, said.reply

    async def _put_back(self, row: Outbound, failed: Failed) -> Outbound | None:
        # Counted apart: the row's own attempts tell how often it may have gone out.
        now, policy = self._clock(), self._settings.retry
        known = self._notes.failures.setdefault(row.id, Failures(now))
        known.all += 1
        # While the plugin is away as a whole nothing is parked, as with a dead token; others that passed meanwhile say it is not.
        known.counted += not failed.down or failed.passed > known.since
        if known.counted >= policy.attempts or now - row.created > policy.patience * 1000:
            await self._book.end(row, Verdict(state="parked", reason=failed.reason, code="before_send"))
            return None
        # Never at once: while one message finds out whether the plugin is back, the others would ask without a pause.
        after = None if failed.after is None else max(failed.after, policy.first)
        due = now + int(pause_before(policy, known.all, random.random(), after) * 1000)  # noqa: S311 - jitter
        await self._book.record(
            OutboxMark(id=row.id, state="queued", due=due, error=failed.reason, code="before_send", at=now)
        )
        return msgspec.structs.replace(row, state="queued", due=due, error=failed.reason, code="before_send")
