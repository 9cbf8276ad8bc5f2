"""What is remembered of conversations to hold messages back, or to answer nothing: in memory, so a restart forgets it.

Losing it does little harm: a disclosure is told once too often, a loop goes on for one more limit, a rule answers once.
"""

from collections import OrderedDict, deque
from datetime import datetime

from msgspec.structs import replace

from pagewire.errors import Refused
from pagewire.events import Conversation
from pagewire.replies import INSTAGRAM_TEXT_BYTES, TEXT_CHARACTERS, Reply, Sending, Text
from pagewire.resources.durations import parse_duration
from pagewire_auto_reply.shapes import Disclosure, Limit

CONVERSATIONS = 20_000
"""Most conversations that are remembered; the ones not touched for longest are forgotten."""


class Known:
    """What is remembered of one conversation. Times are seconds since 1970.

    Attributes:
        sent: automated messages since the person last read one: when, and which.
        disclosed: when the disclosure was last put before a text, and before which.
        quiet_until: until when no rule is asked.
        late: when what was missed was answered, and to which event.
    """

    __slots__ = ("disclosed", "late", "quiet_until", "sent")

    def __init__(self) -> None:
        self.sent: deque[tuple[float, str]] = deque()
        self.disclosed: tuple[float, str] | None = None
        self.quiet_until = 0.0
        self.late: tuple[datetime, str] | None = None


class Guard:
    """All conversations."""

    def __init__(self) -> None:
        self._known: OrderedDict[Conversation, Known] = OrderedDict()

    def of(self, conversation: Conversation) -> Known:
        """What is remembered of a conversation."""
        known = self._known.get(conversation)
        if known is None:
            known = self._known[conversation] = Known()
            if len(self._known) > CONVERSATIONS:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(conversation)
        return known

    def is_quiet(self, conversation: Conversation, now: float) -> bool:
        """Whether no rule is to be asked."""
        known = self._known.get(conversation)
        return known is not None and now < known.quiet_until

    def forget(self, conversation: Conversation) -> None:
        """Remember nothing of a conversation."""
        self._known.pop(conversation, None)


def not_sent(known: Known, reply: str) -> None:
    """Take back what was remembered of a reply that never reached the person.

    Args:
        known: of its conversation.
        reply: its id, with which the keys of its messages begin.
    """
    known.sent = deque(one for one in known.sent if not one[1].startswith(reply))
    if known.disclosed is not None and known.disclosed[1].startswith(reply):
        known.disclosed = None


def is_automated(reply: Reply) -> bool:
    """Whether a program wrote the message."""
    return isinstance(reply, Sending) and reply.author == "automation"


def held_back(known: Known, limit: Limit, key: str, now: float) -> Refused | None:
    """Why a message must not go; counts it if it may.

    Args:
        known: of its conversation.
        limit: how many may go.
        key: the message; asked about again it counts once.
        now: seconds since 1970.
    """
    since = now - parse_duration(limit.within).total_seconds()
    while known.sent and known.sent[0][0] <= since:
        known.sent.popleft()
    if any(counted == key for _, counted in known.sent):
        return None
    if len(known.sent) >= limit.messages:
        return Refused(
            f"{limit.messages} automated messages within {limit.within} and none was read: this may be a loop"
        )
    known.sent.append((now, key))
    return None


def disclosing(known: Known, disclosure: Disclosure, reply: Reply, object_: str, key: str, now: float) -> Text | None:
    """The text with the disclosure before it, if it is time for one; a text it does not fit before leaves it to the next.

    Args:
        known: of its conversation.
        disclosure: what to say, and how often.
        reply: the message.
        object_: ``page`` or ``instagram``, which have different limits.
        key: the message; asked about again, as it could not go, it still has to tell.
        now: seconds since 1970.
    """
    if not isinstance(reply, Text):
        return None
    every = parse_duration(disclosure.every).total_seconds()
    if known.disclosed is not None and known.disclosed[1] != key and now < known.disclosed[0] + every:
        return None
    text = f"{disclosure.text}\n\n{reply.text}"
    if not _fits(text, object_):
        return None
    known.disclosed = (now, key)
    return replace(reply, text=text)


def _fits(text: str, object_: str) -> bool:
    if object_ == "instagram":
        return len(text.encode()) <= INSTAGRAM_TEXT_BYTES
    return len(text.encode("utf-16-le")) // 2 <= TEXT_CHARACTERS
