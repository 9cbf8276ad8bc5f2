"""The verification handshake, exactly as Meta asks it."""

import httpx
import pytest

from pagewire_gateway.app import now
from pagewire_gateway.config import Address, IngressLimits
from pagewire_gateway.ingress import Ingress, create_public_app
from pagewire_gateway.registry.manifests import ManifestRegistry
from pagewire_gateway.serving import Listener
from tests.pagewire_gateway import making

GOOD = {"hub.mode": "subscribe", "hub.verify_token": "letmein", "hub.challenge": "1158201444"}


@pytest.fixture
async def ask(tmp_path, journal):
    manifests = making.write(tmp_path / "manifests")
    closed = making._resource(
        "MessengerApp", "silent", {"appId": "2", "appSecretRefs": [{"name": "acme-app", "key": "app-secret"}]}
    )
    (manifests / "closed.yaml").write_text(closed)
    registry = ManifestRegistry(manifests)
    await registry.start()
    listener = Listener(create_public_app(Ingress(registry, journal, IngressLimits(), now)), Address("127.0.0.1", 0), 1)
    await listener.start()
    async with httpx.AsyncClient(base_url=listener.url) as client:

        async def ask(parameters, app: str = "acme") -> httpx.Response:
            return await client.get(f"/webhooks/support/{app}", params=parameters)

        yield ask
    await listener.stop()
    await registry.aclose()


@pytest.mark.parametrize("challenge", ["1158201444", "CHALLENGE_ACCEPTED", "<script>alert(1)</script>", "ä/ö+ü"])
async def test_the_challenge_comes_back_exactly(ask, challenge):
    answer = await ask({**GOOD, "hub.challenge": challenge})
    assert (answer.status_code, answer.text) == (200, challenge)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("parameters", "status"),
    [
        ({**GOOD, "hub.verify_token": "wrong"}, 403),
        ({**GOOD, "hub.verify_token": ""}, 403),
        ({**GOOD, "hub.verify_token": "ü"}, 403),
        ({**GOOD, "hub.mode": "unsubscribe"}, 400),
        ({key: value for key, value in GOOD.items() if key != "hub.mode"}, 400),
        ({key: value for key, value in GOOD.items() if key != "hub.verify_token"}, 400),
        ({key: value for key, value in GOOD.items() if key != "hub.challenge"}, 400),
        ({**GOOD, "hub.challenge": ""}, 400),
        ({**GOOD, "hub.challenge": "x" * 2000}, 400),
        ([*GOOD.items(), ("hub.verify_token", "letmein")], 400),
        ({}, 400),
    ],
)
async def test_anything_else_is_refused(ask, parameters, status):
    answer = await ask(parameters)
    assert answer.status_code == status
    assert "letmein" not in answer.text


async def test_an_app_without_verify_token_cannot_be_verified(ask):
    assert (await ask(GOOD, "silent")).status_code == 503


async def test_an_unknown_app_is_404(ask):
    assert (await ask(GOOD, "nobody")).status_code == 404
