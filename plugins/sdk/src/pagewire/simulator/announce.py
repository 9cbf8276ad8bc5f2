"""What follows an accepted send: its echo, the delivery receipt, the read. Faults bend it here."""

from __future__ import annotations

from typing import Any

import msgspec

from pagewire.simulator import events, views
from pagewire.simulator.ledger import Send
from pagewire.simulator.meta import Meta
from pagewire.simulator.stored import Conversation, Message


class EchoPlan(msgspec.Struct, kw_only=True):
    """What happens to the echo of one send; ``surfaces`` seconds pass until the message itself is there."""

    lost: bool = False
    twice: bool = False
    first: bool = False
    late: float = 0.0
    surfaces: float = 0.0


class Accepted(msgspec.Struct, kw_only=True):
    """What the caller is told, and what still has to be announced.

    ``nameless`` is a send to a ``user_ref``: no recipient id, no echo, no receipts (outbound.md 1.5).
    """

    send: Send
    conversation: Conversation
    message: Message | None
    attachment_id: str | None = None
    echo: EchoPlan
    nameless: bool = False

    def body(self) -> dict[str, Any]:
        """The JSON of the answer (outbound.md 1.7)."""
        told: dict[str, Any] = {} if self.nameless else {"recipient_id": self.conversation.person}
        if self.send.mid is not None:
            told["message_id"] = self.send.mid
        if self.attachment_id is not None:
            told["attachment_id"] = self.attachment_id
        return told


def announce(meta: Meta, accepted: Accepted) -> None:
    """Emit the echo, and after it the delivery receipt (Messenger) and, if people read at once, the read."""
    message, conversation, plan = accepted.message, accepted.conversation, accepted.echo
    if message is None:
        return
    if plan.surfaces > 0:
        meta.spawn(_surface_late(meta, accepted, plan.surfaces))
        return
    if meta.hub.watched:
        meta.hub.tell("message", conversation.lane, views.bubble(meta.state, conversation, message))
    if accepted.nameless:
        return
    if plan.late > 0:
        meta.spawn(_announce_late(meta, accepted))
        return
    _announce_now(meta, accepted)


async def _surface_late(meta: Meta, accepted: Accepted, seconds: float) -> None:
    """Media that Meta works on for a while shows up after what was sent later (outbound.md 5.4)."""
    await meta.clock.sleep(seconds)
    message, conversation = accepted.message, accepted.conversation
    if message is not None:
        message.created = conversation.stamp(meta.clock.now_ms())
        meta.state.append(conversation, message)
        accepted.echo.surfaces = 0.0
        announce(meta, accepted)


async def _announce_late(meta: Meta, accepted: Accepted) -> None:
    await meta.clock.sleep(accepted.echo.late)
    _announce_now(meta, accepted)


def _announce_now(meta: Meta, accepted: Accepted) -> None:
    message, conversation = accepted.message, accepted.conversation
    if message is None:
        return
    conversation.delivered_ms = max(conversation.delivered_ms, message.created)
    if meta.publisher.heard(conversation.account):
        _publish(meta, conversation, message, accepted.echo)
    if meta.hub.watched:
        meta.hub.tell("receipt", conversation.lane, {"delivered": conversation.delivered_ms})
    if meta.options.auto_read:
        read_up_to(meta, conversation, message)


def _publish(meta: Meta, conversation: Conversation, message: Message, plan: EchoPlan) -> None:
    times = 0 if plan.lost else 2 if plan.twice else 1
    item = events.echo(conversation, message)
    for _ in range(times):
        meta.publisher.publish(conversation, "echo", item)
    receipt = events.delivery(conversation, [message.mid], message.created, meta.clock.now_ms())
    meta.publisher.publish(conversation, "delivery", receipt)


def read_up_to(meta: Meta, conversation: Conversation, message: Message) -> None:
    """The person reads everything up to a message of the account."""
    if message.created <= conversation.read_ms:
        return
    conversation.read_ms = message.created
    meta.publisher.publish(conversation, "read", events.read(conversation, message, meta.clock.now_ms()))
    meta.hub.tell("receipt", conversation.lane, {"read": conversation.read_ms})


async def echo_delivered(meta: Meta, mid: str, patience: float) -> None:
    """Wait until a delivery with this mid was answered; gives up quietly after ``patience`` real seconds."""

    def there() -> bool:
        newest = list(meta.ledger.deliveries)[-200:]
        return any(mid in delivery.mids for delivery in newest)

    try:
        await meta.ledger.wait_until(there, patience)
    except TimeoutError:
        return
