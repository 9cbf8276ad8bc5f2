"""A caller of the identity endpoints, and a world with a second Page and a second business."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import httpx
import pytest

from pagewire.simulator.identity.acts import Identities
from pagewire.simulator.identity.model import ALL_TASKS, Business
from pagewire.simulator.world import APP_ID, PAGE_ID, SYSTEM_USER_ID, USER_ID, Account, World
from tests.pagewire.simulator.conftest import Bench

SECRET = "s3cr3t-app-secret-for-tests"
INSTAGRAM_SECRET = "s3cr3t-instagram-secret-for-tests"
APP_TOKEN = f"{APP_ID}|{SECRET}"
USER_TOKEN = "EAAUSERTOKEN1"
ROBOT_TOKEN = "EAASYSTEMTOKEN1"
PAGE_TOKEN = "EAAPAGETOKEN1"
PAGE_B = "108000000000002"
CLIENT_BUSINESS = "550000000000009"
REDIRECT = "https://gw.example.com/oauth/cb"


def proof(token: str, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()


class Meta:
    """Calls as an administrator makes them; answers as plain values."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.acts = Identities(bench.meta)
        self.state = bench.meta.state

    async def raw(self, method: str, path: str, token: str | None = None, **params: Any) -> httpx.Response:
        """One call with its parameters in the query, or in a form for POST."""
        given = {name: value for name, value in params.items() if value is not None}
        headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
        where = "data" if method == "POST" else "params"
        mount = "" if path.startswith("/") else "/v25.0/"
        return await self.bench.http.request(method, f"{mount}{path}", headers=headers, **{where: given})  # type: ignore[arg-type]

    async def get(self, path: str, token: str | None = None, **params: Any) -> Any:
        return await self.ok("GET", path, token, **params)

    async def post(self, path: str, token: str | None = None, **params: Any) -> Any:
        return await self.ok("POST", path, token, **params)

    async def delete(self, path: str, token: str | None = None, **params: Any) -> Any:
        return await self.ok("DELETE", path, token, **params)

    async def ok(self, method: str, path: str, token: str | None = None, **params: Any) -> Any:
        answer = await self.raw(method, path, token, **params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def fails(self, method: str, path: str, token: str | None = None, **params: Any) -> tuple[int, int | None]:
        """Code and subcode of a refusal."""
        answer = await self.raw(method, path, token, **params)
        error = answer.json()["error"]
        assert answer.status_code >= 400
        return error["code"], error.get("error_subcode")

    async def debug(self, value: str) -> dict[str, Any]:
        """What ``debug_token`` says of a token."""
        data: dict[str, Any] = (await self.get("debug_token", APP_TOKEN, input_token=value))["data"]
        return data


@pytest.fixture
def graph_admin(bench: Bench) -> Meta:
    """The small world, a second Page of the same person, and a client's business with a Page of its own."""
    bench.meta.state.add(
        World(
            accounts=[
                Account(id=PAGE_B, object="page", name="Harbour Cafe"),
                Account(id="108000000000003", object="page", name="Client Page"),
            ],
            businesses=[
                Business(id=CLIENT_BUSINESS, name="Client", users={USER_ID: "ADMIN"}, owned_pages={"108000000000003"})
            ],
        )
    )
    made = Meta(bench)
    made.acts.set_tasks(USER_ID, PAGE_B, ALL_TASKS)
    made.acts.set_tasks(SYSTEM_USER_ID, PAGE_ID, ALL_TASKS)
    return made
