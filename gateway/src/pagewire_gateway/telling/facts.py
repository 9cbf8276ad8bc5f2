"""Rows of the outbox as what plugins are told of them. Pure."""

from typing import Any, Final

from pagewire.events import Delivery, Event, Read, instant_of
from pagewire.replies import Reply, Sending
from pagewire.sends import Refusal, Send
from pagewire_gateway.journal.port import Outbound, OutboxState, Reached

ENDS: Final[dict[OutboxState, str]] = {"refused": "on_refused", "parked": "on_refused", "sent": "on_delivered"}
"""The hook that tells of a row's end; nobody is told of sender actions that were dropped."""


def refusal_of(row: Outbound, reply: Reply) -> Refusal:
    """A row that was not sent."""
    return Refusal(
        id=row.id,
        reply=reply,
        code=row.code or "other",
        reason=row.error,
        conversation=row.conversation,
        event=row.event_id,
        at=instant_of(row.at),
    )


def sent_of(row: Outbound) -> Send:
    """A row that Meta took."""
    return Send(
        id=row.id, state="sent", mid=row.mid, conversation=row.conversation, event=row.event_id, at=instant_of(row.at)
    )


def reached_of(row: Outbound, event: Event) -> Send:
    """A row that an event tells has arrived or was read."""
    return Send(
        id=row.id,
        state="read" if isinstance(event, Read) else "delivered",
        mid=row.mid,
        conversation=row.conversation,
        event=row.event_id,
        at=event.timestamp,
    )


def asked_of(event: Event, seq: int, plugin: str) -> Reached | None:
    """What an event tells of a plugin's messages; ``None`` if nothing.

    Source: Meta, webhook reference: deliveries name messages, or all up to a watermark; reads name one message on Instagram, on
    Messenger all up to a watermark.
    """
    if event.conversation is None or not isinstance(event, Delivery | Read):
        return None
    named = event.mids if isinstance(event, Delivery) else (event.mid,) if event.mid else ()
    until = 0 if named or event.watermark is None else round(event.watermark.timestamp() * 1000)
    if not named and not until:
        return None
    return Reached(
        plugin=plugin,
        conversation=event.conversation,
        seq=seq,
        fact="seen" if isinstance(event, Read) else "arrived",
        mids=named,
        until=until,
    )


def swapped(before: Reply, after: Any) -> str | None:
    """Why a plugin may not put this in the place of a message; ``None`` if it may."""
    if not isinstance(after, Sending):
        return f"before_send returned {type(after).__name__}, which is no message"
    if not isinstance(before, Sending) or after.to != before.to:
        return "before_send changed to whom the message goes"
    if after.author != before.author:
        return "before_send changed whether a person or a program wrote the message"
    return None
