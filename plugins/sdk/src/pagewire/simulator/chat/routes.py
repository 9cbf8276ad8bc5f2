"""The chat page's few routes: the page, its two files, the thread, live events, and what the person does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.exceptions import HTTPException
from litestar.params import FromQuery, JSONBody
from litestar.response import Stream

from pagewire.simulator import views
from pagewire.simulator.chat.page import HEADERS, SCRIPT, STYLE, render
from pagewire.simulator.control import shapes
from pagewire.simulator.explain import explain, explain_http
from pagewire.simulator.guards import same_origin
from pagewire.simulator.meta import Meta
from pagewire.simulator.people import Impossible
from pagewire.simulator.state import Unknown
from pagewire.simulator.wiring import TheMeta, ThePeople

_encode = msgspec.json.Encoder().encode
_FIRST_VISITOR = "Ada"


class Press(shapes.Tap):
    """A template's button, with the payload it carries."""

    payload: str


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
        return _html(render(state.accounts.values(), chosen, people, human, scoped))

    @get("/chat.css", sync_to_thread=False)
    def style(self) -> Response[str]:
        """The style sheet."""
        return Response(STYLE, media_type="text/css", headers=HEADERS)

    @get("/chat.js", sync_to_thread=False)
    def script(self) -> Response[str]:
        """The script."""
        return Response(SCRIPT, media_type="text/javascript", headers=HEADERS)

    @get("/thread", sync_to_thread=False)
    def thread(self, meta: TheMeta, account: FromQuery[str], person: FromQuery[str]) -> dict[str, Any]:
        """The conversation so far."""
        known = meta.state.account(account)
        scoped, _ = meta.state.person(known, person)
        return views.thread(meta.state, meta.state.open_conversation(known, scoped))

    @get("/events", sync_to_thread=False)
    def events(self, meta: TheMeta, account: FromQuery[str], person: FromQuery[str]) -> Stream:
        """What happens in the conversation from now on, as server-sent events."""
        scoped, _ = meta.state.person(meta.state.account(account), person)
        headers = {**HEADERS, "X-Accel-Buffering": "no"}
        return Stream(_told(meta, f"{account}:{scoped}"), media_type="text/event-stream", headers=headers)

    @post("/say", sync_to_thread=False)
    def say(self, people: ThePeople, data: JSONBody[shapes.Say]) -> None:
        """Write a message."""
        people.say(data.account, data.person, data.text, attachments=data.attachments)

    @post("/tap", sync_to_thread=False)
    def tap(self, people: ThePeople, data: JSONBody[shapes.Tap]) -> None:
        """Tap a quick reply."""
        people.tap(data.account, data.person, data.title)

    @post("/press", sync_to_thread=False)
    def press(self, people: ThePeople, data: JSONBody[Press]) -> None:
        """Press a template's postback button."""
        people.postback(data.account, data.person, data.title, data.payload)

    @post("/postback", sync_to_thread=False)
    def postback(self, people: ThePeople, data: JSONBody[shapes.Postback]) -> None:
        """Press Get Started."""
        people.postback(data.account, data.person, data.title, data.payload)

    @post("/react", sync_to_thread=False)
    def react(self, people: ThePeople, data: JSONBody[shapes.React]) -> None:
        """React to a message."""
        people.react(data.account, data.person, data.emoji, mid=data.mid)

    @post("/read", sync_to_thread=False)
    def read(self, people: ThePeople, data: JSONBody[shapes.Read]) -> None:
        """The messages are on screen."""
        people.read(data.account, data.person, mid=data.mid)


def _html(text: str) -> Response[str]:
    return Response(text, media_type="text/html", headers=HEADERS)


async def _told(meta: Meta, lane: str) -> AsyncIterator[bytes]:
    yield b": connected\n\n"
    async for happening in meta.hub.watch():
        if happening.lane in ("", lane):
            yield b"data: " + _encode({"kind": happening.kind, "data": happening.data}) + b"\n\n"
