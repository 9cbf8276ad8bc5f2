"""``pagewire login``: on loopback, by pasting, and as a link for somebody else."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import yaml

from tests.pagewire_gateway import making
from tests.pagewire_gateway.cli.conftest import invoke
from tests.pagewire_gateway.login.house import HARRIET, OTHER_PAGE, STRANGER, Browser, House, open_house, quiet_port
from tests.whole.system import die_with_parent


class Terminal:
    """``pagewire login`` as a process."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.environment = {
            "PAGEWIRE_GRAPH_URL": house.sim.graph_url,
            "PAGEWIRE_INSTAGRAM_GRAPH_URL": house.sim.instagram_graph_url,
            "PAGEWIRE_FACEBOOK_URL": house.sim.facebook_url,
            "PAGEWIRE_INSTAGRAM_URL": house.sim.instagram_url,
            "PAGEWIRE_INSTAGRAM_OAUTH_URL": house.sim.instagram_api_url,
        }

    async def start(self, *arguments: str) -> str:
        """Start it; the address it shows."""
        command = [sys.executable, "-m", "pagewire_gateway.cli", "login", *arguments]
        command += ["--manifests", str(self._house.manifests), "--no-browser"]
        pipe = asyncio.subprocess.PIPE
        self.process = await asyncio.create_subprocess_exec(
            *command,
            env={**os.environ, **self.environment},
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            preexec_fn=die_with_parent,
        )
        assert self.process.stdout is not None
        url = (await self.process.stdout.readline()).decode().strip()
        assert url.startswith("http"), (await self.process.communicate())[1].decode()
        return url

    async def end(self, typed: str = "") -> tuple[int, str, str]:
        """Exit code, stdout and stderr."""
        out, err = await asyncio.wait_for(self.process.communicate(typed.encode() or None), 60)
        assert self.process.returncode is not None
        return self.process.returncode, out.decode(), err.decode()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as opened:
        yield opened
        await opened.admin.aclose()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    made = Browser()
    yield made
    await made.http.aclose()


async def test_a_login_on_loopback_stores_the_token_and_says_what_is_next(house: House, browser: Browser):
    house.sim.identity.set_app_mode(False)
    terminal, port = Terminal(house), quiet_port()
    url = await terminal.start("support/harbour", "--port", str(port))
    assert url.startswith(f"http://localhost:{port}/login/support/acme?ticket=")
    page = await browser.get(url)
    begun = await browser.http.post(str(page.url), data={"token": "support/harbour"})
    last = await browser.get(await browser.dialog(begun))
    assert "<h1>Connected</h1>" in last.text
    code, out, err = await terminal.end()
    assert (code, "Harbour Bakery" in out, "pagewire apply -f" in err) == (0, True, True)
    await house.until_open()
    assert not [token for token in house.kept().values() if token in out + err]


@pytest.mark.parametrize(
    ("ticked", "exit_code", "said"),
    [
        ({}, 0, "connected"),
        ({"as": STRANGER, "page": [OTHER_PAGE]}, 1, f"Page {making.PAGE} is not among those you granted"),
        ({"act": "cancel"}, 1, "You cancelled the login"),
    ],
)
async def test_a_pasted_address_ends_a_login(house: House, browser: Browser, ticked, exit_code, said):
    terminal = Terminal(house)
    url = await terminal.start("support/harbour", "--paste", "-o", "json")
    shown = await browser.http.get(url)
    assert shown.status_code == 200
    back = await browser.dialog(await _as_redirect(browser, url), **ticked)
    opened = await browser.get(back)
    assert (opened.status_code, "does not work" in opened.text) == (403, True)
    code, out, err = await terminal.end(back + "\n")
    assert (code, said in out + err) == (exit_code, True), out + err
    assert house.file().exists() is (exit_code == 0)


async def _as_redirect(browser: Browser, url: str):
    """What the dialog helper expects: an answer that leads to the dialog."""
    answer = await browser.http.get(url)
    answer.status_code, answer.headers["location"] = 303, url
    return answer


async def test_somebody_elses_address_is_refused(house: House):
    terminal = Terminal(house)
    await terminal.start("support/harbour", "--paste")
    code, _, err = await terminal.end("https://hooks.example.com/login/support/acme/callback?code=AQB&state=other\n")
    assert (code, "This is not the address" in err) == (1, True)
    assert house.sim.calls.count("oauth") == 0


async def test_a_link_for_somebody_else(house: House, browser: Browser):
    admin = f"http://127.0.0.1:{house.gateway.admin_port}"
    made = await invoke("login", "support/harbour", "--link", "--for", "10m", admin=admin)
    assert made.exit_code == 0, made.output
    assert "<h1>Connected</h1>" in (await house.log_in(browser, made.stdout.strip())).text
    as_json = await invoke("login", "support/harbour", "--link", "-o", "json", admin=admin)
    assert json.loads(as_json.stdout)["tokens"] == ["support/harbour"]
    unknown = await invoke("login", "support/nobody", "--link", admin=admin)
    assert (unknown.exit_code, "These do: support/admin, support/harbour, support/quay" in unknown.output) == (4, True)


async def test_mistakes_are_told_before_anything_begins(house: House):
    here = ["--manifests", str(house.manifests)]
    table = [
        (["harbour"], 2, "NAMESPACE/NAME"),
        (["support/harbour"], 2, "one of them"),
        (["support/harbour", *here, "--cluster"], 2, "one of them"),
        (["support/harbour", "--cluster", "--apply"], 2, "--apply goes with --manifests"),
        (["support/nobody", *here], 4, "No AccessToken support/nobody comes from a login"),
        (["support/harbour", "support/quay", *here, "--paste"], 2, "two logins"),
        (["support/harbour", "--link"], 5, "cannot be reached"),
    ]
    for arguments, exit_code, said in table:
        result = await invoke("login", *arguments)
        assert (result.exit_code, said in " ".join(result.output.split())) == (exit_code, True), result.output


async def test_the_rights_of_a_gateway_are_printed_for_kubectl():
    result = await invoke("login", "support/harbour", "--rbac", "--service-account", "infra/gw")
    secret, role, binding = yaml.safe_load_all(result.stdout)
    assert secret["metadata"] == {"name": "harbour-login", "namespace": "support"}
    (rule,) = role["rules"]
    assert rule == {
        "apiGroups": [""],
        "resources": ["secrets"],
        "resourceNames": ["harbour-login"],
        "verbs": ["patch"],
    }
    assert binding["subjects"] == [{"kind": "ServiceAccount", "name": "gw", "namespace": "infra"}]


async def test_apply_follows_a_login(house: House, browser: Browser):
    house.sim.identity.set_app_mode(False)
    terminal = Terminal(house)
    url = await terminal.start("support/harbour", "--port", str(quiet_port()), "--apply")
    page = await browser.get(url)
    await browser.get(await browser.dialog(await browser.http.post(str(page.url), data={"token": "support/harbour"})))
    _, out, err = await terminal.end()
    assert "MessengerPage" in out, err
    assert HARRIET not in out
