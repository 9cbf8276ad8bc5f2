"""Whether Meta could fetch a media attachment (outbound.md 3.3, 3.4). Pure: nothing is really fetched.

A URL is judged by its form and its file name; ``Web`` overrides that for URLs a test wants to fail or to be of
a certain type and size.
"""

from __future__ import annotations

import ipaddress
import mimetypes
from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec

from pagewire.simulator import errors
from pagewire.simulator.content import Media
from pagewire.simulator.errors import Refused
from pagewire.simulator.stored import Attachment

_MB = 1024 * 1024
ASSET_LIFE_MS = 90 * 24 * 3600 * 1000
"""How long a saved asset can be sent (outbound.md 3.3)."""

_INSTAGRAM_TYPES = {
    "image": {"image/png", "image/jpeg", "image/gif"},
    "audio": {"audio/aac", "audio/mp4", "audio/x-m4a", "audio/m4a", "audio/wav", "audio/x-wav", "audio/vnd.wave"},
    "video": {"video/mp4", "video/ogg", "video/x-msvideo", "video/quicktime", "video/webm"},
    "file": {"application/pdf"},
}


class WebFile(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What the simulated web holds at a URL.

    Attributes:
        content_type: its MIME type.
        size: bytes.
        seconds: how long a fetch takes; video may take 75, everything else 10.
        reachable: False fails like a host that does not answer.
    """

    content_type: str
    size: int = 1000
    seconds: float = 0.0
    reachable: bool = True


def fetch(
    media: Media,
    *,
    instagram: bool,
    account_id: str,
    now_ms: int,
    attachments: Mapping[str, Attachment],
    web: Mapping[str, WebFile],
) -> str | None:
    """The URL to show for a media attachment; None when it came as bytes.

    Raises:
        Refused: 100/2018008, 2018047, 2018109, 2018074, 2018294 or 546.
    """
    if media.attachment_id is not None:
        return _saved(media, account_id, now_ms, attachments)
    if media.upload is not None:
        _accepted(media.kind, media.upload.content_type, instagram)
        if media.upload.size == 0:
            raise Refused(errors.UPLOAD_FAILED)
        _fits(media.kind, media.upload.size, by_url=instagram)
        return None
    url = media.url or ""
    found = web.get(url)
    if not _public(url) or (found is not None and not found.reachable):
        raise Refused(errors.FETCH_FAILED)
    if found is not None and found.seconds > (75 if media.kind == "video" else 10):
        raise Refused(errors.VIDEO_FAILED if media.kind == "video" else errors.FETCH_FAILED)
    kind = found.content_type if found is not None else mimetypes.guess_type(urlsplit(url).path)[0]
    if kind is not None:
        _accepted(media.kind, kind.partition(";")[0].strip().lower(), instagram)
    _fits(media.kind, found.size if found is not None else 0, by_url=True)
    return url


def fetch_image(url: str, web: Mapping[str, WebFile]) -> None:
    """Fetch a picture that Meta copies, such as a persona's: at most 8 MB.

    Raises:
        Refused: as ``fetch``.
    """
    fetch(Media(kind="image", url=url), instagram=False, account_id="", now_ms=0, attachments={}, web=web)


def _saved(media: Media, account_id: str, now_ms: int, attachments: Mapping[str, Attachment]) -> str:
    found = attachments.get(media.attachment_id or "")
    if found is None or found.account_id != account_id or not found.reusable:
        raise Refused(errors.ATTACHMENT_UNKNOWN)
    if now_ms - found.created >= ASSET_LIFE_MS:
        raise Refused(errors.ATTACHMENT_UNKNOWN)
    if found.kind != media.kind:
        raise Refused(errors.WRONG_TYPE)
    return found.url


def _public(url: str) -> bool:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "https" or not host or parts.username is not None:
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith((".local", ".internal", ".localhost"))


def _accepted(kind: str, content_type: str, instagram: bool) -> None:
    if content_type == "text/html":
        raise Refused(errors.FILE_TYPE_REFUSED)
    family = content_type.partition("/")[0]
    right = content_type in _INSTAGRAM_TYPES[kind] if instagram else kind in ("file", family)
    if not right:
        raise Refused(errors.WRONG_TYPE)


def _fits(kind: str, size: int, *, by_url: bool) -> None:
    if size > (8 if kind == "image" and by_url else 25) * _MB:
        raise Refused(errors.TOO_LARGE)
