"""Utility templates of a Page: make, list, delete, and Meta's library of them (outbound.md 2.4)."""

from __future__ import annotations

from typing import Any

import msgspec

from pagewire.simulator import errors
from pagewire.simulator.errors import Refused
from pagewire.simulator.graph import access, owners
from pagewire.simulator.graph.answer import Answer, ok
from pagewire.simulator.graph.call import Call
from pagewire.simulator.graph.conversations import iso
from pagewire.simulator.graph.edges import answer_list
from pagewire.simulator.graph.fields import Getter, Wanted, project
from pagewire.simulator.library import LIBRARY
from pagewire.simulator.meta import Meta
from pagewire.simulator.shape import need, text
from pagewire.simulator.utility import Component, Template, check_definition

SCOPES = frozenset({"pages_messaging", "page_utility_messaging"})
_FILTERS = ("name", "language", "category", "status")


async def make(meta: Meta, call: Call) -> Answer:
    """``POST /{page}/message_templates``; reviewed at once, as ``Options.template_review`` says."""
    page = owners.page_of(meta, call, SCOPES)
    params = _decoded(call)
    check_definition(params)
    name, language = str(params["name"]), str(params["language"])
    need(meta.state.template(page.id, name, language) is None, "A template with this name and language exists already")
    now = meta.clock.now_ms()
    made = Template(
        id=meta.ids.number("1045"),
        account_id=page.id,
        name=name,
        language=language,
        components=_components(params),
        parameter_format=str(params.get("parameter_format") or "POSITIONAL"),
        status=meta.options.template_review,
        rejected_reason="INVALID_FORMAT" if meta.options.template_review == "REJECTED" else None,
        created=now,
        updated=now,
        library_template_name=params.get("library_template_name"),
    )
    meta.state.templates[made.id] = made
    return ok({"id": made.id, "status": made.status, "category": made.category})


async def list_templates(meta: Meta, call: Call) -> Answer:
    """``GET /{page}/message_templates`` with its filters."""
    page = owners.page_of(meta, call, SCOPES)
    found = [t for t in meta.state.templates.values() if t.account_id == page.id and _matches(t, call)]
    return answer_list(call, found, _shape)


async def remove(meta: Meta, call: Call) -> Answer:
    """``DELETE /{page}/message_templates?name=``: every language of it."""
    page = owners.page_of(meta, call, SCOPES)
    name = text(call.params, "name", 512, "template")
    found = [t.id for t in meta.state.templates.values() if (t.account_id, t.name) == (page.id, name)]
    need(found, "No template with this name")
    for template_id in found:
        del meta.state.templates[template_id]
    return ok({"success": True})


async def library(meta: Meta, call: Call) -> Answer:
    """``GET /message_template_library``: ready-made templates."""
    caller = access.authenticate(meta, call)
    if not caller.scopes >= SCOPES:
        raise Refused(errors.NO_PERMISSION)
    found = [t for t in LIBRARY.values() if _matches(t, call)]
    return answer_list(call, found, _shape)


def _decoded(call: Call) -> dict[str, Any]:
    """The parameters, with ``components`` out of the JSON text of a form."""
    params = dict(call.params)
    for name in ("components", "library_template_button_inputs"):
        if isinstance(params.get(name), str):
            try:
                params[name] = msgspec.json.decode(params[name])
            except msgspec.DecodeError:
                raise Refused(errors.invalid(f"param {name} must be JSON.")) from None
    return params


def _components(params: dict[str, Any]) -> list[Component]:
    named = params.get("library_template_name")
    if not named:
        found: list[Component] = params["components"]
        return found
    need(named in LIBRARY, "No template with this name in the library")
    inputs = params.get("library_template_button_inputs") or []
    return [
        {**component, "buttons": _inputs(component["buttons"], inputs)} if component["type"] == "BUTTONS" else component
        for component in LIBRARY[str(named)].components
    ]


def _inputs(buttons: list[Component], inputs: list[Component]) -> list[Component]:
    need(len(inputs) == len(buttons), "Param library_template_button_inputs must have an entry for each button")
    return [{**button, **given, "text": button["text"]} for button, given in zip(buttons, inputs, strict=True)]


def _matches(template: Template, call: Call) -> bool:
    for name in _FILTERS:
        wanted = call.text(name)
        if wanted is not None and wanted.lower() != str(getattr(template, name)).lower():
            return False
    words = " ".join(str(component.get("text") or "") for component in template.components).lower()
    content, either = (call.text("content") or "").lower(), (call.text("name_or_content") or "").lower()
    return content in words and (either in words or either in template.name)


def _shape(template: Template, wanted: list[Wanted]) -> dict[str, Any]:
    getters: dict[str, Getter] = {
        "id": lambda _: template.id,
        "name": lambda _: template.name,
        "language": lambda _: template.language,
        "category": lambda _: template.category,
        "components": lambda _: template.components,
        "parameter_format": lambda _: template.parameter_format,
        "status": lambda _: template.status,
        "rejected_reason": lambda _: template.rejected_reason,
        "creation_time": lambda _: iso(template.created),
        "last_updated_time": lambda _: iso(template.updated),
        "library_template_name": lambda _: template.library_template_name,
    }
    return project(wanted, getters, "MessageTemplate", "id,name,language,status,category,components")
