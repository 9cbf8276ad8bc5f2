"""The console in a real browser: whoever uses it, in every colour, on every screen, and with hostile words in it."""

import asyncio
from urllib.parse import quote

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import expect

from pagewire import Refused, hookimpl
from pagewire_gateway.console.menu import MENU
from tests.browser import chromium
from tests.pagewire.simulator.clients.install import node_folder
from tests.pagewire_gateway import making
from tests.pagewire_gateway.console.world import asking, bearer, with_token

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow(30)]

XSS = "<img src=x onerror=alert(1)><script>alert(2)</script>\"'>{{7*7}}"
PARTS = ["/console/plugins/picky", f"/console/accounts/page/{making.PAGE}"]
PAGES = [entry.path for group in MENU for entry in group.entries] + PARTS


class Hostile:
    """Repeats what people write in its errors."""

    @hookimpl
    async def message_received(self, event):
        if event.text.startswith("no"):
            raise Refused(event.text)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory):
    async with asking(tmp_path_factory.mktemp("browser"), picky=Hostile, rate=0) as running:
        appended = await running.stage.deliver(making.message(f"no {XSS}", "73"), making.message(XSS, "74"))
        await running.stage.until_state(appended.new[0].id, "picky", "parked")
        yield running


async def until_known(world, person):
    """People become known a moment after their event."""
    async with asyncio.timeout(20), httpx.AsyncClient(base_url=world.url, headers=bearer("viewer")) as client:
        asked = {"id": f"page/{making.PAGE}/{person}"}
        while (await client.post("/api/v1/people/find", json=asked)).status_code != 200:
            await asyncio.sleep(0.1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser():
    async with chromium() as started:
        yield started


class Seen:
    """A page, and all that it complained of."""

    def __init__(self, page):
        self.page, self.complaints = page, []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on(
            "console", lambda said: self.complaints.append(said.text) if said.type in {"error", "warning"} else None
        )
        page.on("dialog", lambda dialog: self.complaints.append(f"dialog {dialog.message}"))
        page.on("request", lambda asked: self.complaints.append(asked.url) if "127.0.0.1" not in asked.url else None)


@pytest_asyncio.fixture(loop_scope="module")
async def open_as(world, browser):
    """Opens pages as a role, in a browser that is set up as asked; fails if a page complains."""
    opened, contexts, expected = [], [], []

    async def as_role(role, **options):
        context = await browser.new_context(base_url=world.url, **options)
        contexts.append(context)
        await with_token(context, world, role)
        seen = Seen(await context.new_page())
        opened.append(seen)
        return seen.page

    as_role.expected = expected
    yield as_role
    for context in contexts:
        await context.close()
    assert [complaint for seen in opened for complaint in seen.complaints if complaint not in expected] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_on_any_page(open_as, scheme):
    axe = (node_folder() / "node_modules/axe-core/axe.min.js").read_text()
    page = await open_as("admin", color_scheme=scheme, bypass_csp=True)
    found = {}
    for path in PAGES:
        await page.goto(path)
        await page.evaluate(axe)
        for one in (await page.evaluate("axe.run()"))["violations"]:
            found[path, one["id"]] = [node["html"][:200] for node in one["nodes"]][:3]
    assert found == {}


@pytest.mark.parametrize("width", [360, 1280])
async def test_every_page_keeps_to_its_policy_and_its_screen(open_as, width):
    page = await open_as("admin", viewport={"width": width, "height": 800})
    for path in PAGES:
        assert (await page.goto(path)).status == 200
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, path


async def test_hostile_words_are_words(open_as):
    """They stand in what a plugin says of its trouble, in a search, and in the page that a log-in leads to."""
    page = await open_as("operator")
    await page.goto("/console/parked")
    await page.get_by_role("link", name="Refused").click()
    await expect(page.get_by_text(XSS).first).to_be_visible()
    await page.goto(f"/console/audit?name={quote(XSS)}")
    await expect(page.get_by_label("Who")).to_have_value(XSS)
    await page.context.clear_cookies()
    await page.goto(f"/console/login?next={quote('/console/' + XSS)}")
    await expect(page.locator("input[name=next]")).to_have_value("/console")
    assert await page.locator("img, [onerror]").count() == 0


@pytest.mark.parametrize(
    ("role", "pauses", "deletes", "audits"), [("viewer", 0, 0, 0), ("operator", 1, 0, 1), ("admin", 1, 1, 1)]
)
async def test_each_role_finds_what_it_may_do(open_as, world, role, pauses, deletes, audits):
    page = await open_as(role)
    await page.goto("/console/plugins/answer")
    await expect(page.get_by_role("button", name="Pause")).to_have_count(pauses)
    await expect(page.get_by_role("link", name="Audit log")).to_have_count(audits)
    await page.goto("/console/people")
    await page.get_by_label("Scoped id").fill(f"page/{making.PAGE}/73")
    await page.get_by_role("button", name="Find").click()
    await expect(page.get_by_role("link", name="Delete…")).to_have_count(deletes)


async def test_a_plugin_is_paused_and_released_and_the_log_tells_who_did_it(open_as, world):
    page = await open_as("operator")
    await page.goto("/console/plugins/picky")
    await page.get_by_role("button", name="Pause").click()
    await expect(page.get_by_role("status")).to_contain_text("picky is paused")
    await page.goto("/console")
    await page.get_by_role("link", name="picky is paused").click()
    await page.get_by_role("button", name="Release").click()
    await expect(page.get_by_role("status")).to_contain_text("picky goes on")
    await page.get_by_role("link", name="Audit log").click()
    first = page.locator("tbody tr").first
    await expect(first).to_contain_text("ci-operator")
    await expect(first).to_contain_text("plugin.resume")
    await expect(first).to_contain_text("done")


async def test_a_configuration_is_shown_without_its_secrets(open_as):
    page = await open_as("viewer")
    await page.goto("/console/plugins/answer")
    await expect(page.locator("pre").first).to_contain_text("Ahoy")
    assert "hush-hush" not in await page.content()


async def test_a_person_is_deleted_with_preview_confirmation_and_receipts(open_as, world):
    appended = await world.stage.deliver(making.message("forget me", "79"))
    await world.stage.until_state(appended.new[0].id, "picky", "done")
    await until_known(world, "79")
    page = await open_as("admin")
    await page.goto("/console/people")
    await page.get_by_label("Scoped id").fill(f"page/{making.PAGE}/79")
    await page.get_by_role("button", name="Find").click()
    await page.get_by_role("link", name="Delete…").click()
    await expect(page.get_by_text(f"page/{making.PAGE}/79")).to_be_visible()
    await page.get_by_label("I am sure").check()
    await page.get_by_role("button", name="Delete for good").click()
    await expect(page.get_by_role("status")).to_contain_text("written down")
    await expect(page.get_by_role("table", name="Subjects, by keyed hash")).to_be_visible()
    await page.goto("/console/audit?action=person.delete")
    row = page.locator("tbody tr").first
    await expect(row).to_contain_text("1 scoped ids")
    assert "/79" not in await row.inner_text()


async def test_by_keyboard_alone(open_as):
    page = await open_as("viewer")
    await page.goto("/console")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    await page.keyboard.press("g")
    await page.keyboard.press("p")
    await expect(page.get_by_role("heading", name="Plugins", level=1)).to_be_visible()
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="picky", level=1)).to_be_visible()
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()


async def test_colours_stay_as_chosen(open_as):
    page = await open_as("viewer", color_scheme="light")
    await page.goto("/console")
    for _ in range(2):
        await page.get_by_role("button", name="Colours").click()
    await page.goto("/console/plugins")
    assert await page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"


async def test_without_script_everything_can_be_read_and_forms_work(open_as):
    page = await open_as("operator", java_script_enabled=False)
    for path in PAGES:
        await page.goto(path)
        assert await page.get_by_role("heading", level=1).count() == 1
    await page.goto("/console/plugins/picky")
    await page.get_by_role("button", name="Pause").click()
    await page.get_by_role("button", name="Release").click()
    await expect(page.get_by_role("status")).to_contain_text("goes on")


async def test_a_form_that_is_out_of_date_is_refused_with_a_page(open_as, world):
    page = await open_as("operator")
    await page.goto("/console/plugins/picky")
    await page.evaluate("document.querySelectorAll('[name=csrf]').forEach((one) => { one.value = 'stale'; })")
    open_as.expected.append("Failed to load resource: the server responded with a status of 403 (Forbidden)")
    async with page.expect_response("**/pause") as refused:
        await page.get_by_role("button", name="Pause").click()
    assert (await refused.value).status == 403
    await expect(page.get_by_text("not from the page you have now")).to_be_visible()
    await page.context.clear_cookies()
    await page.goto("/console/plugins")
    await expect(page.get_by_role("heading", name="Log in")).to_be_visible()
