"""What messages without a template claim."""

from pagewire.capabilities import Feature
from pagewire.deprecations import found_in
from pagewire.replies._approved import MarketingMessage, UtilityMessage
from pagewire.replies._bodies import Images, LikeHeart, Media, MediaShare, RawMessage, Sticker, Text
from pagewire.replies._claims import Claims, Comes, Ends, Holds, Uses, each, fetched, given, needed, one_of

_BODIES = ("text", "attachment", "attachments", "sticker_id", "template")
_KINDS = {"image": Feature.IMAGE, "audio": Feature.AUDIO, "video": Feature.VIDEO, "file": Feature.FILE}


def text(reply: Text) -> Claims:
    """A text."""
    if not reply.text.strip():
        yield "text must not be empty"
    yield Holds(Feature.TEXT, "text", "text", reply.text)


def media(reply: Media) -> Claims:
    """An attachment."""
    yield Uses(_KINDS[reply.media], "media")
    yield from one_of("media", url=reply.url, attachment_id=reply.attachment_id, content=reply.content)
    yield from fetched("url", reply.url)
    yield from needed("attachment_id", reply.attachment_id)
    yield from given(Feature.ATTACHMENT_ID, "attachment_id", reply.attachment_id)
    yield from given(Feature.REUSE, "reuse", reply.reuse)
    if reply.content is not None:
        yield from _content(reply, reply.content)
    elif reply.reuse and reply.url is None:
        yield "reuse goes with url: what was saved once needs no saving"


def _content(reply: Media, content: bytes) -> Claims:
    yield Uses(Feature.UPLOAD, "content")
    yield Holds(_KINDS[reply.media], "content", "content", content)
    if not reply.filename or any(letter in reply.filename for letter in '"\r\n\0/\\'):
        yield "filename must name the file, without a folder, quotes or line breaks"
    family, slash, kind = reply.content_type.partition("/")
    if not (slash and family and kind) or not reply.content_type.isascii() or " " in reply.content_type:
        yield f"content_type must be a MIME type, such as {'application/pdf' if reply.media == 'file' else reply.media + '/...'}"
    elif reply.media not in ("file", family):
        yield f"content_type {family}/... does not fit media {reply.media}"
    else:
        yield Comes(_KINDS[reply.media], "content_type", reply.content_type)


def images(reply: Images) -> Claims:
    """Several images."""
    yield Uses(Feature.IMAGES, "Images")
    yield Holds(Feature.IMAGES, "images", "images", reply.images)
    for where, image in each("images", reply.images):
        yield from one_of(where, url=image.url, attachment_id=image.attachment_id)
        yield from fetched(f"{where}.url", image.url)
        yield from needed(f"{where}.attachment_id", image.attachment_id)


def sticker(reply: Sticker) -> Claims:
    """A sticker."""
    yield Uses(Feature.STICKER, "Sticker")
    if reply.sticker_id <= 0:
        yield "sticker_id must be a number from the sticker catalogue"


def like_heart(_: LikeHeart) -> Claims:
    """A heart."""
    yield Uses(Feature.LIKE_HEART, "LikeHeart")


def media_share(reply: MediaShare) -> Claims:
    """An own post."""
    yield Uses(Feature.MEDIA_SHARE, "MediaShare")
    yield from needed("post_id", reply.post_id)


def raw(reply: RawMessage) -> Claims:
    """Whatever it is: only what ended is known here."""
    yield Uses(Feature.RAW, "RawMessage")
    if sum(bool(reply.message.get(body)) for body in _BODIES) != 1:
        yield f"message needs exactly one of {', '.join(_BODIES)}"
    if "metadata" in reply.message:
        yield "message.metadata is the gateway's own, leave it out"
    for key in found_in(reply.message):
        yield Ends(key, "message")


def utility(reply: UtilityMessage) -> Claims:
    """From an approved template."""
    yield Uses(Feature.UTILITY, "UtilityMessage")
    yield from needed("name", reply.name)
    yield from needed("language", reply.language)
    if reply.to is not None:
        yield "to: utility messages go to the person of the event only"


def marketing(_: MarketingMessage) -> Claims:
    """Of a campaign."""
    yield Uses(Feature.MARKETING, "MarketingMessage")
