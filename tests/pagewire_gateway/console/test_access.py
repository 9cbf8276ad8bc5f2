"""Tokens with roles, sessions, forms and limits, without a browser."""

import re

import httpx
import pytest
import pytest_asyncio

from pagewire_gateway.access.rules import RULES
from tests.pagewire_gateway.console.world import TOKENS, asking, bearer, tokens_file

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROLES = ("viewer", "operator", "admin")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory):
    async with asking(tmp_path_factory.mktemp("asking"), rate=0) as running:
        yield running


@pytest.fixture
async def anybody(world):
    async with httpx.AsyncClient(base_url=world.url) as client:
        yield client


async def begin(client, role):
    answer = await client.post("/console/login", data={"token": TOKENS[role], "next": "/console?x=1"})
    assert answer.status_code == 303
    return answer


async def form_token(client):
    return re.search(r'name="csrf" value="([0-9a-f]{64})"', (await client.get("/console")).text)[1]


def asked(route):
    method, template = route.split(" ", 1)
    return method, re.sub(r"\{[^}]*\}", "none", template)


@pytest.mark.parametrize("route", sorted(route for route, rule in RULES.items() if rule.least))
async def test_each_route_lets_in_its_least_role_and_nobody_below(anybody, route):
    method, path = asked(route)
    assert (await anybody.request(method, path, headers={"accept": "text/html"})).status_code in {401, 303}
    for role in ROLES[: ROLES.index(RULES[route].least)]:
        answer = await anybody.request(method, path, headers=bearer(role))
        assert answer.status_code == 403, (role, answer.text)


async def test_pages_lead_to_the_log_in_and_back(anybody):
    answer = await anybody.get("/console?x=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/login?next=%2Fconsole%3Fx%3D1")
    assert (await anybody.get("/api/v1/events")).status_code == 401
    part = await anybody.get("/console", headers={"hx-request": "true"})
    assert (part.status_code, part.headers["hx-redirect"]) == (401, "/console/login")


async def test_a_token_begins_a_session_that_scripts_and_other_sites_cannot_reach(anybody):
    answer = await begin(anybody, "viewer")
    assert answer.headers["location"] == "/console?x=1"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert TOKENS["viewer"] not in cookie
    assert "ci-viewer" in (await anybody.get("/console")).text


@pytest.mark.parametrize(
    "where", ["https://evil.example", "//evil.example", "/console/..//x", "/\\evil", "/api/v1/events", "/consolex"]
)
async def test_the_log_in_leads_nowhere_else(anybody, where):
    answer = await anybody.post("/console/login", data={"token": TOKENS["viewer"], "next": where})
    assert answer.headers["location"] == "/console"


async def test_beyond_this_machine_the_cookie_is_for_https_only(tmp_path):
    async with (
        asking(tmp_path, url="https://pagewire.example.com") as world,
        httpx.AsyncClient(base_url=world.url) as client,
    ):
        cookie = (await begin(client, "viewer")).headers["set-cookie"]
    assert cookie.startswith("__Host-pagewire-console=")
    assert "; Secure" in cookie


async def test_a_cookie_that_was_touched_counts_for_nothing(anybody):
    cookie = (await begin(anybody, "viewer")).headers["set-cookie"].partition(";")[0]
    body, _, seal = cookie.partition(".")
    other = seal.replace(seal[0], "A" if seal[0] != "A" else "B", 1)
    for forged in (f"{body}.{other}", f"{body[:-4]}AAAA.{seal}", body, "pagewire-console=."):
        anybody.cookies.clear()
        assert (await anybody.get("/console", headers={"cookie": forged})).status_code == 303, forged


async def test_who_logged_out_is_out_also_with_a_copy_of_the_cookie(anybody):
    copied = (await begin(anybody, "viewer")).headers["set-cookie"].partition(";")[0]
    answer = await anybody.post("/console/logout", data={"csrf": await form_token(anybody)})
    assert answer.headers["location"] == "/console/login"
    assert "Max-Age=0" in answer.headers["set-cookie"]
    anybody.cookies.clear()
    assert (await anybody.get("/console", headers={"cookie": copied})).status_code == 303


async def test_a_form_of_somebody_else_changes_nothing(anybody, world):
    await begin(anybody, "operator")
    mine = await form_token(anybody)
    async with httpx.AsyncClient(base_url=world.url) as other:
        await begin(other, "operator")
        theirs = await form_token(other)
    for given in ({}, {"csrf": ""}, {"csrf": theirs}, {"csrf": "ü"}):
        answer = await anybody.post("/console/logout", data=given)
        assert answer.status_code == 403
        assert "stale_form" in answer.text
    assert mine != theirs


async def test_a_session_alone_changes_nothing_through_the_api(anybody):
    await begin(anybody, "operator")
    refused = await anybody.post("/api/v1/plugins/picky/resume")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "stale_form")
    token = {"x-csrf-token": await form_token(anybody)}
    assert (await anybody.post("/api/v1/plugins/picky/resume", headers=token)).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "null"},
    ],
)
async def test_no_other_site_logs_anybody_in_or_out(anybody, headers):
    for path in ("/console/login", "/console/logout"):
        assert (await anybody.post(path, data={"token": TOKENS["admin"]}, headers=headers)).status_code == 403


async def test_what_a_role_was_refused_is_in_the_audit_log(anybody):
    await anybody.post("/api/v1/plugins/picky/pause", headers=bearer("viewer"))
    acts = (await anybody.get("/api/v1/audit", headers=bearer("operator"))).json()["acts"]
    assert ("ci-viewer", "viewer", "plugin.pause", "refused") in {
        (one["name"], one["role"], one["action"], one["outcome"]) for one in acts
    }


async def test_a_session_ends_when_nobody_uses_it_and_in_any_case(tmp_path):
    async with (
        asking(tmp_path, idle=0.5, session=3600) as world,
        httpx.AsyncClient(base_url=world.url) as client,
    ):
        await begin(client, "viewer")
        sessions = world.stage.gateway.access.sessions
        made = sessions._clock
        assert (await client.get("/console")).status_code == 200
        sessions._clock = lambda: made() + 2_000
        assert (await client.get("/console")).status_code == 303
        sessions._clock, sessions._idle = made, 7200
        await begin(client, "viewer")
        sessions._clock = lambda: made() + 3_000_000
        assert (await client.get("/console")).status_code == 200
        sessions._clock = lambda: made() + 3_700_000
        assert (await client.get("/console")).status_code == 303


async def test_a_token_that_is_taken_away_takes_its_sessions_along(tmp_path):
    async with asking(tmp_path) as world, httpx.AsyncClient(base_url=world.url) as client:
        await begin(client, "operator")
        assert (await client.get("/api/v1/audit")).status_code == 200
        path = tokens_file(tmp_path)
        path.write_text(path.read_text().replace("role: operator", "role: viewer"))
        assert (await client.get("/api/v1/audit")).status_code == 401
        assert (await client.get("/api/v1/audit", headers=bearer("operator"))).status_code == 403
        path.write_text("tokens: [")
        assert (await client.get("/api/v1/events", headers=bearer("admin"))).status_code == 401


async def test_a_token_that_is_taken_away_ends_what_it_reads(tmp_path):
    async with asking(tmp_path) as world, httpx.AsyncClient(base_url=world.url, timeout=60) as client:
        await begin(client, "viewer")
        async with client.stream("GET", "/console/live/stream") as live:
            lines = live.aiter_lines()
            assert (await anext(lines)).startswith(":")
            (tmp_path / "tokens.yaml").write_text("tokens: []")
            async for _ in lines:
                pass
        again = await client.get("/console/live/stream", headers={"accept": "text/event-stream"})
        assert again.status_code == 401


async def test_log_ins_that_fail_are_slowed_down(tmp_path):
    async with asking(tmp_path) as world, httpx.AsyncClient(base_url=world.url) as client:
        for _ in range(10):
            answer = await client.post("/console/login", data={"token": "guess"})
            assert (answer.status_code, "Nobody is known" in answer.text) == (401, True)
        answer = await client.post("/console/login", data={"token": TOKENS["admin"]})
        assert answer.status_code == 429
        assert "Too many log-ins failed" in answer.text
        assert (await client.get("/api/v1/events", headers=bearer("viewer"))).status_code == 200


async def test_one_caller_cannot_take_all_the_time(tmp_path):
    async with asking(tmp_path, rate=0.5) as world, httpx.AsyncClient(base_url=world.url) as client:
        found = [(await client.get("/api/v1/problems", headers=bearer("viewer"))).status_code for _ in range(8)]
        assert found[:5] == [200] * 5
        assert found[-1] == 429
        assert (await client.get("/api/v1/problems", headers=bearer("operator"))).status_code == 200
