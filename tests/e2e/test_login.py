"""A Page is connected by login in a cluster, the person takes the app back, and comes again."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from pagewire.simulator.manifests import read_folder
from pagewire.simulator.settings.bare import bare
from tests.e2e.test_journey import APP, EXAMPLES, FIELDS, PAGE
from tests.e2e.town import Town, running
from tests.kube.cluster import Cluster
from tests.pagewire_gateway.cli.conftest import invoke
from tests.pagewire_gateway.login.house import HARRIET, Browser, quiet_port
from tests.whole.system import die_with_parent

TOKEN = "support/harbour"


@pytest.fixture
async def town(private_cluster: Cluster, tmp_path: Path) -> AsyncIterator[Town]:
    async with Town(private_cluster, tmp_path, bare(read_folder(EXAMPLES).world)) as town:
        yield town


def documents(public: str) -> list[dict[str, Any]]:
    """The examples, but that the Page's token comes from a login instead of a Secret."""
    found = [one for file in sorted(EXAMPLES.glob("*.yaml")) for one in yaml.safe_load_all(file.read_text())]
    for one in found:
        if one["kind"] == "MessengerApp":
            one["spec"]["login"] = {"redirectURL": f"{public}/login/support/acme/callback"}
        if one["kind"] == "AccessToken":
            one["spec"]["from"] = {"login": {}}
    return [one for one in found if one["metadata"]["name"] != "harbour-token"]


async def log_in(town: Town, browser: Browser) -> None:
    """From the link to the page that says Connected."""
    made = await invoke("login", TOKEN, "--link", admin=f"http://127.0.0.1:{town.admin}")
    assert made.exit_code == 0, made.output
    page = await browser.get(made.stdout.strip())
    begun = await browser.http.post(str(page.url), data={"token": TOKEN})
    last = await browser.get(await browser.dialog(begun))
    assert "<h1>Connected</h1>" in last.text, last.text


async def log_in_at_a_terminal(town: Town, browser: Browser, dialogs: dict[str, str]) -> None:
    """The same with a person's own kubeconfig; Meta lets them come back to localhost while the app is in development."""
    town.sim.identity.set_app_mode(False)
    command = ["-m", "pagewire_gateway.cli", "login", TOKEN, "--no-browser", "--port", str(quiet_port())]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        "--kubeconfig",
        str(town.cluster.kubectl.kubeconfig),
        env={**os.environ, **town.meta, **dialogs},
        stdout=asyncio.subprocess.PIPE,
        preexec_fn=die_with_parent,
    )
    assert process.stdout is not None
    page = await browser.get((await process.stdout.readline()).decode().strip())
    begun = await browser.http.post(str(page.url), data={"token": TOKEN})
    assert "<h1>Connected</h1>" in (await browser.get(await browser.dialog(begun))).text
    out, _ = await process.communicate()
    assert (process.returncode, "connected" in out.decode()) == (0, True)
    town.sim.identity.set_app_mode(True)


@pytest.mark.slow(30)
@pytest.mark.timeout(300)
async def test_a_login_makes_a_page_ready_and_taking_the_app_back_is_told(town: Town) -> None:
    public = f"http://127.0.0.1:{town.public}"
    app = town.sim.meta.state.apps[APP]
    app.redirect_uris = {f"{public}/login/support/acme/callback"}
    app.deauthorize_url = f"{public}/callbacks/support/acme/deauthorize"
    town.sim.settings.dashboard(APP, "instagram", "https://hooks.example.com/webhooks/support/acme", fields=FIELDS)
    await town.kubectl("create", "namespace", "support")
    dialogs = {"PAGEWIRE_FACEBOOK_URL": town.sim.facebook_url, "PAGEWIRE_INSTAGRAM_URL": town.sim.instagram_url}
    operator, gateway, browser = town.operator(), town.gateway(**dialogs), Browser()
    async with running(operator, gateway):
        await town.apply(*documents(public))
        await town.until_says("AccessToken", "support", "harbour", TokenValid="False LoginRequired")

        # Closed until somebody lets the gateway write this one Secret.
        async def refused() -> str:
            made = await invoke("login", TOKEN, "--link", admin=f"http://127.0.0.1:{town.admin}")
            return " ".join(made.output.split()) if made.exit_code == 1 else ""

        said = await town.until(refused, "a link refused for want of rights")
        assert "`pagewire login support/harbour --rbac | kubectl apply -f -`" in said
        rights = await invoke("login", TOKEN, "--rbac")
        await town.kubectl("apply", "-f", "-", text=rights.stdout)

        await log_in(town, browser)
        await town.until_says("MessengerPage", "support", "harbour", Ready="True")
        await town.until_says("InstagramAccount", "support", "harbour-ig", Ready="True")
        await town.until(lambda: answered(town), "a person is answered")

        notice = await town.sim.deauthorize(HARRIET)
        assert (notice.status, notice.reason) == (200, "")
        # The gateway uses the Page's token no more, though the operator's Secret still holds it; the logging plugin heard of it.
        shut = "AccessToken support/harbour ended: who had logged in took the app back"
        await town.until(lambda: shut in gateway.text(), "the Page is closed")
        ended = await town.until(lambda: told(town), "plugins are told that the login ended")
        assert {(one["object"], one["account"]) for one in ended["accounts"]} >= {("page", PAGE)}
        assert ("logging", "done", "line written") in {
            (x["plugin"], x["state"], x["receipt"]) for x in ended["receipts"]
        }
        await town.until_says("AccessToken", "support", "harbour", TokenValid="False")
        await log_in_at_a_terminal(town, browser, dialogs)
        await town.until_says("MessengerPage", "support", "harbour", Ready="True")
    await browser.http.aclose()
    secret = town.sim.meta.state.apps[APP].secret
    tokens = [token.value for token in town.sim.meta.state.tokens.values()]
    for program in (operator, gateway):
        assert not [one for one in (*tokens, secret, "ticket=", "code=") if one in program.text()]


async def told(town: Town) -> Any:
    """The one login that ended, once every plugin knows."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{town.admin}", trust_env=False) as client:
        found = (await client.get("/api/v1/logins/ended")).json()["logins"]
    return next((one for one in found if one["state"] == "done"), None)


async def answered(town: Town) -> bool:
    """Somebody asks, and hears."""
    await town.sim.say(PAGE, "24000000000000001", "What are your hours?")
    try:
        await town.sim.wait_for_sends(1, timeout=3)
    except TimeoutError:
        return False
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{town.admin}", trust_env=False) as client:
        return (await client.get("/readyz")).status_code == httpx.codes.OK
