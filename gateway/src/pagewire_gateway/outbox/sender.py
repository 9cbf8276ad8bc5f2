"""One request for one row, and what it came to."""

import random
from collections.abc import Callable

import msgspec

from pagewire.graph import GraphError
from pagewire.replies import BestEffort, PassThread, ReleaseThread, Reply
from pagewire.telemetry.tracing import TRACING
from pagewire_gateway.budgets import Budget
from pagewire_gateway.config import OutboxSettings
from pagewire_gateway.journal.port import Outbound
from pagewire_gateway.outbox.assets import Assets
from pagewire_gateway.outbox.clients import GraphClients
from pagewire_gateway.outbox.echoes import SENDS
from pagewire_gateway.outbox.requests import Line, Requests
from pagewire_gateway.outbox.traced import sending
from pagewire_gateway.outbox.verdict import Patience, Verdict, of_error
from pagewire_gateway.outbox.wishes import terms_of
from pagewire_gateway.policy import Send
from pagewire_gateway.registry.port import Account


class Sender:
    """Makes requests.

    Args:
        clients: who speaks for an account.
        settings: time-outs and patience.
        clock: milliseconds since 1970.
    """

    def __init__(self, clients: GraphClients, settings: OutboxSettings, clock: Callable[[], int]) -> None:
        self._requests = Requests(settings, Assets(clock))
        self._clients = clients
        self._settings = settings
        self._clock = clock

    async def send(
        self, account: Account, token: str, row: Outbound, reply: Reply, budget: Budget, allowed: Send
    ) -> Verdict:
        """Make one request; never raises for what Meta or the network does."""
        try:
            if TRACING.on and row.trace:
                with sending(row, account, self._clock()):
                    return await self._request(account, token, row, reply, budget, allowed)
            return await self._request(account, token, row, reply, budget, allowed)
        except GraphError as error:
            budget.learn(error.usage)
            verdict = of_error(error, self._patience(row, reply, budget), tagged=allowed.tag is not None)
            if isinstance(reply, BestEffort):
                verdict = msgspec.structs.replace(verdict, state="dropped", untag=False)
            return verdict

    def _patience(self, row: Outbound, reply: Reply, budget: Budget) -> Patience:
        return Patience(
            attempts=row.attempts,
            policy=self._settings.retry,
            pause=self._settings.pause,
            throttled=self._settings.throttled,
            chance=random.random(),  # noqa: S311 - jitter
            private=bool(row.target),
            gives_away=isinstance(reply, PassThread | ReleaseThread),
            healthy=budget.succeeded_at >= row.created,
        )

    async def _request(
        self, account: Account, token: str, row: Outbound, reply: Reply, budget: Budget, allowed: Send
    ) -> Verdict:
        line = Line(self._clients.of(account), account, token, row)
        made = await self._requests.make(line, reply, terms_of(allowed))
        budget.learn(made.usage)
        if TRACING.on and row.trace:
            SENDS.sent(row.id, made.mid)
        return Verdict(state="sent", mid=made.mid)
