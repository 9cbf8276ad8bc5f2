"""A real browser for tests of pages that people look at."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright

FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-quic", "--no-first-run"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A browser."""
    found = shutil.which("chromium")
    if found is None:
        pytest.fail("pages are tested in Chromium: install it, for instance with apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """A page in Chromium; an error in its log, or a request to another machine, fails the test."""
    complaints: list[str] = []
    async with chromium() as browser:
        page = await browser.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if _is_complaint(said) else None)
        page.on("request", lambda asked: complaints.append(asked.url) if not _ours(asked.url) else None)
        page.on("response", lambda got: complaints.append(got.url) if got.status >= 400 and got.status != 409 else None)
        yield page
    assert not complaints


def _is_complaint(said: ConsoleMessage) -> bool:
    """Refused requests are looked at as responses; everything else on the console is a complaint."""
    return said.type == "error" and "Failed to load resource" not in said.text


def _ours(url: str) -> bool:
    return url.startswith(("http://127.0.0.1:", "data:"))
