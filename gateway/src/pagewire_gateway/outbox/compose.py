"""A reply as the Send API wants it. Pure. Source: Meta, Send API, for Messenger and Instagram."""

from typing import Any

import msgspec

from pagewire.replies import Media, QuickReply, Reply, SenderAction, Text
from pagewire_gateway.journal.port import Outbound


def body_of(row: Outbound, reply: Text | Media) -> bytes:
    """The JSON of ``POST /{id}/messages``.

    On Messenger the row's id goes along as ``metadata`` and comes back in the echo. Whether Instagram takes or returns metadata
    is not documented, so none is sent there.
    """
    message = _message(reply)
    request: dict[str, Any] = {"recipient": {"id": row.conversation.person}, "message": message}
    if row.conversation.object == "page":
        request["messaging_type"] = "RESPONSE"
        message["metadata"] = row.id
    return msgspec.json.encode(request)


def is_best_effort(reply: Reply) -> bool:
    """Whether a failure may be forgotten: sender actions change nothing that lasts."""
    return isinstance(reply, SenderAction)


def _message(reply: Text | Media) -> dict[str, Any]:
    if isinstance(reply, Media):
        return {"attachment": {"type": reply.media, "payload": {"url": reply.url}}}
    message: dict[str, Any] = {"text": reply.text}
    if reply.quick_replies:
        message["quick_replies"] = [_quick_reply(quick) for quick in reply.quick_replies]
    return message


def _quick_reply(quick: QuickReply) -> dict[str, str]:
    if quick.content_type != "text":
        return {"content_type": quick.content_type}
    made = {"content_type": "text", "title": quick.title, "payload": quick.payload}
    return {**made, "image_url": quick.image_url} if quick.image_url else made
