"""Chromium on the console: pages that complain about nothing, and that anybody can use."""

import contextlib
import json
from collections.abc import AsyncIterator
from importlib.resources import files

from playwright.async_api import Browser, BrowserContext, Page

_REFUSED = "the server responded with a status of 4"
"""A page of the console that says why not is no fault of it."""
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")


@contextlib.asynccontextmanager
async def visit(browser: Browser, stage, **how) -> AsyncIterator[Page]:
    """A page of the console; whatever the browser complains about, or a planted script would do, fails the test."""
    context: BrowserContext = await browser.new_context(base_url=f"http://127.0.0.1:{stage.gateway.admin_port}", **how)
    complaints: list[str] = []
    page = await context.new_page()
    page.set_default_timeout(15_000)
    page.on("console", lambda said: _REFUSED in said.text or complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
    yield page
    await context.close()
    assert complaints == []


async def barriers(page: Page) -> list[str]:
    """What axe finds that keeps somebody from using the page."""
    await page.evaluate(AXE)
    found = json.loads(await page.evaluate("axe.run().then(JSON.stringify)"))
    return [f"{one['id']}: {node['html'][:120]}" for one in found["violations"] for node in one["nodes"]]
