"""Parked work by its cause: look at it, take it up again, or give it up."""

from typing import Any, Final

from litestar import get, post
from litestar.response import Redirect

from pagewire_gateway.admin import views
from pagewire_gateway.admin.errors import AnyRequest, invalid
from pagewire_gateway.admin.gateway import GatewayHere
from pagewire_gateway.admin.replays import Group, Wish
from pagewire_gateway.console import charts
from pagewire_gateway.console.pages.events import names_of
from pagewire_gateway.console.pages.replays import begun, rate_of
from pagewire_gateway.console.render import Page, fields, page

_SHOWN: Final = 100
_WHATS: Final = {"event": "Event", "outbound": "Request to Meta", "report": "Report to the plugin"}


@get("/console/parked")
async def list_causes(request: AnyRequest, gateway: GatewayHere) -> Page:
    """Why work is parked, the most frequent cause first."""
    causes = [views.cause_of(one) for one in await gateway.journal.causes()]
    by_plugin: dict[str, float] = {}
    for one in causes:
        by_plugin[one.plugin] = by_plugin.get(one.plugin, 0) + one.count
    amounts = sorted(by_plugin.items(), key=lambda pair: -pair[1])
    shown: dict[str, Any] = {
        "causes": causes,
        "bars": charts.bars(amounts, "bad"),
        "total": sum(one.count for one in causes),
    }
    return page(request, "parked.html", "Parked work", whats=_WHATS, **shown)


@get("/console/parked/group")
async def show_group(request: AnyRequest, gateway: GatewayHere) -> Page:
    """One cause: what is parked for it, oldest first."""
    group = _group(request.query_params)
    found = await gateway.journal.parked(_SHOWN, group.plugin, group.what, group.cause)
    total = sum(
        one.count
        for one in await gateway.journal.causes()
        if (one.plugin, one.what, one.error) == (group.plugin, group.what, group.cause)
    )
    shown: dict[str, Any] = {"group": group, "found": [views.parked_of(one) for one in found], "total": total}
    return page(
        request, "parked_group.html", group.cause or "Parked work", whats=_WHATS, names=names_of(gateway), **shown
    )


@post("/console/parked/replay")
async def replay_group(request: AnyRequest, gateway: GatewayHere) -> Redirect:
    """Take up all of a cause."""
    given = await fields(request)
    return await begun(gateway, Wish(parked=_group(given), rate=rate_of(given.get("rate", "50"))), request)


@post("/console/parked/drop")
async def drop_group(request: AnyRequest, gateway: GatewayHere) -> Redirect:
    """Give up all of a cause, if whoever asks is sure."""
    given = await fields(request)
    if not given.get("sure"):
        raise invalid("Nothing was given up.", "Tick the box if you mean it.")
    return await begun(gateway, Wish(parked=_group(given), drop=True, rate=1000), request)


def _group(given: Any) -> Group:
    what = given.get("what", "")
    return Group(
        plugin=given.get("plugin") or None,
        what=what if what in _WHATS else None,
        cause=given.get("cause") if "cause" in given else None,
    )


HANDLERS: Final = (list_causes, show_group, replay_group, drop_group)
