"""Utility templates: how one is made, and filled in for a send (outbound.md 2.4). Pure."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from pagewire.simulator.shape import items, need, one_of, text

STATUSES = frozenset(
    {
        "APPROVED", "ARCHIVED", "DELETED", "DISABLED", "IN_APPEAL", "LIMIT_EXCEEDED", "PAUSED", "PENDING",
        "PENDING_DELETION", "REJECTED",
    }
)  # fmt: skip
_FORMATS = frozenset({"POSITIONAL", "NAMED"})
_SLOT = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_NAME = re.compile(r"[a-z0-9_]{1,512}\Z")
_PARTS = frozenset({"HEADER", "BODY", "BUTTONS", "FOOTER"})
_BUTTONS = frozenset({"POSTBACK", "URL", "PHONE_NUMBER"})

Component = dict[str, Any]


class Template(msgspec.Struct, kw_only=True):
    """A message template of a Page. ``created`` and ``updated`` are milliseconds since the epoch."""

    id: str
    account_id: str
    name: str
    language: str
    category: str = "UTILITY"
    components: list[Component] = []
    parameter_format: str = "POSITIONAL"
    status: str = "APPROVED"
    rejected_reason: str | None = None
    created: int = 0
    updated: int = 0
    library_template_name: str | None = None


class Filled(msgspec.Struct, kw_only=True):
    """A template with its parameters in place: what the person reads."""

    header: str | None = None
    image: str | None = None
    body: str = ""
    buttons: list[dict[str, Any]] = []


def check_definition(params: dict[str, Any]) -> None:
    """Check the body of ``POST /{page}/message_templates``.

    Raises:
        Refused: 100.
    """
    need(_NAME.match(str(params.get("name") or "")), "Param name must be lower case letters, digits and underscores")
    text(params, "language", 20, "template")
    one_of(params.get("category"), frozenset({"UTILITY"}), "category")
    one_of(params.get("parameter_format") or "POSITIONAL", _FORMATS, "parameter_format")
    if params.get("library_template_name"):
        return
    kinds = [_component(component) for component in items(params, "components", 1, 4, "template")]
    need(kinds.count("BODY") == 1, "Param components must hold exactly one BODY")
    need(len(set(kinds)) == len(kinds), "Param components must not hold a type twice")


def _component(component: Component) -> str:
    kind = one_of(str(component.get("type") or "").upper(), _PARTS, "components[type]")
    if kind == "HEADER":
        one_of(component.get("format"), frozenset({"TEXT", "IMAGE"}), "components[format]")
    if kind == "BUTTONS":
        for button in items(component, "buttons", 1, 3, "components"):
            one_of(str(button.get("type") or "").upper(), _BUTTONS, "components[buttons][type]")
            text(button, "text", 20, "components[buttons]")
    elif component.get("format") != "IMAGE":
        shown = text(component, "text", 1024, "components")
        need(not _SLOT.search(shown) or component.get("example"), f"components: a {kind} with parameters needs example")
    return kind


def fill(template: Template, given: list[Component]) -> Filled:
    """Put the parameters of a send in place.

    Raises:
        Refused: 100, a parameter is missing, or there is one too many.
    """
    filled = Filled()
    by_kind = {str(component.get("type") or "").lower(): component for component in given}
    for component in template.components:
        kind = str(component["type"]).lower()
        parameters = by_kind.get(kind, {}).get("parameters") or []
        good = isinstance(parameters, list) and all(isinstance(parameter, dict) for parameter in parameters)
        need(good, f"param message[template][components][{kind}] must hold a list of parameters.")
        if kind == "buttons":
            filled.buttons = _buttons(component, parameters)
        elif component.get("format") == "IMAGE":
            filled.image = _image(parameters)
        else:
            shown = _put(str(component["text"]), parameters, named=template.parameter_format == "NAMED", where=kind)
            _set(filled, kind, shown)
    return filled


def _set(filled: Filled, kind: str, shown: str) -> None:
    if kind == "header":
        filled.header = shown
    else:
        filled.body = shown if kind == "body" else f"{filled.body}\n{shown}"


def _put(shown: str, parameters: list[Component], *, named: bool, where: str) -> str:
    slots = dict.fromkeys(_SLOT.findall(shown))
    values = {
        str(p.get("parameter_name")) if named else str(at): str(p.get("text")) for at, p in enumerate(parameters, 1)
    }
    need(
        set(slots) == set(values), f"Param message[template]: {where} needs the parameters {', '.join(slots) or 'none'}"
    )
    return _SLOT.sub(lambda slot: values[slot.group(1)], shown)


def _image(parameters: list[Component]) -> str | None:
    image = parameters[0].get("image") if parameters else None
    return str(image.get("link") or image.get("url") or "") if isinstance(image, dict) else None


def _buttons(component: Component, parameters: list[Component]) -> list[dict[str, Any]]:
    made = []
    for at, button in enumerate(component["buttons"]):
        parameter = parameters[at] if at < len(parameters) else {}
        kind = str(button["type"]).upper()
        suffix = str(parameter.get("payload") or parameter.get("url") or "")
        if kind == "URL":
            made.append({"type": "web_url", "title": button["text"], "url": _suffixed(str(button.get("url")), suffix)})
        elif kind == "POSTBACK":
            payload = _suffixed(str(button.get("payload")), suffix)
            made.append({"type": "postback", "title": button["text"], "payload": payload})
        else:
            made.append({"type": "phone_number", "title": button["text"], "payload": str(button.get("phone_number"))})
    return made


def _suffixed(pattern: str, suffix: str) -> str:
    need(suffix or not _SLOT.search(pattern), "Param message[template]: buttons needs a parameter")
    return _SLOT.sub(suffix, pattern)
