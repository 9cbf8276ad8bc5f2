"""The ``message`` object: what counts as a body, how long it may be, what each product takes. Pure.

Sources: outbound.md 1.6, 3.1 to 3.6 and appendix B.
"""

from __future__ import annotations

from typing import Any

import msgspec

from pagewire.simulator import days
from pagewire.simulator.errors import EMPTY_MESSAGE, IG_INVALID_MESSAGE, Refused
from pagewire.simulator.ground import Ground
from pagewire.simulator.order import Order, Upload
from pagewire.simulator.quick_replies import quick_replies
from pagewire.simulator.shape import items, need, one_of, within
from pagewire.simulator.templates import check_template, shown_of

_BODIES = ("text", "attachment", "attachments", "sticker_id", "template")
_MEDIA = frozenset({"image", "audio", "video", "file"})
_KINDS = {False: _MEDIA | {"template"}, True: _MEDIA | {"template", "like_heart", "MEDIA_SHARE"}}


class Media(msgspec.Struct, kw_only=True):
    """One media attachment, still to be fetched: by URL, by saved asset, or from the request itself.

    ``shown`` is False for an asset that a template shows in its own place.
    """

    kind: str
    url: str | None = None
    attachment_id: str | None = None
    upload: Upload | None = None
    reusable: bool = False
    shown: bool = True


class Content(msgspec.Struct, kw_only=True):
    """A message that passed the checks of shape.

    Attributes:
        text: its text.
        attachments: as the echo and the conversation show them; media URLs are filled in later.
        media: what must be fetched before the message is accepted.
        quick_replies: buttons that are really made: titles cut to 20 characters, phone and e-mail gone on
            Instagram.
        feedback: whether it is the customer feedback template.
        utility: ``name/language`` of a utility template.
        assets: saved asset to its URL, for those that a template shows.
    """

    text: str | None = None
    attachments: list[dict[str, Any]] = []
    media: list[Media] = []
    quick_replies: list[dict[str, Any]] = []
    feedback: bool = False
    utility: str | None = None
    assets: dict[str, str] = {}

    @property
    def heavy(self) -> bool:
        """Whether it is audio or video, which Meta allows ten of a second."""
        return any(entry.kind in ("audio", "video") for entry in self.media)

    @property
    def bulky(self) -> bool:
        """Whether it is an image, a file or a template, for which Meta publishes no figure."""
        return bool(self.media) or any(shown["type"] == "template" for shown in self.attachments)


def check_content(order: Order, ground: Ground) -> Content:
    """Check a message's shape: appendix A, steps 3 (empty) and 4.

    Raises:
        Refused: 100, 100/2018034 or 100/2534015.
    """
    message = order.message or {}
    given = [key for key in _BODIES if message.get(key) not in (None, "", [], {})]
    if not given:
        raise Refused(EMPTY_MESSAGE)
    need(len(given) == 1, "Only one of the text, attachment, and dynamic_text fields can be specified")
    content = _READERS[given[0]](message, order, ground)
    content.quick_replies = quick_replies(message, ground)
    _metadata(message)
    return content


def _text(message: dict[str, Any], order: Order, ground: Ground) -> Content:  # noqa: ARG001 - one signature
    text = message["text"]
    need(isinstance(text, str), "param message[text] must be a string.")
    if not text.strip():
        raise Refused(EMPTY_MESSAGE)
    if ground.instagram:
        size = len(text.encode("utf-8", "surrogatepass"))
        need(size <= 1000, "Length of param message[text] must be less than or equal to 1000")
    else:
        within(text, 2000, "message[text]")
    return Content(text=text)


def _attachment(message: dict[str, Any], order: Order, ground: Ground) -> Content:
    attachment = message["attachment"]
    need(isinstance(attachment, dict), "param message[attachment] must be an object.")
    kind = attachment.get("type")
    if ground.instagram and not (isinstance(kind, str) and kind in _kinds(ground)):
        raise Refused(IG_INVALID_MESSAGE)
    one_of(kind, _kinds(ground), "message[attachment][type]")
    payload = attachment.get("payload") or {}
    need(isinstance(payload, dict), "param message[attachment][payload] must be an object.")
    if kind in _MEDIA:
        return Content(media=[_media(str(kind), payload, order.upload)])
    if kind == "like_heart":
        return Content(attachments=[{"type": "like_heart"}])
    if kind == "MEDIA_SHARE":
        need(payload.get("id"), "The parameter message[attachment][payload][id] is required")
        return Content(
            attachments=[{"type": "share", "payload": {"url": f"https://www.example.com/p/{payload['id']}"}}]
        )
    return _template(payload, ground)


def _kinds(ground: Ground) -> frozenset[str]:
    kinds = _KINDS[ground.instagram]
    return kinds - {"file"} if ground.instagram and ground.now < days.INSTAGRAM_FILES else kinds


def _template(payload: dict[str, Any], ground: Ground) -> Content:
    check_template(payload, ground)
    elements = payload.get("elements") or [{}]
    title = payload.get("text") or payload.get("title") or elements[0].get("title") or ""
    shown = {"title": title, "url": None, "type": "template", "payload": shown_of(payload, ground)}
    named = [_named(element) for element in elements if payload["template_type"] == "media"]
    return Content(
        attachments=[shown],
        media=[entry for entry in named if entry is not None],
        feedback=payload["template_type"] == "customer_feedback",
    )


def _named(element: dict[str, Any]) -> Media | None:
    """The saved asset that a media template shows, which must be there."""
    saved = element.get("attachment_id")
    return Media(kind=element["media_type"], attachment_id=str(saved), shown=False) if saved else None


def _media(kind: str, payload: dict[str, Any], upload: Upload | None) -> Media:
    reusable = payload.get("is_reusable") in (True, "true")
    url, saved = payload.get("url"), payload.get("attachment_id")
    path = "message[attachment][payload]"
    if upload is not None:
        need(not url and not saved, f"param {path} must not name a url beside filedata")
        return Media(kind=kind, upload=upload, reusable=reusable)
    need(bool(url) != bool(saved), f"param {path} needs either url or attachment_id")
    need(url is None or isinstance(url, str), f"param {path}[url] must be a string.")
    return Media(kind=kind, url=url, attachment_id=str(saved) if saved else None, reusable=reusable)


def _attachments(message: dict[str, Any], order: Order, ground: Ground) -> Content:  # noqa: ARG001 - one signature
    several = ground.instagram and ground.now >= days.INSTAGRAM_SEVERAL_IMAGES
    need(several, "Param message[attachments] is not supported; send one attachment per message")
    if isinstance(message["attachments"], dict):  # Meta's own sample of a single image
        message = {"attachments": [message["attachments"]]}
    listed = items(message, "attachments", 1, 10, "message")
    if any(entry.get("type") != "image" for entry in listed):
        raise Refused(IG_INVALID_MESSAGE)
    payloads = [entry.get("payload") or {} for entry in listed]
    need(
        all(isinstance(payload, dict) for payload in payloads), "param message[attachments][payload] must be an object."
    )
    return Content(media=[_media("image", payload, None) for payload in payloads])


def _sticker(message: dict[str, Any], order: Order, ground: Ground) -> Content:  # noqa: ARG001 - one signature
    if ground.instagram:
        raise Refused(IG_INVALID_MESSAGE)
    need(ground.now >= days.STICKERS, "param message[sticker_id] is not supported")
    sticker = message["sticker_id"]
    need(isinstance(sticker, int) and not isinstance(sticker, bool), "param message[sticker_id] must be an integer.")
    payload = {"url": f"https://scontent.example.net/sticker/{sticker}.png", "sticker_id": sticker}
    kinds = ["sticker"] if ground.now >= days.STICKERS_ALONE else ["image", "sticker"]
    return Content(attachments=[{"type": kind, "payload": payload} for kind in kinds])


def _utility(message: dict[str, Any], order: Order, ground: Ground) -> Content:
    if ground.instagram:
        raise Refused(IG_INVALID_MESSAGE)
    need(order.messaging_type == "UTILITY", "message[template] needs messaging_type UTILITY")
    template = message["template"]
    need(isinstance(template, dict), "param message[template] must be an object.")
    language = template.get("language")
    code = language.get("code") if isinstance(language, dict) else None
    need(template.get("name") and code, "The parameters message[template][name] and [language][code] are required")
    return Content(utility=f"{template['name']}/{code}", text=f"[{template['name']}]")


def _metadata(message: dict[str, Any]) -> None:
    metadata = message.get("metadata")
    if metadata is not None:
        need(isinstance(metadata, str), "param message[metadata] must be a string.")
        need(len(metadata) < 1000, "Length of param message[metadata] must be less than 1000")


_READERS = {
    "text": _text,
    "attachment": _attachment,
    "attachments": _attachments,
    "sticker_id": _sticker,
    "template": _utility,
}
