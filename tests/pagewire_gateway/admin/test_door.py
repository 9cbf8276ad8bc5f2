"""Who may reach the admin port."""

import httpx
import pytest
import pytest_asyncio

from pagewire_gateway.access.door import Access
from pagewire_gateway.admin import create_admin_app
from pagewire_gateway.config import Address, Settings, SettingsError
from pagewire_gateway.login.spent import Spent
from pagewire_gateway.parts.clock import now

pytestmark = pytest.mark.asyncio(loop_scope="module")

TOKEN = "a-token-of-some-length"


class Elsewhere:
    """The gateway of `stage`, bound elsewhere: what decides is the setting, not the test's socket."""

    def __init__(self, gateway, **changes):
        self._gateway = gateway
        self.settings = Settings(manifests=gateway.settings.manifests, data=gateway.settings.data, **changes)
        self.access = Access(self.settings, Spent(gateway.settings.data / "logins.db"), now)

    def __getattr__(self, name):
        return getattr(self._gateway, name)


@pytest_asyncio.fixture(loop_scope="module")
async def outside(shared_stage):
    app = create_admin_app(Elsewhere(shared_stage.gateway, admin=Address("192.168.1.4", 9090), admin_token=TOKEN))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway.example") as client:
        yield client


@pytest.mark.parametrize(
    "authorization", [None, "", "Bearer", "Bearer wrong", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN}x"]
)
async def test_outside_a_token_is_asked_for(outside, authorization):
    headers = {} if authorization is None else {"authorization": authorization}
    for path in ("/api/v1/events", "/metrics", "/api/v1/openapi.json", "/api/v1/docs"):
        response = await outside.get(path, headers=headers)
        assert response.status_code == 401, path
        assert response.json()["error"]["code"] == "unauthorized"


async def test_the_token_opens(outside):
    response = await outside.get("/api/v1/events", headers={"authorization": f"Bearer {TOKEN}"})
    assert response.status_code == 200


async def test_probes_need_no_token(outside):
    assert (await outside.get("/healthz")).status_code == 200
    assert (await outside.get("/readyz")).status_code == 200


async def test_an_application_for_an_open_port_without_a_token_is_not_made(shared_stage):
    with pytest.raises(SettingsError):
        create_admin_app(Elsewhere(shared_stage.gateway, admin=Address("192.168.1.4", 9090)))


@pytest.mark.parametrize("host", ["evil.example", "evil.example:9090", "127.0.0.1.evil.example", "10.0.0.1:9090", ""])
async def test_a_rebound_name_is_refused(shared, host):
    response = await shared.get("/api/v1/events", headers={"host": host})
    assert response.status_code == 421
    assert response.json()["error"]["code"] == "wrong_host"


@pytest.mark.parametrize("host", ["localhost", "localhost:9999", "127.0.0.1:1", "[::1]:9090"])
async def test_local_names_are_let_in_whatever_port_was_forwarded(shared, host):
    assert (await shared.get("/api/v1/events", headers={"host": host})).status_code == 200


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:1", "http://[", "https://127.0.0.1"]
)
async def test_another_page_may_not_change_anything(shared, origin):
    response = await shared.post("/api/v1/plugins/picky/pause", headers={"origin": origin})
    assert response.status_code == 403
    assert response.json()["error"]["code"] == "cross_origin"
    assert (await shared.get("/api/v1/plugins")).json()["plugins"][1]["lane"]["paused"] is False


async def test_the_console_of_this_port_may(shared):
    origin = str(shared.base_url).rstrip("/")
    assert (await shared.post("/api/v1/plugins/picky/resume", headers={"origin": origin})).status_code == 200


@pytest.mark.parametrize("path", ["/api/v1/events", "/api/v1/nothing", "/api/v1/events/0", "/healthz"])
async def test_every_answer_is_hardened(shared, path):
    headers = (await shared.get(path)).headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "not_found"),
        ("GET", "/api/v1/nothing", 404, "not_found"),
        ("DELETE", "/api/v1/events", 405, "method_not_allowed"),
        ("GET", "/api/v1/replay", 405, "method_not_allowed"),
    ],
)
async def test_errors_have_one_shape(shared, method, path, status, code):
    response = await shared.request(method, path)
    assert response.status_code == status
    assert response.json()["error"]["code"] == code
    assert set(response.json()["error"]) == {"code", "message", "hint"}
