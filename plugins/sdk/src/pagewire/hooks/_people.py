"""What people agree to and fill in."""

from typing import Any

from pagewire.context import Context
from pagewire.events import (
    AccountLinking,
    CustomerInformation,
    FeedbackForm,
    MessageRequest,
    Optin,
    ResponseFeedback,
)
from pagewire.hooks._markers import hookspec
from pagewire.replies import Replies


@hookspec
async def optin_received(event: Optin, context: Context[Any]) -> Replies:
    """A person opted in to messages, stopped them or resumed them."""


@hookspec
async def message_request_accepted(event: MessageRequest, context: Context[Any]) -> Replies:
    """A person accepted a message request (legacy)."""


@hookspec
async def account_linking_changed(event: AccountLinking, context: Context[Any]) -> Replies:
    """A person linked or unlinked an account of the business's own (Messenger only)."""


@hookspec
async def customer_information_submitted(event: CustomerInformation, context: Context[Any]) -> Replies:
    """A person filled in a structured information form; all of it is personal data."""


@hookspec
async def feedback_submitted(event: FeedbackForm, context: Context[Any]) -> Replies:
    """A person answered a customer feedback template."""


@hookspec
async def response_rated(event: ResponseFeedback, context: Context[Any]) -> Replies:
    """A person gave a thumbs up or down to one of the business's messages."""
