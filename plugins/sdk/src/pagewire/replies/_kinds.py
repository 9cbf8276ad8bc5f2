"""All replies together, in the groups that matter to whoever sends them."""

from collections.abc import Iterable

from pagewire.replies._acts import (
    ExtendThread,
    Moderate,
    PassThread,
    React,
    ReleaseThread,
    RequestThread,
    SenderAction,
    TakeThread,
    Unreact,
)
from pagewire.replies._approved import MarketingMessage, UtilityMessage
from pagewire.replies._bodies import Images, LikeHeart, Media, MediaShare, RawMessage, Sticker, Text
from pagewire.replies._forms import CouponTemplate, FeedbackTemplate, InformationTemplate, ReceiptTemplate
from pagewire.replies._templates import (
    ButtonTemplate,
    GenericTemplate,
    ImageGridTemplate,
    MediaTemplate,
    ProductTemplate,
)

Template = (
    GenericTemplate
    | ButtonTemplate
    | MediaTemplate
    | ImageGridTemplate
    | ReceiptTemplate
    | CouponTemplate
    | FeedbackTemplate
    | ProductTemplate
    | InformationTemplate
)
"""Messages in a form of Meta's."""
BestEffort = SenderAction | React | Unreact
"""What changes nothing that lasts: never retried, never parked."""
ThreadRequest = PassThread | TakeThread | RequestThread | ReleaseThread | ExtendThread
"""Conversation Routing: who may answer."""
Reply = (
    Text
    | Media
    | Images
    | Sticker
    | LikeHeart
    | MediaShare
    | RawMessage
    | GenericTemplate
    | ButtonTemplate
    | MediaTemplate
    | ImageGridTemplate
    | ReceiptTemplate
    | CouponTemplate
    | FeedbackTemplate
    | ProductTemplate
    | InformationTemplate
    | UtilityMessage
    | MarketingMessage
    | SenderAction
    | React
    | Unreact
    | PassThread
    | TakeThread
    | RequestThread
    | ReleaseThread
    | ExtendThread
    | Moderate
)
"""Anything a plugin may ask for."""
Replies = Reply | Iterable[Reply] | None
"""What a hook may return."""
