"""Logging in with a real identity provider, in a real browser."""

import contextlib
import re
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import expect

from pagewire_gateway.access.door import RETURN
from tests.browser import chromium
from tests.pagewire_gateway.console.world import asking, bearer, log_in, provider
from tests.ports import free_port

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow(15)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory):
    port = free_port()
    async with (
        provider(f"http://127.0.0.1:{port}{RETURN}") as known,
        asking(tmp_path_factory.mktemp("oidc"), issuer=known.issuer, port=port) as running,
    ):
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser():
    async with chromium() as started:
        yield started


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser):
    context = await browser.new_context()
    yield await context.new_page()
    await context.close()


@pytest.mark.parametrize(("name", "role"), [("ada", "admin"), ("olga", "operator"), ("vera", "viewer")])
async def test_people_get_the_role_of_their_group(world, page, name, role):
    await log_in(page, world, name)
    who = page.locator(".who")
    await expect(who).to_contain_text(f"{name}@example.com")
    await expect(who.locator(".tag")).to_have_text(role)


async def test_who_has_no_role_is_told_so_and_stays_outside(world, page):
    with contextlib.suppress(Exception):
        await log_in(page, world, "nobody")
    await expect(page.get_by_role("alert")).to_contain_text(
        "nobody@example.com is known to the identity provider, but has no role"
    )
    await page.goto(f"{world.url}/console")
    await expect(page.get_by_role("heading", name="Log in")).to_be_visible()


async def test_log_out_ends_the_session(world, page):
    await log_in(page, world, "vera")
    await page.get_by_role("button", name="Log out").click()
    await expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    await page.goto(f"{world.url}/console")
    await expect(page.get_by_role("heading", name="Log in")).to_be_visible()


async def test_log_ins_are_in_the_audit_log_with_name_role_and_way(world, page):
    await log_in(page, world, "olga")
    async with httpx.AsyncClient(base_url=world.url, headers=bearer("operator")) as client:
        acts = (await client.get("/api/v1/audit", params={"action": "session"})).json()["acts"]
    assert ("olga@example.com", "role operator, by oidc", "done") in {
        (a["name"], a["detail"], a["outcome"]) for a in acts
    }


async def begun(client):
    """A log-in begun without a browser: what is sent to the provider."""
    answer = await client.get("/console/login/oidc")
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


async def test_the_request_is_bound_by_state_nonce_and_proof_key(world):
    async with httpx.AsyncClient(base_url=world.url) as client:
        first, second = await begun(client), await begun(client)
    assert first["code_challenge_method"] == "S256"
    assert first["redirect_uri"] == world.url + RETURN
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name]) >= 32
        assert first[name] != second[name]


@pytest.mark.parametrize("change", ["another state", "no cookie", "another provider", "a code that is none"])
async def test_an_answer_that_was_not_asked_for_logs_nobody_in(world, change):
    async with httpx.AsyncClient(base_url=world.url) as client:
        asked = await begun(client)
        brought = {"state": asked["state"], "code": "stolen", "iss": world.issuer}
        if change == "another state":
            brought["state"] = "x" * 32
        if change == "no cookie":
            client.cookies.clear()
        if change == "another provider":
            brought["iss"] = "https://evil.example"
        answer = await client.get(RETURN, params=brought)
        assert answer.status_code == 403
        assert 'role="alert"' in answer.text
        assert not re.search(r"pagewire-console=[^;]", answer.headers.get("set-cookie", ""))
        assert (await client.get("/console")).status_code == 303


async def test_an_answer_counts_once(world, page):
    answers = []
    page.on("request", lambda asked: answers.append(asked.url) if RETURN in asked.url else None)
    await log_in(page, world, "vera")
    await page.context.clear_cookies(name="pagewire-console")
    await page.goto(answers[0])
    await expect(page.get_by_role("alert")).to_contain_text("through already")
