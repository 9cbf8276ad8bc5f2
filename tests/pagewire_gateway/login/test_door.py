"""Through the login pages with the simulator as Meta: who gets in, what is stored, and what is refused."""

import contextlib
import logging
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.pagewire_gateway import making
from tests.pagewire_gateway.login.house import (
    CONFIGURED,
    HARRIET,
    OTHER_PAGE,
    QUAY,
    STRANGER,
    Browser,
    House,
    open_house,
)


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


async def test_a_login_opens_the_page_and_keeps_its_tokens_to_their_owner(house: House, browser: Browser, caplog):
    caplog.set_level(logging.DEBUG)
    link = await house.link()
    page = await browser.get(link)
    assert f"Page {making.PAGE}" in page.text
    assert "ticket" not in str(page.url)
    last = await house.log_in(browser, link)
    assert "<h1>Connected</h1>" in last.text
    assert "Harbour Bakery" in last.text
    assert "code=" not in str(last.url)
    await house.until_open()
    assert stat.S_IMODE(house.file().stat().st_mode) == 0o600
    account = house.gateway.registry.account("page", making.PAGE)
    assert account is not None
    assert account.token is not None
    assert account.token.reveal() == house.kept()["page-token"]
    said = " ".join(record.getMessage() for record in caplog.records if record.name != "uvicorn.access")
    hidden = [*house.kept().values(), parse_qs(urlsplit(link).query)["ticket"][0]]
    metrics = (await house.admin.get("/metrics")).text
    assert not [one for one in hidden if one in said + metrics + last.text + str(last.headers)]
    assert 'outcome="connected"' in metrics


async def test_the_long_lived_token_is_kept_and_the_pages_own_has_no_end(house: House, browser: Browser):
    await house.log_in(browser, await house.link())
    facts = {token.type: token for token in house.sim.identity.tokens(user=HARRIET) if token.valid}
    assert facts["PAGE"].expires_at == 0
    kept = house.sim.meta.state.tokens[house.kept()["token"]]
    assert kept.expires_at - kept.issued_at == 60 * 24 * 3600


@pytest.mark.parametrize(
    ("ticked", "said"),
    [
        ({"permission": ["pages_show_list", "pages_manage_metadata"]}, "pages_messaging was declined"),
        ({"as": STRANGER, "page": [OTHER_PAGE]}, f"Page {making.PAGE} is not among those you granted"),
        ({"page": [OTHER_PAGE]}, f"Page {making.PAGE} is not among those you granted"),
        ({"act": "cancel"}, "You cancelled the login"),
    ],
)
async def test_what_is_missing_is_said_and_nothing_is_stored(house: House, browser: Browser, ticked, said):
    last = await house.log_in(browser, await house.link(), **ticked)
    assert (last.status_code, "<h1>Not connected</h1>" in last.text, said in last.text) == (200, True, True)
    assert not house.file().exists()


async def test_a_worse_login_does_not_replace_a_better_one(house: House, browser: Browser):
    await house.log_in(browser, await house.link())
    before = house.kept()
    await house.log_in(browser, await house.link(), permission=["pages_show_list"])
    assert house.kept() == before


async def test_a_declined_permission_is_asked_for_again_with_the_same_link(house: House, browser: Browser):
    link = await house.link()
    last = await house.log_in(browser, link, permission=["pages_show_list", "pages_manage_metadata"])
    assert "Ask me again" in last.text
    again = await house.begin(browser, link, again="yes")
    assert parse_qs(urlsplit(again.headers["location"]).query)["auth_type"] == ["rerequest"]
    assert "<h1>Connected</h1>" in (await browser.get(await browser.dialog(again))).text


async def test_a_link_stores_a_token_once(house: House, browser: Browser):
    link = await house.link()
    await house.log_in(browser, link)
    other = Browser()
    again = await other.get(link)
    assert (again.status_code, "This link was used" in again.text) == (410, True)
    await other.http.aclose()


async def test_two_browsers_with_one_link_store_one_token(house: House, browser: Browser):
    link, other = await house.link(), Browser()
    backs = [await one.dialog(await house.begin(one, link)) for one in (browser, other)]
    assert "<h1>Connected</h1>" in (await browser.get(backs[0])).text
    kept = house.kept()
    last = await other.get(backs[1])
    assert "Not connected" in last.text
    assert house.kept() == kept
    await other.http.aclose()


async def test_an_answer_counts_once_and_in_its_own_browser(house: House, browser: Browser):
    back = await browser.dialog(await house.begin(browser, await house.link()))
    other = Browser()
    assert (await other.get(back)).status_code == 403
    assert not house.file().exists()
    assert (await browser.get(back)).status_code == 200
    assert (await browser.http.get(back)).status_code == 403
    await other.http.aclose()


async def test_a_forged_state_never_reaches_meta(house: House, browser: Browser):
    back = await browser.dialog(await house.begin(browser, await house.link()))
    code = parse_qs(urlsplit(back).query)["code"][0]
    for state in ("", "x", "ä", "A" * 43):
        forged = await browser.http.get(f"{house.pages}/callback", params={"code": code, "state": state})
        assert forged.status_code == 403, state
    assert house.sim.calls.count("oauth") == 0


async def test_a_code_that_was_used_elsewhere_is_told(house: House, browser: Browser):
    back = await browser.dialog(await house.begin(browser, await house.link()))
    code = parse_qs(urlsplit(back).query)["code"][0]
    house.sim.meta.state.identity.codes[code].used = True
    assert "finished or left too long" in (await browser.get(back)).text


async def test_a_changed_link_does_not_work(house: House, browser: Browser):
    head, ticket = (await house.link()).split("ticket=")
    for changed in (ticket[:-1], "x" + ticket, "", "a.b", ticket + "A" * 4000):
        answer = await browser.get(f"{head}ticket={changed}")
        assert (answer.status_code, "set-cookie" in answer.headers) == (403, False), changed


async def test_a_link_ends(house: House, browser: Browser, monkeypatch):
    link = await house.link(seconds=60)
    begun = await house.begin(browser, link)
    later = house.gateway.logins.clock() + 61_000
    monkeypatch.setattr(house.gateway.logins.door, "_clock", lambda: later)
    async with contextlib.aclosing(Browser().http) as fresh:
        assert (await fresh.get(link)).status_code == 403
    assert (await browser.get(await browser.dialog(begun))).status_code == 403
    assert not house.file().exists()


async def test_nobody_begins_without_a_link(house: House, browser: Browser):
    assert (await browser.get(house.pages)).status_code == 403
    answer = await browser.http.post(house.pages, data={"token": "support/harbour"})
    assert (answer.status_code, "location" in answer.headers) == (403, False)


async def test_a_link_is_for_its_own_tokens_only(house: House, browser: Browser):
    answer = await house.begin(browser, await house.link("support/harbour"), "support/admin")
    assert answer.status_code == 400


async def test_instagram_login_keeps_a_token_of_sixty_days(house: House, browser: Browser):
    link = await house.link("support/quay")
    last = await house.log_in(browser, link, "support/quay", **{"as": QUAY})
    assert "<h1>Connected</h1>" in last.text
    assert "@quay_cafe" in last.text
    await house.until_open("instagram", QUAY)
    token = house.sim.meta.state.tokens[house.kept("quay")["token"]]
    assert (token.account_id, token.expires_at - token.issued_at) == (QUAY, 60 * 24 * 3600)


async def test_several_tokens_come_from_one_login(house: House, browser: Browser):
    link = await house.link("support/harbour", "support/admin")
    page = await browser.get(link)
    assert page.text.count('type="checkbox"') == 2
    last = await house.log_in(browser, link, "support/harbour", "support/admin")
    assert "<h1>Connected</h1>" in last.text
    assert house.kept()["token"] == house.kept("admin")["token"]
    assert "page-token" not in house.kept("admin")


async def test_other_pages_that_were_granted_are_shown(house: House, browser: Browser):
    last = await house.log_in(browser, await house.link(), page=[making.PAGE, OTHER_PAGE])
    assert f"Quay Cafe ({OTHER_PAGE})" in last.text


async def test_a_page_of_a_portfolio_is_found_though_no_list_has_it(house: House, browser: Browser):
    house.sim.identity.hide_page(HARRIET, making.PAGE)
    assert "<h1>Connected</h1>" in (await house.log_in(browser, await house.link())).text


async def test_meta_out_of_reach_is_said_and_the_link_still_works(house: House, browser: Browser):
    link = await house.link()
    house.sim.faults.inject("error", edge="oauth", code=2, status=500)
    assert "cannot be reached just now" in (await house.log_in(browser, link)).text
    house.sim.faults.clear()
    assert "<h1>Connected</h1>" in (await house.log_in(browser, link)).text


async def test_pages_are_strict(house: House, browser: Browser):
    for page in (await browser.get(await house.link()), await browser.get(house.pages + "?ticket=x")):
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"
        assert "<script" not in page.text


async def test_the_cookie_is_out_of_reach(house: House, browser: Browser):
    answer = await browser.http.get(await house.link())
    flags = answer.headers["set-cookie"]
    assert ("HttpOnly" in flags, "SameSite=Lax" in flags) == (True, True)


async def test_another_sites_form_is_refused(house: House, browser: Browser):
    await browser.get(await house.link())
    form = {"token": "support/harbour"}
    answer = await browser.http.post(house.pages, data=form, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 400
    long = await browser.http.post(house.pages, content=b"token=" + b"x" * 20_000)
    assert long.status_code == 400


async def test_an_app_is_closed_unless_its_resource_opens_it(tmp_path: Path, browser: Browser):
    async with open_house(tmp_path, closed=True) as house:
        asked = await house.ask("support/harbour")
        assert (asked.status_code, asked.json()["error"]["code"]) == (409, "login_closed")
        texts = {(await browser.get(f"{house.public}/login/support/{name}")).text for name in ("acme", "nobody")}
        assert len(texts) == 1
        assert "no login page" in texts.pop()
        await house.admin.aclose()


async def test_links_that_cannot_be_made_are_refused_with_the_reason(house: House):
    table = [(["support/nobody"], 404), (["harbour"], 404), ([], 400), (["support/harbour"] * 21, 400)]
    for tokens, status in table:
        assert (await house.ask(*tokens)).status_code == status, tokens
    (house.manifests / "logins").write_text("in the way")
    answer = await house.ask("support/harbour")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "cannot_store")


async def test_login_for_business_asks_for_its_configuration_and_takes_it_whole(tmp_path: Path, browser: Browser):
    async with open_house(tmp_path, config_id="440000000000001") as house:
        link = await house.link()
        begun = await house.begin(browser, link)
        query = parse_qs(urlsplit(begun.headers["location"]).query)
        assert (query["config_id"], "scope" in query) == (["440000000000001"], False)
        last = await browser.get(await browser.dialog(begun, permission=["pages_show_list"]))
        assert "Ask me again" in last.text
        assert not house.file().exists()
        begun = await house.begin(browser, link, again="yes")
        last = await browser.get(await browser.dialog(begun, permission=CONFIGURED))
        assert "<h1>Connected</h1>" in last.text, last.text
        await house.admin.aclose()


async def test_only_named_people_may_log_in(tmp_path: Path, browser: Browser):
    async with open_house(tmp_path, users=[STRANGER]) as house:
        last = await house.log_in(browser, await house.link())
        assert "not among those who may log in" in last.text
        assert not house.file().exists()
        await house.admin.aclose()
