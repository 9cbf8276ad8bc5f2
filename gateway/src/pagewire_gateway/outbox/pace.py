"""When a row may go: its thread first, then its account, then one of the requests that may be in flight."""

import asyncio

from pagewire.events import Conversation
from pagewire.graph.slots import Slots
from pagewire_gateway.budgets import Budget
from pagewire_gateway.budgets.calls import Call
from pagewire_gateway.budgets.threads import Threads
from pagewire_gateway.journal.port import Outbound
from pagewire_gateway.outbox.gate import AccountKey


class Pace:
    """Holds rows until it is their turn.

    Args:
        threads: the pace of each conversation.
        concurrency: requests in flight at once.
        per_account: those of one account.
    """

    def __init__(self, threads: Threads, concurrency: int, per_account: int) -> None:
        self._slots = Slots(concurrency)
        self._per_account = per_account
        self._own: dict[AccountKey, Slots] = {}
        self._threads = threads

    def ready(self, conversation: Conversation, budget: Budget) -> bool:
        """Whether a message to this conversation could go at once."""
        crowded = self._slots.full or self._slots_of(conversation).full
        return not crowded and budget.ready() and self._threads.delay(conversation) <= 0

    async def hold(self, conversation: Conversation) -> None:
        """Take one of the requests that may be in flight, until `let_go`: one of the account's own, and then one of all."""
        own = self._slots_of(conversation)
        if not own.took():
            await own.wait()
        try:
            if not self._slots.took():
                await self._slots.wait()
        except BaseException:
            own.give_back()
            raise

    def let_go(self, conversation: Conversation) -> None:
        """The request has ended."""
        self._slots.give_back()
        self._slots_of(conversation).give_back()

    def _slots_of(self, conversation: Conversation) -> Slots:
        key = (conversation.object, conversation.account)
        found = self._own.get(key)
        if found is None:
            found = self._own[key] = Slots(self._per_account)
        return found

    def spend(self, conversation: Conversation) -> None:
        """A message goes."""
        self._threads.spend(conversation)

    def took(self, row: Outbound, call: Call, budget: Budget) -> bool:
        """Take the row's turn if it is there at once; otherwise wait for it with `turn`."""
        if row.state == "sending":
            # Its turn as a message was reserved, and spent, when its event was settled.
            if call == "message":
                return True
            budget.give_back()
        if (call != "action" and self._threads.delay(row.conversation) > 0) or not budget.ready(call):
            return False
        budget.spend(call)
        return True

    async def turn(self, row: Outbound, call: Call, budget: Budget) -> None:
        """Wait until the thread, and then the account, may take the row."""
        if call != "action" and (delay := self._threads.delay(row.conversation)) > 0:
            await asyncio.sleep(delay)
        await budget.turn(call, row.plugin)
