"""Content of the Page or account changed: posts, comments, mentions, leads. Payload: the change's value."""

from datetime import datetime
from typing import Any, ClassVar

from pagewire.events._base import Event
from pagewire.events._parts import Author, Media


class FieldChange(Event, frozen=True, kw_only=True):
    """What every change has.

    Attributes:
        field: the subscribed field that changed, such as ``feed``.
    """

    containers: ClassVar = ("changes",)

    field: str = ""


class Change(FieldChange, frozen=True, kw_only=True):
    """A change of a field without a struct of its own; the kind is ``change.`` and the field's name.

    Attributes:
        value: what Meta sent with it, of any form.
    """

    whole: ClassVar = "value"

    value: Any = None


class FeedChange(FieldChange, frozen=True, kw_only=True):
    """A post, comment, reaction or share on the Page changed. A removal has neither text nor time.

    Attributes:
        item: ``comment``, ``post``, ``reaction``, ``like``, ``photo``, ``video``, ``share``, ``status`` and others.
        verb: ``add``, ``edited``, ``remove``, ``hide``, ``unhide`` and others.
        post_id: the post.
        comment_id: the comment, if it is about one.
        parent_id: what the comment answers: a comment or the post.
        sender: who did it; missing for mentions.
        message: the text.
        reaction_type: ``like``, ``love`` and others.
        created_time: when the post or comment was made.
    """

    hook: ClassVar = "feed_changed"
    times: ClassVar = ("created_time",)
    wire_names: ClassVar = {"sender": ("from",)}

    item: str | None = None
    verb: str | None = None
    post_id: str | None = None
    comment_id: str | None = None
    parent_id: str | None = None
    sender: Author | None = None
    message: str | None = None
    reaction_type: str | None = None
    created_time: datetime | None = None


class PageMention(FeedChange, frozen=True, kw_only=True):
    """The Page was mentioned in a post or comment; `sender` is missing."""

    hook: ClassVar = "page_mentioned"


class GroupFeedChange(FeedChange, frozen=True, kw_only=True):
    """A post or comment in a group of the Page changed."""

    hook: ClassVar = "group_feed_changed"


class Comment(FieldChange, frozen=True, kw_only=True):
    """Somebody commented under Instagram media, perhaps the business itself.

    Attributes:
        comment_id: the comment.
        parent_id: the comment it answers.
        text: what was written; missing for GIF comments.
        sender: who wrote it; its id is the account's own when the business did.
        media: what it stands under.
    """

    hook: ClassVar = "comment_received"
    wire_names: ClassVar = {"sender": ("from",), "comment_id": ("id", "comment_id")}

    comment_id: str | None = None
    parent_id: str | None = None
    text: str | None = None
    sender: Author | None = None
    media: Media | None = None


class LiveComment(Comment, frozen=True, kw_only=True):
    """Somebody commented under a live broadcast on Instagram."""

    hook: ClassVar = "live_comment_received"


class Mention(FieldChange, frozen=True, kw_only=True):
    """The Instagram account was mentioned in a caption, or in a comment if `comment_id` is there.

    Attributes:
        media_id: the media.
        comment_id: the comment that mentions the account; missing for a caption.
    """

    hook: ClassVar = "account_mentioned"

    media_id: str | None = None
    comment_id: str | None = None


class StoryInsights(FieldChange, frozen=True, kw_only=True):
    """Figures of an Instagram story that ended; counts below 5 are -1.

    Attributes:
        media_id: the story.
        impressions: how often it was shown.
        reach: how many accounts saw it.
        taps_forward: taps to the next one.
        taps_back: taps to the one before.
        exits: how often it was left.
        replies: how many answered.
    """

    hook: ClassVar = "story_insights_received"

    media_id: str | None = None
    impressions: int | None = None
    reach: int | None = None
    taps_forward: int | None = None
    taps_back: int | None = None
    exits: int | None = None
    replies: int | None = None


class Lead(FieldChange, frozen=True, kw_only=True):
    """Somebody filled in a lead form of an ad.

    Attributes:
        leadgen_id: the lead, by which its answers are fetched.
        form_id: the form.
        page_id: the Page.
        ad_id: the ad.
        adgroup_id: the ad set.
        created_time: when it was filled in.
    """

    hook: ClassVar = "lead_received"
    times: ClassVar = ("created_time",)

    leadgen_id: str | None = None
    form_id: str | None = None
    page_id: str | None = None
    ad_id: str | None = None
    adgroup_id: str | None = None
    created_time: datetime | None = None


class Unknown(Event, frozen=True, kw_only=True):
    """Something Pagewire does not know yet, or could not read. It is kept, shown and handed to plugins all the same."""

    containers: ClassVar = ("messaging", "standby", "calls", "changes", "entry")
