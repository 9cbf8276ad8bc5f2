"""A Messenger profile as calls read and change it (graph.md 7). Pure.

A POST changes only the properties it names and replaces each of them whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from pagewire.simulator.errors import Refusal, Refused, invalid, no_field
from pagewire.simulator.settings.profile_rules import RULES
from pagewire.simulator.settings.values import Params, listed, parsed
from pagewire.simulator.shape import need, one_of

Profile = dict[str, Any]
Shape = Literal["documented", "each"]

PROPERTIES = tuple(RULES)
INSTAGRAM_PROPERTIES = ("ice_breakers", "persistent_menu")
GONE = ("home_url", "target_audience", "payment_settings")
"""Properties that Meta took away."""

_READ_ONLY = ("subject_to_new_eu_privacy_rules",)
_DELETABLE = frozenset({*PROPERTIES, *_READ_ONLY, "home_url", "description", "title", "platform"})
"""Meta's own enumeration for DELETE, and ``greeting``; its members may be written in capitals."""

MENU_WITHOUT_BUTTON = Refusal(
    100, 2018145, "(#100) You must set a Get Started button if you also wish to use persistent menu."
)


def changed(profile: Profile, params: Params, *, instagram: bool) -> Profile:
    """The profile after a POST.

    Raises:
        Refused: 100 for a property that breaks a rule, 100/2018145 for a menu without a Get Started button.
    """
    allowed = INSTAGRAM_PROPERTIES if instagram else PROPERTIES
    for name in GONE:
        need(name not in params, f"The property {name} has been deprecated for all operations")
    for name in PROPERTIES:
        need(name in allowed or name not in params, f"The property {name} is not supported for this platform")
    given = {name: _given(params, name) for name in allowed if name in params}
    need(given, f"Requires one of the params: {','.join(allowed)}")
    for name, value in given.items():
        RULES[name](value, instagram)
    return _in_order(profile | given, instagram=instagram)


def _given(params: Params, name: str) -> Any:
    found = parsed(params[name])
    plain = name == "whitelisted_domains" and isinstance(found, str)
    return listed(params, name) if plain else found


def removed(profile: Profile, params: Params, *, instagram: bool) -> Profile:
    """The profile after a DELETE; what was not set is no error.

    Raises:
        Refused: 100 for a bad list, 100/2018145 for a Get Started button whose menu stays.
    """
    names = [name.lower() for name in listed(params, "fields") or ()]
    need(names, "The parameter fields is required")
    for index, name in enumerate(names):
        one_of(name, _DELETABLE, f"fields[{index}]")
    left = {name: value for name, value in profile.items() if name not in names}
    return _in_order(left, instagram=instagram)


def _in_order(profile: Profile, *, instagram: bool) -> Profile:
    if not instagram and "persistent_menu" in profile and "get_started" not in profile:
        raise Refused(MENU_WITHOUT_BUTTON)
    return profile


def shown(profile: Profile, params: Params, *, instagram: bool, shape: Shape, defaults: bool) -> list[Profile]:
    """The ``data`` of a GET.

    Args:
        profile: what is set.
        params: ``fields`` picks properties; without it all are shown.
        instagram: whether it is the profile of an Instagram account.
        shape: see ``SettingsOptions.profile_shape``.
        defaults: see ``SettingsOptions.profile_defaults``.

    Raises:
        Refused: 100 for a property that does not exist.
    """
    known = INSTAGRAM_PROPERTIES if instagram else (*PROPERTIES, *_READ_ONLY)
    names = listed(params, "fields") or known
    for name in names:
        if name in GONE:
            raise Refused(invalid(f"The property {name} has been deprecated for all operations"))
        if name not in known:
            raise Refused(no_field(name, "MessengerProfile"))
    found = {name: profile[name] for name in names if name in profile}
    if defaults:
        found = {name: _filled_in(name, value, instagram=instagram) for name, value in found.items()}
    if instagram and shape == "documented" and tuple(names) == ("ice_breakers",):
        return list(found.get("ice_breakers", ()))
    if shape == "each":
        return [{name: value} for name, value in found.items()]
    return [found] if found else []


def _filled_in(name: str, value: Any, *, instagram: bool) -> Any:
    if name == "whitelisted_domains":
        return [domain if domain.count("/") > 2 else f"{domain}/" for domain in value]
    if name != "persistent_menu" or instagram:
        return value
    return [
        {"composer_input_disabled": False, **menu, "call_to_actions": list(_heights(menu["call_to_actions"]))}
        for menu in value
    ]


def _heights(items: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    for item in items:
        yield {**item, "webview_height_ratio": item.get("webview_height_ratio", "full")} if "url" in item else item
