"""The console of a process that takes webhooks on NATS, in Chromium: no plugin runs there, and everything works all the same."""

import asyncio
from types import SimpleNamespace

import pytest
from playwright.async_api import expect

from pagewire_gateway.console.menu import MENU
from tests.browser import chromium
from tests.pagewire_gateway import making
from tests.pagewire_gateway.console.browsing import visit
from tests.whole.crowd import gathered
from tests.whole.system import REFUSED, TAKEN, Crm

PATIENCE = 60_000
"""Milliseconds; a loaded machine takes its time."""
_REPLAYED = 45
"""Events, and so seconds that a replay lasts."""


@pytest.fixture
async def crm():
    started = Crm()
    await started.start()
    yield started
    await started.stop()


@pytest.fixture
async def crowd(tmp_path, own_nats, crm):
    """One process takes webhooks and one works; the CRM refuses, so its work is parked at once."""
    async with gathered(tmp_path, own_nats) as crowd:
        rules = [{"when": {"regex": "^no ([0-9]+)$"}, "reply": {"text": "re {1}"}}]
        uses = [
            {"name": "auto-reply", "config": {"rules": rules}},
            {"name": "crm-sync", "config": {"url": crm.url, "interval": "1s"}},
        ]
        making.write(tmp_path / "manifests", making.page_manifest(*uses), making.instagram_manifest(*uses))
        await crowd.serve("front")
        await crowd.work("worker")
        yield crowd


async def timeline(page, *lines):
    """Look at an event until its timeline has these lines."""
    told: list[str] = []
    try:
        async with asyncio.timeout(PATIENCE / 1000):
            while not all(any(line in one for one in told) for line in lines):
                await page.reload()
                told = await page.locator(".timeline .what").all_inner_texts()
    except TimeoutError:
        pytest.fail(f"the timeline tells {told}")


@pytest.mark.slow(25)
@pytest.mark.timeout(400)
async def test_events_are_found_replayed_and_taken_up_and_plugins_paused(crowd, crm):
    front = SimpleNamespace(gateway=SimpleNamespace(admin_port=crowd.processes["front"].admin))
    async with chromium() as browser, visit(browser, front) as page, visit(browser, front) as live:
        await live.goto("/console/live")
        await expect(live.locator("[data-live-state]")).to_have_text("live", timeout=PATIENCE)
        crm.answer = REFUSED
        mid = await crowd.sim.say(making.PAGE, "ann", "no 1")
        await expect(live.locator("tbody tr", has_text="message").first).to_be_visible(timeout=PATIENCE)

        await page.goto("/console/events")
        await page.get_by_label("Id of an event").fill(mid)
        await page.get_by_role("button", name="Find").click()
        await page.wait_for_url("**/console/events/*")
        event = page.url
        await timeline(
            page, "auto-reply Sent; Meta took it", "Its echo came back", "crm-sync Attempt 1: failed for good"
        )
        await page.get_by_role("button", name="Reveal").click()
        await expect(page.get_by_role("region", name="What Meta sent")).to_contain_text("no 1")
        await page.goto(event)
        await page.get_by_role("link", name="with …").click()
        await expect(page.get_by_text("this app may answer")).to_be_visible(timeout=PATIENCE)

        await page.goto(event)
        await page.get_by_label("Plugin").select_option("auto-reply")
        await page.get_by_role("button", name="Replay").click()
        await expect(page.get_by_text("Put back for 1 plugin.")).to_be_visible(timeout=PATIENCE)
        await timeline(page, "Not sent, as nobody asked for it")

        crm.answer = TAKEN
        await page.goto("/console")
        await page.get_by_role("link", name="parked, waiting").click()
        await page.locator("tbody a").first.click()
        await page.get_by_role("button", name="Replay 1", exact=True).click()
        await expect(page.get_by_role("heading", name="1 of 1")).to_be_visible(timeout=PATIENCE)
        await page.goto(event)
        await timeline(page, "crm-sync Attempt 1: went well")

        await page.goto("/console/replays/new?kind=message")
        await page.get_by_role("button", name="Replay 1 event").click()
        await expect(page.get_by_role("heading", name="1 of 1")).to_be_visible(timeout=PATIENCE)

        await page.goto("/console/plugins")
        await page.get_by_role("link", name="crm-sync").click()
        await page.get_by_role("button", name="Pause").click()
        await expect(page.get_by_role("status")).to_contain_text("crm-sync is paused", timeout=PATIENCE)
        await page.goto("/console")
        await page.get_by_role("link", name="crm-sync is paused").click()
        await page.get_by_role("button", name="Release").click()
        await expect(page.get_by_role("status")).to_contain_text("crm-sync goes on", timeout=PATIENCE)
        for entry in (entry for group in MENU for entry in group.entries):
            assert (await page.goto(entry.path)).status == 200, entry.path


@pytest.mark.slow(25)
@pytest.mark.timeout(400)
async def test_any_process_shows_a_replay_and_cancels_it(crowd):
    """Begun at one process, which puts back one event a second; looked at and stopped at another."""
    front, other = crowd.processes["front"], await crowd.serve("other")
    for number in range(_REPLAYED):
        await crowd.sim.say(making.PAGE, "ann", f"hello {number}")
    async with asyncio.timeout(PATIENCE / 1000):
        while len((await front.get("/api/v1/events", kind="message"))["events"]) < _REPLAYED:
            await asyncio.sleep(0.1)
    shown = SimpleNamespace(gateway=SimpleNamespace(admin_port=other.admin))
    async with chromium() as browser, visit(browser, shown) as page:
        # Only now, as a browser may take longer to start than the replay lasts.
        begun = (await front.post("/api/v1/replays", {"filter": {"kind": "message"}, "rate": 1}))["replay"]["id"]
        row = page.locator("tbody tr", has_text="running")
        async with asyncio.timeout(PATIENCE / 1000):
            while await row.count() == 0:
                await page.goto("/console/replays")
        await row.get_by_role("link").click()
        await page.get_by_role("button", name="Cancel").click()
        await expect(page.get_by_role("status")).to_contain_text("Stopped after", timeout=PATIENCE)
    stopped = await front.get(f"/api/v1/replays/{begun}")
    assert (stopped["state"], stopped["looked"] < _REPLAYED) == ("cancelled", True)
