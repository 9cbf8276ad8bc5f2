"""Logins that ended, in Chromium: found from the overview, and plugins told again."""

import pytest
from playwright.async_api import expect

from pagewire import Refused, hookimpl
from tests.browser import chromium
from tests.pagewire_gateway import making
from tests.pagewire_gateway.callbacks.test_endings import until_state
from tests.pagewire_gateway.console.browsing import visit
from tests.pagewire_gateway.console.clicking import find
from tests.pagewire_gateway.console.faults import BY_NAME, MOST_CLICKS
from tests.pagewire_gateway.console.test_browser import XSS
from tests.pagewire_gateway.console.test_every_page import usable
from tests.pagewire_gateway.login.house import HARRIET, Browser, open_house
from tests.pagewire_gateway.stage import plugins

pytestmark = pytest.mark.slow(15)


class Stubborn:
    """Hears of the end of a login only the second time, and is rude the first."""

    def __init__(self):
        self.asked = 0

    @hookimpl
    async def login_ended(self, login, context):
        self.asked += 1
        if self.asked == 1:
            raise Refused(XSS)
        return "paged the team"


@pytest.fixture
async def house(tmp_path):
    """Harriet has logged in, and taken the app back."""
    async with open_house(tmp_path, found=plugins(stubborn=Stubborn), enabled=("stubborn",)) as opened:
        opened.sim.meta.state.apps[
            making.APP_ID
        ].deauthorize_url = f"{opened.public}/callbacks/support/acme/deauthorize"
        browser = Browser()
        await opened.log_in(browser, await opened.link())
        await opened.until_open()
        assert (await opened.sim.deauthorize(HARRIET)).status == 200
        await until_state(opened, "parked")
        yield opened
        await browser.http.aclose()
        await opened.admin.aclose()


async def test_it_is_found_from_the_overview_and_plugins_are_told_again(house):
    async with chromium() as started, visit(started, house) as page:
        for name in ("login-ended", "end-not-told"):
            fault = BY_NAME[name]
            assert len(fault.clicks) <= MOST_CLICKS
            await find(page, fault)
            await expect(page.get_by_text(fault.sees).first).to_be_visible()
        parked = page.url.rsplit("/", 1)[1]
        await expect(page.get_by_text(XSS)).to_be_visible()
        await usable(page, f"Ended login {parked}")
        await page.goto("/console/logins")
        await usable(page, "Ended logins")
        await page.locator("tbody a").click()
        await page.get_by_role("button", name="Tell plugins again").click()
        await expect(page.get_by_role("status")).to_contain_text("told again")
        await until_state(house, "done")
        await page.reload()
        await expect(page.get_by_text("paged the team")).to_be_visible()
        await expect(page.get_by_role("button", name="Tell plugins again")).to_have_count(0)
        assert HARRIET not in await page.content()


async def test_a_login_that_did_not_end_is_not_there(house):
    answer = await house.admin.get("/console/logins/e-0")
    assert answer.status_code == 404
    assert "No login that ended has the id e-0" in answer.text
