"""Custom labels of a Page, and who carries them (outbound.md 4.7)."""

from __future__ import annotations

from typing import Any

from pagewire.simulator import errors
from pagewire.simulator.errors import Refused, invalid
from pagewire.simulator.graph import owners
from pagewire.simulator.graph.answer import Answer, ok
from pagewire.simulator.graph.call import Call
from pagewire.simulator.graph.edges import answer_list
from pagewire.simulator.graph.fields import Getter, Wanted, project, read_fields
from pagewire.simulator.meta import Meta
from pagewire.simulator.shape import need, text
from pagewire.simulator.stored import Label
from pagewire.simulator.world import Account

_SCOPES = frozenset({"pages_messaging", "pages_manage_metadata"})


async def make(meta: Meta, call: Call) -> Answer:
    """``POST /{page}/custom_labels``; a name exists once."""
    page = owners.page_of(meta, call, _SCOPES)
    _terms(page)
    key = "page_label_name" if call.text("page_label_name") else "name"  # the name of old clients
    name = text(call.params, key, 80, "custom_label")
    taken = any((label.account_id, label.name) == (page.id, name) for label in meta.state.labels.values())
    need(not taken, "A label with this name exists already")
    made = Label(id=meta.ids.number("1001"), account_id=page.id, name=name)
    meta.state.labels[made.id] = made
    return ok({"id": made.id})


async def list_labels(meta: Meta, call: Call) -> Answer:
    """``GET /{page}/custom_labels``, and ``GET /{psid}/custom_labels`` for those of one person."""
    person = meta.state.by_scoped.get(call.segments[0])
    page = owners.page_of(meta, call, _SCOPES) if person is None else owners.own(meta, call, person[0].id, _SCOPES)
    _terms(page)
    found = [
        label
        for label in meta.state.labels.values()
        if label.account_id == page.id and (person is None or call.segments[0] in label.people)
    ]
    return answer_list(call, found, _shape)


async def read(meta: Meta, call: Call) -> Answer:
    """``GET /{label}``."""
    return ok(_shape(_own(meta, call), read_fields(call.text("fields"))))


async def remove(meta: Meta, call: Call) -> Answer:
    """``DELETE /{label}``."""
    del meta.state.labels[_own(meta, call).id]
    return ok({"success": True})


async def put_on(meta: Meta, call: Call) -> Answer:
    """``POST /{label}/label``: a person carries it from now on."""
    label = _own(meta, call)
    label.people.add(_person(meta, call, label))
    return ok({"success": True})


async def take_off(meta: Meta, call: Call) -> Answer:
    """``DELETE /{label}/label``."""
    label = _own(meta, call)
    label.people.discard(_person(meta, call, label))
    return ok({"success": True})


def _person(meta: Meta, call: Call, label: Label) -> str:
    user = call.text("user")
    if user is None:
        raise Refused(invalid("The parameter user is required"))
    known = meta.state.conversation(label.account_id, user)
    if known is None:
        raise Refused(errors.NO_SUCH_PERSON)
    return user


def _own(meta: Meta, call: Call) -> Label:
    label = meta.state.labels.get(call.segments[0])
    page = owners.own(meta, call, label.account_id if label is not None else None, _SCOPES)
    if label is None:
        raise Refused(errors.no_object(call.method, call.segments[0]))
    _terms(page)
    return label


def _terms(page: Account) -> None:
    if not page.contact_terms:
        raise Refused(errors.CONTACT_TERMS)


def _shape(label: Label, wanted: list[Wanted]) -> dict[str, Any]:
    getters: dict[str, Getter] = {
        "id": lambda _: label.id,
        "page_label_name": lambda _: label.name,
        "name": lambda _: label.name,
    }
    return project(wanted, getters, "UnifiedThreadLabel", "id")
