"""What buttons claim."""

import re
from collections.abc import Callable
from typing import Any

from msgspec import Struct

from pagewire.capabilities import Feature
from pagewire.replies._buttons import (
    Action,
    Button,
    GameButton,
    LoginButton,
    LogoutButton,
    PhoneButton,
    PostbackAction,
    PostbackButton,
    UrlAction,
    UrlButton,
)
from pagewire.replies._claims import Claims, Holds, Uses, each, fetched, given, linked, one_of

_PHONE = re.compile(r"\+[0-9]{5,15}", re.ASCII)


def buttons(feature: Feature, where: str, listed: tuple[Button, ...]) -> Claims:
    """The buttons of a template or an element."""
    yield Holds(feature, "buttons", where, listed)
    for name, button in each(where, listed):
        yield from _BUTTONS[type(button)](name, button)


def action(where: str, tapped: Action | None) -> Claims:
    """What a tap on something else than a button does."""
    if isinstance(tapped, PostbackAction):
        yield Holds(Feature.POSTBACK_BUTTON, "payload", f"{where}.payload", tapped.payload)
    elif tapped is not None:
        yield from _page(where, tapped)


def _url(where: str, button: UrlButton) -> Claims:
    yield Uses(Feature.URL_BUTTON, where)
    yield Holds(Feature.URL_BUTTON, "title", f"{where}.title", button.title)
    yield from _page(where, button)


def _page(where: str, page: UrlButton | UrlAction) -> Claims:
    yield from linked(f"{where}.url", page.url)
    yield from linked(f"{where}.fallback_url", page.fallback_url)
    for name in ("webview_height_ratio", "messenger_extensions", "fallback_url", "webview_share_button"):
        yield from given(Feature.WEBVIEW, f"{where}.{name}", getattr(page, name))
    if page.messenger_extensions:
        yield from fetched(f"{where}.url", page.url)


def _postback(where: str, button: PostbackButton) -> Claims:
    yield Uses(Feature.POSTBACK_BUTTON, where)
    yield Holds(Feature.POSTBACK_BUTTON, "title", f"{where}.title", button.title)
    yield Holds(Feature.POSTBACK_BUTTON, "payload", f"{where}.payload", button.payload)


def _phone(where: str, button: PhoneButton) -> Claims:
    yield Uses(Feature.PHONE_BUTTON, where)
    yield Holds(Feature.PHONE_BUTTON, "title", f"{where}.title", button.title)
    if not _PHONE.fullmatch(button.payload):
        yield f"{where}.payload must be a phone number like +15555550100"


def _login(where: str, button: LoginButton) -> Claims:
    yield Uses(Feature.LOGIN_BUTTON, where)
    yield from fetched(f"{where}.url", button.url)


def _logout(where: str, _: LogoutButton) -> Claims:
    yield Uses(Feature.LOGOUT_BUTTON, where)


def _game(where: str, button: GameButton) -> Claims:
    yield Uses(Feature.GAME_BUTTON, where)
    yield Holds(Feature.GAME_BUTTON, "title", f"{where}.title", button.title)
    yield Holds(Feature.GAME_BUTTON, "payload", f"{where}.payload", button.payload)
    whom = button.game_metadata
    if whom is not None:
        yield from one_of(f"{where}.game_metadata", player_id=whom.player_id, context_id=whom.context_id)


_BUTTONS: dict[type[Struct], Callable[[str, Any], Claims]] = {
    UrlButton: _url,
    PostbackButton: _postback,
    PhoneButton: _phone,
    LoginButton: _login,
    LogoutButton: _logout,
    GameButton: _game,
}
