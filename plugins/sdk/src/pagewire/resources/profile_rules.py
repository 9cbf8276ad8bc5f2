"""What a Messenger profile may not be (Meta, Messenger Profile API)."""

from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from .problem import Problem
from .profile import (
    Commands,
    Greeting,
    IceBreakers,
    InstagramProfile,
    MenuItem,
    MenuItemType,
    PersistentMenu,
    Profile,
)

_LOCAL_NAMES: Final = ("localhost", ".localhost", ".local", ".internal")


def profile_problems(profile: Profile) -> Iterator[Problem]:
    """Problems of a Page's profile; paths begin with ``profile``."""
    if profile.persistent_menu and (profile.get_started is None or profile.get_started.payload is None):
        yield Problem("profile.getStarted", "a persistent menu needs a Get Started button (Meta, code 100/2018145)")
    yield from _locales("greeting", profile.greeting)
    yield from _menu(profile.persistent_menu)
    yield from _locales("iceBreakers", profile.ice_breakers)
    yield from _locales("commands", profile.commands)
    yield from _domains(profile.whitelisted_domains or [])


def instagram_profile_problems(profile: InstagramProfile) -> Iterator[Problem]:
    """Problems of an Instagram account's profile; paths begin with ``profile``."""
    yield from _menu(profile.persistent_menu)
    yield from _locales("iceBreakers", profile.ice_breakers)
    for index, menu in enumerate(profile.persistent_menu or []):
        path = f"profile.persistentMenu[{index}]"
        if menu.composer_input_disabled:
            yield Problem(f"{path}.composerInputDisabled", "Instagram has no such setting; remove it")
        for number, item in enumerate(menu.call_to_actions):
            if item.webview_height_ratio is not None:
                place = f"{path}.callToActions[{number}].webviewHeightRatio"
                yield Problem(place, "Instagram has no such setting; remove it")


def _locales(
    name: str, entries: Sequence[Greeting | PersistentMenu | IceBreakers | Commands] | None
) -> Iterator[Problem]:
    if not entries:
        return
    locales = [entry.locale for entry in entries]
    if "default" not in locales:
        yield Problem(f"profile.{name}", "one entry must have locale: default, for everybody else")
    for index, locale in enumerate(locales):
        if locale in locales[:index]:
            yield Problem(f"profile.{name}[{index}].locale", f"{locale} is listed twice")


def _menu(menus: list[PersistentMenu] | None) -> Iterator[Problem]:
    yield from _locales("persistentMenu", menus)
    for index, menu in enumerate(menus or []):
        for number, item in enumerate(menu.call_to_actions):
            yield from _item(f"profile.persistentMenu[{index}].callToActions[{number}]", item)


def _item(path: str, item: MenuItem) -> Iterator[Problem]:
    wanted, refused = ("payload", "url") if item.type is MenuItemType.POSTBACK else ("url", "payload")
    if getattr(item, wanted) is None:
        yield Problem(f"{path}.{wanted}", f"a menu item of type {item.type} needs it")
    if getattr(item, refused) is not None:
        yield Problem(f"{path}.{refused}", f"a menu item of type {item.type} has none; remove it")


def _domains(domains: list[str]) -> Iterator[Problem]:
    for index, domain in enumerate(domains):
        if domain in domains[:index]:
            yield Problem(f"profile.whitelistedDomains[{index}]", "listed twice")
        if mistake := _domain_mistake(domain):
            yield Problem(f"profile.whitelistedDomains[{index}]", mistake)


def _domain_mistake(domain: str) -> str | None:
    try:
        host = urlsplit(domain).hostname or ""
    except ValueError:
        return "this is not a URL"
    if _is_address(host):
        return "Meta takes names, not IP addresses"
    if "." not in host or host.endswith(_LOCAL_NAMES):
        return "Meta must be able to reach it: write a fully qualified name"
    return None


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
