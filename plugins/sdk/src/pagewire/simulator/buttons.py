"""The buttons of templates, checked as Meta documents them (outbound.md 3.5). Pure."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from pagewire.simulator.ground import Ground
from pagewire.simulator.shape import items, need, one_of, text, url

Payload = dict[str, Any]

_MESSENGER = frozenset(
    {"web_url", "postback", "phone_number", "account_link", "account_unlink", "game_play", "audio_call"}
)
PLAIN = frozenset({"web_url", "postback"})
"""All that Instagram, and Messenger's image grid, take."""
_PHONE = re.compile(r"\+\d{5,15}\Z")
_HEIGHTS = frozenset({"compact", "tall", "full"})


def check_buttons(holder: Payload, low: int, high: int, path: str, ground: Ground) -> None:
    """Check a list of ``low`` to ``high`` buttons; an absent one is fine when ``low`` is 0.

    Raises:
        Refused: 100.
    """
    if low == 0 and holder.get("buttons") is None:
        return
    for button in items(holder, "buttons", max(low, 1), high, path):
        _button(button, f"{path}[buttons]", ground)


def _button(button: Payload, path: str, ground: Ground) -> None:
    allowed = PLAIN if ground.instagram else _MESSENGER
    kind = one_of(button.get("type"), allowed, f"{path}[type]")
    if kind not in ("account_link", "account_unlink"):
        text(button, "title", 20, path)
    if kind in ("web_url", "account_link"):
        check_link(button, path, ground)
    if kind in ("postback", "game_play"):
        text(button, "payload", 1000, path)
    if kind == "phone_number":
        number = str(button.get("payload") or "")
        need(_PHONE.match(number), f"{path}[payload] must be a phone number like +15555550100")


def check_link(button: Payload, path: str, ground: Ground) -> None:
    """Check the URL of a button and how it opens.

    Raises:
        Refused: 100.
    """
    address = url(button, "url", path)
    if button.get("type") == "account_link":
        need(address.startswith("https://"), f"{path}[url] must use https")
        return
    if button.get("webview_height_ratio") is not None and not ground.instagram:
        one_of(button["webview_height_ratio"], _HEIGHTS, f"{path}[webview_height_ratio]")
    if button.get("messenger_extensions"):
        good = urlsplit(address).hostname in ground.domains
        need(good, f"{path}[url]: messenger_extensions needs a domain that is whitelisted")
