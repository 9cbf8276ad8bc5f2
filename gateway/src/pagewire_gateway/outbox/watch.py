"""Watching for the echo that proves a send."""

import asyncio

from pagewire.events import Conversation
from pagewire.replies import Reply
from pagewire_gateway.journal.port import Journal, Outbound, Stored
from pagewire_gateway.outbox.reconcile import echo_of, proves


class Watch:
    """Looks for one row's echo: among the events stored already, and among those that come.

    Args:
        row: what may have been sent.
        reply: what it says.
        taken: message ids that belong to other rows.
    """

    def __init__(self, row: Outbound, reply: Reply, taken: set[str]) -> None:
        self.row = row
        self.reply = reply
        self._taken = taken
        self._mid: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def concerns(self, conversation: Conversation | None) -> bool:
        """Whether an event of this conversation may be the row's echo."""
        own = self.row.conversation
        if conversation is None or not self.row.target:
            return conversation == own
        return conversation[:2] == own[:2]  # whose comment it was, only the echo says

    def see(self, event: Stored) -> None:
        """Look at an echo of the row's conversation."""
        echo = echo_of(event)
        if echo is not None and not self._mid.done() and proves(echo, self.row, self.reply, self._taken):
            self._mid.set_result(echo.mid)

    async def search(self, journal: Journal) -> None:
        """Look at the echoes that became durable after the event the row answers."""
        after = self.row.event_seq
        while not self._mid.done() and (page := await journal.echoes(after)):
            after = page[-1].seq
            for event in page:
                if self.concerns(event.item.conversation):
                    self.see(event)

    async def wait(self, seconds: float) -> str | None:
        """The message id, if the echo is there within so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                return await asyncio.shield(self._mid)
        except TimeoutError:
            return None
