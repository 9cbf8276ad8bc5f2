"""Roles that are taken away at the identity provider while somebody works in the console."""

import pytest
import pytest_asyncio
from playwright.async_api import expect

from pagewire_gateway.access.door import RETURN
from pagewire_gateway.audit.port import Query
from tests.browser import chromium
from tests.pagewire_gateway.console.browsing import barriers
from tests.pagewire_gateway.console.world import asking, log_in, provider
from tests.ports import free_port

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow(12)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def known():
    port = free_port()
    async with provider(f"http://127.0.0.1:{port}{RETURN}") as started:
        yield started, port


@pytest_asyncio.fixture(loop_scope="module")
async def world(known, tmp_path):
    started, port = known
    async with asking(tmp_path, issuer=started.issuer, port=port) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def page(world):
    async with chromium() as browser:
        yield await browser.new_page()


def pass_(world, seconds=1000):
    """Let time pass, so that sessions have to be confirmed."""
    access = world.stage.gateway.access
    for part in (access.sessions, access._standing):
        part._clock = lambda made=part._clock: made() + seconds * 1000


async def test_who_loses_a_group_loses_the_role_and_keeps_the_session(world, page, known):
    await log_in(page, world, "olga", "/console/plugins/answer")
    session = await page.locator("[name=csrf]").first.input_value()
    await known[0].regroup("olga", "everybody")
    pass_(world)
    await page.goto(f"{world.url}/console/plugins/answer?seen=1")
    assert page.url.endswith("/console/plugins/answer?seen=1")
    await expect(page.get_by_role("button", name="Pause")).to_have_count(0)
    await expect(page.locator(".who .tag")).to_have_text("viewer")
    assert await page.locator("[name=csrf]").first.input_value() == session, "forms that are open stay good"
    (act,) = await world.stage.gateway.audit.latest(Query(limit=10, action="session.role"))
    assert (act.name, act.detail) == ("olga@example.com", "from operator to viewer")
    await known[0].regroup("olga")
    pass_(world)
    await page.goto(f"{world.url}/console")
    await expect(page.get_by_role("alert")).to_contain_text("has no role here")


async def test_a_form_of_a_session_that_has_to_be_confirmed_changes_nothing(world, page):
    await log_in(page, world, "ada", "/console/plugins/answer")
    pass_(world)
    await page.get_by_role("button", name="Pause").click()
    await expect(page.get_by_role("heading", name="Nothing was changed")).to_be_visible()
    assert await barriers(page) == []
    await page.get_by_role("link", name="Go on").click()
    await page.wait_for_url("**/console/plugins/answer")
    assert not any(lane.paused for lane in world.stage.gateway.dispatcher.lanes())
    await page.get_by_role("button", name="Pause").click()
    await expect(page.get_by_role("status")).to_contain_text("answer is paused")


async def test_what_is_drawn_anew_leads_back_to_its_page(world, page):
    await log_in(page, world, "vera")
    answers = []
    page.on("request", lambda asked: answers.append(asked.url) if RETURN in asked.url else None)
    before = len(answers)
    pass_(world)
    async with page.expect_request(lambda asked: RETURN in asked.url, timeout=60_000):
        pass  # The overview is drawn anew by itself.
    await page.wait_for_url(f"{world.url}/console")
    await expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    assert len(answers) == before + 1
