"""Was it sent? After an answer that does not say, proof is looked for before anything is sent again.

Source: Meta documents that errors 1 and 2 and time-outs may follow a message that was delivered, and knows no idempotency
key. Proof is the echo with our ``metadata``, or the message itself in the Conversations API.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

import msgspec

from pagewire.graph import GraphClient, Message
from pagewire.graph.wire import Platform
from pagewire.replies import Reply
from pagewire_gateway.budgets import Budget
from pagewire_gateway.journal.port import Journal, Outbound, Stored
from pagewire_gateway.outbox.compose import may_be
from pagewire_gateway.registry.port import Account
from pagewire_gateway.telemetry.lookups import CONVERSATION, CONVERSATIONS, looked_up

_NEWEST = 20
"""Meta gives details of so many messages of a conversation."""
_SLACK = 5_000
"""Milliseconds by which Meta's clock may be behind ours; its times have whole seconds."""


class _EchoBody(msgspec.Struct):
    mid: str = ""
    metadata: Any = None
    text: Any = None
    attachments: Any = None


class _Echo(msgspec.Struct):
    message: _EchoBody


_echoes = msgspec.json.Decoder(_Echo)


class Absent(msgspec.Struct, frozen=True):
    """The newest messages reach back to before the request, and it is not among them: it was not sent."""


class Unclear(msgspec.Struct, frozen=True):
    """The newest messages do not reach back far enough to tell, or Meta shows none."""


class Found(msgspec.Struct, frozen=True):
    """It was sent, under this message id."""

    mid: str


class Echo(msgspec.Struct, frozen=True):
    """What an echo says about what was sent."""

    mid: str
    metadata: str | None
    text: str | None
    has_attachments: bool
    timestamp: int


def echo_of(stored: Stored) -> Echo | None:
    """Read an event of kind ``message_echo``; ``None`` when it proves nothing."""
    try:
        body = _echoes.decode(stored.item.raw).message
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    metadata = body.metadata if isinstance(body.metadata, str) else None
    text = body.text if isinstance(body.text, str) else None
    return Echo(body.mid, metadata, text, bool(body.attachments), stored.item.timestamp)


def proves(echo: Echo, row: Outbound, reply: Reply, taken: set[str]) -> bool:
    """Whether this echo is the row's own: by metadata on Messenger, by content and time on Instagram."""
    if row.conversation.object == "page":
        return echo.metadata == row.id
    if row.target:
        return False  # Many comments get the same words; Meta itself takes one reply for each.
    began = row.began or row.created
    same = may_be(reply, echo.text, has_attachments=echo.has_attachments)
    return same and bool(echo.mid) and echo.mid not in taken and echo.timestamp >= began - _SLACK


class History(msgspec.Struct, frozen=True):
    """Reads the conversations of one account, within its budget: Meta takes two calls a second.

    Attributes:
        cause, parent: what the look belongs to in a trace; see `looked_up`.
    """

    client: GraphClient
    account: Account
    token: str
    budget: Budget
    cause: str = ""
    parent: str = ""

    async def newest(self, person: str) -> Sequence[Message] | None:
        """The newest messages of a conversation, newest first; ``None`` if Meta knows no such conversation.

        Raises:
            GraphError: the Conversations API did not answer.
        """
        platform: Platform = "messenger" if self.account.object == "page" else "instagram"
        await self.budget.turn("conversations")
        with self._looked_up(CONVERSATIONS):
            conversation = await self.client.conversation_with(self.account.send_as_id, self.token, platform, person)
        if conversation is None:
            return None
        await self.budget.turn("conversations")
        with self._looked_up(CONVERSATION):
            return (await self.client.messages(conversation.id, self.token, _NEWEST)).data

    def _looked_up(self, route: str) -> AbstractContextManager[None]:
        return looked_up(route, self.account, self.cause, self.parent)


async def look_up(history: History, row: Outbound, reply: Reply, journal: Journal) -> Found | Absent | Unclear:
    """Look for the row among the newest messages of its conversation.

    Raises:
        GraphError: the Conversations API did not answer; nothing is known.
    """
    person = row.conversation.person
    if row.target:
        return Absent()  # a second private reply is refused by Meta itself, so trying again is the look
    messages = await history.newest(person)
    if messages is None:
        return Unclear()  # somebody wrote in it, so Meta hides it: among the requests, or in spam
    began = row.began or row.created
    taken = await journal.mids(row.conversation, began - 86_400_000)
    found = (one.id for one in messages if _is_ours(one, reply, person, began) and one.id not in taken)
    mid = next(found, None)
    if mid is not None:
        return Found(mid)
    return Absent() if len(messages) < _NEWEST or _reaches_back(messages, began) else Unclear()


def _reaches_back(messages: Sequence[Message], began: int) -> bool:
    return any(
        one.created_time is not None and one.created_time.timestamp() * 1000 < began - _SLACK for one in messages
    )


def _is_ours(message: Message, reply: Reply, person: str, began: int) -> bool:
    if message.sender is None or message.sender.id == person or message.created_time is None:
        return False
    if message.created_time.timestamp() * 1000 < began - _SLACK:
        return False
    return may_be(reply, message.text, has_attachments=bool(message.attachments))
