"""Replies on their way into the outbox and back."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

import msgspec

from pagewire.replies._bodies import Media
from pagewire.replies._error import ReplyError
from pagewire.replies._kinds import Reply

# JSON would make strings of these, and texts out of mistakes.
_KEPT = (bytes, bytearray, datetime, date, time, timedelta, UUID, Decimal)

_replies: msgspec.json.Decoder[Reply] = msgspec.json.Decoder(Reply)


def encode(reply: Reply) -> bytes:
    """A reply as JSON, for storage.

    Raises:
        ReplyError: a field is of a type that cannot be stored; `check` says so before.
    """
    try:
        return msgspec.json.encode(reply)
    except (TypeError, UnicodeEncodeError, OverflowError, RecursionError) as error:
        raise ReplyError(_unstorable(reply, error)) from error


def decode(raw: bytes) -> Reply:
    """The reply that `encode` stored.

    Raises:
        msgspec.DecodeError: it is none; newer versions may know more replies than this one.
    """
    return _replies.decode(raw)


def fitted(reply: Reply) -> Reply:
    """The reply as it comes back from storage; structs do not check what they are made of.

    Raises:
        ReplyError: a field is of a type that its struct does not allow.
    """
    if isinstance(reply, Media) and isinstance(reply.content, bytes) and reply.content:
        without = msgspec.structs.replace(reply, content=b"")  # bytes fit, and there may be many
        return msgspec.structs.replace(fitted(without), content=reply.content)
    try:
        plain = msgspec.to_builtins(reply, builtin_types=_KEPT)
        found: Reply = msgspec.convert(plain, type(reply), builtin_types=_KEPT)
        msgspec.json.encode(reply)
    except msgspec.ValidationError as error:
        raise ReplyError(str(error)) from None
    except (TypeError, UnicodeEncodeError, OverflowError, RecursionError) as error:
        raise ReplyError(_unstorable(reply, error)) from None
    return found


def _unstorable(reply: Reply, error: Exception) -> str:
    if isinstance(error, UnicodeEncodeError):
        return "half a surrogate pair is no text: cut texts between characters"
    return f"{type(reply).__name__} holds something that cannot be stored, use plain str and tuple: {error}"
