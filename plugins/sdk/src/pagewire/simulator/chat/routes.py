"""The chat page's routes: the page and its files, the thread, live events, and what the person does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import msgspec
from litestar import Controller, Response, get
from litestar.exceptions import HTTPException, NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Stream

from pagewire.simulator import views
from pagewire.simulator.chat.page import FILES, HEADERS, PICTURE_HEADERS, render
from pagewire.simulator.chat.pictures import picture
from pagewire.simulator.control.acts import Acts
from pagewire.simulator.control.forms import Forms
from pagewire.simulator.explain import explain, explain_http
from pagewire.simulator.guards import same_origin
from pagewire.simulator.meta import Meta
from pagewire.simulator.people import Impossible
from pagewire.simulator.stored import Unknown
from pagewire.simulator.wiring import TheMeta

_encode = msgspec.json.Encoder().encode
_FIRST_VISITOR = "Ada"


class Chat(Controller):
    """What a browser asks for. Unlike the control API it may be used from other machines, by its own page only."""

    path = "/chat"
    guards = [same_origin]
    exception_handlers = {
        Unknown: explain(404),
        Impossible: explain(409),
        HTTPException: explain_http,
    }
    include_in_schema = False

    @get("/", sync_to_thread=False)
    def page(self, meta: TheMeta, account: FromQuery[str] = "", person: FromQuery[str] = "") -> Response[str]:
        """The page for one account and person; both have a default."""
        state = meta.state
        chosen = state.accounts.get(account) or next(iter(state.accounts.values()), None)
        if chosen is None:
            return _html(render([], None, [], None, ""))
        there = [p for p in state.people.values() if chosen.id in p.scoped]
        if person.isdigit() and state.by_scoped.get(person, (chosen,))[0].id != chosen.id:
            person = ""
        key = person.strip() or (there[0].key if there else _FIRST_VISITOR)
        scoped, human = state.person(chosen, key)
        people = [p for p in state.people.values() if chosen.id in p.scoped]
        return _html(render(state.accounts.values(), chosen, people, human, scoped, state.identity.users.values()))

    @get("/files/{name:str}", sync_to_thread=False)
    def file(self, name: FromPath[str]) -> Response[str]:
        """A script or a style sheet."""
        if name not in FILES:
            raise NotFoundException(f"no file {name}")
        kind, text = FILES[name]
        return Response(text, media_type=kind, headers=HEADERS)

    @get("/picture", sync_to_thread=False)
    def picture(self, of: FromQuery[str]) -> Response[str]:
        """A picture in the place of one that nobody fetches."""
        return Response(picture(of), media_type="image/svg+xml", headers=PICTURE_HEADERS)

    @get("/thread", sync_to_thread=False)
    def thread(self, meta: TheMeta, account: FromQuery[str], person: FromQuery[str]) -> dict[str, Any]:
        """The conversation so far."""
        known = meta.state.account(account)
        scoped, _ = meta.state.person(known, person)
        return views.thread(meta.state, meta.state.open_conversation(known, scoped), meta.clock.now())

    @get("/events", sync_to_thread=False)
    def events(self, meta: TheMeta, account: FromQuery[str], person: FromQuery[str]) -> Stream:
        """What happens in the conversation from now on, as server-sent events."""
        scoped, _ = meta.state.person(meta.state.account(account), person)
        headers = {**HEADERS, "X-Accel-Buffering": "no"}
        return Stream(_told(meta, f"{account}:{scoped}"), media_type="text/event-stream", headers=headers)


class ChatActs(Acts):
    """What people do, as the control API has it, for the page."""

    path = "/chat"
    guards = [same_origin]
    include_in_schema = False


class ChatForms(Forms):
    """What people fill in, and what the business does in Meta's inbox, for the page."""

    path = "/chat"
    guards = [same_origin]
    include_in_schema = False


def _html(text: str) -> Response[str]:
    return Response(text, media_type="text/html", headers=HEADERS)


async def _told(meta: Meta, lane: str) -> AsyncIterator[bytes]:
    yield b": connected\n\n"
    async for happening in meta.hub.watch():
        if happening.lane in ("", lane):
            yield b"data: " + _encode({"kind": happening.kind, "data": happening.data}) + b"\n\n"
