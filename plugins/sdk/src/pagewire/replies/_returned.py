"""What a hook returned, as a tuple of replies."""

from collections.abc import Iterable
from itertools import islice

from pagewire.replies._base import BaseReply
from pagewire.replies._bodies import Media
from pagewire.replies._error import ReplyError
from pagewire.replies._kinds import Reply

REPLIES = 50
"""Most replies to one event; more is taken for a mistake of the plugin's (a limit of Pagewire's, not of Meta's)."""

CONTENT_BYTES = 50 * 1024 * 1024
"""Most bytes of attachments in the replies to one event: they wait in the outbox (a limit of Pagewire's, not of Meta's)."""


def normalise(replies: object) -> tuple[Reply, ...]:
    """The replies a hook returned, as a tuple.

    Raises:
        ReplyError: the hook returned something else, or more than `REPLIES`, or more than `CONTENT_BYTES`.
    """
    if replies is None:
        return ()
    if isinstance(replies, BaseReply):
        return (_reply(replies),)
    if isinstance(replies, str | bytes) or not isinstance(replies, Iterable):
        raise _no_reply(replies)
    found = tuple(islice(replies, REPLIES + 1))
    if len(found) > REPLIES:
        raise ReplyError(f"a hook returns at most {REPLIES} replies to one event")
    replies_ = tuple(_reply(reply) for reply in found)
    size = sum(
        len(reply.content) for reply in replies_ if isinstance(reply, Media) and isinstance(reply.content, bytes)
    )
    if size > CONTENT_BYTES:
        raise ReplyError(
            f"content of all replies has {size} bytes; the outbox takes at most {CONTENT_BYTES} for one event"
        )
    return replies_


def _reply(found: object) -> Reply:
    # A subclass would come back from storage as its base, or not at all.
    if not isinstance(found, Reply):
        raise _no_reply(found)
    return found


def _no_reply(found: object) -> ReplyError:
    return ReplyError(f"a hook returns replies, not {type(found).__name__}: wrap a text as Text(text=...)")
