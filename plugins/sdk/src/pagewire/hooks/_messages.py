"""Messages."""

from typing import Any

from pagewire.context import Context
from pagewire.events import (
    Delivery,
    Message,
    MessageDeleted,
    MessageEcho,
    MessageEdit,
    Postback,
    Reaction,
    Read,
    Referral,
)
from pagewire.hooks._markers import hookspec
from pagewire.replies import Replies


@hookspec
async def message_received(event: Message, context: Context[Any]) -> Replies:
    """A person wrote to the business, and this app is the one to answer."""


@hookspec
async def echo_received(event: MessageEcho, context: Context[Any]) -> Replies:
    """The business side wrote: this app, another app, or a human at one of Meta's inboxes."""


@hookspec
async def message_edited(event: MessageEdit, context: Context[Any]) -> Replies:
    """A person changed a message; on Instagram the new text may be missing."""


@hookspec
async def message_deleted(event: MessageDeleted, context: Context[Any]) -> Replies:
    """A message was unsent; whoever stored it has to remove it."""


@hookspec
async def reaction_received(event: Reaction, context: Context[Any]) -> Replies:
    """A person reacted to a message, or took the reaction back."""


@hookspec
async def postback_received(event: Postback, context: Context[Any]) -> Replies:
    """A person tapped a button, a menu entry, Get Started or an ice breaker."""


@hookspec
async def referral_received(event: Referral, context: Context[Any]) -> Replies:
    """A person came back to an existing conversation through a link or an ad."""


@hookspec
async def messages_read(event: Read, context: Context[Any]) -> Replies:
    """A person has read what the business sent, up to a time or one message."""


@hookspec
async def messages_delivered(event: Delivery, context: Context[Any]) -> Replies:
    """What the business sent has reached the person's device (Messenger only)."""
