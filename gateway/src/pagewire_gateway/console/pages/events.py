"""Events: the list with its filters, one event with its timeline, its payload when somebody asks, and its replay."""

from collections.abc import Iterable
from typing import Any, Final

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from pagewire.events import KINDS
from pagewire_gateway.admin import things, views
from pagewire_gateway.admin.errors import AnyRequest, invalid
from pagewire_gateway.admin.events import timeline_of
from pagewire_gateway.admin.finding import check_plugin, one_event
from pagewire_gateway.admin.gateway import GatewayHere, GatewayView
from pagewire_gateway.audit.acting import note
from pagewire_gateway.console import finding
from pagewire_gateway.console.filters import STATES, filters_of, place_of
from pagewire_gateway.console.render import Page, fields, go, page, part
from pagewire_gateway.console.steps import steps_of
from pagewire_gateway.journal.port import EventView

_ROWS: Final = 50
SENDS: Final = (
    ("none", "send none, only show them"),
    ("new", "send those not sent before"),
    ("all", "send all, also again"),
)


@get("/console/events")
async def list_events(request: AnyRequest, gateway: GatewayHere) -> Page:
    """The newest events that fit."""
    return await _list(request, gateway)


async def _list(request: AnyRequest, gateway: GatewayView, sought: str | None = None) -> Page:
    """The list; `sought` is an id that nothing here has."""
    query = request.query_params
    filters = filters_of(query)
    wrong, found = filters.wrong(), []
    if not wrong:
        found = await gateway.journal.events(filters.which(limit=_ROWS, before=place_of(query, "before")).filter())
    shown: dict[str, Any] = {
        "wrong": wrong,
        "sought": sought,
        "events": [views.event_of(view) for view in reversed(found)],
        "filters": filters,
        "older": found[0].stored.seq if len(found) == _ROWS else None,
        "paged": place_of(query, "before") is not None,
        **choices(gateway),
    }
    return page(request, "events.html", "Events", 400 if wrong else 200 if sought is None else 404, **shown)


def choices(gateway: GatewayView) -> dict[str, Any]:
    """What the lists of the filters offer."""
    return {"states": STATES, "kinds": sorted(KINDS), "plugins": sorted(gateway.plugins), "names": names_of(gateway)}


def names_of(gateway: GatewayView) -> dict[str, str]:
    """What accounts are called here, by ``object/id``."""
    accounts = [things.account_of(one) for one in gateway.registry.accounts()]
    return {f"{one.object}/{one.id}": f"{one.namespace}/{one.name}" for one in accounts}


def names_among(gateway: GatewayView, events: Iterable[views.Event]) -> dict[str, str]:
    """The same, of the accounts of these events alone."""
    found = (gateway.registry.account(*key) for key in {(one.object, one.account) for one in events})
    return {f"{one.object}/{one.id}": f"{one.namespace}/{one.name}" for one in found if one}


@post("/console/events/find")
async def find(request: AnyRequest, gateway: GatewayHere) -> Redirect | Page:
    """Lead to what an id names. In a body, as it may name a person."""
    asked = (await fields(request)).get("q", "").strip()
    path = await finding.path_of(gateway, asked) if asked else None
    if path is not None:
        return Redirect(path, status_code=303)
    # On the spot, so that what was typed is there to be mended, and in no address.
    return await _list(request, gateway, asked[:500])


@get("/console/events/{event_id:str}")
async def show_event(request: AnyRequest, gateway: GatewayHere, event_id: FromPath[str]) -> Page:
    """One event; while something is waited for, its timeline is drawn anew every few seconds."""
    view = await one_event(gateway.journal, event_id)
    shown = await _shown(gateway, view, reveal=False)
    if request.headers.get("hx-request"):
        return part(request, "event_timeline.html", **shown)
    return page(request, "event.html", f"{view.stored.item.kind} event", **shown)


@post("/console/events/{event_id:str}/reveal", status_code=200)
async def reveal(request: AnyRequest, gateway: GatewayHere, event_id: FromPath[str]) -> Page:
    """The same with its payload, which the audit log tells."""
    view = await one_event(gateway.journal, event_id)
    shown = await _shown(gateway, view, reveal=True)
    return page(request, "event.html", f"{view.stored.item.kind} event", **shown)


@post("/console/events/{event_id:str}/replay")
async def replay(request: AnyRequest, gateway: GatewayHere, event_id: FromPath[str]) -> Redirect:
    """Hand the event to plugins again."""
    given = await fields(request)
    plugin, sends = given.get("plugin") or None, given.get("sends", "none")
    check_plugin(gateway, plugin)
    if sends not in {name for name, _ in SENDS}:
        raise invalid("What may be sent is not said.", "Go back and choose.")
    view = await one_event(gateway.journal, event_id)
    count = await gateway.journal.replay([view.stored.id], plugin, sends == "all", sends == "none")
    note(request, on=view.stored.id, detail=f"plugin {plugin or 'all'}, sends {sends}, {count} put back")
    path = f"/console/events/{view.stored.id}"
    if count:
        return go(path, f"Put back for {count} {'plugin' if count == 1 else 'plugins'}.")
    hint = "It waits in each lane already, no plugin had it, or retention removed its body."
    return go(path, "Nothing was put back.", "wait", hint)


async def _shown(gateway: GatewayView, view: EventView, *, reveal: bool) -> dict[str, Any]:
    event = views.detail_of(view, reveal=reveal, trace_url=gateway.settings.trace_url)
    steps = steps_of(await timeline_of(gateway.journal, view))
    return {
        "event": event,
        "steps": steps,
        "waits": any(step.entry.step == "waits" for step in steps),
        "plugins": sorted(gateway.plugins),
        "sends": SENDS,
        "names": names_of(gateway),
    }


HANDLERS: Final = (list_events, find, show_event, reveal, replay)
