"""A reply as the Send API wants it. Pure."""

import msgspec

from pagewire.replies import (
    RESPONSE,
    BestEffort,
    ButtonTemplate,
    LikeHeart,
    MediaShare,
    RawMessage,
    Reply,
    Sending,
    Sticker,
    Terms,
    Text,
    UtilityMessage,
    compose,
)
from pagewire.surfaces import Surface
from pagewire_gateway.journal.port import Outbound


def body_of(row: Outbound, reply: Sending, surface: Surface, terms: Terms = RESPONSE) -> bytes:
    """The JSON of ``POST /{id}/messages``; on Messenger the row's id goes along as ``metadata`` and comes back in the echo."""
    return msgspec.json.encode(compose(reply, row.conversation.person, surface, metadata=row.id, terms=terms))


def is_best_effort(reply: Reply) -> bool:
    """Whether a failure may be forgotten: sender actions and reactions change nothing that lasts."""
    return isinstance(reply, BestEffort)


def may_be(reply: Reply, text: str | None, *, has_attachments: bool) -> bool:
    """Whether a message of ours, as an echo or the Conversations API shows it, may be this reply.

    Where the form is not documented, yes: to take another message for the proof loses one, to take none sends it twice.
    """
    said = (text or "").strip()
    match reply:
        case Text():
            return said == reply.text.strip()
        case RawMessage():
            own = reply.message.get("text")
            return said == own.strip() if isinstance(own, str) else has_attachments or not said
        case ButtonTemplate():
            return has_attachments or said == reply.text.strip()
        case LikeHeart() | MediaShare() | Sticker():
            return has_attachments or not said
        case UtilityMessage():
            return True
    return isinstance(reply, Sending) and has_attachments
