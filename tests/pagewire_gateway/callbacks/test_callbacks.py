"""Meta's call-backs as the simulator sends them: logins end, people are forgotten, and a page tells how that stands."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pagewire.people import ScopedId
from pagewire.simulator.identity.model import Business
from pagewire.simulator.identity.signed import signed_request
from pagewire.simulator.world import Person
from pagewire_gateway.people.port import LOGIN_ENDED
from tests.pagewire_gateway import making
from tests.pagewire_gateway.login.house import (
    HARRIET,
    INSTAGRAM_APP,
    INSTAGRAM_SECRET,
    QUAY,
    STRANGER,
    Browser,
    House,
    open_house,
)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as opened:
        callbacks = f"{opened.public}/callbacks/support/acme"
        app = opened.sim.meta.state.apps[making.APP_ID]
        app.deauthorize_url = app.instagram_deauthorize_url = f"{callbacks}/deauthorize"
        app.deletion_url = app.instagram_deletion_url = f"{callbacks}/data-deletion"
        yield opened
        await opened.admin.aclose()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    made = Browser()
    yield made
    await made.http.aclose()


async def until_closed(house: House, object_: str = "page", account: str = making.PAGE) -> None:
    revision = 0
    while (found := house.gateway.registry.account(object_, account)) is not None and not found.closed:
        revision = await house.gateway.registry.changed(revision)


async def test_who_takes_the_app_back_ends_their_logins_at_once(house: House, browser: Browser):
    await house.log_in(
        browser, await house.link("support/harbour", "support/admin"), "support/harbour", "support/admin"
    )
    await house.until_open()
    notice = await house.sim.deauthorize(HARRIET)
    assert (notice.status, notice.reason) == (200, "")
    assert (house.kept(), house.kept("admin")) == ({}, {})
    await until_closed(house)
    (problem,) = [one for one in house.gateway.registry.problems() if "harbour" in one.resource]
    assert "log in with `pagewire login support/harbour`" in problem.message
    (ended,) = await house.gateway.deletion.latest(hook=LOGIN_ENDED)
    assert {(one.object, one.account, one.token) for one in ended.subjects} == {
        ("page", making.PAGE, "support/harbour"),
        ("token", "support/admin", "support/admin"),
    }
    assert await house.gateway.deletion.latest() == []


async def test_a_stranger_ends_nobody_elses_login(house: House, browser: Browser):
    await house.log_in(browser, await house.link())
    before = house.kept()
    assert (await house.sim.deauthorize(STRANGER)).status == 200
    assert house.kept() == before


async def test_a_request_from_before_a_login_does_not_end_it(house: House, browser: Browser):
    """As when Meta's post, or a copy of it, comes late: the person has come back meanwhile."""
    await house.log_in(browser, await house.link())
    old = signed_request(making.SECRET, HARRIET, int(time.time()) - 3600)
    answer = await browser.http.post(f"{house.public}/callbacks/support/acme/deauthorize", data={"signed_request": old})
    assert answer.status_code == 200
    assert house.kept()["token"]


async def test_instagrams_own_pair_is_signed_by_its_own_app(house: House, browser: Browser):
    await house.log_in(browser, await house.link("support/quay"), "support/quay", **{"as": QUAY})
    await house.until_open("instagram", QUAY)
    assert (await house.sim.deauthorize(QUAY, instagram=True)).status == 200
    assert house.kept("quay") == {}
    notice = await house.sim.request_deletion(QUAY, instagram=True)
    status = await house.gateway.deletion.status(notice.confirmation_code or "")
    assert status is not None
    assert [(one.object, one.account) for one in status.subjects] == [("app", INSTAGRAM_APP)]


async def test_a_deletion_is_written_down_told_and_shown(house: House, browser: Browser):
    await house.log_in(browser, await house.link())
    notice = await house.sim.request_deletion(HARRIET)
    assert (notice.status, notice.reason) == (200, "")
    assert notice.url == f"{house.public}/callbacks/deletions/{notice.confirmation_code}"
    assert house.kept() == {}
    revision, page = 0, await browser.http.get(notice.url)
    assert (page.status_code, "could not be matched with your login" in " ".join(page.text.split())) == (200, True)
    while "Your data were deleted" not in page.text:
        revision += 1
        assert revision < 3000
        page = await browser.http.get(notice.url)
    assert HARRIET not in page.text + str(page.headers)
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["referrer-policy"] == "no-referrer"


async def test_conversations_that_meta_matches_are_deleted_too(house: House, browser: Browser):
    state = house.sim.meta.state
    state.people["harriet"] = Person(key="harriet", first_name="Harriet", last_name="Harbour", user=HARRIET)
    await house.sim.say(making.PAGE, "harriet", "hello")
    state.identity.businesses["1"] = Business(id="1", owned_pages={making.PAGE}, apps={making.APP_ID})
    notice = await house.sim.request_deletion(HARRIET)
    status = await house.gateway.deletion.status(notice.confirmation_code or "")
    assert status is not None
    assert {(one.object, one.account) for one in status.subjects} == {
        ("app", making.APP_ID),
        ("page", making.PAGE),
    }
    page = await browser.http.get(notice.url or "")
    assert "your conversations with one account" in page.text


FORMS = [
    ({}, 400),
    ({"signed_request": ""}, 400),
    ({"signed_request": "x" * 20_000}, 400),
    ({"signed_request": ["a.b", "a.b"]}, 400),
    ({"signed_request": signed_request("not-the-secret", HARRIET, int(time.time()))}, 403),
    ({"signed_request": signed_request(making.SECRET, HARRIET, 1_700_000_000)}, 400),
    ({"signed_request": signed_request(making.SECRET, HARRIET, int(time.time()), algorithm="none")}, 400),
]


async def test_what_meta_did_not_sign_changes_nothing(house: House, browser: Browser):
    await house.log_in(browser, await house.link())
    before, url = house.kept(), f"{house.public}/callbacks/support"
    for callback in ("deauthorize", "data-deletion"):
        for form, status in FORMS:
            assert (await browser.http.post(f"{url}/acme/{callback}", data=form)).status_code == status, form
        assert (await browser.http.post(f"{url}/nobody/{callback}", data=FORMS[0][0])).status_code == 404
    assert house.kept() == before
    assert await house.gateway.deletion.latest() == []


async def test_the_secret_of_last_year_still_counts_while_it_is_listed(house: House, browser: Browser):
    await house.log_in(browser, await house.link())
    text = signed_request("the-secret-of-last-year", HARRIET, int(time.time()))
    answer = await browser.http.post(
        f"{house.public}/callbacks/support/acme/deauthorize", data={"signed_request": text}
    )
    assert (answer.status_code, house.kept()) == (200, {})
    assert INSTAGRAM_SECRET not in answer.text


async def test_a_made_up_code_finds_nothing(house: House, browser: Browser):
    for code in ("d-0", "x" * 100, "%2e%2e", "<b>"):
        answer = await browser.http.get(f"{house.public}/callbacks/deletions/{code}")
        assert (answer.status_code, "<b>" in answer.text) == (404, False), code


async def test_deletions_that_others_asked_for_are_not_shown(house: House, browser: Browser):
    code = await house.gateway.deletion.request([ScopedId("page", making.PAGE, "24000000000000001")], "operator")
    assert (await browser.http.get(f"{house.public}/callbacks/deletions/{code}")).status_code == 404
