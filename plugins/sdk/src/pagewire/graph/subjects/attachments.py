"""Attachments that are saved before anybody sees them (Meta, Attachment Upload API)."""

from typing import Any, Literal

import msgspec

from pagewire.graph import wire
from pagewire.graph.answers import Received, judge, unreadable
from pagewire.graph.caller import Caller, File, encoded
from pagewire.graph.usage import Usage
from pagewire.replies import Media as MediaReply
from pagewire.replies import check
from pagewire.surfaces import Surface

AttachmentType = Literal["image", "audio", "video", "file"]

_SAVED = wire.decoder(wire.SendAnswer)


class SavedAttachment(msgspec.Struct, frozen=True):
    """An attachment that the same Page can send for 90 days."""

    attachment_id: str
    usage: Usage | None = None


class Attachments(Caller):
    """`POST /{page}/message_attachments`; graph.instagram.com has no such edge."""

    async def upload_url(
        self,
        page_id: str,
        token: str,
        kind: AttachmentType,
        url: str,
        *,
        platform: wire.Platform = "messenger",
        read_timeout: float | None = None,
    ) -> SavedAttachment:
        """Let Meta fetch an attachment and keep it. Nobody sees it, so it may be repeated after any error.

        Args:
            page_id: the Page, also for Instagram.
            token: its access token.
            kind: what it is.
            url: public https address of its bytes.
            platform: which product it is for.
            read_timeout: see `send`.

        Raises:
            GraphError: `Media` if Meta cannot fetch or will not keep it.
            ReplyError: there is no such kind, or the address is none that Meta can fetch.
        """
        check(MediaReply(media=kind, url=url, reuse=True), _surface(platform))
        body = {"platform": platform, "message": _message(kind, url=url)}
        data = encoded(body)
        return _saved(await self._write((page_id, "message_attachments"), token, data, read_timeout))

    async def upload(
        self,
        page_id: str,
        token: str,
        kind: AttachmentType,
        file: File,
        *,
        platform: wire.Platform = "messenger",
        read_timeout: float | None = None,
    ) -> SavedAttachment:
        """Save the bytes of an attachment; see `upload_url`.

        Args:
            page_id: the Page, also for Instagram.
            token: its access token.
            kind: what it is; the file's own MIME type must fit.
            file: the bytes.
            platform: which product it is for.
            read_timeout: see `send`.

        Raises:
            ReplyError: the file is larger than Meta takes, or of a type that it does not.
        """
        check_file(kind, file, _surface(platform))
        fields = {"platform": platform, "message": encoded(_message(kind)).decode()}
        return _saved(await self._write_file((page_id, "message_attachments"), token, fields, file, read_timeout))


def check_file(kind: str, file: File, surface: Surface) -> None:
    """Refuse a file that Meta would refuse.

    Raises:
        ReplyError: naming the field and its limit.
    """
    given = {"media": kind, "content": file.content, "filename": file.name, "content_type": file.content_type}
    check(MediaReply(**given), surface)  # type: ignore[arg-type]


def _surface(platform: wire.Platform) -> Surface:
    return Surface.MESSENGER if platform == "messenger" else Surface.INSTAGRAM


def _message(kind: AttachmentType, **payload: str) -> dict[str, Any]:
    return {"attachment": {"type": kind, "payload": {**payload, "is_reusable": True}}}


def _saved(received: Received) -> SavedAttachment:
    answer = judge(received, _SAVED)
    if answer.attachment_id is None:
        unreadable(received, "Meta kept the attachment without giving it an id.")
    return SavedAttachment(str(answer.attachment_id), received.rim.usage)
