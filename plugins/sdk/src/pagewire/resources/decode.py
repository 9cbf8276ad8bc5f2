"""A parsed manifest becomes a resource, or the list of what is wrong with it."""

from collections.abc import Mapping
from copy import deepcopy
from difflib import get_close_matches
from typing import Any, Final

import msgspec

from .accounts import InstagramAccount, MessengerPage
from .app import MessengerApp
from .base import Resource
from .common import API_VERSION, GROUP
from .explain import Mistake, explain
from .problem import InvalidResourceError, Problem
from .subscription import WebhookSubscription
from .token import AccessToken

KINDS: Final[Mapping[str, type[Resource]]] = {
    "MessengerApp": MessengerApp,
    "AccessToken": AccessToken,
    "WebhookSubscription": WebhookSubscription,
    "MessengerPage": MessengerPage,
    "InstagramAccount": InstagramAccount,
}
"""The kinds of group pagewire.dev."""


def decode(document: Mapping[str, Any]) -> Resource:
    """Read a parsed YAML or JSON document, field by field.

    Rules between fields are not asked; `problems` does that.

    Args:
        document: What a YAML or JSON parser gives.

    Raises:
        InvalidResourceError: With every unknown field, and the first field of a wrong shape.
    """
    kind = _kind(document)
    try:
        return msgspec.convert(document, kind)
    except msgspec.ValidationError as error:
        raise InvalidResourceError(_every(document, kind, error)) from None


def _kind(document: Mapping[str, Any]) -> type[Resource]:
    version = document.get("apiVersion")
    if version != API_VERSION:
        said = "is missing" if version is None else f"is not a version of {GROUP} this release knows"
        raise InvalidResourceError((Problem("apiVersion", f"{said}; write {API_VERSION}"),))
    name = document.get("kind")
    if not isinstance(name, str) or name not in KINDS:
        near = get_close_matches(str(name), KINDS, n=1)
        hint = f"did you mean {near[0]}?" if near else f"the kinds are {', '.join(KINDS)}"
        raise InvalidResourceError((Problem("kind", f"{GROUP} has no such kind; {hint}"),))
    return KINDS[name]


def _every(document: Mapping[str, Any], kind: type[Resource], error: msgspec.ValidationError) -> tuple[Problem, ...]:
    """Go on past unknown fields, each taken for the one that was meant, so that all of them are told at once."""
    rest: Any = deepcopy(dict(document))
    found: list[Problem] = []
    while True:
        mistake = explain(error, kind)
        found.append(mistake.problem)
        if not mistake.unknown:
            break
        _mend(rest, mistake)
        try:
            msgspec.convert(rest, kind)
        except msgspec.ValidationError as following:
            error = following
        else:
            break
    return tuple(found)


def _mend(document: Any, mistake: Mistake) -> None:
    *path, name = mistake.keys
    for key in path:
        document = document[key]
    value = document.pop(name)
    if mistake.meant is not None:
        document.setdefault(mistake.meant, value)
