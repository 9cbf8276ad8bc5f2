"""The privacy call-backs: Meta's published vector, both kinds on both products, and apps that answer badly."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs

import httpx
import msgspec
import pytest

from pagewire.simulator import Simulator
from pagewire.simulator.identity.signed import signed_request
from pagewire.simulator.people import Impossible
from pagewire.simulator.server import Listener
from pagewire.simulator.world import APP_ID, LOGIN_ID, USER_ID

GOOD = (200, b'{"url": "https://gw.example.com/deletion?id=d-81f3", "confirmation_code": "d-81f3"}')


class App:
    """An app's call-back endpoint; remembers what was posted."""

    def __init__(self) -> None:
        self.answer = GOOD
        self.posted: list[tuple[str, str]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body = (await receive())["body"]
        self.posted.append((scope["path"], parse_qs(body.decode())["signed_request"][0]))
        status, answer = self.answer
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": answer})


@pytest.fixture
async def app(sim: Simulator) -> AsyncIterator[App]:
    made = App()
    listener = Listener(made, "127.0.0.1", 0)
    await listener.start()
    known = sim.meta.state.apps[APP_ID]
    for name in ("deauthorize_url", "deletion_url", "instagram_deauthorize_url", "instagram_deletion_url"):
        setattr(known, name, f"{listener.origin}/{name}")
    yield made
    await listener.stop()


def opened(posted: str, secret: str) -> dict[str, Any]:
    """The claims, if the signature is right."""
    signature, _, payload = posted.partition(".")
    expected = hmac.new(secret.encode(), payload.encode(), hashlib.sha256).digest()
    assert urlsafe_b64decode(signature + "=" * (-len(signature) % 4)) == expected
    claims: dict[str, Any] = msgspec.json.decode(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims


def test_published_vector() -> None:
    """Byte for byte what the platform's documentation shows."""
    made = signed_request("s3cr3t-app-secret-for-tests", "7300000000000001", 1795305600)
    assert made == (
        "QYse_e80zZdWGuleyf1W_m5r9MedqR9JKQfVnsueZBA.eyJ1c2VyX2lkIjoiNzMwMDAwMDAwMDAwMDAwMSIsImFsZ29yaXRobSI6"
        "IkhNQUMtU0hBMjU2IiwiaXNzdWVkX2F0IjoxNzk1MzA1NjAwfQ"
    )


async def test_removing_the_app(sim: Simulator, app: App, graph: httpx.AsyncClient) -> None:
    """The person's tokens are dead by the time the app is told, and it is told whose they were."""
    notice = await sim.deauthorize(USER_ID)
    assert (notice.status, notice.reason) == (200, "")
    ((path, posted),) = app.posted
    assert path == "/deauthorize_url"
    assert opened(posted, "s3cr3t-app-secret-for-tests")["user_id"] == USER_ID
    headers = {"Authorization": "Bearer EAAUSERTOKEN1"}
    dead = await graph.get("/me", headers=headers)
    assert dead.json()["error"]["error_subcode"] == 458


async def test_instagram_has_urls_and_a_secret_of_its_own(sim: Simulator, app: App) -> None:
    notice = await sim.deauthorize(LOGIN_ID, instagram=True)
    deletion = await sim.request_deletion(LOGIN_ID, instagram=True)
    assert (notice.reason, deletion.confirmation_code) == ("", "d-81f3")
    assert [path for path, _ in app.posted] == ["/instagram_deauthorize_url", "/instagram_deletion_url"]
    for _, posted in app.posted:
        assert opened(posted, "s3cr3t-instagram-secret-for-tests")["user_id"] == LOGIN_ID
    async with httpx.AsyncClient(base_url=sim.instagram_graph_url, trust_env=False) as client:
        dead = await client.get("/v25.0/me", headers={"Authorization": "Bearer IGLOGINTOKEN1"})
    assert dead.json()["error"]["error_subcode"] == 458


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (GOOD, ""),
        ((200, b"{url: 'https://gw.example.com', confirmation_code: 'd'}"), "must be JSON"),
        ((200, b'{"url": "https://gw.example.com/"}'), "confirmation_code"),
        ((500, b"oops"), "HTTP 500 instead of 200"),
    ],
)
async def test_deletion_answers(sim: Simulator, app: App, answer: tuple[int, bytes], reason: str) -> None:
    """By the control API; what Meta demands of the answer is checked."""
    app.answer = answer
    async with httpx.AsyncClient(base_url=sim.control_url, trust_env=False) as control:
        told = await control.post("/identity/deletion", json={"user": USER_ID})
    assert reason in told.json()["reason"]
    assert bool(told.json()["reason"]) == bool(reason)


async def test_without_url(sim: Simulator) -> None:
    """The dashboard has none: said plainly, and nothing was revoked."""
    with pytest.raises(Impossible, match="deauthorize_url"):
        await sim.deauthorize(USER_ID)
    assert sim.identity.token("EAAUSERTOKEN1").valid
