"""What becomes of the replies a plugin asked for."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from pagewire.events import Conversation
from pagewire.replies import Reply

__all__ = ["Refusal", "Send"]


class Refusal(Struct, frozen=True, kw_only=True):
    """A reply that was not sent and will not be by itself.

    Attributes:
        id: of the reply; the same for every attempt and every call.
        reply: what was not sent, as it stood at the end.
        code: why, for programs: a code of the rules (see the reference page on policy), or ``held_back`` if a plugin's
            ``before_send`` said no. What people may replay: ``unproved`` if nobody can know whether it was sent, ``spent``
            if the attempts were used up, ``before_send`` if a plugin's failed each time, ``media`` if Meta did not take
            the attachment, ``permanent`` if Meta would refuse it again.
        reason: why, for people; without message text.
        conversation: with whom; its person is empty for a private reply to a comment.
        event: id of the event that the reply answers.
        at: when it was decided, UTC.
    """

    id: str
    reply: Reply
    code: str
    reason: str
    conversation: Conversation
    event: str
    at: datetime


class Send(Struct, frozen=True, kw_only=True):
    """A fact about a reply that was sent.

    Attributes:
        id: of the reply; the same for every fact and every call.
        state: ``sent``: Meta took it. ``delivered``: it reached the device (Messenger only). ``read``: the person read it.
        mid: Meta's message id.
        conversation: with whom; its person is empty for a private reply to a comment.
        event: id of the event that the reply answers.
        at: when it became so, UTC.
    """

    id: str
    state: Literal["sent", "delivered", "read"]
    mid: str
    conversation: Conversation
    event: str
    at: datetime
