"""A Page is connected in a real browser: from the login link to an answered message, each program a process of its own."""

import asyncio
import json
import os
import re
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from pagewire.simulator.identity.signed import signed_request
from tests.browser import chromium
from tests.pagewire_gateway import making
from tests.pagewire_gateway.cli.conftest import invoke
from tests.pagewire_gateway.login import house
from tests.whole.system import GatewayProcess, die_with_parent

SHOTS = os.environ.get("PAGEWIRE_SHOTS", "")
"""Where to leave a picture of every page, to be looked at; nowhere if empty."""


class Street:
    """Simulator and gateway as processes, on one folder of manifests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.simulator = f"http://127.0.0.1:{house.quiet_port()}"
        environment = {
            "PAGEWIRE_INSTAGRAM_GRAPH_URL": f"{self.simulator}/instagram",
            "PAGEWIRE_FACEBOOK_URL": self.simulator,
            "PAGEWIRE_INSTAGRAM_URL": f"{self.simulator}/instagram",
            "PAGEWIRE_INSTAGRAM_OAUTH_URL": f"{self.simulator}/instagram",
        }
        self.gateway = GatewayProcess(folder, self.simulator, environment)
        self.public = f"http://127.0.0.1:{self.gateway.public}"
        self._write()

    def _write(self) -> None:
        items = house.documents(f"{self.public}/login/support/acme/callback")
        rule = {"when": {"text": "hours"}, "reply": {"text": "9 to 5"}}
        page = next(one for one in items if one["kind"] == "MessengerPage")
        page["spec"]["plugins"] = [{"name": "auto-reply", "config": {"rules": [rule]}}]
        for object_ in ("page", "instagram"):
            url = f"{self.public}/webhooks/support/acme"
            spec = {"appRef": {"name": "acme"}, "object": object_, "callbackURL": url, "fields": ["messages"]}
            items.append(house.resource("WebhookSubscription", f"acme-{object_}", spec))
        manifests = self.folder / "manifests"
        manifests.mkdir()
        (manifests / "all.yaml").write_text("\n---\n".join(map(json.dumps, items)))

    async def start(self) -> None:
        port = self.simulator.rpartition(":")[2]
        command = [sys.executable, "-m", "pagewire.simulator", "--port", port]
        command += ["--manifests", str(self.folder / "manifests"), "--webhook-base", self.public]
        self._log = (self.folder / "simulator.log").open("wb")
        self._process = await asyncio.create_subprocess_exec(
            *command, stdout=self._log, stderr=self._log, preexec_fn=die_with_parent
        )
        await self.gateway.start()
        self.http = httpx.AsyncClient(trust_env=False)
        async with asyncio.timeout(30):
            while not await self._up():
                await asyncio.sleep(0.05)

    async def _up(self) -> bool:
        try:
            return (await self.http.get(f"{self.simulator}/_control/identity")).status_code == 200
        except httpx.TransportError:
            return False

    async def stop(self) -> None:
        await self.gateway.stop()
        self._process.terminate()
        await self._process.wait()
        self._log.close()
        await self.http.aclose()

    async def link(self, *tokens: str) -> str:
        """A login link, as an operator asks for it."""
        made = await invoke("login", *tokens, "--link", admin=f"http://127.0.0.1:{self.gateway.admin}")
        assert made.exit_code == 0, made.output
        return str(made.stdout.strip())

    async def answered(self, text: str) -> str:
        """Say something as a customer, and wait for what is said to them."""
        control = f"{self.simulator}/_control"
        said = {"account": making.PAGE, "person": "ada", "text": text}
        (await self.http.post(f"{control}/say", json=said)).raise_for_status()
        async with asyncio.timeout(30):
            while not (sends := (await self.http.get(f"{control}/sends")).json()["data"]):
                await asyncio.sleep(0.05)
        return str(sends[0]["message"]["text"])


@pytest.fixture
async def street(tmp_path: Path) -> AsyncIterator[Street]:
    made = Street(tmp_path)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as started:
        yield started


async def shoot(page: Page, name: str) -> None:
    """Wide, narrow and dark; and no page may be wider than the screen."""
    for kind, width, scheme in (("wide", 1280, "light"), ("narrow", 360, "light"), ("dark", 360, "dark")):
        await page.set_viewport_size({"width": width, "height": 760})
        await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        if SHOTS:
            await page.screenshot(path=f"{SHOTS}/{name}-{kind}.png", full_page=True)


async def nothing_comes_of_it_again(context: BrowserContext, back: str) -> None:
    """What Meta's dialog sent back is good once, and with the state that belongs to it."""
    page = await context.new_page()
    for url in (back, re.sub(r"state=[^&]+", "state=forged", back)):
        shown = await page.goto(url)
        assert shown is not None
        assert shown.status == 403
        await expect(page.get_by_role("heading", name="Connected")).to_have_count(0)
        await shoot(page, "5-not-again")
    await page.close()


@pytest.mark.slow(15)
@pytest.mark.timeout(180)
async def test_from_the_link_to_an_answered_message(street: Street, browser: Browser):
    context = await browser.new_context()
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)

    # A permission is declined first, and granted when asked for again.
    await page.goto(await street.link("support/harbour", "support/admin"))
    assert page.url == f"{street.public}/login/support/acme"
    await shoot(page, "1-begin")
    await page.get_by_label("support/admin").uncheck()
    await page.get_by_role("button", name="Continue with Facebook").click()
    await shoot(page, "2-who")
    await page.get_by_role("button", name="A Simulated Admin").click()
    await shoot(page, "3-dialog")
    await page.get_by_label("pages_messaging").uncheck()
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_role("heading", name="Not connected")).to_be_visible()
    await expect(page.get_by_text("The permission pages_messaging was declined.")).to_be_visible()
    assert page.url == f"{street.public}/login/support/acme#"
    await shoot(page, "4-declined")

    answers: list[str] = []
    page.on("request", lambda made: answers.append(made.url) if "code=" in made.url else None)
    await page.get_by_role("button", name="Ask me again").click()
    await page.get_by_role("button", name="A Simulated Admin").click()
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_role("heading", name="Connected")).to_be_visible()
    await shoot(page, "5-connected")
    assert await street.answered("hours") == "9 to 5"

    await nothing_comes_of_it_again(context, answers[-1])

    # Cancelled, and a link that is used up or made up.
    await page.goto(await street.link("support/quay"))
    await page.get_by_role("button", name="Continue with Instagram").click()
    await page.get_by_role("button", name="Quay").click()
    await shoot(page, "6-instagram")
    await page.get_by_role("button", name="Cancel").click()
    await expect(page.get_by_text("You cancelled the login")).to_be_visible()
    await shoot(page, "7-cancelled")
    assert complaints == []
    await page.goto(f"{street.public}/login/support/acme?ticket=made.up")
    await shoot(page, "8-no-link")

    # Somebody who logged in wants their data deleted, and reads how that stands.
    asked = signed_request(making.SECRET, house.STRANGER, int(time.time()))
    answer = await street.http.post(
        f"{street.public}/callbacks/support/acme/data-deletion", data={"signed_request": asked}
    )
    await page.goto(answer.json()["url"])
    await expect(page.get_by_text(answer.json()["confirmation_code"])).to_be_visible()
    await shoot(page, "9-deletion")

    kept = house.kept(street.folder / "manifests" / "logins" / "support" / "harbour.json")
    log = (street.folder / "gateway.log").read_text()
    assert not [one for one in (*kept.values(), "ticket=", "code=", making.SECRET) if one in log]
