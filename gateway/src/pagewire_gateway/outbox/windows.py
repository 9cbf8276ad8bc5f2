"""When people last opened the messaging window, from memory first, from the journal where memory does not know."""

from collections import OrderedDict
from datetime import UTC, datetime

from pagewire.events import Conversation
from pagewire_gateway import window
from pagewire_gateway.journal.port import Journal, Stored

_KEPT = 100_000


class Windows:
    """The standard messaging windows of all conversations.

    Args:
        journal: remembers every conversation.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._last: OrderedDict[Conversation, int] = OrderedDict()

    def observe(self, stored: Stored) -> None:
        """Take in an event that just became durable."""
        conversation = stored.item.conversation
        if conversation is None or not window.opens(stored.item):
            return
        self._last[conversation] = max(stored.item.timestamp, self._last.get(conversation, 0))
        self._last.move_to_end(conversation)
        if len(self._last) > _KEPT:
            self._last.popitem(last=False)

    def forget(self, conversation: Conversation) -> None:
        """Know nothing of a conversation any more."""
        self._last.pop(conversation, None)

    async def refusal(self, conversation: Conversation, now: int) -> str | None:
        """Why nothing may be sent to this person now; ``None`` if it may.

        Source: Meta, messaging policy: people start conversations; answers are free for 24 hours after what they last did.
        """
        last = self._last.get(conversation)
        if last is None or now > window.closes_at(last):
            last = await self._remembered(conversation)
        if last is None:
            return "the person has not written to this account yet, and only people may start a conversation"
        closes = window.closes_at(last)
        if now <= closes:
            return None
        when = datetime.fromtimestamp(closes / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
        return f"the standard messaging window closed at {when}; it opens again when the person writes"

    async def _remembered(self, conversation: Conversation) -> int | None:
        state = await self._journal.conversation(conversation)
        return None if state.last_inbound is None else int(state.last_inbound.timestamp() * 1000)
