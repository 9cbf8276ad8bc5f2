"""A login ends: its accounts are closed at once, and plugins are told until they agree."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from pagewire import EndedLogin, TryLater, hookimpl
from pagewire.sealed import Sealed
from pagewire.simulator.identity.signed import signed_request
from pagewire.terminal.exits import Exit
from pagewire_gateway.app import Gateway
from pagewire_gateway.cli.root import pagewire
from pagewire_gateway.config import Address
from pagewire_gateway.login.grant import Grant
from pagewire_gateway.people.port import LOGIN_ENDED, DeletionStatus
from tests.pagewire_gateway import making
from tests.pagewire_gateway.callbacks.test_callbacks import until_closed
from tests.pagewire_gateway.login.house import HARRIET, Browser, House, open_house
from tests.pagewire_gateway.stage import plugins


class Watcher:
    """Hears of logins that ended, and answers as it is told to."""

    def __init__(self) -> None:
        self.told: list[tuple[EndedLogin, int, str]] = []
        self.answers: list[Exception] = []

    @hookimpl
    async def login_ended(self, login, context):
        self.told.append((login, context.attempt, context.idempotency_key))
        if self.answers:
            raise self.answers.pop(0)
        return "paged the team"


class Idle:
    """Is installed, and not enabled for the Page."""

    @hookimpl
    async def login_ended(self, login):
        raise AssertionError(login)


class Mute:
    """Has no such hook."""

    @hookimpl
    async def event_received(self, event):
        return None


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    found = plugins(watcher=Watcher, idle=Idle, mute=Mute)
    async with open_house(tmp_path, found=found, enabled=("watcher", "mute")) as opened:
        app = opened.sim.meta.state.apps[making.APP_ID]
        app.deauthorize_url = f"{opened.public}/callbacks/support/acme/deauthorize"
        yield opened
        await opened.admin.aclose()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    made = Browser()
    yield made
    await made.http.aclose()


def watcher(house: House) -> Watcher:
    return house.gateway.plugins["watcher"].hooks["login_ended"].function.__self__


async def until(held: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):
        while not await held():
            await asyncio.sleep(0.01)


async def until_state(house: House, state: str) -> DeletionStatus:
    async def there() -> bool:
        return [one.state for one in await house.gateway.deletion.latest(hook=LOGIN_ENDED)] == [state]

    await until(there)
    (ended,) = await house.gateway.deletion.latest(hook=LOGIN_ENDED)
    return ended


async def run(house: House, *arguments: str) -> Result:
    """A command as a user runs it."""
    environment = {"PAGEWIRE_ADMIN_URL": f"http://127.0.0.1:{house.gateway.admin_port}"}
    return await asyncio.to_thread(lambda: CliRunner().invoke(pagewire, list(arguments), env=environment))


async def test_plugins_are_told_until_they_agree_and_the_person_is_forgotten(house: House, browser: Browser):
    watcher(house).answers = [TryLater(0.01, "busy"), ValueError("oops")]
    await house.log_in(browser, await house.link())
    await house.until_open()
    assert (await house.sim.deauthorize(HARRIET)).status == 200
    ended = await until_state(house, "done")
    assert [(one.plugin, one.state, one.receipt) for one in ended.receipts] == [
        ("idle", "not_enabled", ""),
        ("mute", "no_hook", ""),
        ("watcher", "done", "paged the team"),
    ]
    (first, _, _), *_, (login, attempt, key) = watcher(house).told
    assert (first, attempt, key) == (login, 3, f"{ended.id}:0:watcher")
    assert (login.object, login.account, login.token) == ("page", making.PAGE, "support/harbour")
    assert (login.user, login.request, login.ground) == (HARRIET, ended.id, "deauthorize_callback")
    assert (ended.removed, ended.subjects[0].who) == ({"logins": 1}, None)
    data = [file.read_bytes() for file in house.gateway.settings.data.rglob("*") if file.is_file()]
    assert not any(HARRIET.encode() in one for one in data)


async def test_the_admin_port_shows_it_and_asks_again_who_gave_up(house: House, browser: Browser):
    watcher(house).answers = [ValueError("no")] * 3
    await house.log_in(browser, await house.link())
    assert (await house.sim.deauthorize(HARRIET)).status == 200
    parked = await until_state(house, "parked")
    answer = await house.admin.get("/api/v1/logins/ended")
    (shown,) = answer.json()["logins"]
    assert (shown["id"], shown["state"], shown["ground"]) == (parked.id, "parked", "deauthorize_callback")
    assert shown["accounts"] == [{"object": "page", "account": making.PAGE, "token": "support/harbour"}]
    assert HARRIET not in answer.text
    listed = await run(house, "people", "ended-logins")
    assert (listed.exit_code, parked.id in listed.stdout, making.PAGE in listed.stdout) == (0, True, True)
    one = await run(house, "people", "ended-logins", parked.id, "-o", "json")
    assert (one.exit_code, json.loads(one.stdout)) == (Exit.WARNINGS, shown)
    assert (await run(house, "people", "ended-logins", "e-0")).exit_code == Exit.NOT_FOUND
    assert (await run(house, "people", "ended-logins", "--retry")).exit_code == Exit.USAGE
    assert "retry" in (await run(house, "people", "ended-logins", parked.id)).stderr
    await run(house, "people", "ended-logins", parked.id, "--retry")
    await until_state(house, "done")
    assert (await run(house, "people", "ended-logins", parked.id)).exit_code == 0
    assert (await house.admin.post("/api/v1/logins/ended/e-0/retry")).status_code == 404
    assert (await house.admin.get("/api/v1/deletions")).json() == {"deletions": []}


async def test_a_token_that_cannot_be_taken_away_yet_is_not_used_and_a_new_one_is_at_once(
    house: House, browser: Browser
):
    """As in a cluster, where the token is the operator's to take away; another process knows of it too."""
    await house.log_in(browser, await house.link())
    await house.until_open()
    obstacle = house.file().with_name(".harbour.json.new")
    obstacle.mkdir()
    assert (await house.sim.deauthorize(HARRIET)).status == 200
    assert house.kept()["page-token"]
    await until_closed(house)
    settings = msgspec.structs.replace(house.gateway.settings, public=Address("127.0.0.1", 0))
    async with Gateway(settings, {}) as other:
        account = other.registry.account("page", making.PAGE)
        assert account is not None
        assert account.closed
    assert watcher(house).told == []
    obstacle.rmdir()
    await until_state(house, "done")
    assert (house.kept(), len(watcher(house).told)) == ({}, 1)
    await house.log_in(browser, await house.link())
    await house.until_open()


async def test_a_login_that_was_stored_a_moment_ago_is_not_taken_away_with_the_old_one(house: House, browser: Browser):
    await house.log_in(browser, await house.link())
    login = next(one for one in house.gateway.registry.logins(("support", "acme")) if one.name == "harbour")
    keeper = house.gateway.logins.keeper
    old = await keeper.held(login)
    await keeper.keep(login, Grant(token=Sealed("EAANEWER"), ids=frozenset({HARRIET})))
    assert await keeper.forget(login, old) is False
    assert house.kept()["token"] == "EAANEWER"
    assert await keeper.forget(login, await keeper.held(login)) is True
    assert house.kept() == {}


async def test_meta_may_say_it_twice(house: House, browser: Browser):
    await house.log_in(browser, await house.link())
    text = signed_request(making.SECRET, HARRIET, int(time.time()))
    url = f"{house.public}/callbacks/support/acme/deauthorize"
    posts = (browser.http.post(url, data={"signed_request": text}) for _ in range(3))
    assert {one.status_code for one in await asyncio.gather(*posts)} == {200}
    await until_state(house, "done")
    assert len(watcher(house).told) == 1
