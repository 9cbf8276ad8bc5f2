"""Pages that the menu does not lead to: whoever uses them, in every colour and width, and with hostile words in them."""

import itertools
import re
from urllib.parse import quote

import pytest
import pytest_asyncio
from playwright.async_api import expect

from pagewire import Refused, hookimpl
from tests.browser import chromium
from tests.pagewire_gateway import making
from tests.pagewire_gateway.console.browsing import barriers
from tests.pagewire_gateway.console.test_browser import XSS, Seen, until_known
from tests.pagewire_gateway.console.world import asking, with_token

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow(30)]

LOOKS = tuple(itertools.product(("light", "dark"), (1280, 360)))
EXPECTED = re.compile(r"the server responded with a status of [45]\d\d")


class Hostile:
    """Forgets nobody, and says so in words that would be more than words."""

    @hookimpl
    async def message_received(self, event):
        pass

    @hookimpl
    async def person_deleted(self, person, context):
        raise Refused(XSS)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory):
    async with asking(tmp_path_factory.mktemp("pages"), picky=Hostile, rate=0) as running:
        appended = await running.stage.deliver(making.message("hello", "74"), making.message("hello", "75"))
        await running.stage.until_state(appended.new[1].id, "picky", "done")
        await until_known(running, "75")
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser():
    async with chromium() as started:
        yield started


@pytest_asyncio.fixture(loop_scope="module")
async def page(world, browser):
    """A page that has no session yet; fails if it complains of more than the status that was asked for."""
    context = await browser.new_context(base_url=world.url, reduced_motion="reduce")
    seen = Seen(await context.new_page())
    yield seen.page
    await context.close()
    assert [complaint for complaint in seen.complaints if not EXPECTED.search(complaint)] == []


async def usable(page, heading):
    """The page with that heading: fits its screen, keeps nobody from using it, and shows hostile words as words."""
    await expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    for scheme, width in LOOKS:
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        await page.set_viewport_size({"width": width, "height": 800})
        assert await barriers(page) == [], (heading, scheme, width)
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, (heading, scheme, width)
    assert await page.locator("img, [onerror], main script").count() == 0


async def test_the_log_in_and_a_log_in_that_fails(page):
    await page.goto(f"/console/login?next={quote('/console/' + XSS)}")
    await usable(page, "Log in")
    await page.get_by_label("Token").fill("guess")
    await page.get_by_role("button", name="Log in with a token").click()
    await expect(page.get_by_role("alert")).to_contain_text("Nobody is known")
    await usable(page, "Log in")


async def test_one_person_and_their_deletion(page, world):
    await with_token(page.context, world, "admin")
    await page.goto("/console/people")
    await page.get_by_label("Scoped id").fill(f"page/{making.PAGE}/75")
    await page.get_by_role("button", name="Find").click()
    await usable(page, "Person")
    await page.get_by_role("button", name="Show names").click()
    await expect(page.get_by_text("Names are shown")).to_be_visible()
    await usable(page, "Person")
    await page.get_by_role("link", name="Delete…").click()
    await usable(page, "Delete a person")
    await page.get_by_label("I am sure").check()
    await page.get_by_role("button", name="Delete for good").click()

    async def parked():
        await page.reload()
        return await page.get_by_role("button", name="Ask plugins again").count()

    await world.stage.until(parked, 60)
    await expect(page.get_by_text(XSS)).to_be_visible()
    await usable(page, re.compile("^Deletion "))


async def test_a_replay_from_its_preview_to_its_end(page, world):
    await with_token(page.context, world, "operator")
    await page.goto("/console/replays/new?kind=message")
    await usable(page, "Replay events")
    await page.get_by_role("button", name="Replay 2 events").click()
    await usable(page, "Replay")


async def test_pages_that_say_why_not(page, world):
    await page.goto(f"/console/{quote(XSS)}")
    await with_token(page.context, world, "viewer")
    await page.goto("/console/audit")
    await expect(page.get_by_text("asks for the role operator")).to_be_visible()
    await usable(page, "Forbidden")
    await page.goto(f"/console/events/{quote(XSS, safe='')}")
    await usable(page, "Not Found")
    await page.goto(f"/console/events?since={quote(XSS)}")
    await expect(page.locator(".wrong", has_text="is no time")).to_be_visible()
    await usable(page, "Events")
    await page.goto("/console/people")
    await page.get_by_label("Scoped id").fill(XSS)
    await page.get_by_role("button", name="Find").click()
    await expect(page.get_by_label("Scoped id")).to_have_value(XSS)
    await usable(page, "People")


async def test_a_form_of_an_earlier_session_can_be_sent_again(page, world):
    await with_token(page.context, world, "operator")
    await page.goto("/console/replays/new?kind=message")
    await page.get_by_label("Replies").select_option("new")
    await page.evaluate("document.querySelectorAll('[name=csrf]').forEach((one) => { one.value = 'stale'; })")
    await page.get_by_role("button", name=re.compile("^Replay [0-9]")).click()
    await usable(page, "Forbidden")
    await page.get_by_role("button", name="Send it again").click()
    await expect(page.get_by_text("those that did not go out before")).to_be_visible()


async def test_a_page_for_what_went_wrong_inside(page, world):
    await with_token(page.context, world, "operator")
    await page.goto("/console/replays/new?kind=message")
    # The folder that replays are kept in becomes what it must not be.
    folder = world.stage.gateway.settings.data / "replays"
    folder.rename(folder.with_name("before"))
    folder.write_text("")
    await page.get_by_role("button", name=re.compile("^Replay [0-9]")).click()
    await usable(page, "Internal Server Error")
    folder.unlink()
    folder.with_name("before").rename(folder)


async def test_whoever_asks_too_often_is_told_so(tmp_path, browser):
    async with asking(tmp_path, rate=0.5) as world:
        context = await browser.new_context(base_url=world.url)
        page = await context.new_page()
        await with_token(context, world, "viewer")
        while (await page.goto("/console/plugins")).status == 200:
            pass
        await expect(page.get_by_text("You ask too often.")).to_be_visible()
        await usable(page, "Too Many Requests")
        await context.clear_cookies()
        await page.goto("/console/login")
        while (await page.request.post("/console/login", form={"token": "guess"})).status != 429:
            pass
        await page.get_by_label("Token").fill("guess")
        await page.get_by_role("button", name="Log in with a token").click()
        await expect(page.get_by_role("alert")).to_contain_text("Too many log-ins failed")
        await usable(page, "Log in")
        await context.close()
