"""Personas: whom a Page's messages seem to come from (outbound.md 4.2)."""

from __future__ import annotations

from typing import Any

from pagewire.simulator.errors import Refused, no_object
from pagewire.simulator.graph import owners
from pagewire.simulator.graph.answer import Answer, ok
from pagewire.simulator.graph.call import Call
from pagewire.simulator.graph.edges import answer_list
from pagewire.simulator.graph.fields import Getter, Wanted, project, read_fields
from pagewire.simulator.media import fetch_image
from pagewire.simulator.meta import Meta
from pagewire.simulator.shape import text, url
from pagewire.simulator.stored import Persona

_SHOWN = "id,name,profile_picture_url"


async def make(meta: Meta, call: Call) -> Answer:
    """``POST /{page}/personas``; the picture is copied now."""
    page = owners.page_of(meta, call)
    name = text(call.params, "name", 50, "persona")
    picture = url(call.params, "profile_picture_url", "persona")
    fetch_image(picture, meta.web)
    made = Persona(id=meta.ids.number("2222"), account_id=page.id, name=name, picture=picture)
    meta.state.personas[made.id] = made
    return ok({"id": made.id})


async def list_personas(meta: Meta, call: Call) -> Answer:
    """``GET /{page}/personas``, those that were given with the world included."""
    page = owners.page_of(meta, call)
    found = [persona_of(meta, persona) for persona in sorted(meta.state.personas_of(page))]
    return answer_list(call, [persona for persona in found if persona is not None], _shape)


async def read(meta: Meta, call: Call) -> Answer:
    """``GET /{persona}``."""
    persona = _own(meta, call)
    return ok(_shape(persona, read_fields(call.text("fields"))))


async def remove(meta: Meta, call: Call) -> Answer:
    """``DELETE /{persona}``: nobody can speak as them any more."""
    persona = _own(meta, call)
    meta.state.personas.pop(persona.id, None)
    meta.state.accounts[persona.account_id].personas.discard(persona.id)
    return ok({"success": True})


def persona_of(meta: Meta, persona_id: str) -> Persona | None:
    """A persona that the API made, or one the world only names by its id."""
    made = meta.state.personas.get(persona_id)
    if made is not None:
        return made
    owner = next((a for a in meta.state.accounts.values() if persona_id in a.personas), None)
    if owner is None:
        return None
    picture = f"https://scontent.example.net/persona/{persona_id}.png"
    return Persona(id=persona_id, account_id=owner.id, name=f"Persona {persona_id[-4:]}", picture=picture)


def _own(meta: Meta, call: Call) -> Persona:
    persona = persona_of(meta, call.segments[0])
    owners.own(meta, call, persona.account_id if persona is not None else None)
    if persona is None:
        raise Refused(no_object(call.method, call.segments[0]))
    return persona


def _shape(persona: Persona, wanted: list[Wanted]) -> dict[str, Any]:
    getters: dict[str, Getter] = {
        "id": lambda _: persona.id,
        "name": lambda _: persona.name,
        "profile_picture_url": lambda _: persona.picture,
    }
    return project(wanted, getters, "Persona", _SHOWN)
