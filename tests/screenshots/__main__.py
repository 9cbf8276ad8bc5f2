"""Takes the pictures anew."""

import asyncio
import tempfile
from pathlib import Path

import msgspec
from playwright.async_api import Browser

from pagewire_gateway.app import Gateway, now
from pagewire_gateway.journal.port import EventFilter
from pagewire_gateway.telemetry.history import EVERY, Sample
from tests.browser import chromium
from tests.pagewire_gateway import making
from tests.pagewire_gateway.playing import played, refused_event, settled_events
from tests.pagewire_gateway.stage import Stage

FOLDER = Path(__file__).parents[2] / "docs/how-to/console"
SCREENS = {"wide": (1280, 800), "narrow": (390, 844)}
PICTURES = (
    ("overview", "/console", "light", "wide"),
    ("overview", "/console", "dark", "wide"),
    ("overview", "/console", "dark", "narrow"),
    ("events", "/console/events?kind=message", "light", "wide"),
    ("event", "/console/events/{event}", "dark", "wide"),
    ("conversation", "/console/conversations/{event}", "dark", "narrow"),
    ("parked", "/console/parked/group?what=event&plugin=picky&cause=Refused", "light", "wide"),
    ("plugin", "/console/plugins/answer", "light", "wide"),
    ("accounts", "/console/accounts", "light", "narrow"),
    ("audit-log", "/console/audit", "dark", "wide"),
)


async def main() -> None:
    """Play a little, and take every picture."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        async with played(Path(folder)) as stage, chromium() as browser:
            await settled_events(stage)
            await refused_event(stage)
            told = await _talk(stage)
            await stage.gateway.steering.pause("picky")
            for number in range(12):
                await stage.sim.say(making.PAGE, f"somebody {number}", "hello")
            await stage.sim.wait_for_sends(13)
            _fill(stage.gateway)
            url = f"http://127.0.0.1:{stage.gateway.admin_port}"
            await _act(browser, url)
            for name, path, scheme, screen in PICTURES:
                await _take(
                    browser, url + path.format(event=told), FOLDER / f"{name}-{scheme}-{screen}.png", scheme, screen
                )


async def _talk(stage: Stage) -> str:
    """A person who writes and is answered, through Meta and back; the event's id."""
    await stage.sim.say(making.PAGE, "ann", "Are you open on Sunday?")
    await stage.sim.wait_for_sends(1)

    async def proven() -> bool:
        return bool(await stage.gateway.journal.events(EventFilter(kind="message_echo", limit=1)))

    await stage.until(proven, 60)
    (found,) = await stage.gateway.journal.events(EventFilter(kind="message", limit=1))
    return found.stored.id


def _fill(gateway: Gateway) -> None:
    """An hour that nobody wants to wait for: a morning's wave, and a plugin that was paused near its end."""
    last, start = gateway.history.samples[-1], now() - int(240 * EVERY * 1000)
    total = 0
    for at in range(240):
        wave = 40 + 30 * ((at * 7919) % 23) / 23 + (60 if 90 < at < 150 else 0)
        total += int(wave)
        waiting = max(0, at - 228)
        made = Sample(
            at=start + int(at * EVERY * 1000), total=total, waiting=waiting, lag=waiting * 500, parked=1,
            sending=int(wave / 9),
        )  # fmt: skip
        gateway.history.put(made)
    gateway.history.put(msgspec.structs.replace(last, at=now(), total=total + 50, waiting=12))


async def _act(browser: Browser, url: str) -> None:
    page = await browser.new_page()
    for path in ("/console/plugins/answer", "/console/plugins/answer"):
        await page.goto(url + path)
        await page.get_by_role("button", name="Pause").or_(page.get_by_role("button", name="Release")).first.click()
    await page.close()


async def _take(browser: Browser, url: str, path: Path, scheme: str, screen: str) -> None:
    width, height = SCREENS[screen]
    page = await browser.new_page(color_scheme=scheme, viewport={"width": width, "height": height})
    await page.goto(url)
    await page.screenshot(path=path)
    await page.close()


asyncio.run(main())
