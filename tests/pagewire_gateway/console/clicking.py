"""A person who looks for the cause of a fault."""

import asyncio

from playwright.async_api import Locator, Page

from tests.pagewire_gateway.console.faults import Fault

PATIENCE = 60.0


async def find(page: Page, fault: Fault) -> None:
    """Wait until the overview tells of a fault, then click through to its cause."""
    await page.goto("/console")
    first, *others = fault.clicks or (fault.sees,)
    told = page.get_by_role("link", name=first) if fault.clicks else page.get_by_text(first)
    async with asyncio.timeout(PATIENCE):
        while await told.count() == 0:
            await asyncio.sleep(0.2)
            await page.reload()
    if fault.clicks:
        await _follow(page, told)
    for name in others:
        link = (
            page.locator(f"main a[href*='{name}']")
            if "/" in name
            else page.locator("main").get_by_role("link", name=name)
        )
        await _follow(page, link)


async def _follow(page: Page, link: Locator) -> None:
    before = page.url
    await link.first.click()
    await page.wait_for_url(lambda url: url != before)
