"""Replies on their way into the outbox and back."""

import msgspec

from pagewire.replies._bodies import Media
from pagewire.replies._error import ReplyError
from pagewire.replies._kinds import Reply

_replies: msgspec.json.Decoder[Reply] = msgspec.json.Decoder(Reply)


def encode(reply: Reply) -> bytes:
    """A reply as JSON, for storage.

    Raises:
        ReplyError: a field is of a type that cannot be stored; `check` says so before.
    """
    try:
        return msgspec.json.encode(reply)
    except (TypeError, UnicodeEncodeError, RecursionError) as error:
        raise ReplyError(misfit(reply) or "the reply cannot be stored") from error


def decode(raw: bytes) -> Reply:
    """The reply that `encode` stored.

    Raises:
        msgspec.DecodeError: it is none; newer versions may know more replies than this one.
    """
    return _replies.decode(raw)


def misfit(reply: Reply) -> str | None:
    """A field of a type that its struct does not allow; structs do not check what they are made of."""
    if isinstance(reply, Media) and isinstance(reply.content, bytes):
        reply = msgspec.structs.replace(reply, content=b"")  # bytes fit, and there may be many
    try:
        msgspec.json.decode(msgspec.json.encode(reply), type=type(reply))
    except msgspec.ValidationError as error:
        return str(error)
    except UnicodeEncodeError:
        return "half a surrogate pair is no text: cut texts between characters"
    except (TypeError, RecursionError) as error:
        return f"{type(reply).__name__} holds something that cannot be stored, use plain str and tuple: {error}"
    return None
