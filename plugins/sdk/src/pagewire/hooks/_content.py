"""Posts, comments, mentions and leads."""

from typing import Any

from pagewire.context import Context
from pagewire.events import (
    Comment,
    FeedChange,
    GroupFeedChange,
    Lead,
    LiveComment,
    Mention,
    PageMention,
    StoryInsights,
)
from pagewire.hooks._markers import hookspec
from pagewire.replies import Replies


@hookspec
async def feed_changed(event: FeedChange, context: Context[Any]) -> Replies:
    """A post, comment, reaction or share on the Page was added, changed or removed."""


@hookspec
async def page_mentioned(event: PageMention, context: Context[Any]) -> Replies:
    """The Page was mentioned in a post or comment."""


@hookspec
async def group_feed_changed(event: GroupFeedChange, context: Context[Any]) -> Replies:
    """A post or comment in a group of the Page was added, changed or removed."""


@hookspec
async def comment_received(event: Comment, context: Context[Any]) -> Replies:
    """Somebody commented under Instagram media, perhaps the business itself."""


@hookspec
async def live_comment_received(event: LiveComment, context: Context[Any]) -> Replies:
    """Somebody commented under a live broadcast on Instagram."""


@hookspec
async def account_mentioned(event: Mention, context: Context[Any]) -> Replies:
    """The Instagram account was mentioned in a caption or a comment."""


@hookspec
async def story_insights_received(event: StoryInsights, context: Context[Any]) -> None:
    """An Instagram story ended, and Meta tells its figures."""


@hookspec
async def lead_received(event: Lead, context: Context[Any]) -> None:
    """Somebody filled in the lead form of an ad; the answers are fetched by the lead's id."""
