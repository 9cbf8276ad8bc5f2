"""A company where nothing is set yet, its Graph API, and a callback that can answer a handshake."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from pagewire.simulator import Clock, Simulator, small_world
from pagewire.simulator.settings.bare import bare
from pagewire.simulator.world import APP_ID, PAGE_ID
from tests.pagewire.simulator.conftest import START
from tests.pagewire.simulator.receiver import Receiver, Request

APP_TOKEN = f"{APP_ID}|s3cr3t-app-secret-for-tests"
PAGE_TOKEN = "EAAPAGETOKEN1"
LOGIN_TOKEN = "IGLOGINTOKEN1"


class Meta:
    """Calls of the Graph API, and the simulator that answers them."""

    def __init__(self, sim: Simulator, http: httpx.AsyncClient) -> None:
        self.sim, self.http = sim, http

    async def call(
        self, method: str, path: str, token: str | None = PAGE_TOKEN, *, instagram: bool = False, **more: Any
    ) -> httpx.Response:
        base = self.sim.instagram_graph_url if instagram else self.sim.graph_url
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return await self.http.request(method, f"{base}/v25.0/{path}", headers=headers, **more)

    async def good(self, method: str, path: str, token: str | None = PAGE_TOKEN, **more: Any) -> Any:
        """The JSON of a call that must succeed."""
        answer = await self.call(method, path, token, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def bad(self, method: str, path: str, token: str | None = PAGE_TOKEN, **more: Any) -> dict[str, Any]:
        """The error of a call that must be refused."""
        error: dict[str, Any] = (await self.call(method, path, token, **more)).json()["error"]
        return error

    async def subscribe(self, url: str, fields: str = "messages", topic: str = "page", **more: str) -> httpx.Response:
        """``POST /{app}/subscriptions`` as a form."""
        form = {"object": topic, "callback_url": url, "verify_token": "vt8Zk3Qp", "fields": fields, **more}
        return await self.call("POST", f"{APP_ID}/subscriptions", APP_TOKEN, data=form)

    async def install(self, fields: str, page: str = PAGE_ID) -> Any:
        return await self.good("POST", f"{page}/subscribed_apps", data={"subscribed_fields": fields})

    async def installed(self, page: str = PAGE_ID) -> dict[str, set[str]]:
        listed = (await self.good("GET", f"{page}/subscribed_apps"))["data"]
        return {app["id"]: set(app["subscribed_fields"]) for app in listed}

    async def topics(self) -> dict[str, dict[str, Any]]:
        listed = (await self.good("GET", f"{APP_ID}/subscriptions", APP_TOKEN))["data"]
        return {entry["object"]: entry for entry in listed}


def challenge(request: Request) -> str:
    """What a good callback answers to the handshake; anything else it takes with ``ok``."""
    asked = parse_qs(request.query).get("hub.challenge")
    return asked[0] if asked else "ok"


@pytest.fixture
async def gateway(hook: Receiver) -> Receiver:
    """A callback that passes verification."""
    hook.answer = challenge
    return hook


@pytest.fixture
async def meta() -> AsyncIterator[Meta]:
    world = bare(small_world())
    async with (
        Simulator(world, clock=Clock(START, speed=0)) as sim,
        httpx.AsyncClient(trust_env=False, timeout=30) as http,
    ):
        yield Meta(sim, http)
