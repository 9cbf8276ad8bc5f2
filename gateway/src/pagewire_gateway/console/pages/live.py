"""Events as they come: two looks a second, whatever the load."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator
from typing import Any, Final

import msgspec
from litestar import get
from litestar.response import ServerSentEvent, ServerSentEventMessage

from pagewire_gateway.admin import views
from pagewire_gateway.admin.errors import AdminError, AnyRequest
from pagewire_gateway.admin.gateway import GatewayHere, GatewayView
from pagewire_gateway.admin.queries import PAGE
from pagewire_gateway.console import charts, words
from pagewire_gateway.console.filters import Filters, filters_of, place_of
from pagewire_gateway.console.pages.events import choices, names_among
from pagewire_gateway.console.render import Page, draw, page

EVERY: Final = 0.5
"""Seconds between two updates."""
ROWS: Final = 200
"""Rows of one update, and of the page: four hundred events a second are all shown; of more, what is left out is counted."""
FIRST: Final = 40
"""Rows that the page begins with."""
CHECKED: Final = 2.0
"""Seconds after which a stream asks again whether whoever reads it still may."""
LIFE: Final = 300.0
"""Seconds after which a stream ends; the browser opens another, with which the session is in use."""
_HEARTBEAT: Final = 15.0
_SECONDS: Final = 60


@get("/console/live")
async def live(request: AnyRequest, gateway: GatewayHere) -> Page:
    """The newest events now; a script adds those that come."""
    filters = filters_of(request.query_params).understood
    found = await gateway.journal.events(filters.which(limit=FIRST).filter())
    shown: dict[str, Any] = {
        "events": [views.event_of(view) for view in reversed(found)],
        "filters": filters,
        "after": await _end(gateway),
        "line": charts.line([0.0] * _SECONDS),
        **choices(gateway),
    }
    return page(request, "live.html", "Live", **shown)


@get("/console/live/stream", media_type="text/event-stream")
async def stream(request: AnyRequest, gateway: GatewayHere) -> ServerSentEvent:
    """Rows for the page, with the newest place as id; ``Last-Event-ID`` takes up where a stream broke off."""
    last = place_of({"last": request.headers.get("last-event-id", "")}, "last")
    after = last if last is not None else place_of(request.query_params, "after")
    if after is None:
        after = await _end(gateway)
    return ServerSentEvent(_updates(request, gateway, filters_of(request.query_params).understood, after))


async def _updates(
    request: AnyRequest, gateway: GatewayView, filters: Filters, after: int
) -> AsyncIterator[ServerSentEventMessage]:
    yield ServerSentEventMessage(data=None, comment="new events follow", retry=1000)
    counts: deque[int] = deque([0] * int(_SECONDS / EVERY), maxlen=int(_SECONDS / EVERY))
    quiet, began = 0.0, time.monotonic()
    asked = began
    while (at := time.monotonic()) - began < LIFE:
        if at - asked >= CHECKED:
            if not await _may_still(request, gateway):
                return
            asked = at
        found = await gateway.journal.events(filters.which(limit=PAGE, after=after).filter())
        counts.append(len(found))
        quiet = 0.0 if found else quiet + EVERY
        if found:
            after = found[-1].stored.seq
        if found or any(counts) or quiet >= _HEARTBEAT:
            newest = [views.event_of(view) for view in reversed(found[-ROWS:])]
            update = _update(request, gateway, newest, len(found), list(counts))
            yield ServerSentEventMessage(data=update, event="events", id=after)
            quiet = 0.0
        await asyncio.sleep(EVERY)


async def _may_still(request: AnyRequest, gateway: GatewayView) -> bool:
    """Whether a request like this one would still be let in: a role may be gone long before a page is closed."""
    try:
        caller = (await gateway.access.identify(request.headers, request.client.host if request.client else "")).caller
    except AdminError:
        return False
    return caller is not None


def _update(
    request: AnyRequest, gateway: GatewayView, newest: list[views.Event], count: int, counts: list[int]
) -> bytes:
    seconds = [float(one + other) for one, other in zip(counts[::2], counts[1::2], strict=True)]
    rate = sum(seconds[-10:]) / 10
    shown = {"events": newest, "names": names_among(gateway, newest), "fresh": True}
    return msgspec.json.encode(
        {
            "rows": draw(request, "event_rows.html", **shown) if newest else "",
            "count": count,
            "rate": words.count(rate),
            "line": msgspec.structs.asdict(charts.line(seconds)),
        }
    )


async def _end(gateway: GatewayView) -> int:
    return (await gateway.journal.stats()).last_seq


HANDLERS: Final = (live, stream)
