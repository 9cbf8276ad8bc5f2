"""People: find one, look at their names, and have them forgotten."""

from typing import Any, Final
from urllib.parse import quote

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from pagewire_gateway.admin import people, people_views
from pagewire_gateway.admin.errors import AdminError, AnyRequest
from pagewire_gateway.admin.gateway import GatewayHere, GatewayView
from pagewire_gateway.audit.acting import note
from pagewire_gateway.console.moods import DELETIONS
from pagewire_gateway.console.render import Page, fields, go, page

_NEWEST: Final = 50


@get("/console/people")
async def list_people(request: AnyRequest, gateway: GatewayHere) -> Page:
    """A form to find somebody, the deletions there were, and who became known last."""
    return await _list(request, gateway)


async def _list(request: AnyRequest, gateway: GatewayView, sought: str = "", refused: AdminError | None = None) -> Page:
    known = await people.list_people.fn(gateway, limit=_NEWEST)
    deletions = [people_views.deletion_of(one) for one in await gateway.deletion.latest(_NEWEST)]
    shown: dict[str, Any] = {"known": known.people, "deletions": deletions, "moods": DELETIONS, "sought": sought}
    shown["wrong"] = f"{refused.facts.message} {refused.facts.hint}" if refused else ""
    return page(request, "people.html", "People", refused.status if refused else 200, **shown)


@post("/console/people/find")
async def find(request: AnyRequest, gateway: GatewayHere) -> Redirect | Page:
    """Somebody by a scoped id; it stands in the form and not in the address."""
    given = (await fields(request)).get("id", "").strip()
    try:
        found = await people.find_person.fn(gateway, {"id": given})
    except AdminError as error:
        # On the spot, so that what was typed is there to be mended, and in no address.
        return await _list(request, gateway, given[:500], error)
    return Redirect(_path(found.person), status_code=303)


@get("/console/people/{person:str}")
async def show(request: AnyRequest, gateway: GatewayHere, person: FromPath[str]) -> Page:
    """One person, without names."""
    return await _page(request, gateway, person, reveal=False)


@post("/console/people/{person:str}/reveal", status_code=200)
async def reveal(request: AnyRequest, gateway: GatewayHere, person: FromPath[str]) -> Page:
    """The same with names, which the audit log tells."""
    return await _page(request, gateway, person, reveal=True)


@get("/console/people/{person:str}/delete")
async def preview(request: AnyRequest, gateway: GatewayHere, person: FromPath[str]) -> Page:
    """What a deletion would be of, to be confirmed."""
    detail = await people.person_of(gateway, person, reveal=False)
    return page(request, "person_delete.html", "Delete a person", person=detail, plugins=sorted(gateway.plugins))


@post("/console/people/{person:str}/delete")
async def delete(request: AnyRequest, gateway: GatewayHere, person: FromPath[str]) -> Redirect:
    """Have them forgotten."""
    given = await fields(request)
    if given.get("sure") != "yes":
        return go(f"{_path(person)}/delete", "Nothing was deleted.", "wait", "Tick the box if you are sure.")
    detail = await people.person_of(gateway, person, reveal=False)
    asked = people.DeleteRequest(people=[one.id for one in detail.ids], ground="operator")
    deletion = await people.delete.fn(gateway, asked)
    note(request, on=person, detail=f"deletion {deletion.id}, {len(deletion.subjects)} scoped ids")
    return go(f"/console/deletions/{deletion.id}", "The deletion is written down; nothing is sent to them any more.")


@get("/console/deletions/{deletion:str}")
async def show_deletion(request: AnyRequest, gateway: GatewayHere, deletion: FromPath[str]) -> Page:
    """How far a deletion is, or its proof."""
    found = await people.show_deletion.fn(gateway, deletion)
    return page(request, "deletion.html", f"Deletion {found.id}", deletion=found, mood=DELETIONS[found.state])


@post("/console/deletions/{deletion:str}/retry")
async def retry(gateway: GatewayHere, deletion: FromPath[str]) -> Redirect:
    """Ask plugins again that refused."""
    await people.retry_deletion.fn(gateway, deletion)
    return go(f"/console/deletions/{deletion}", "The plugins are asked again.")


async def _page(request: AnyRequest, gateway: GatewayView, person: str, *, reveal: bool) -> Page:
    shown: dict[str, Any] = {"person": await people.person_of(gateway, person, reveal=reveal)}
    return page(request, "person.html", "Person", **shown)


def _path(person: str) -> str:
    return f"/console/people/{quote(person, safe='')}"


HANDLERS: Final = (list_people, find, show, reveal, preview, delete, show_deletion, retry)
