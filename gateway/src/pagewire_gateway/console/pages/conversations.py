"""Conversations: who is talked to, how long the window stays open, who has the thread, and what was refused."""

from typing import Any, Final

from litestar import get
from litestar.params import FromPath

from pagewire_gateway.admin import talks
from pagewire_gateway.admin.clock import now
from pagewire_gateway.admin.conversations import state_here
from pagewire_gateway.admin.errors import AnyRequest, not_found
from pagewire_gateway.admin.finding import one_event
from pagewire_gateway.admin.gateway import GatewayHere
from pagewire_gateway.console import words
from pagewire_gateway.console.filters import filters_of, place_of
from pagewire_gateway.console.pages.events import names_of
from pagewire_gateway.console.render import Page, page
from pagewire_gateway.journal.port import EventFilter
from pagewire_gateway.window import STANDARD_WINDOW_MS

_ROWS: Final = 50
_HISTORY: Final = 100


@get("/console/conversations")
async def list_conversations(request: AnyRequest, gateway: GatewayHere) -> Page:
    """Those that were at work last."""
    filters = filters_of(request.query_params)
    found = await gateway.journal.lately(_ROWS, filters.object or None, filters.account or None)
    rows = [_row(await state_here(gateway, one.conversation), one.event) for one in found]
    return page(request, "conversations.html", "Conversations", rows=rows, filters=filters, names=names_of(gateway))


def _row(state: talks.State, event: str) -> dict[str, Any]:
    return {"state": state, "event": event, "left": _left(state), "open": _left(state) > 0}


def _left(state: talks.State) -> float:
    """How much of the window is left, in percent."""
    until = words.millis(state.window_until) if state.window_until else 0
    return max(0.0, min(100.0, round(100 * (until - now()) / STANDARD_WINDOW_MS, 1)))


@get("/console/conversations/{event_id:str}")
async def show_conversation(request: AnyRequest, gateway: GatewayHere, event_id: FromPath[str]) -> Page:
    """The conversation of an event. It has no address of its own, as that would name the person."""
    stored = (await one_event(gateway.journal, event_id)).stored
    talk = stored.item.conversation
    if talk is None:
        raise not_found("This event concerns no person.", "Its own page tells what became of it.")
    before = place_of(request.query_params, "before")
    asked = EventFilter(limit=_HISTORY, before=before, object=talk.object, account=talk.account, person=talk.person)
    found = await gateway.journal.events(asked)
    state = await state_here(gateway, talk)
    shown: dict[str, Any] = {
        "talk": talk,
        "event": event_id,
        "state": state,
        "left": _left(state),
        "history": talks.history(found)[::-1],
        "older": found[0].stored.seq if len(found) == _HISTORY else None,
        "names": names_of(gateway),
    }
    return page(request, "conversation.html", "Conversation", **shown)


HANDLERS: Final = (list_conversations, show_conversation)
