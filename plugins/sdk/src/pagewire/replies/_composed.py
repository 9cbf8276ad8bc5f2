"""A message as the Send API wants it. Pure. Source: Meta, Send API, for Messenger and Instagram."""

from collections.abc import Callable
from typing import Any, Literal

import msgspec
from msgspec import Struct

from pagewire.replies._approved import MarketingMessage, UtilityMessage
from pagewire.replies._base import Answerable, QuickReply, Sending, ToComment, ToPost, ToToken
from pagewire.replies._bodies import Image, Images, LikeHeart, Media, MediaShare, RawMessage, Sticker, Text
from pagewire.replies._error import ReplyError
from pagewire.replies._forms import FeedbackTemplate, InformationTemplate, ReceiptTemplate
from pagewire.replies._templates import ImageGridTemplate, MediaTemplate, ProductTemplate
from pagewire.surfaces import Surface

MessagingType = Literal["RESPONSE", "UPDATE", "MESSAGE_TAG", "UTILITY"]
Tag = Literal["HUMAN_AGENT", "CUSTOMER_FEEDBACK"]


class Terms(Struct, frozen=True):
    """On which terms a message goes out, decided at the moment of sending.

    Attributes:
        messaging_type: ``RESPONSE`` and ``UPDATE`` within the messaging window, ``MESSAGE_TAG`` with a tag, ``UTILITY``.
        tag: why it may go out later than that.
    """

    messaging_type: MessagingType = "RESPONSE"
    tag: Tag | None = None


RESPONSE = Terms()
"""An answer within the messaging window."""


def compose(
    reply: Sending, person: str, surface: Surface, *, metadata: str | None = None, terms: Terms = RESPONSE
) -> dict[str, Any]:
    """The body of ``POST /{id}/messages``.

    Args:
        reply: what to say; its bytes, if it has any, travel beside this body.
        person: scoped id of the person, unless the reply says to whom else it goes.
        surface: the way to the person.
        metadata: comes back in the echo; sent on Messenger only, as Instagram does not document it.
        terms: messaging type and tag.

    Raises:
        ReplyError: the reply is none that the Send API takes.
    """
    message = _message(reply)
    if metadata is not None and surface is Surface.MESSENGER:
        message["metadata"] = metadata
    request: dict[str, Any] = {"recipient": _recipient(reply, person), "message": message}
    if isinstance(reply, UtilityMessage):
        request["messaging_type"] = "UTILITY"
    elif terms.tag is not None:
        request |= {"messaging_type": "MESSAGE_TAG", "tag": terms.tag}
    elif surface is Surface.MESSENGER:
        request["messaging_type"] = terms.messaging_type
    return request | _extras(reply)


def _recipient(reply: Sending, person: str) -> dict[str, str]:
    to = reply.to
    if isinstance(to, ToComment):
        return {"comment_id": to.comment_id}
    if isinstance(to, ToPost):
        return {"post_id": to.post_id}
    return {to.kind: to.token} if isinstance(to, ToToken) else {"id": person}


def _extras(reply: Sending) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if reply.reply_to is not None:
        found["reply_to"] = {"mid": reply.reply_to}
    if reply.notification_type is not None:
        found["notification_type"] = reply.notification_type
    if reply.persona_id is not None:
        found["persona_id"] = reply.persona_id
    if reply.thread_control is not None:
        found["thread_control"] = msgspec.to_builtins(reply.thread_control)
    return found


def _message(reply: Sending) -> dict[str, Any]:
    message = _body(reply)
    if isinstance(reply, Answerable) and reply.quick_replies:
        message["quick_replies"] = [_quick_reply(quick) for quick in reply.quick_replies]
    return message


def _body(reply: Sending) -> dict[str, Any]:
    made = _BODIES.get(type(reply))
    return _attachment("template", _payload(reply)) if made is None else made(reply)  # type: ignore[arg-type]


def _attachment(kind: str, payload: dict[str, Any]) -> dict[str, Any]:
    return {"attachment": {"type": kind, "payload": payload}}


def _asset(asset: Media | Image) -> dict[str, Any]:
    if asset.attachment_id is not None:
        return {"attachment_id": asset.attachment_id}
    payload: dict[str, Any] = {} if asset.url is None else {"url": asset.url}
    if isinstance(asset, Media) and (asset.reuse or asset.content is not None):
        payload["is_reusable"] = True
    return payload


def _quick_reply(quick: QuickReply) -> dict[str, str]:
    if quick.content_type != "text":
        return {"content_type": quick.content_type}
    made = {"content_type": "text", "title": quick.title, "payload": quick.payload}
    return {**made, "image_url": quick.image_url} if quick.image_url else made


_NOT_CONTENT = ("type", *Answerable.__struct_fields__)


def _payload(reply: Answerable) -> dict[str, Any]:
    """The payload of a template: its struct as it is, but for the few whose struct is simpler than Meta's."""
    given: dict[str, Any] = msgspec.to_builtins(reply)
    content = {key: value for key, value in given.items() if key not in _NOT_CONTENT}
    kind = given["type"]
    match reply:
        case MediaTemplate():
            kind, content = "media", _nested(content, "media_type", "attachment_id", "url", "buttons")
        case ImageGridTemplate():
            content = _nested(content, "images", "title", "subtitle", "buttons")
        case ProductTemplate():
            content = {"elements": [{"id": product} for product in reply.product_ids]}
        case ReceiptTemplate():
            content |= {} if reply.timestamp is None else {"timestamp": str(reply.timestamp)}
        case FeedbackTemplate():
            content["feedback_screens"] = [{"questions": [_question(content.pop("question"))]}]
            content["business_privacy"] = {"url": content.pop("privacy_url")}
        case InformationTemplate():
            content["business_privacy"] = {"url": content.pop("privacy_url")}
    return {"template_type": kind, **content}


def _nested(content: dict[str, Any], *inner: str) -> dict[str, Any]:
    """Templates of exactly one element."""
    element = {key: content.pop(key) for key in inner if key in content}
    return {"elements": [element], **content}


def _question(question: dict[str, Any]) -> dict[str, Any]:
    if "follow_up" in question:
        question["follow_up"] = {"type": "free_form", **question["follow_up"]}
    return question


def _utility(reply: UtilityMessage) -> dict[str, Any]:
    parts = {"header": reply.header, "body": reply.body, "buttons": reply.buttons}
    return {
        "name": reply.name,
        "language": {"code": reply.language},
        "components": [
            {"type": kind, "parameters": msgspec.to_builtins(parameters)}
            for kind, parameters in parts.items()
            if parameters
        ],
    }


def _not_here(_: MarketingMessage) -> dict[str, Any]:
    raise ReplyError("marketing messages do not go through the Send API")


_BODIES: dict[type[Struct], Callable[[Any], dict[str, Any]]] = {
    Text: lambda reply: {"text": reply.text},
    Media: lambda reply: _attachment(reply.media, _asset(reply)),
    Images: lambda reply: {"attachments": [_attachment("image", _asset(one))["attachment"] for one in reply.images]},
    Sticker: lambda reply: {"sticker_id": reply.sticker_id},
    LikeHeart: lambda _: {"attachment": {"type": "like_heart"}},
    MediaShare: lambda reply: _attachment("MEDIA_SHARE", {"id": reply.post_id}),
    RawMessage: lambda reply: dict(reply.message),
    UtilityMessage: lambda reply: {"template": _utility(reply)},
    MarketingMessage: _not_here,
}
