"""Was it sent? Sends without a clear answer, and where the proof is looked for: echoes first, then the conversation."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import msgspec

from pagewire.events import Conversation
from pagewire.graph import GraphError
from pagewire.graph.errors import Ambiguous, Backoff, Reauth, Retryable
from pagewire.replies import Reply
from pagewire_gateway.budgets import Budget
from pagewire_gateway.config import OutboxSettings
from pagewire_gateway.journal.port import Journal, Outbound, Stored
from pagewire_gateway.outbox.clients import GraphClients
from pagewire_gateway.outbox.reconcile import Absent, Found, History, Unclear, look_up
from pagewire_gateway.outbox.watch import Watch
from pagewire_gateway.registry.port import Account
from pagewire_gateway.telemetry.facts import parent_of

log = logging.getLogger(__name__)

_LOOKS = 10

Channel = Callable[[Outbound], Awaitable[tuple[Account, str, Budget]]]
"""The account with a token and its budget; waits where there is none."""


class Doubts:
    """Settles doubts, one conversation at a time.

    Args:
        journal: has the echoes.
        clients: read conversations.
        settings: see `OutboxSettings`.
        channel: how an account is spoken for.
        clock: milliseconds since 1970.
    """

    def __init__(
        self,
        journal: Journal,
        clients: GraphClients,
        settings: OutboxSettings,
        channel: Channel,
        clock: Callable[[], int],
    ) -> None:
        self._journal = journal
        self._clients = clients
        self._settings = settings
        self._channel = channel
        self._clock = clock
        self._watches: dict[Conversation, Watch] = {}
        self._private: set[Watch] = set()

    def see(self, echo: Stored) -> None:
        """An echo became durable."""
        conversation = echo.item.conversation
        if conversation is None:
            return
        watch = self._watches.get(conversation)
        if watch is not None:
            watch.see(echo)
        for private in self._private:
            if private.concerns(conversation):
                private.see(echo)

    async def settle(self, row: Outbound, reply: Reply) -> Found | Absent | Unclear:
        """Look for proof that a row was sent, or was not; one that was never begun here, before a backup was restored."""
        if not row.began:
            row = msgspec.structs.replace(row, began=await self._happened(row))
        taken = await self._journal.mids(row.conversation, (row.began or row.created) - 86_400_000)
        watch = Watch(row, reply, taken)
        self._open(watch)
        try:
            return await self._proof(watch, self._settings.echo_wait)
        finally:
            self._close(watch)

    async def _happened(self, row: Outbound) -> int:
        """When it happened what a row answers, by Meta's clock: earlier it cannot have been sent."""
        found = await self._journal.read([row.event_seq])
        return found[0].item.timestamp if found else row.created

    def _open(self, watch: Watch) -> None:
        if watch.row.target:
            self._private.add(watch)
        else:
            self._watches[watch.row.conversation] = watch

    def _close(self, watch: Watch) -> None:
        if watch.row.target:
            self._private.discard(watch)
        else:
            self._watches.pop(watch.row.conversation, None)

    async def _proof(self, watch: Watch, seconds: float) -> Found | Absent | Unclear:
        await watch.search(self._journal)
        mid = await watch.wait(seconds)
        for _ in range(_LOOKS):
            if mid is not None:
                return Found(mid)
            found = await self._look(watch.row, watch.reply)
            if not isinstance(found, Unclear):
                return found
            # Too much was said since; the echo is still on its way for as long as Meta repeats it.
            mid = await watch.wait(seconds * 4)
        return Unclear() if mid is None else Found(mid)

    async def _look(self, row: Outbound, reply: Reply) -> Found | Absent | Unclear:
        wait = 1.0
        while True:
            account, token, budget = await self._channel(row)
            parent = parent_of(row.trace, row.attempts, self._clock() - row.created)
            history = History(self._clients.of(account), account, token, budget, row.trace, parent)
            try:
                found = await look_up(history, row, reply, self._journal)
            except (Retryable, Ambiguous, Reauth) as error:
                self._clients.refused(account, error)
                self._rest(budget, error)
                log.warning("reply %s: whether it was sent is not known yet: %s", row.id, error)
                await asyncio.sleep(min(wait, self._settings.pause))
                wait = min(wait * 2, 60.0)
            except GraphError as error:
                log.warning("reply %s: the conversation cannot be read: %s", row.id, error)
                return Unclear()
            else:
                return found

    def _rest(self, budget: Budget, error: GraphError) -> None:
        reason = f"{type(error).__name__}: {error}"
        if isinstance(error, Backoff):
            budget.rest(error.retry_after or self._settings.throttled, reason, "throttled")
        elif isinstance(error, Reauth):
            budget.rest(self._settings.pause, reason, "token")
