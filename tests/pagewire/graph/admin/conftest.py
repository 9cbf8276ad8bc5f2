"""A client against a server that gives the answers of a script, one a request."""

import json
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from urllib.parse import parse_qsl

import httpx
import pytest

from pagewire.graph.admin import AdminClient, Budget, InstagramAdminClient, Limits
from pagewire.sealed import Sealed
from tests.pagewire.graph.conftest import APP_SECRET
from tests.pagewire.graph.servers import Behaviour, Connection, Request, Server, serving

APP = "990000000000001"
IG_APP = "880000000000001"
SECRET = Sealed(APP_SECRET)
APP_TOKEN = f"{APP}|{APP_SECRET}"
USER_TOKEN = "EAAUSERLONG"
PAGE = "108000000000001"
IG = "17841400000000001"
NO_HOLDS = Limits(hold_first=0)


@dataclass
class Said:
    """One answer of a script."""

    body: object = None
    status: int = 200
    headers: dict[str, str] | None = None


def playing(answers: Iterable[object]) -> Behaviour:
    """Answer requests in turn; what is not a `Said` is the JSON of a good answer, bytes are sent as they are."""
    left = iter(answers)

    async def behave(connection: Connection) -> None:
        while True:
            await connection.request()
            said = next(left)
            said = said if isinstance(said, Said) else Said(said)
            body = said.body if isinstance(said.body, bytes) else json.dumps(said.body).encode()
            await connection.answer(body, said.status, **(said.headers or {}))

    return behave


@dataclass
class Stage:
    """A server, and the clients of both hosts that call it."""

    server: Server
    admin: AdminClient
    instagram: InstagramAdminClient

    @property
    def asked(self) -> Request:
        """The one request that was made."""
        [request] = self.server.requests
        return request


Play = Callable[..., AbstractAsyncContextManager[Stage]]


@pytest.fixture
def play(http: httpx.AsyncClient) -> Play:
    """Serve the given answers for the length of a block."""

    @asynccontextmanager
    async def stage(*answers: object, budget: Budget | None = None) -> AsyncIterator[Stage]:
        async with serving(playing(answers)) as server:
            shared = budget or Budget()
            admin = AdminClient(server.url, app_id=APP, app_secret=SECRET, http=http, budget=shared)
            instagram = InstagramAdminClient(
                server.url, app_id=IG_APP, app_secret=SECRET, http=http, oauth_url=f"{server.url}/ig", budget=shared
            )
            yield Stage(server, admin, instagram)

    return stage


def form(request: Request) -> dict[str, str]:
    """The form in a request's body."""
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    return dict(parse_qsl(request.body.decode(), strict_parsing=True))


def bearer(request: Request) -> str:
    """The token of a request; it must be in the header and nowhere else, with its proof."""
    token = request.headers["authorization"].removeprefix("Bearer ")
    assert token not in request.target
    assert token.encode() not in request.body
    assert len(request.query["appsecret_proof"]) == 64
    return token
