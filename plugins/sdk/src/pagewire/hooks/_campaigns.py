"""Marketing messages."""

from typing import Any

from pagewire.context import Context
from pagewire.events import (
    MarketingMessageClicked,
    MarketingMessageDelivered,
    MarketingMessageFailed,
    MarketingMessageRead,
    MarketingMessageSent,
)
from pagewire.hooks._markers import hookspec


@hookspec
async def marketing_message_sent(event: MarketingMessageSent, context: Context[Any]) -> None:
    """A marketing message was sent."""


@hookspec
async def marketing_message_delivered(event: MarketingMessageDelivered, context: Context[Any]) -> None:
    """A marketing message reached the person."""


@hookspec
async def marketing_message_read(event: MarketingMessageRead, context: Context[Any]) -> None:
    """A marketing message was read."""


@hookspec
async def marketing_message_clicked(event: MarketingMessageClicked, context: Context[Any]) -> None:
    """A marketing message was clicked on."""


@hookspec
async def marketing_message_failed(event: MarketingMessageFailed, context: Context[Any]) -> None:
    """A marketing message could not be delivered; the event tells why."""
