"""One request for one row, and what it came to."""

import random
from time import perf_counter

import msgspec

from pagewire.graph import GraphError
from pagewire.graph.wire import SenderAction as SenderActionName
from pagewire.replies import BestEffort, Media, React, Reply, Sending, Unreact
from pagewire_gateway.config import OutboxSettings
from pagewire_gateway.journal.port import Outbound
from pagewire_gateway.outbox.clients import GraphClients
from pagewire_gateway.outbox.compose import body_of
from pagewire_gateway.outbox.pace import Pace
from pagewire_gateway.outbox.verdict import Patience, Verdict, of_error
from pagewire_gateway.outbox.wishes import terms_of
from pagewire_gateway.policy import Send
from pagewire_gateway.registry.port import Account
from pagewire_gateway.telemetry import metrics

_TEMPLATE = "/{id}/messages"


class Sender:
    """Makes requests.

    Args:
        clients: who speaks for an account.
        settings: time-outs and patience.
    """

    def __init__(self, clients: GraphClients, settings: OutboxSettings) -> None:
        self._clients = clients
        self._settings = settings

    async def send(
        self, account: Account, token: str, row: Outbound, reply: Reply, pace: Pace, allowed: Send
    ) -> Verdict:
        """Make one request; never raises for what Meta or the network does."""
        began = perf_counter()
        try:
            verdict = await self._request(account, token, row, reply, pace, allowed)
        except GraphError as error:
            pace.learn(error.usage)
            verdict = of_error(error, self._patience(row, pace), tagged=allowed.tag is not None)
            if isinstance(reply, BestEffort):
                verdict = msgspec.structs.replace(verdict, state="dropped", untag=False)
        metrics.send_duration.record(perf_counter() - began, _TEMPLATE, verdict.state)
        return verdict

    def _patience(self, row: Outbound, pace: Pace) -> Patience:
        return Patience(
            attempts=row.attempts,
            policy=self._settings.retry,
            pause=self._settings.pause,
            chance=random.random(),  # noqa: S311 - jitter
            healthy=pace.succeeded_at >= row.created,
        )

    async def _request(
        self, account: Account, token: str, row: Outbound, reply: Reply, pace: Pace, allowed: Send
    ) -> Verdict:
        client = self._clients.of(account)
        if isinstance(reply, BestEffort):
            action, payload = _act(reply)
            acted = await client.sender_action(
                account.send_as_id, token, row.conversation.person, action, payload=payload
            )
            pace.learn(acted.usage)
            return Verdict(state="sent")
        if not isinstance(reply, Sending):
            return Verdict(state="parked", reason=f"{type(reply).__name__} cannot be sent yet")
        timeout = self._settings.media_timeout if isinstance(reply, Media) else self._settings.timeout
        body = body_of(row, reply, account.surface, terms_of(allowed))
        sent = await client.send(account.send_as_id, token, body, read_timeout=timeout)
        pace.learn(sent.usage)
        return Verdict(state="sent", mid=sent.message_id)


def _act(reply: BestEffort) -> tuple[SenderActionName, dict[str, str] | None]:
    if isinstance(reply, React):
        return "react", {"message_id": reply.message_id, "reaction": reply.reaction}
    return ("unreact", {"message_id": reply.message_id}) if isinstance(reply, Unreact) else (reply.action, None)
