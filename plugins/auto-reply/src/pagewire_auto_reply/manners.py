"""What is done about messages on their way, whichever plugin asked for them: loops, disclosure, pace."""

from typing import Final

from msgspec.structs import replace

from pagewire.errors import Refused
from pagewire.replies import INSTAGRAM_TEXT_BYTES, TEXT_CHARACTERS, Reply, Sending, Text
from pagewire.stores import Store
from pagewire_auto_reply import memory
from pagewire_auto_reply.shapes import Disclosure, Limit, Pace

LONGEST_PAUSE: Final = 1.5
"""Seconds; a plugin has two for each message before it goes."""


def is_automated(reply: Reply) -> bool:
    """Whether a program wrote the message."""
    return isinstance(reply, Sending) and reply.author == "automation"


def pause(reply: Reply, pace: Pace | None) -> float:
    """Seconds that writing a text takes."""
    if pace is None or not isinstance(reply, Text):
        return 0.0
    return min(LONGEST_PAUSE, len(reply.text) / pace.characters_per_second)


async def held_back(store: Store, limit: Limit, key: str, now: float) -> Refused | None:
    """Why a message must not go; counts it if it may.

    Args:
        store: of its conversation.
        limit: how many may go.
        key: the message; asked about again it counts once.
        now: seconds since 1970.
    """
    if limit.messages is None or await memory.counted(store, limit.messages, limit.within, key, now):
        return None
    return Refused(f"{limit.messages} automated messages within {limit.within} and none was read: this may be a loop")


async def disclosing(
    store: Store | None, disclosure: Disclosure, reply: Reply, object_: str, key: str, now: float
) -> Text | None:
    """The text with the disclosure before it, if it is time for one; a text it does not fit before leaves it to the next.

    Args:
        store: of its conversation; ``None`` for a private reply to a comment, which always tells, as nothing was said before.
        disclosure: what to say, and how often.
        reply: the message.
        object_: ``page`` or ``instagram``, which have different limits.
        key: the message; asked about again, as it could not go, it still has to tell.
        now: seconds since 1970.
    """
    if not isinstance(reply, Text):
        return None
    text = f"{disclosure.text}\n\n{reply.text}"
    if not _fits(text, object_):
        return None
    if store is not None and not await memory.tells(store, disclosure.every, key, now):
        return None
    return replace(reply, text=text)


def _fits(text: str, object_: str) -> bool:
    if object_ == "instagram":
        return len(text.encode()) <= INSTAGRAM_TEXT_BYTES
    return len(text.encode("utf-16-le")) // 2 <= TEXT_CHARACTERS
