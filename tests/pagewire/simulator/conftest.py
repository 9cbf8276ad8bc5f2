"""Worlds for the simulator's tests: one without a server, one on real ports."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from pagewire.simulator import Clock, Simulator, small_world
from pagewire.simulator.graph.app import GraphApp
from pagewire.simulator.meta import Meta
from pagewire.simulator.people import People
from pagewire.simulator.stored import Attachment
from pagewire.simulator.world import INSTAGRAM_ID, LOGIN_ID, PAGE_ID
from tests.browser import page
from tests.pagewire.simulator.receiver import Receiver

__all__ = ["page"]

START = 1_795_305_600.0
"""2026-11-22T00:00:00Z."""

DAY = 24 * 3600.0
TOKENS = {PAGE_ID: "EAAPAGETOKEN1", INSTAGRAM_ID: "EAAPAGETOKEN1", LOGIN_ID: "IGLOGINTOKEN1"}


class Bench:
    """The simulated company without a network, and a caller of its Graph API."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or Clock(START, speed=0)
        self.meta = Meta(small_world(), clock=self.clock)
        self.people = People(self.meta)
        transport = httpx.ASGITransport(GraphApp(self.meta))
        self.http = httpx.AsyncClient(transport=transport, base_url="http://graph")
        self.page = self.meta.state.accounts[PAGE_ID]
        self.instagram = self.meta.state.accounts[INSTAGRAM_ID]
        self.login = self.meta.state.accounts[LOGIN_ID]
        self.app = self.meta.state.apps["990000000000001"]

    def meet(self, account: str = PAGE_ID, person: str = "ada", text: str = "hello") -> str:
        """A person writes; their scoped id."""
        self.people.say(account, person, text)
        return self.scoped(account, person)

    def scoped(self, account: str, person: str) -> str:
        return self.meta.state.person(self.meta.state.account(account), person)[0]

    def save(self, attachment: str, kind: str = "image", account: str = PAGE_ID) -> None:
        """An asset that may be sent again."""
        created = self.clock.now_ms()
        self.meta.state.attachments[attachment] = Attachment(
            id=attachment, account_id=account, kind=kind, url="https://x.example/a", created=created, reusable=True
        )

    async def call(
        self, method: str, path: str, account: str = PAGE_ID, token: str | None = "", **more: Any
    ) -> httpx.Response:
        """One call with the account's token; ``token=None`` sends none."""
        token = TOKENS[account] if token == "" else token
        headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
        mount = "/instagram" if account == LOGIN_ID else ""
        return await self.http.request(method, f"{mount}/v25.0/{path}", headers=headers, **more)

    async def send(self, account: str, body: dict[str, Any], **more: Any) -> httpx.Response:
        """``POST /me/messages``."""
        return await self.call("POST", "me/messages", account, json=body, **more)

    async def text(self, account: str, person: str, text: str = "hi", **more: Any) -> httpx.Response:
        """Send a text to a person."""
        body = {"recipient": {"id": self.scoped(account, person)}, "message": {"text": text}, **more}
        return await self.send(account, body)


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    made = Bench()
    yield made
    await made.http.aclose()
    await made.meta.close()


@pytest.fixture
async def hook() -> AsyncIterator[Receiver]:
    async with Receiver() as receiver:
        yield receiver


@pytest.fixture
async def sim(hook: Receiver) -> AsyncIterator[Simulator]:
    """A simulator on a free port whose clock stands still and whose webhooks go to ``hook``."""
    async with Simulator(small_world(hook.url), clock=Clock(START, speed=0)) as simulator:
        yield simulator


@pytest.fixture
async def graph(sim: Simulator) -> AsyncIterator[httpx.AsyncClient]:
    """A caller with the Page's token."""
    headers = {"Authorization": "Bearer EAAPAGETOKEN1"}
    async with httpx.AsyncClient(base_url=f"{sim.graph_url}/v25.0", headers=headers, trust_env=False) as client:
        yield client
