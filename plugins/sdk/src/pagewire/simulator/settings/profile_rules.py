"""What each property of a Messenger profile may hold (graph.md 7). Pure.

Limits that Meta does not document are left out, except that nothing may be empty.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from pagewire.simulator.settings.profile_menu import check_menu_item
from pagewire.simulator.shape import items, need, text

Rule = Callable[[Any, bool], None]
"""Takes the value and whether it is an Instagram account's; refuses with 100."""

_LOCALE = re.compile(r"(default|[a-z]{2,3}_[A-Z]{2})\Z")
MAX_MENU_ITEMS = 20
MAX_QUESTIONS = 4
MAX_DOMAINS = 50
MAX_PAYLOAD = 1000
_PLENTY = 10_000


def _objects(value: Any, name: str) -> list[dict[str, Any]]:
    """A list of objects that is not empty."""
    need(isinstance(value, list), f"param {name} must be an array.")
    need(value, f"param {name} must be non-empty.")
    for index, entry in enumerate(value):
        need(isinstance(entry, dict), f"param {name}[{index}] must be an object.")
    return list(value)


def _only(entry: dict[str, Any], keys: Iterable[str], path: str) -> None:
    strange = ", ".join(key for key in entry if key not in keys)
    need(not strange, f'Invalid keys "{strange}" were found in param "{path}".')


def _locales(entries: list[dict[str, Any]], name: str) -> None:
    """Every entry has a locale of its own, and one of them is ``default``."""
    seen: set[str] = set()
    for index, entry in enumerate(entries):
        locale = text(entry, "locale", _PLENTY, f"{name}[{index}]")
        need(_LOCALE.match(locale), f"Param {name}[{index}][locale] must be default or a supported locale")
        need(locale not in seen, f"Param {name} has more than one entry for locale {locale}")
        seen.add(locale)
    need("default" in seen, f"Param {name} must have an entry for the default locale")


def _get_started(value: Any, _: bool) -> None:
    need(isinstance(value, dict), "param get_started must be an object.")
    _only(value, ("payload",), "get_started")
    text(value, "payload", MAX_PAYLOAD, "get_started")


def _greeting(value: Any, _: bool) -> None:
    entries = _objects(value, "greeting")
    _locales(entries, "greeting")
    for index, entry in enumerate(entries):
        path = f"greeting[{index}]"
        _only(entry, ("locale", "text"), path)
        text(entry, "text", 160, path)


def check_menu(value: Any) -> None:
    """Check a persistent menu that is for one person of a Page.

    Raises:
        Refused: 100.
    """
    _menu(value, False)


def _menu(value: Any, instagram: bool) -> None:
    entries = _objects(value, "persistent_menu")
    keys = {"locale", "call_to_actions"} | (set() if instagram else {"composer_input_disabled", "disabled_surfaces"})
    for index, entry in enumerate(entries):
        path = f"persistent_menu[{index}]"
        _only(entry, keys, path)
        disabled = entry.get("composer_input_disabled", False)
        need(isinstance(disabled, bool), f"param {path}[composer_input_disabled] must be a boolean.")
        for number, item in enumerate(items(entry, "call_to_actions", 1, MAX_MENU_ITEMS, path)):
            check_menu_item(item, f"{path}[call_to_actions][{number}]", instagram=instagram)
    _locales(entries, "persistent_menu")


def _ice_breakers(value: Any, _: bool) -> None:
    """Localized, or the legacy flat list; never both in one call."""
    entries = _objects(value, "ice_breakers")
    localized = [entry for entry in entries if "call_to_actions" in entry]
    need(len(localized) in (0, len(entries)), "Param ice_breakers cannot mix the localized and the flat format")
    if not localized:
        _questions(entries, "ice_breakers")
        return
    for index, entry in enumerate(entries):
        path = f"ice_breakers[{index}]"
        _only(entry, ("locale", "call_to_actions"), path)
        _questions(items(entry, "call_to_actions", 1, _PLENTY, path), f"{path}[call_to_actions]")
    _locales(entries, "ice_breakers")


def _questions(questions: list[dict[str, Any]], path: str) -> None:
    need(len(questions) <= MAX_QUESTIONS, f"param {path} must have at most {MAX_QUESTIONS} elements.")
    for index, question in enumerate(questions):
        _only(question, ("question", "payload"), f"{path}[{index}]")
        text(question, "question", _PLENTY, f"{path}[{index}]")
        text(question, "payload", MAX_PAYLOAD, f"{path}[{index}]")


def _domains(value: Any, _: bool) -> None:
    need(isinstance(value, list) and value, "param whitelisted_domains must be a non-empty array.")
    need(len(value) <= MAX_DOMAINS, f"param whitelisted_domains must have at most {MAX_DOMAINS} elements.")
    for index, domain in enumerate(value):
        path = f"whitelisted_domains[{index}]"
        need(_https(domain), f"param {path} should represent a valid HTTPS URL")
        need(_qualified(urlsplit(domain).hostname or ""), f"param {path} must be a fully qualified domain name")


def _linking_url(value: Any, _: bool) -> None:
    need(_https(value), "param account_linking_url should represent a valid HTTPS URL")


def _https(url: object) -> bool:
    try:
        return isinstance(url, str) and urlsplit(url).scheme == "https" and bool(urlsplit(url).hostname)
    except ValueError:
        return False


def _qualified(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return "." in host and not host.endswith(".localhost")
    return False


def _commands(value: Any, _: bool) -> None:
    entries = _objects(value, "commands")
    for index, entry in enumerate(entries):
        path = f"commands[{index}]"
        _only(entry, ("locale", "commands"), path)
        for number, command in enumerate(items(entry, "commands", 1, _PLENTY, path)):
            place = f"{path}[commands][{number}]"
            _only(command, ("name", "description"), place)
            text(command, "name", _PLENTY, place)
            text(command, "description", _PLENTY, place)
    _locales(entries, "commands")


RULES: dict[str, Rule] = {
    "get_started": _get_started,
    "greeting": _greeting,
    "persistent_menu": _menu,
    "ice_breakers": _ice_breakers,
    "whitelisted_domains": _domains,
    "account_linking_url": _linking_url,
    "commands": _commands,
}
"""Property to its rule, in the order of Meta's documentation."""
