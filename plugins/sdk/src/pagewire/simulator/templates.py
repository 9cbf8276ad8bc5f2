"""The templates and buttons of a message, checked as Meta documents them (outbound.md 3.5, 3.6). Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from pagewire.simulator.errors import IG_INVALID_MESSAGE, Refused
from pagewire.simulator.shape import items, need, one_of, optional_text, text, url

Payload = dict[str, Any]

_BUTTONS = frozenset({"web_url", "postback", "phone_number", "account_link", "account_unlink", "game_play"})
_IG_BUTTONS = frozenset({"web_url", "postback"})
_PHONE = re.compile(r"\+\d{5,15}\Z")
_QUESTION = re.compile(r"\w{1,80}\Z", re.ASCII)
_ROOT = "message[attachment][payload]"


def check_template(payload: Payload, *, instagram: bool) -> None:
    """Check the payload of a template attachment.

    Raises:
        Refused: code 100; on Instagram 100/2534015 for a template it does not have.
    """
    kind = payload.get("template_type")
    need(isinstance(kind, str), f"The parameter {_ROOT}[template_type] is required")
    if instagram and kind not in _IG_TEMPLATES:
        raise Refused(IG_INVALID_MESSAGE)
    one_of(kind, frozenset(_TEMPLATES), f"{_ROOT}[template_type]")
    _TEMPLATES[str(kind)](payload, instagram)


def _generic(payload: Payload, instagram: bool) -> None:
    for element in items(payload, "elements", 1, 10, _ROOT):
        path = f"{_ROOT}[elements]"
        text(element, "title", 80, path)
        optional_text(element, "subtitle", 80, path)
        extra = {"subtitle", "image_url", "default_action", "buttons"} & {k for k, v in element.items() if v}
        need(extra, f"{path}: an element needs at least one property besides title")
        if element.get("default_action") is not None:
            _default_action(element["default_action"], path)
        _optional_buttons(element, instagram, path)


def _default_action(action: object, path: str) -> None:
    good = isinstance(action, dict) and action.get("type") == "web_url" and "title" not in action
    need(good, f"{path}[default_action] must be a web_url button without title")
    if isinstance(action, dict):
        url(action, "url", f"{path}[default_action]")


def _button(payload: Payload, instagram: bool) -> None:
    text(payload, "text", 640, _ROOT)
    _buttons(items(payload, "buttons", 1, 3, _ROOT), instagram, _ROOT)


def _media(payload: Payload, instagram: bool) -> None:
    (element,) = items(payload, "elements", 1, 1, _ROOT)
    path = f"{_ROOT}[elements]"
    one_of(element.get("media_type"), frozenset({"image", "video"}), f"{path}[media_type]")
    given = [key for key in ("attachment_id", "url") if element.get(key)]
    need(len(given) == 1, f"{path} needs either attachment_id or url")
    if given == ["url"]:
        address = url(element, "url", path)
        need("facebook.com/" in address, f"{path}[url] must be a Facebook URL")
    _optional_buttons(element, instagram, path)


def _image_grid(payload: Payload, instagram: bool) -> None:
    (element,) = items(payload, "elements", 1, 1, _ROOT)
    path = f"{_ROOT}[elements]"
    optional_text(element, "title", 45, path)
    optional_text(element, "subtitle", 80, path)
    images = items(element, "images", 2, 6, path)
    for image in images:
        url(image, "url", f"{path}[images]")
    need(sum(bool(image.get("is_hero_image")) for image in images) <= 1, f"{path}: only one hero image")
    for button in element.get("buttons") or []:
        need(button.get("type") in _IG_BUTTONS, f"{path}[buttons] may be web_url or postback")
    _optional_buttons(element, instagram, path)


def _receipt(payload: Payload, instagram: bool) -> None:  # noqa: ARG001 - one signature for all templates
    for key in ("recipient_name", "order_number", "payment_method"):
        text(payload, key, 1000, _ROOT)
    currency = text(payload, "currency", 3, _ROOT)
    need(len(currency) == 3 and currency.isupper(), f"{_ROOT}[currency] must be an ISO 4217 code")
    summary = payload.get("summary")
    good = isinstance(summary, dict) and isinstance(summary.get("total_cost"), int | float)
    need(good, f"The parameter {_ROOT}[summary][total_cost] is required")
    if payload.get("elements") is not None:
        for element in items(payload, "elements", 0, 100, _ROOT):
            text(element, "title", 1000, f"{_ROOT}[elements]")


def _coupon(payload: Payload, instagram: bool) -> None:  # noqa: ARG001 - one signature for all templates
    text(payload, "title", 80, _ROOT)
    need(payload.get("coupon_code") or payload.get("coupon_url"), f"{_ROOT} needs coupon_code or coupon_url")
    need(" " not in str(payload.get("coupon_code") or ""), f"{_ROOT}[coupon_code] must not contain spaces")


def _feedback(payload: Payload, instagram: bool) -> None:  # noqa: ARG001 - one signature for all templates
    text(payload, "title", 65, _ROOT)
    optional_text(payload, "subtitle", 80, _ROOT)
    optional_text(payload, "button_title", 20, _ROOT)
    (screen,) = items(payload, "feedback_screens", 1, 1, _ROOT)
    (question,) = items(screen, "questions", 1, 1, f"{_ROOT}[feedback_screens]")
    path = f"{_ROOT}[feedback_screens][questions]"
    need(_QUESTION.match(str(question.get("id") or "")), f"{path}[id] must be alphanumeric, up to 80 characters")
    one_of(question.get("type"), frozenset({"csat", "nps", "ces", "free_form"}), f"{path}[type]")
    if question.get("title") is not None:
        need(len(text(question, "title", 85, path)) >= 5, f"{path}[title] must have 5 to 85 characters")
    _privacy(payload, 7)


def _privacy(payload: Payload, days: int) -> None:
    privacy = payload.get("business_privacy")
    need(isinstance(privacy, dict), f"The parameter {_ROOT}[business_privacy] is required")
    url(privacy if isinstance(privacy, dict) else {}, "url", f"{_ROOT}[business_privacy]")
    expires = payload.get("expires_in_days", 1)
    need(
        isinstance(expires, int) and 1 <= expires <= days,
        f"{_ROOT}[expires_in_days] must be 1 to {days}",
    )


def _product(payload: Payload, instagram: bool) -> None:  # noqa: ARG001 - one signature for all templates
    for element in items(payload, "elements", 1, 10, _ROOT):
        text(element, "id", 100, f"{_ROOT}[elements]")


def _information(payload: Payload, instagram: bool) -> None:  # noqa: ARG001 - one signature for all templates
    need(payload.get("countries"), f"The parameter {_ROOT}[countries] is required")
    _privacy(payload, 7)


def _optional_buttons(element: Payload, instagram: bool, path: str) -> None:
    if element.get("buttons") is not None:
        _buttons(items(element, "buttons", 1, 3, path), instagram, path)


def _buttons(buttons: list[Payload], instagram: bool, path: str) -> None:
    for button in buttons:
        allowed = _IG_BUTTONS if instagram else _BUTTONS
        kind = one_of(button.get("type"), allowed, f"{path}[buttons][type]")
        if kind in ("web_url", "postback", "phone_number", "game_play"):
            text(button, "title", 20, f"{path}[buttons]")
        if kind in ("web_url", "account_link"):
            address = url(button, "url", f"{path}[buttons]")
            need(
                kind == "web_url" or address.startswith("https://"),
                f"{path}[buttons][url] must use https",
            )
        if kind in ("postback", "game_play"):
            text(button, "payload", 1000, f"{path}[buttons]")
        if kind == "phone_number":
            number = str(button.get("payload") or "")
            need(_PHONE.match(number), f"{path}[buttons][payload] must be a phone number like +15555550100")


_IG_TEMPLATES = frozenset({"generic", "button", "product"})
_TEMPLATES: dict[str, Callable[[Payload, bool], None]] = {
    "generic": _generic,
    "button": _button,
    "media": _media,
    "image_grid": _image_grid,
    "receipt": _receipt,
    "coupon": _coupon,
    "customer_feedback": _feedback,
    "product": _product,
    "customer_information": _information,
}
