"""The templates of a message, checked as Meta documents them (outbound.md 3.6). Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pagewire.simulator import days
from pagewire.simulator.buttons import Payload, check_buttons, check_link
from pagewire.simulator.errors import IG_INVALID_MESSAGE, Refused
from pagewire.simulator.forms import ROOT, check_feedback, check_information
from pagewire.simulator.ground import Ground
from pagewire.simulator.shape import items, need, one_of, optional_text, text, url
from pagewire.surfaces import Surface


def check_template(payload: Payload, ground: Ground) -> None:
    """Check the payload of a template attachment.

    Raises:
        Refused: code 100; on Instagram 100/2534015 for a template it does not have.
    """
    kind = payload.get("template_type")
    need(isinstance(kind, str), f"The parameter {ROOT}[template_type] is required")
    if ground.instagram and kind not in _INSTAGRAM[ground.surface]:
        raise Refused(IG_INVALID_MESSAGE)
    one_of(kind, _living(ground.now), f"{ROOT}[template_type]")
    _TEMPLATES[str(kind)](payload, ground)


def shown_of(payload: Payload, ground: Ground) -> Payload:
    """What people see of a template: on Instagram without the options that it takes and ignores."""
    return _without(payload) if ground.instagram else payload


def _without(part: Any) -> Any:
    if isinstance(part, dict):
        return {name: _without(value) for name, value in part.items() if name not in _IGNORED}
    return [_without(one) for one in part] if isinstance(part, list) else part


def _living(now: float) -> frozenset[str]:
    gone = {name for name, (since, until) in _LIVES.items() if not since <= now < until}
    return frozenset(_TEMPLATES) - gone


def _generic(payload: Payload, ground: Ground) -> None:
    if payload.get("image_aspect_ratio") is not None:
        one_of(payload["image_aspect_ratio"], frozenset({"horizontal", "square"}), f"{ROOT}[image_aspect_ratio]")
    for element in items(payload, "elements", 1, 10, ROOT):
        path = f"{ROOT}[elements]"
        text(element, "title", 80, path)
        optional_text(element, "subtitle", 80, path)
        extra = {"subtitle", "image_url", "default_action", "buttons"} & {k for k, v in element.items() if v}
        need(extra, f"{path}: an element needs at least one property besides title")
        if element.get("image_url"):
            url(element, "image_url", path)
        if element.get("default_action") is not None:
            _default_action(element["default_action"], path, ground)
        check_buttons(element, 0, 3, path, ground)


def _default_action(action: object, path: str, ground: Ground) -> None:
    good = isinstance(action, dict) and action.get("type") == "web_url" and "title" not in action
    need(good, f"{path}[default_action] must be a web_url button without title")
    if isinstance(action, dict):
        check_link(action, f"{path}[default_action]", ground)


def _button(payload: Payload, ground: Ground) -> None:
    text(payload, "text", 640, ROOT)
    check_buttons(payload, 1, 3, ROOT, ground)


def _media(payload: Payload, ground: Ground) -> None:
    (element,) = items(payload, "elements", 1, 1, ROOT)
    path = f"{ROOT}[elements]"
    one_of(element.get("media_type"), frozenset({"image", "video"}), f"{path}[media_type]")
    given = [key for key in ("attachment_id", "url") if element.get(key)]
    need(len(given) == 1, f"{path} needs either attachment_id or url")
    if given == ["url"]:
        address = url(element, "url", path)
        need("facebook.com/" in address, f"{path}[url] must be a Facebook URL")
    check_buttons(element, 0, 3, path, ground)


def _image_grid(payload: Payload, ground: Ground) -> None:
    (element,) = items(payload, "elements", 1, 1, ROOT)
    path = f"{ROOT}[elements]"
    optional_text(element, "title", 45, path)
    optional_text(element, "subtitle", 80, path)
    images = items(element, "images", 2, 6, path)
    for image in images:
        url(image, "url", f"{path}[images]")
    need(sum(bool(image.get("is_hero_image")) for image in images) <= 1, f"{path}: only one hero image")
    for button in element.get("buttons") or []:
        plain = isinstance(button, dict) and button.get("type") in ("web_url", "postback")
        need(plain, f"{path}[buttons] may be web_url or postback")
    check_buttons(element, 0, 3, path, ground)


def _receipt(payload: Payload, ground: Ground) -> None:  # noqa: ARG001 - one signature for all templates
    for key in ("recipient_name", "order_number", "payment_method"):
        text(payload, key, 1000, ROOT)
    currency = text(payload, "currency", 3, ROOT)
    need(len(currency) == 3 and currency.isupper(), f"{ROOT}[currency] must be an ISO 4217 code")
    stamp = payload.get("timestamp")
    need(
        stamp is None or (isinstance(stamp, str) and stamp.isdigit()), f"{ROOT}[timestamp] must be a string of seconds"
    )
    summary = payload.get("summary")
    good = isinstance(summary, dict) and isinstance(summary.get("total_cost"), int | float)
    need(good, f"The parameter {ROOT}[summary][total_cost] is required")
    if payload.get("elements") is not None:
        for element in items(payload, "elements", 0, 100, ROOT):
            text(element, "title", 1000, f"{ROOT}[elements]")
            need(isinstance(element.get("price"), int | float), f"The parameter {ROOT}[elements][price] is required")


def _coupon(payload: Payload, ground: Ground) -> None:  # noqa: ARG001 - one signature for all templates
    text(payload, "title", 80, ROOT)
    need(payload.get("coupon_code") or payload.get("coupon_url"), f"{ROOT} needs coupon_code or coupon_url")
    need(" " not in str(payload.get("coupon_code") or ""), f"{ROOT}[coupon_code] must not contain spaces")
    if payload.get("coupon_url"):
        url(payload, "coupon_url", ROOT)


def _feedback(payload: Payload, ground: Ground) -> None:  # noqa: ARG001 - one signature for all templates
    check_feedback(payload)


def _product(payload: Payload, ground: Ground) -> None:  # noqa: ARG001 - one signature for all templates
    for element in items(payload, "elements", 1, 10, ROOT):
        text(element, "id", 100, f"{ROOT}[elements]")


def _information(payload: Payload, ground: Ground) -> None:  # noqa: ARG001 - one signature for all templates
    check_information(payload)


def _opt_in(payload: Payload, ground: Ground) -> None:  # noqa: ARG001 - one signature for all templates
    optional_text(payload, "title", 65, ROOT)
    text(payload, "payload", 1000, ROOT)


_INSTAGRAM = {
    Surface.INSTAGRAM: frozenset({"generic", "button", "product"}),
    Surface.INSTAGRAM_LOGIN: frozenset({"generic", "button"}),
}
"""Whether Instagram Login has the product template is not documented: the stricter reading."""

_IGNORED = frozenset(
    {
        "sharable",
        "image_aspect_ratio",
        "webview_height_ratio",
        "messenger_extensions",
        "fallback_url",
        "webview_share_button",
    }
)
"""Options of templates and of URL buttons, of which Instagram reads no more than URL and title (outbound.md 3.5)."""

_FOREVER = float("inf")
_LIVES = {
    "image_grid": (days.IMAGE_GRIDS, _FOREVER),
    "notification_messages": (0.0, days.MARKETING_ENDED),
}
"""Templates that came or went, with the seconds since the epoch between which they work."""

_TEMPLATES: dict[str, Callable[[Payload, Ground], None]] = {
    "generic": _generic,
    "button": _button,
    "media": _media,
    "image_grid": _image_grid,
    "receipt": _receipt,
    "coupon": _coupon,
    "customer_feedback": _feedback,
    "product": _product,
    "customer_information": _information,
    "notification_messages": _opt_in,
}
