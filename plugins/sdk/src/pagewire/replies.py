"""What a plugin may ask for in answer to an event.

A hook returns replies; the gateway stores them in the same step in which it marks the event as done, and sends them in order,
each when Meta's rules allow it. Limits are those of Meta's Send API, Messenger and Instagram.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

MediaType = Literal["image", "audio", "video", "file"]
Action = Literal["typing_on", "typing_off", "mark_seen"]

TEXT_CHARACTERS = 2000
"""Messenger: longest text, counted in UTF-16 units, the stricter reading of "characters"."""
INSTAGRAM_TEXT_BYTES = 1000
"""Instagram: longest text, in bytes of UTF-8."""
QUICK_REPLIES = 13
"""Most quick replies of one message."""
QUICK_REPLY_TITLE = 20
"""Longest title of a quick reply, in characters; Meta cuts what is longer."""
QUICK_REPLY_PAYLOAD = 1000
"""Longest payload of a quick reply, in characters."""
REPLIES = 50
"""Most replies to one event; more is taken for a mistake of the plugin's (a limit of Pagewire's, not of Meta's)."""

_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})


class QuickReply(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A button under a text that is gone once it is tapped.

    Attributes:
        title: what the person reads and, by tapping, says.
        payload: what comes back in `events.Message.quick_reply`.
        image_url: a small picture in the button, Messenger only.
        content_type: ``text``, or on Messenger ``user_phone_number`` or ``user_email``, which take neither title nor payload.
    """

    title: str = ""
    payload: str = ""
    image_url: str | None = None
    content_type: Literal["text", "user_phone_number", "user_email"] = "text"


class Text(Struct, frozen=True, kw_only=True, omit_defaults=True, tag="text", tag_field="type"):
    """A text, perhaps with quick replies.

    Attributes:
        text: at most 2000 characters on Messenger, 1000 bytes of UTF-8 on Instagram.
        quick_replies: at most 13; gone after a tap or the next message.
    """

    text: str
    quick_replies: tuple[QuickReply, ...] = ()


class Media(Struct, frozen=True, kw_only=True, omit_defaults=True, tag="media", tag_field="type"):
    """An attachment that Meta fetches from a public address.

    Attributes:
        media: ``image``, ``audio``, ``video`` or ``file`` (Instagram takes pdf only).
        url: public https address of the bytes themselves, not of a page about them.
    """

    media: MediaType
    url: str


class SenderAction(Struct, frozen=True, kw_only=True, omit_defaults=True, tag="action", tag_field="type"):
    """Show typing, stop showing it, or mark the conversation as seen. Best effort: never retried, never parked.

    Attributes:
        action: ``typing_on``, ``typing_off`` or ``mark_seen``.
    """

    action: Action


Reply = Text | Media | SenderAction
Replies = Reply | Iterable[Reply] | None
"""What a hook may return."""


class ReplyError(ValueError):
    """A reply breaks a limit of Meta's; the message names field and limit, and holds no message text."""


def normalise(replies: object) -> tuple[Reply, ...]:
    """The replies a hook returned, as a tuple.

    Raises:
        ReplyError: the hook returned something else, or more than `REPLIES`.
    """
    if replies is None:
        return ()
    if isinstance(replies, Text | Media | SenderAction):
        return (replies,)
    if isinstance(replies, str | bytes) or not isinstance(replies, Iterable):
        raise _no_reply(replies)
    found = tuple(islice(replies, REPLIES + 1))
    if len(found) > REPLIES:
        raise ReplyError(f"a hook returns at most {REPLIES} replies to one event")
    for reply in found:
        if not isinstance(reply, Text | Media | SenderAction):
            raise _no_reply(reply)
    return found


def check(reply: Reply, object_: str) -> None:
    """Refuse what Meta would refuse (Send API: text, quick replies, attachments).

    Args:
        reply: what the plugin wants to say.
        object_: ``page`` for Messenger, ``instagram`` for Instagram.

    Raises:
        ReplyError: naming the field and its limit.
    """
    problem = _misfit(reply) or next(_problems(reply, object_), None)
    if problem is not None:
        raise ReplyError(problem)


def encode(reply: Reply) -> bytes:
    """A reply as JSON, for storage.

    Raises:
        ReplyError: a field is of a type that cannot be stored; `check` says so before.
    """
    try:
        return msgspec.json.encode(reply)
    except (TypeError, UnicodeEncodeError, RecursionError) as error:
        raise ReplyError(_misfit(reply) or "the reply cannot be stored") from error


def decode(raw: bytes) -> Reply:
    """The reply that `encode` stored.

    Raises:
        msgspec.DecodeError: it is none; newer versions may know more replies than this one.
    """
    return _replies.decode(raw)


_replies: msgspec.json.Decoder[Reply] = msgspec.json.Decoder(Reply)


def _no_reply(found: object) -> ReplyError:
    return ReplyError(f"a hook returns replies, not {type(found).__name__}: wrap a text as Text(text=...)")


def _misfit(reply: Reply) -> str | None:
    """A field of a type that its struct does not allow; structs do not check what they are made of."""
    try:
        msgspec.convert(msgspec.to_builtins(reply), type(reply))
        msgspec.json.encode(reply)
    except msgspec.ValidationError as error:
        return str(error)
    except UnicodeEncodeError:
        return "half a surrogate pair is no text: cut texts between characters"
    except (TypeError, RecursionError) as error:
        return f"{type(reply).__name__} holds something that cannot be stored, use plain str and tuple: {error}"
    return None


def _problems(reply: Reply, object_: str) -> Iterator[str]:
    if isinstance(reply, Text):
        yield from _text_problems(reply.text, object_)
        yield from _quick_reply_problems(reply.quick_replies, object_)
    elif isinstance(reply, Media):
        yield from _url_problems("url", reply.url)


def _url_problems(where: str, url: str) -> Iterator[str]:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        parts, host = urlsplit(""), ""
    # Against a simulator on the same machine plain http is all there is.
    if not host or (parts.scheme != "https" and not (parts.scheme == "http" and host in _LOCAL)):
        yield f"{where} must be a public https address"


def _text_problems(text: str, object_: str) -> Iterator[str]:
    if not text.strip():
        yield "text must not be empty"
    if object_ == "instagram":
        size = len(text.encode())
        if size > INSTAGRAM_TEXT_BYTES:
            yield f"text has {size} bytes; Instagram takes at most {INSTAGRAM_TEXT_BYTES} bytes of UTF-8"
    elif (units := len(text.encode("utf-16-le")) // 2) > TEXT_CHARACTERS:
        yield f"text has {units} characters; Messenger takes at most {TEXT_CHARACTERS}"


def _quick_reply_problems(quick_replies: tuple[QuickReply, ...], object_: str) -> Iterator[str]:
    if len(quick_replies) > QUICK_REPLIES:
        yield f"quick_replies has {len(quick_replies)} entries; Meta takes at most {QUICK_REPLIES}"
    for index, quick in enumerate(quick_replies):
        where = f"quick_replies[{index}]"
        if object_ == "instagram":
            yield from _instagram_problems(where, quick)
        yield from _button_problems(where, quick) if quick.content_type == "text" else _contact_problems(where, quick)


def _instagram_problems(where: str, quick: QuickReply) -> Iterator[str]:
    if quick.content_type != "text":
        yield f"{where}.content_type {quick.content_type} exists on Messenger only"
    if quick.image_url:
        yield f"{where}.image_url exists on Messenger only"


def _button_problems(where: str, quick: QuickReply) -> Iterator[str]:
    if not quick.title and not quick.image_url:
        yield f"{where}.title must not be empty"
    if len(quick.title) > QUICK_REPLY_TITLE:
        yield f"{where}.title has {len(quick.title)} characters; Meta shows at most {QUICK_REPLY_TITLE}"
    if not quick.payload:
        yield f"{where}.payload must not be empty"
    if len(quick.payload) > QUICK_REPLY_PAYLOAD:
        yield f"{where}.payload has {len(quick.payload)} characters; Meta takes at most {QUICK_REPLY_PAYLOAD}"
    if quick.image_url is not None:
        yield from _url_problems(f"{where}.image_url", quick.image_url)


def _contact_problems(where: str, quick: QuickReply) -> Iterator[str]:
    if quick.title or quick.payload or quick.image_url:
        yield f"{where} of type {quick.content_type} takes neither title nor payload nor image_url"
