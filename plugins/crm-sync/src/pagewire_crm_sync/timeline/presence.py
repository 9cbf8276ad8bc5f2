"""What happens around the Page: one hook a kind."""

from pagewire.context import Context
from pagewire.events import (
    Comment,
    FeedChange,
    GroupFeedChange,
    Lead,
    LiveComment,
    MarketingMessageClicked,
    MarketingMessageDelivered,
    MarketingMessageFailed,
    MarketingMessageRead,
    MarketingMessageSent,
    Mention,
    PageIntegrity,
    PageMention,
    PolicyEnforcement,
    StoryInsights,
)
from pagewire.hooks import hookimpl
from pagewire_crm_sync.config import Config
from pagewire_crm_sync.timeline.recorder import Recorder


class Presence(Recorder):
    """What happens around the Page."""

    @hookimpl
    async def feed_changed(self, event: FeedChange, context: Context[Config]) -> None:
        """A post, comment or reaction on the Page; ids only."""
        await self.record(event, context)

    @hookimpl
    async def page_mentioned(self, event: PageMention, context: Context[Config]) -> None:
        """A mention of the Page."""
        await self.record(event, context)

    @hookimpl
    async def group_feed_changed(self, event: GroupFeedChange, context: Context[Config]) -> None:
        """A post or comment in a group."""
        await self.record(event, context)

    @hookimpl
    async def comment_received(self, event: Comment, context: Context[Config]) -> None:
        """A comment under Instagram media; ids and length only."""
        await self.record(event, context)

    @hookimpl
    async def live_comment_received(self, event: LiveComment, context: Context[Config]) -> None:
        """A comment under a live broadcast."""
        await self.record(event, context)

    @hookimpl
    async def account_mentioned(self, event: Mention, context: Context[Config]) -> None:
        """A mention of the Instagram account."""
        await self.record(event, context)

    @hookimpl
    async def story_insights_received(self, event: StoryInsights, context: Context[Config]) -> None:
        """The figures of a story."""
        await self.record(event, context)

    @hookimpl
    async def lead_received(self, event: Lead, context: Context[Config]) -> None:
        """A lead; its answers are fetched by ``leadgenId``."""
        await self.record(event, context)

    @hookimpl
    async def marketing_message_sent(self, event: MarketingMessageSent, context: Context[Config]) -> None:
        """A marketing message was sent."""
        await self.record(event, context)

    @hookimpl
    async def marketing_message_delivered(self, event: MarketingMessageDelivered, context: Context[Config]) -> None:
        """A marketing message arrived."""
        await self.record(event, context)

    @hookimpl
    async def marketing_message_read(self, event: MarketingMessageRead, context: Context[Config]) -> None:
        """A marketing message was read."""
        await self.record(event, context)

    @hookimpl
    async def marketing_message_clicked(self, event: MarketingMessageClicked, context: Context[Config]) -> None:
        """A marketing message was clicked on."""
        await self.record(event, context)

    @hookimpl
    async def marketing_message_failed(self, event: MarketingMessageFailed, context: Context[Config]) -> None:
        """A marketing message could not be delivered, and why."""
        await self.record(event, context)

    @hookimpl
    async def policy_enforced(self, event: PolicyEnforcement, context: Context[Config]) -> None:
        """Meta warned, blocked or unblocked the Page."""
        await self.record(event, context)

    @hookimpl
    async def integrity_changed(self, event: PageIntegrity, context: Context[Config]) -> None:
        """Violations and restrictions of the Page."""
        await self.record(event, context)
