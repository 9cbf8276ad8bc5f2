"""What waits to be sent, and what ails the accounts it is to be sent for."""

from typing import Final

from litestar import get

from pagewire_gateway.admin import things
from pagewire_gateway.admin.errors import AnyRequest
from pagewire_gateway.admin.gateway import GatewayHere
from pagewire_gateway.console import charts
from pagewire_gateway.console.render import Page, page, part

_MOST: Final = 500


@get("/console/outbox")
async def outbox(request: AnyRequest, gateway: GatewayHere) -> Page:
    """Accounts in trouble first, then those with most waiting."""
    found = sorted(await gateway.steering.waiting(), key=lambda one: (not one.trouble, -one.waiting, one.account))
    states = (await gateway.journal.stats()).outbox
    shown = {
        "rows": [things.outbox_of(one) for one in found[:_MOST]],
        "more": max(0, len(found) - _MOST),
        "states": charts.bars(sorted(states.items())),
    }
    if request.headers.get("hx-request"):
        return part(request, "outbox_now.html", **shown)
    return page(request, "outbox.html", "Outbox", 200, **shown)


HANDLERS: Final = (outbox,)
