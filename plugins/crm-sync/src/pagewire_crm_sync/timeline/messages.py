"""Messages and people: one hook a kind."""

from pagewire.context import Context
from pagewire.events import (
    AccountLinking,
    CustomerInformation,
    Delivery,
    FeedbackForm,
    Message,
    MessageDeleted,
    MessageEcho,
    MessageEdit,
    MessageRequest,
    Optin,
    Postback,
    Reaction,
    Read,
    Referral,
    ResponseFeedback,
)
from pagewire.hooks import hookimpl
from pagewire_crm_sync.config import Config
from pagewire_crm_sync.timeline.recorder import Recorder


class Messages(Recorder):
    """Messages and people."""

    @hookimpl
    async def message_received(self, event: Message, context: Context[Config]) -> None:
        """A message: attachment types and length, never the text."""
        await self.record(event, context)

    @hookimpl
    async def echo_received(self, event: MessageEcho, context: Context[Config]) -> None:
        """The business answered: which app, or a human at the inbox."""
        await self.record(event, context)

    @hookimpl
    async def message_edited(self, event: MessageEdit, context: Context[Config]) -> None:
        """A message was changed."""
        await self.record(event, context)

    @hookimpl
    async def message_deleted(self, event: MessageDeleted, context: Context[Config]) -> None:
        """A message was unsent."""
        await self.record(event, context)

    @hookimpl
    async def reaction_received(self, event: Reaction, context: Context[Config]) -> None:
        """A reaction, or one taken back."""
        await self.record(event, context)

    @hookimpl
    async def postback_received(self, event: Postback, context: Context[Config]) -> None:
        """A button, and what the business put behind it."""
        await self.record(event, context)

    @hookimpl
    async def referral_received(self, event: Referral, context: Context[Config]) -> None:
        """The link or ad that brought a person back."""
        await self.record(event, context)

    @hookimpl
    async def messages_read(self, event: Read, context: Context[Config]) -> None:
        """Up to where a person has read."""
        await self.record(event, context)

    @hookimpl
    async def messages_delivered(self, event: Delivery, context: Context[Config]) -> None:
        """What reached the device."""
        await self.record(event, context)

    @hookimpl
    async def optin_received(self, event: Optin, context: Context[Config]) -> None:
        """Consent given, stopped or resumed; never the token."""
        await self.record(event, context)

    @hookimpl
    async def message_request_accepted(self, event: MessageRequest, context: Context[Config]) -> None:
        """A message request was accepted."""
        await self.record(event, context)

    @hookimpl
    async def account_linking_changed(self, event: AccountLinking, context: Context[Config]) -> None:
        """An account was linked or unlinked, with the code that the business gave out for it."""
        await self.record(event, context)

    @hookimpl
    async def customer_information_submitted(self, event: CustomerInformation, context: Context[Config]) -> None:
        """A form was filled in; the answers only with ``include.information``."""
        await self.record(event, context)

    @hookimpl
    async def feedback_submitted(self, event: FeedbackForm, context: Context[Config]) -> None:
        """Scores of a feedback form, never what was written beside them."""
        await self.record(event, context)

    @hookimpl
    async def response_rated(self, event: ResponseFeedback, context: Context[Config]) -> None:
        """A thumb up or down."""
        await self.record(event, context)
