"""Limits of replies, checked before the call."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from pagewire.replies._approved import MarketingMessage
from pagewire.replies._base import Answerable, QuickReply
from pagewire.replies._bodies import Media, Text
from pagewire.replies._error import ReplyError
from pagewire.replies._kinds import Reply
from pagewire.replies._stored import misfit
from pagewire.surfaces import Surface

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

_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})


def check(reply: Reply, surface: Surface) -> None:
    """Refuse what Meta would refuse.

    Args:
        reply: what the plugin wants to say.
        surface: the way to the person.

    Raises:
        ReplyError: naming the field and its limit.
    """
    problem = misfit(reply) or next(_problems(reply, surface), None)
    if problem is not None:
        raise ReplyError(problem)


def _problems(reply: Reply, surface: Surface) -> Iterator[str]:
    if isinstance(reply, Text):
        yield from _text_problems(reply.text, surface)
    if isinstance(reply, Answerable):
        yield from _quick_reply_problems(reply.quick_replies, surface)
    if isinstance(reply, Media):
        yield from _media_problems(reply)
    if isinstance(reply, MarketingMessage):
        yield "marketing messages are sold with Meta's advertising and do not go through the Send API"


def _media_problems(media: Media) -> Iterator[str]:
    if sum(source is not None for source in (media.url, media.attachment_id, media.content)) != 1:
        yield "media needs exactly one of url, attachment_id and content"
    if media.url is not None:
        yield from _url_problems("url", media.url)


def _url_problems(where: str, url: str) -> Iterator[str]:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        parts, host = urlsplit(""), ""
    # Against a simulator on the same machine plain http is all there is.
    if not host or (parts.scheme != "https" and not (parts.scheme == "http" and host in _LOCAL)):
        yield f"{where} must be a public https address"


def _text_problems(text: str, surface: Surface) -> Iterator[str]:
    if not text.strip():
        yield "text must not be empty"
    if surface.is_instagram:
        size = len(text.encode())
        if size > INSTAGRAM_TEXT_BYTES:
            yield f"text has {size} bytes; Instagram takes at most {INSTAGRAM_TEXT_BYTES} bytes of UTF-8"
    elif (units := len(text.encode("utf-16-le")) // 2) > TEXT_CHARACTERS:
        yield f"text has {units} characters; Messenger takes at most {TEXT_CHARACTERS}"


def _quick_reply_problems(quick_replies: tuple[QuickReply, ...], surface: Surface) -> Iterator[str]:
    if len(quick_replies) > QUICK_REPLIES:
        yield f"quick_replies has {len(quick_replies)} entries; Meta takes at most {QUICK_REPLIES}"
    for index, quick in enumerate(quick_replies):
        where = f"quick_replies[{index}]"
        if surface.is_instagram:
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
