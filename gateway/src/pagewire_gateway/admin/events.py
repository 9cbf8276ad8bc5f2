"""Events: a page of them, one of them, and new ones as they come."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Annotated, Final

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import ServerSentEvent, ServerSentEventMessage
from msgspec import Struct

from pagewire_gateway.admin import views
from pagewire_gateway.admin.echoes import echoes_of
from pagewire_gateway.admin.errors import AnyRequest
from pagewire_gateway.admin.finding import newer, one_event
from pagewire_gateway.admin.gateway import GatewayHere
from pagewire_gateway.admin.numbers import whole
from pagewire_gateway.admin.queries import Which
from pagewire_gateway.admin.revealing import let_reveal
from pagewire_gateway.admin.timeline import Entry, story
from pagewire_gateway.journal.port import EventView, History, JournalFront

log = logging.getLogger(__name__)

POLL: Final = 0.25
"""Seconds between two looks for new events."""
HEARTBEAT: Final = 15.0
"""Seconds after which a stream without events says that it is alive."""


class Events(Struct, frozen=True):
    """A page of events.

    Attributes:
        events: oldest first.
        before: ask with this ``before`` for the page of older ones; null if there may be none.
    """

    events: list[views.Event]
    before: int | None


class Timeline(Struct, frozen=True):
    """What happened to an event, in order; what is waited for comes last."""

    timeline: list[Entry]


@get("/api/v1/events", tags=["Events"])
async def list_events(gateway: GatewayHere, which: NamedDependency[Which]) -> Events:
    """The newest events that fit, oldest first, without their payload."""
    found = await gateway.journal.events(which.filter())
    before = found[0].stored.seq if len(found) == which.limit else None
    return Events([views.event_of(view, gateway.settings.trace_url) for view in found], before)


@get("/api/v1/events/{event_id:str}", tags=["Events"])
async def show_event(
    gateway: GatewayHere,
    request: AnyRequest,
    event_id: FromPath[str],
    reveal: Annotated[
        bool, QueryParameter(description="Show texts and personal fields; it is in the audit log.")
    ] = False,
) -> views.EventDetail:
    """One event with its payload; texts and personal fields are masked unless they are asked for."""
    view = await one_event(gateway.journal, event_id)
    if reveal:
        await let_reveal(request, "event.reveal", view.stored.id)
    return views.detail_of(view, reveal=reveal, trace_url=gateway.settings.trace_url)


@get("/api/v1/events/{event_id:str}/timeline", tags=["Events"])
async def show_timeline(gateway: GatewayHere, event_id: FromPath[str]) -> Timeline:
    """One event's story: when it came, each attempt of each plugin, each reply with Meta's answers and its echo."""
    return Timeline(await timeline_of(gateway.journal, await one_event(gateway.journal, event_id)))


async def timeline_of(journal: JournalFront, view: EventView) -> list[Entry]:
    """The story of an event."""
    history = await journal.history(view.stored.id) or History()
    return story(view, history, await echoes_of(journal, view))


@get("/api/v1/events/stream", tags=["Events"], media_type="text/event-stream")
async def stream_events(
    gateway: GatewayHere,
    request: AnyRequest,
    after: Annotated[
        int | None, QueryParameter(description="Begin after this `seq`; by default with the next event.")
    ] = None,
) -> ServerSentEvent:
    """New events as server-sent events, without their payload; ``Last-Event-ID`` takes up where a stream broke off."""
    last = whole(request.headers.get("last-event-id", ""))
    start = after if last is None else last
    if start is None:
        start = (await gateway.journal.stats()).last_seq
    return ServerSentEvent(_messages(gateway.journal, start, gateway.settings.trace_url))


async def _messages(journal: JournalFront, after: int, trace_url: str) -> AsyncIterator[ServerSentEventMessage]:
    yield ServerSentEventMessage(data=None, comment="new events follow", retry=1000)
    quiet = 0.0
    while True:
        async for view in newer(journal, after):
            after, quiet = view.stored.seq, 0.0
            shown = msgspec.json.encode(views.event_of(view, trace_url))
            yield ServerSentEventMessage(data=shown, event="event", id=after)
        await asyncio.sleep(POLL)
        quiet += POLL
        if quiet >= HEARTBEAT:
            quiet = 0.0
            yield ServerSentEventMessage(data=None, comment="still here")


HANDLERS: Final = (list_events, stream_events, show_event, show_timeline)
