"""ID matching: the same person's ids on other Pages and for other apps of one business (graph.md 6).

The guide is gone from Meta's documentation and the edges still answer; nobody should build on them.
"""

from __future__ import annotations

from typing import Any

from pagewire.simulator import errors
from pagewire.simulator.errors import Refused
from pagewire.simulator.graph import access
from pagewire.simulator.graph.answer import Answer
from pagewire.simulator.graph.call import Call
from pagewire.simulator.graph.edges import answer_list
from pagewire.simulator.identity.model import Business
from pagewire.simulator.meta import Meta
from pagewire.simulator.world import Person


async def pages(meta: Meta, call: Call) -> Answer:
    """``GET /{psid-or-asid}/ids_for_pages[?page=]``."""
    person, business = _matched(meta, call)
    wanted = call.text("page")
    found = [
        {"id": scoped, "page": _page(meta, page)}
        for page, scoped in person.scoped.items()
        if page in business.owned_pages | business.client_pages and wanted in (None, page)
    ]
    return answer_list(call, found, lambda entry, _: entry)


async def apps(meta: Meta, call: Call) -> Answer:
    """``GET /{psid-or-asid}/ids_for_apps[?app=]``: every app the person logged in to."""
    person, business = _matched(meta, call)
    wanted = call.text("app")
    found = [
        {"id": person.user, "app": _app(meta, app)}
        for user, app in meta.state.identity.grants
        if user == person.user and app in business.apps and wanted in (None, app)
    ]
    return answer_list(call, found, lambda entry, _: entry)


def _matched(meta: Meta, call: Call) -> tuple[Person, Business]:
    """The person in the path and the business of the caller; a proof is always wanted."""
    caller = access.authenticate(meta, call)
    access.proven(call)
    name = call.segments[0]
    known = meta.state.by_scoped.get(name)
    business: Business | None = None
    if known is None:
        person = next((p for p in meta.state.people.values() if p.user == name), None)
        businesses = meta.state.identity.businesses.values()
        business = next((b for b in businesses if caller.token is None and caller.app.id in b.apps), None)
    else:
        person = known[1]
        if caller.account is not None and caller.account.id == known[0].id:
            business = meta.state.identity.owner_of_page(known[0].id)
    if person is None or business is None:
        raise Refused(errors.no_object(call.method, name))
    return person, business


def _page(meta: Meta, page_id: str) -> dict[str, Any]:
    page = meta.state.accounts[page_id]
    return {"id": page.id, "name": page.name, "category": page.category, "link": f"https://www.facebook.com/{page.id}"}


def _app(meta: Meta, app_id: str) -> dict[str, Any]:
    app = meta.state.apps[app_id]
    return {"id": app.id, "name": app.name, "link": f"https://www.facebook.com/games/?app_id={app.id}"}
