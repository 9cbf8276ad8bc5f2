"""When a row may go: its thread first, then its account, then one of the requests that may be in flight."""

import asyncio

from pagewire.events import Conversation
from pagewire_gateway.budgets import Budget
from pagewire_gateway.budgets.calls import Call
from pagewire_gateway.budgets.threads import Threads
from pagewire_gateway.journal.port import Outbound


class Pace:
    """Holds rows until it is their turn.

    Args:
        threads: the pace of each conversation.
        concurrency: requests in flight at once.
    """

    def __init__(self, threads: Threads, concurrency: int) -> None:
        self.slots = asyncio.Semaphore(concurrency)
        self._threads = threads

    def ready(self, conversation: Conversation, budget: Budget) -> bool:
        """Whether a message to this conversation could go at once."""
        return not self.slots.locked() and budget.ready() and self._threads.delay(conversation) <= 0

    def spend(self, conversation: Conversation) -> None:
        """A message goes."""
        self._threads.spend(conversation)

    async def turn(self, row: Outbound, call: Call, budget: Budget) -> None:
        """Wait until the thread, and then the account, may take the row."""
        if row.state == "sending":
            # Its turn as a message was reserved, and spent, when its event was settled.
            if call == "message":
                return
            budget.give_back()
        if call != "action" and (delay := self._threads.delay(row.conversation)) > 0:
            await asyncio.sleep(delay)
        await budget.turn(call, row.plugin)
