"""The login dialogs of Facebook and Instagram: what is refused, declined, cancelled and granted, as at Meta."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from pagewire.simulator import Clock, Simulator, small_world
from pagewire.simulator.world import APP_ID, LOGIN_ID, PAGE_ID, USER_ID, Account

BACK = "https://gw.example.com/login/support/acme/callback"
SECRET = "s3cr3t-app-secret-for-tests"
ASKED = {
    "client_id": APP_ID,
    "redirect_uri": BACK,
    "state": "st&te=1",
    "scope": "pages_show_list,pages_messaging",
}
POSTED = {**ASKED, "as": USER_ID, "act": "allow", "page": PAGE_ID}
INSTAGRAM = {**ASKED, "scope": "instagram_business_basic,instagram_business_manage_messages"}


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    world = small_world()
    world.apps[0].redirect_uris = {BACK}
    world.apps[0].login_configs = {"440000000000001": {"pages_show_list", "pages_messaging"}}
    world.accounts.append(Account(id="108000000000002", object="page", name="Quay"))
    world.users[0].pages["108000000000002"] = {"MESSAGING"}
    async with Simulator(world, clock=Clock(1_795_305_600.0, speed=0)) as running:
        yield running


@pytest.fixture
async def browser(sim: Simulator) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=sim.facebook_url, trust_env=False) as client:
        yield client


def back(answer: httpx.Response) -> dict[str, str]:
    """What the redirect hands to the app."""
    assert answer.status_code == 302, answer.text
    assert answer.headers["location"].startswith(BACK + "?")
    return {name: value[0] for name, value in parse_qs(urlsplit(answer.headers["location"]).query).items()}


async def redeem(browser: httpx.AsyncClient, code: str) -> httpx.Response:
    query = {"client_id": APP_ID, "client_secret": SECRET, "redirect_uri": BACK, "code": code}
    return await browser.get("/v25.0/oauth/access_token", params=query)


async def allow(browser: httpx.AsyncClient, **form: Any) -> dict[str, str]:
    """Post the dialog, as a person who ticked what the form says."""
    return back(await browser.post("/v25.0/dialog/oauth", data={**POSTED, **form}))


async def granted(sim: Simulator, browser: httpx.AsyncClient, code: str) -> dict[str, Any]:
    token = (await redeem(browser, code)).json()["access_token"]
    query = {"input_token": token, "access_token": f"{APP_ID}|{SECRET}"}
    return dict((await browser.get("/v25.0/debug_token", params=query)).json()["data"])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"client_id": "1"}, "Invalid App ID"),
        ({"redirect_uri": BACK + "/"}, "URL blocked"),
        ({"redirect_uri": BACK + "?x=1"}, "URL blocked"),
        ({"redirect_uri": "http://localhost:8400/"}, "URL blocked"),
        ({"redirect_uri": ""}, "URL blocked"),
        ({"scope": "pages_messaging,make_coffee"}, "Invalid Scopes: make_coffee"),
        ({"response_type": "token"}, "Invalid response type"),
        ({"config_id": "441"}, "configuration does not exist"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_wrong_request_is_told_to_the_person_and_never_sent_back(browser, change, said, method):
    """Also when the form is posted by hand: the second step trusts nothing of the first."""
    asked = {**POSTED, **change}
    answer = await browser.request(method, "/v25.0/dialog/oauth", **{"params" if method == "GET" else "data": asked})
    assert (answer.status_code, "location" in answer.headers) == (400, False)
    assert said in answer.text


async def test_a_person_logs_in_and_the_code_works_once(sim, browser):
    page = await browser.get("/v25.0/dialog/oauth", params=ASKED)
    assert "Harriet Harbour" in page.text
    page = await browser.get("/v25.0/dialog/oauth", params={**ASKED, "as": USER_ID})
    assert "pages_messaging" in page.text
    assert "Harbour Bakery" in page.text
    answer = await allow(browser, permission=["pages_show_list", "pages_messaging"])
    assert answer["state"] == "st&te=1"
    facts = await granted(sim, browser, answer["code"])
    assert {"pages_show_list", "pages_messaging"} <= set(facts["scopes"])
    targets = {one["scope"]: one["target_ids"] for one in facts["granular_scopes"]}
    assert targets["pages_messaging"] == [PAGE_ID]
    assert (await redeem(browser, answer["code"])).json()["error"]["error_subcode"] == 36009


async def test_a_code_ends_after_ten_minutes(sim, browser):
    answer = await allow(browser, permission="pages_show_list")
    sim.clock.advance(601)
    assert (await redeem(browser, answer["code"])).json()["error"]["error_subcode"] == 36007


async def test_what_was_declined_is_asked_again_on_request_only(sim, browser):
    answer = await allow(browser, permission="pages_show_list")
    assert "pages_messaging" not in (await granted(sim, browser, answer["code"]))["scopes"]
    plain = (await browser.get("/v25.0/dialog/oauth", params={**ASKED, "as": USER_ID})).text
    again = (await browser.get("/v25.0/dialog/oauth", params={**ASKED, "as": USER_ID, "auth_type": "rerequest"})).text
    assert ("pages_messaging</code>" in plain, "pages_messaging</code>" in again) == (False, True)
    both = ["pages_show_list", "pages_messaging"]
    answer = await allow(browser, permission=both, auth_type="rerequest")
    assert "pages_messaging" in (await granted(sim, browser, answer["code"]))["scopes"]


async def test_a_cancelled_login_says_so(browser):
    answer = back(await browser.post("/v25.0/dialog/oauth", data={**POSTED, "act": "cancel"}))
    assert answer == {
        "error": "access_denied",
        "error_reason": "user_denied",
        "error_description": "Permissions error",
        "state": "st&te=1",
    }


async def test_a_configuration_is_granted_whole_or_not_at_all(sim, browser):
    answer = await allow(browser, config_id="440000000000001", permission="pages_show_list")
    assert (await granted(sim, browser, answer["code"]))["scopes"] == ["public_profile"]
    whole = ["pages_show_list", "pages_messaging"]
    answer = await allow(browser, config_id="440000000000001", permission=whole)
    assert set(whole) <= set((await granted(sim, browser, answer["code"]))["scopes"])


async def test_all_pages_now_and_later_is_a_grant_without_a_list(sim, browser):
    answer = await allow(browser, permission="pages_messaging", all_pages="yes")
    facts = await granted(sim, browser, answer["code"])
    assert [one for one in facts["granular_scopes"] if one.get("target_ids")] == []


async def test_no_page_is_no_login(browser):
    form = {name: value for name, value in POSTED.items() if name != "page"}
    answer = await browser.post("/v25.0/dialog/oauth", data=form)
    assert (answer.status_code, "Choose at least one Page" in answer.text) == (400, True)


async def test_in_development_only_the_team_logs_in_and_this_machine_needs_no_entry(sim, browser):
    sim.identity.set_app_mode(False)
    asked = {**POSTED, "redirect_uri": "http://localhost:8400/back", "permission": "pages_show_list"}
    answer = await browser.post("/dialog/oauth", data=asked)
    assert answer.headers["location"].startswith("http://localhost:8400/back?code=AQB")
    sim.identity.set_role(USER_ID, None)
    answer = await browser.post("/dialog/oauth", data=asked)
    assert (answer.status_code, "only people with a role" in answer.text) == (400, True)


async def test_instagram_login_goes_on_to_a_token_of_sixty_days(sim, browser):
    page = await browser.get("/instagram/oauth/authorize", params={**INSTAGRAM, "response_type": "code"})
    assert "@quay_cafe" in page.text
    form = {**INSTAGRAM, "as": LOGIN_ID, "act": "allow", "permission": ["instagram_business_basic"]}
    answer = back(await browser.post("/instagram/oauth/authorize", data=form))
    exchange = {
        "client_id": APP_ID,
        "client_secret": "s3cr3t-instagram-secret-for-tests",
        "grant_type": "authorization_code",
        "redirect_uri": BACK,
        "code": answer["code"],
    }
    short = (await browser.post("/instagram/oauth/access_token", data=exchange)).json()["data"][0]
    assert short["permissions"] == "instagram_business_basic"
    assert (await browser.post("/instagram/oauth/access_token", data=exchange)).status_code == 400


async def test_strict_headers(browser):
    hostile = {**POSTED, "state": '"><script>alert(1)</script>', "act": ""}
    answer = await browser.get("/v25.0/dialog/oauth", params=hostile)
    assert "<script>" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert (answer.headers["referrer-policy"], answer.headers["cache-control"]) == ("no-referrer", "no-store")
    foreign = await browser.post(
        "/v25.0/dialog/oauth", data=POSTED, headers={"sec-fetch-site": "cross-site"}, follow_redirects=False
    )
    assert foreign.status_code == 403


async def test_other_paths_are_still_the_graph_api(browser):
    assert (await browser.get("/v25.0/dialog")).json()["error"]["code"]
