"""What a message claims that somebody wrote as Meta takes it: the same limits, read from the wire's own names."""

from collections.abc import Mapping
from typing import Any

from pagewire.capabilities import Feature
from pagewire.deprecations import found_in
from pagewire.replies._claims import Claims, Ends, Holds, Uses, each

_MEDIA = {
    "image": Feature.IMAGE,
    "audio": Feature.AUDIO,
    "video": Feature.VIDEO,
    "file": Feature.FILE,
    "like_heart": Feature.LIKE_HEART,
    "MEDIA_SHARE": Feature.MEDIA_SHARE,
}
_BUTTONS = {
    "web_url": Feature.URL_BUTTON,
    "postback": Feature.POSTBACK_BUTTON,
    "phone_number": Feature.PHONE_BUTTON,
    "account_link": Feature.LOGIN_BUTTON,
    "account_unlink": Feature.LOGOUT_BUTTON,
    "game_play": Feature.GAME_BUTTON,
}
_TEMPLATES: dict[str, tuple[Feature, str, tuple[str, ...]]] = {
    "generic": (Feature.GENERIC, "elements", ("title", "subtitle", "buttons")),
    "button": (Feature.BUTTON, "", ("text", "buttons")),
    "media": (Feature.MEDIA_TEMPLATE, "elements", ("buttons",)),
    "image_grid": (Feature.IMAGE_GRID, "elements", ("images", "title", "subtitle", "buttons")),
    "receipt": (Feature.RECEIPT, "", ("elements",)),
    "coupon": (Feature.COUPON, "", ("title",)),
    "customer_feedback": (Feature.FEEDBACK, "", ("title", "subtitle", "button_title", "expires_in_days")),
    "product": (Feature.PRODUCT, "", ()),
    "customer_information": (Feature.INFORMATION, "", ("expires_in_days",)),
}
"""Of each template: its feature, the list that holds its parts, and the fields with limits."""


def message(given: Mapping[str, Any]) -> Claims:
    """The ``message`` of a request to the Send API; what is of another shape than Meta documents is left to Meta."""
    for key in found_in(dict(given)):
        yield Ends(key, "message")
    if isinstance(given.get("text"), str):
        yield Holds(Feature.TEXT, "text", "message.text", given["text"])
    if "sticker_id" in given:
        yield Uses(Feature.STICKER, "message.sticker_id")
    if isinstance(attachments := given.get("attachments"), list | tuple):
        yield Holds(Feature.IMAGES, "images", "message.attachments", attachments)
    if isinstance(attachment := given.get("attachment"), Mapping):
        yield from _attachment(attachment)
    if isinstance(given.get("quick_replies"), list | tuple):
        yield from _quick_replies(given["quick_replies"])


def _quick_replies(given: list[Any]) -> Claims:
    yield Holds(Feature.QUICK_REPLY, "quick_replies", "message.quick_replies", given)
    for where, quick in each("message.quick_replies", given):
        if isinstance(quick, Mapping) and quick.get("content_type") == "text":
            yield from _sized(Feature.QUICK_REPLY, where, quick, ("title", "payload"))


def _attachment(given: Mapping[str, Any]) -> Claims:
    kind, payload = given.get("type"), given.get("payload")
    if kind == "template" and isinstance(payload, Mapping):
        yield from _template(payload)
    elif kind in _MEDIA:
        yield Uses(_MEDIA[kind], f"message.attachment.type {kind}")


def _template(payload: Mapping[str, Any]) -> Claims:
    known = _TEMPLATES.get(str(payload.get("template_type")))
    if known is None:
        return  # one that ended was told above; a new one is Meta's to judge
    feature, listed, fields = known
    where = "message.attachment.payload"
    yield Uses(feature, f"{where}.template_type {payload['template_type']}")
    if feature is Feature.PRODUCT and isinstance(payload.get("elements"), list | tuple):
        yield Holds(feature, "product_ids", f"{where}.elements", payload["elements"])
    elif feature is Feature.GENERIC and isinstance(payload.get("elements"), list | tuple):
        yield Holds(feature, "elements", f"{where}.elements", payload["elements"])
    parts = each(f"{where}.{listed}", payload.get(listed) or ()) if listed else [(where, payload)]
    for name, part in parts:
        if isinstance(part, Mapping):
            yield from _sized(feature, name, part, fields)
            yield from _buttons(name, part.get("buttons"))
    if feature is Feature.FEEDBACK:
        yield from _questions(where, payload)


def _questions(where: str, payload: Mapping[str, Any]) -> Claims:
    for screen, shown in each(f"{where}.feedback_screens", payload.get("feedback_screens") or ()):
        for name, question in each(f"{screen}.questions", shown.get("questions") or ()):
            yield Holds(Feature.FEEDBACK, "question_id", f"{name}.id", question.get("id"))
            yield Holds(Feature.FEEDBACK, "question_title", f"{name}.title", question.get("title"))
            follow_up = question.get("follow_up") or {}
            yield Holds(Feature.FEEDBACK, "placeholder", f"{name}.follow_up.placeholder", follow_up.get("placeholder"))


def _sized(feature: Feature, where: str, part: Mapping[str, Any], fields: tuple[str, ...]) -> Claims:
    for field in fields:
        if isinstance(part.get(field), str | int | list | tuple):
            yield Holds(feature, field, f"{where}.{field}", part[field])


def _buttons(where: str, given: Any) -> Claims:
    if not isinstance(given, list | tuple):
        return
    for name, button in each(f"{where}.buttons", given):
        feature = _BUTTONS.get(str(button.get("type"))) if isinstance(button, Mapping) else None
        if feature is not None:
            yield Uses(feature, f"{name}.type {button['type']}")
            fields = ("title", "payload") if feature in {Feature.POSTBACK_BUTTON, Feature.GAME_BUTTON} else ("title",)
            if feature not in {Feature.LOGIN_BUTTON, Feature.LOGOUT_BUTTON}:
                yield from _sized(feature, name, button, fields)
