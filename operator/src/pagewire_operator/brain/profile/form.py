"""A profile in Meta's own form, and in one form to compare by (Meta, Messenger Profile API). Pure.

Meta fills in defaults, sorts as it likes and knows an older form of ice breakers: none of that is a difference.
"""

import hashlib
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct, structs

from pagewire.resources import InstagramProfile, Profile

__all__ = ["ORDER", "Wanted", "canonical", "digest", "wanted_of"]

Wanted = Mapping[str, Any]
"""Properties by Meta's names, in Meta's form; ``None`` for one that is to be cleared."""

ORDER: Final = (
    "persistent_menu",
    "ice_breakers",
    "commands",
    "greeting",
    "whitelisted_domains",
    "account_linking_url",
    "get_started",
)
"""The order to clear in: Meta does not take the Get Started button away from under a menu."""


def wanted_of(profile: Profile | InstagramProfile | None) -> Wanted:
    """What a spec says of the profile; a property that it leaves out is not in it."""
    if profile is None:
        return {}
    named = {field.name: getattr(profile, field.name) for field in structs.fields(profile)}
    return {name: _property(value) for name, value in named.items() if value is not None}


def canonical(name: str, value: Any) -> Any:
    """A property in the one form that equal ones share; an unset one is ``None``."""
    if value is None or value in ("", [], {}):
        return None
    try:
        return _FORMS.get(name, _plain)(value)
    except (AttributeError, KeyError, TypeError, ValueError):
        return _plain(value)  # a form Meta has never shown: different, and set anew


def digest(wanted: Wanted) -> str:
    """A short name for what is wanted, the same for what is the same to Meta."""
    form = {name: canonical(name, value) for name, value in wanted.items()}
    return hashlib.sha256(msgspec.json.encode(form, order="sorted")).hexdigest()[:16]


def _property(value: Any) -> Any:
    made = _wire(value)
    return made or None


def _wire(value: Any) -> Any:
    if isinstance(value, Struct):
        parts = {field.name: _wire(getattr(value, field.name)) for field in structs.fields(value)}
        return {name: part for name, part in parts.items() if part is not None and part is not False}
    if isinstance(value, list):
        return [_wire(one) for one in value]
    return value.value if isinstance(value, Enum) else value


def _plain(value: Any) -> Any:
    return msgspec.json.encode(value, order="sorted").decode()


def _greeting(value: Any) -> Any:
    return {one.get("locale", "default"): one["text"] for one in value}


def _menu(value: Any) -> Any:
    return {one.get("locale", "default"): _menu_of(one) for one in value}


def _menu_of(menu: Mapping[str, Any]) -> Any:
    items = [_item(item) for item in menu.get("call_to_actions") or ()]
    return [bool(menu.get("composer_input_disabled")), items]


def _item(item: Mapping[str, Any]) -> Any:
    height = item.get("webview_height_ratio", "full")
    return [item["type"], item["title"], item.get("payload"), item.get("url"), None if height == "full" else height]


def _ice_breakers(value: Any) -> Any:
    if any("question" in one for one in value):  # the flat form of old
        return {"default": [[one["question"], one["payload"]] for one in value]}
    return {
        one.get("locale", "default"): [[each["question"], each["payload"]] for each in one["call_to_actions"]]
        for one in value
    }


def _commands(value: Any) -> Any:
    return {
        one.get("locale", "default"): [[each["name"], each["description"]] for each in one["commands"]] for one in value
    }


def _domains(value: Any) -> Any:
    return sorted({_url(one) for one in value})


def _url(value: str) -> str:
    parts = urlsplit(value)
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}{f'?{parts.query}' if parts.query else ''}"


def _started(value: Any) -> Any:
    return {"payload": value["payload"]}


_FORMS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "get_started": _started,
    "greeting": _greeting,
    "persistent_menu": _menu,
    "ice_breakers": _ice_breakers,
    "commands": _commands,
    "whitelisted_domains": _domains,
    "account_linking_url": _url,
}
