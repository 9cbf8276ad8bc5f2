"""What became of marketing messages. Payload: the change's value."""

from typing import ClassVar

from pagewire.events._changes import FieldChange


class MarketingMessage(FieldChange, frozen=True, kw_only=True):
    """What became of a marketing message; each field it may come in has a struct that stands on this one.

    Attributes:
        mid: message id; hidden for subscribers of a custom audience.
        recipient_id: the person's scoped id; hidden likewise.
        page_id: the Page.
        app_id: the app that sent it.
        message_id: the campaign.
        business_id: the business, on failures.
        marketing_message_tracking_id: id given when it was sent.
        messenger_subscription_token: the subscription.
        error_message: why it failed.
    """

    mid: str | None = None
    recipient_id: str | None = None
    page_id: str | None = None
    app_id: str | None = None
    message_id: str | None = None
    business_id: str | None = None
    marketing_message_tracking_id: str | None = None
    messenger_subscription_token: str | None = None
    error_message: str | None = None


class MarketingMessageSent(MarketingMessage, frozen=True, kw_only=True):
    """A marketing message was sent."""

    hook: ClassVar = "marketing_message_sent"


class MarketingMessageDelivered(MarketingMessage, frozen=True, kw_only=True):
    """A marketing message reached the person."""

    hook: ClassVar = "marketing_message_delivered"


class MarketingMessageRead(MarketingMessage, frozen=True, kw_only=True):
    """A marketing message was read."""

    hook: ClassVar = "marketing_message_read"


class MarketingMessageClicked(MarketingMessage, frozen=True, kw_only=True):
    """A marketing message was clicked on."""

    hook: ClassVar = "marketing_message_clicked"


class MarketingMessageFailed(MarketingMessage, frozen=True, kw_only=True):
    """A marketing message could not be delivered; `error_message` tells why."""

    hook: ClassVar = "marketing_message_failed"
