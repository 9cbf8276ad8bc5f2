"""A reply as a wish that the rules decide on, as a call that counts, and the decision as terms of the request. Pure."""

from typing import Final, cast

from pagewire.replies import (
    RESPONSE,
    BestEffort,
    FeedbackTemplate,
    Images,
    MarketingMessage,
    Media,
    Reply,
    Sending,
    Template,
    Terms,
    ToComment,
    ToPost,
    ToToken,
    UtilityMessage,
)
from pagewire.replies import MessagingType as Type
from pagewire.replies import Tag as ReplyTag
from pagewire_gateway.budgets.calls import Call
from pagewire_gateway.policy import Body, Send, Target, Wish

_MESSAGE: Final = Wish()
_ACTION: Final = Wish(body="sender_action")
_CONTROL: Final = Wish(body="thread_control")
_FREE: Final = Send("RESPONSE")
_BODIES: Final[dict[type, Body]] = {
    FeedbackTemplate: "customer_feedback",
    UtilityMessage: "utility",
    MarketingMessage: "marketing",
}

_TARGETS: Final[dict[type, Target]] = {type(None): "person", ToComment: "comment", ToPost: "post", ToToken: "token"}


def wish_of(reply: Reply) -> Wish:
    """What a reply asks of the rules."""
    if not isinstance(reply, Sending):
        return _ACTION if isinstance(reply, BestEffort) else _CONTROL
    body = _BODIES.get(type(reply), "message")
    quotes = reply.reply_to is not None
    if reply.to is None and reply.author == "automation" and body == "message" and not quotes:
        return _MESSAGE  # nearly all, so made once
    return Wish(body=body, author=reply.author, target=_TARGETS[type(reply.to)], quotes=quotes)


def target_of(reply: Reply) -> str:
    """The comment or post a reply answers privately; empty for none."""
    to = reply.to if isinstance(reply, Sending) else None
    if isinstance(to, ToComment):
        return to.comment_id
    return to.post_id if isinstance(to, ToPost) else ""


def terms_of(allowed: Send) -> Terms:
    """On which terms a message goes out, as the rules allowed it."""
    if allowed is _FREE or allowed == _FREE or allowed.messaging_type is None:
        return RESPONSE
    return Terms(cast("Type", allowed.messaging_type), cast("ReplyTag | None", allowed.tag))


def call_of(reply: Reply) -> Call:
    """Which of Meta's limits a reply counts towards."""
    if not isinstance(reply, Sending):
        return "action"
    if isinstance(reply.to, ToComment | ToPost):
        return "private_reply"
    if isinstance(reply, Media):
        return "media" if reply.media in {"audio", "video"} else "bulky"
    return "bulky" if isinstance(reply, Images | Template) else "message"
