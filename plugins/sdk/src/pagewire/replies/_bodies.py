"""Messages without a template. Sources: Meta, Send API, text, attachments, stickers; Instagram, send messages."""

from typing import Any, Literal

from msgspec import Struct

from pagewire.replies._base import Answerable, Sending

MediaType = Literal["image", "audio", "video", "file"]


class Text(Answerable, frozen=True, kw_only=True, omit_defaults=True, tag="text"):
    """A text, perhaps with quick replies.

    Attributes:
        text: at most 2000 characters on Messenger, 1000 bytes of UTF-8 on Instagram.
    """

    text: str


class Media(Answerable, frozen=True, kw_only=True, omit_defaults=True, tag="media"):
    """An attachment: from a public address, from an earlier upload, or from its bytes; exactly one of the three.

    Attributes:
        media: ``image``, ``audio``, ``video`` or ``file`` (Instagram takes pdf only).
        url: public https address of the bytes themselves, not of a page about them.
        attachment_id: of an attachment that this Page saved within the last 90 days.
        content: the bytes, which the gateway uploads; kept in the outbox until then, so prefer `url` for what is large.
        filename: name of the file, needed with `content`.
        content_type: MIME type, needed with `content`, such as ``image/png``.
        reuse: whether Meta keeps what is behind `url` for the next time; `content` is always kept.
    """

    media: MediaType
    url: str | None = None
    attachment_id: str | None = None
    content: bytes | None = None
    filename: str = ""
    content_type: str = ""
    reuse: bool = False


class Image(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One of several images: either its address or its attachment id.

    Attributes:
        url: public https address of the image itself.
        attachment_id: of an image that this account saved within the last 90 days.
    """

    url: str | None = None
    attachment_id: str | None = None


class Images(Sending, frozen=True, kw_only=True, omit_defaults=True, tag="images"):
    """Several images in one bubble, Instagram only; on Messenger use `ImageGridTemplate`.

    Attributes:
        images: 1 to 10.
    """

    images: tuple[Image, ...]


class Sticker(Sending, frozen=True, kw_only=True, omit_defaults=True, tag="sticker"):
    """One of Meta's own stickers, Messenger only.

    Attributes:
        sticker_id: from the sticker catalogue (`GraphClient.sticker_search`).
    """

    sticker_id: int


class LikeHeart(Sending, frozen=True, kw_only=True, omit_defaults=True, tag="like_heart"):
    """The heart of Instagram."""


class MediaShare(Sending, frozen=True, kw_only=True, omit_defaults=True, tag="media_share"):
    """A post of the sending account itself, Instagram only.

    Attributes:
        post_id: id of the post.
    """

    post_id: str


class RawMessage(Sending, frozen=True, kw_only=True, omit_defaults=True, tag="raw"):
    """A ``message`` object of the Send API as it is: for what Meta has and Pagewire has no word for yet.

    Only what Meta ended is looked for in it; every other limit is Meta's to tell, after the call.

    Attributes:
        message: the object, without ``metadata``, which is the gateway's own.
    """

    message: dict[str, Any]
