"""``messenger_profile``: properties replaced whole, an order that matters, ten calls in ten minutes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pagewire.simulator import Simulator, small_world, unlimited
from pagewire.simulator.limits import Limits
from pagewire.simulator.world import INSTAGRAM_ID, LOGIN_ID, PAGE_ID
from tests.pagewire.simulator.admin_settings.conftest import APP_TOKEN, LOGIN_TOKEN, PAGE_TOKEN, Meta

PATH = "me/messenger_profile"
DONE = {"result": "success"}

START: dict[str, Any] = {"payload": "GET_STARTED"}
GREETING = [{"locale": "default", "text": "Hello {{user_first_name}}"}, {"locale": "en_US", "text": "Hi"}]
MENU = [
    {
        "locale": "default",
        "composer_input_disabled": False,
        "call_to_actions": [
            {"type": "postback", "title": "Talk to us", "payload": "CARE"},
            {"type": "web_url", "title": "Shop", "url": "https://shop.example.com/", "webview_height_ratio": "full"},
        ],
    }
]
ICE = [{"locale": "default", "call_to_actions": [{"question": "Opening hours?", "payload": "HOURS"}]}]
FLAT = [{"question": "Opening hours?", "payload": "HOURS"}]
WHOLE: dict[str, Any] = {
    "get_started": START,
    "greeting": GREETING,
    "persistent_menu": MENU,
    "ice_breakers": ICE,
    "whitelisted_domains": ["https://shop.example.com/"],
    "account_linking_url": "https://gw.example.com/link",
    "commands": [{"locale": "default", "commands": [{"name": "hours", "description": "Opening hours"}]}],
}
FIELDS = ",".join(WHOLE)


@pytest.fixture(autouse=True)
def plenty(meta: Meta) -> None:
    """Most tests here are not about the limit."""
    meta.sim.meta.rates.limits = Limits(profile_calls_per_10_minutes=None)


async def test_all_of_it_at_once(meta: Meta) -> None:
    """One POST sets everything; a GET answers one object with the properties that are set."""
    assert await meta.good("GET", PATH, params={"fields": FIELDS}) == {"data": []}
    assert await meta.good("POST", PATH, json=WHOLE) == DONE
    assert await meta.good("GET", f"{PAGE_ID}/messenger_profile", params={"fields": FIELDS}) == {"data": [WHOLE]}
    some = await meta.good("GET", PATH, params={"fields": "greeting,get_started"})
    assert some == {"data": [{"greeting": GREETING, "get_started": START}]}
    assert await meta.good("GET", PATH) == {"data": [WHOLE]}


@pytest.mark.parametrize("way", ["data", "params"])
async def test_objects_as_json_text(meta: Meta, way: str) -> None:
    """Forms and queries carry objects as JSON text."""
    text = {name: value if isinstance(value, str) else json.dumps(value) for name, value in WHOLE.items()}
    await meta.good("POST", PATH, **{way: text})
    assert meta.sim.settings.profile(PAGE_ID) == WHOLE


async def test_domains_with_commas_between(meta: Meta) -> None:
    await meta.good("POST", PATH, data={"whitelisted_domains": "https://a.example.com,https://b.example.com"})
    assert meta.sim.settings.profile(PAGE_ID) == {
        "whitelisted_domains": ["https://a.example.com", "https://b.example.com"]
    }


async def test_a_post_leaves_other_properties_and_replaces_its_own(meta: Meta) -> None:
    await meta.good("POST", PATH, json=WHOLE)
    await meta.good("POST", PATH, json={"greeting": [{"locale": "default", "text": "Ahoy"}]})
    profile = meta.sim.settings.profile(PAGE_ID)
    assert profile == {**WHOLE, "greeting": [{"locale": "default", "text": "Ahoy"}]}


async def test_one_bad_property_and_nothing_is_set(meta: Meta) -> None:
    error = await meta.bad("POST", PATH, json={"get_started": START, "greeting": []})
    assert error["code"] == 100
    assert meta.sim.settings.profile(PAGE_ID) == {}


class TestOrder:
    """The menu hangs on the Get Started button."""

    async def test_a_menu_needs_the_button(self, meta: Meta) -> None:
        error = await meta.bad("POST", PATH, json={"persistent_menu": MENU})
        assert (error["code"], error["error_subcode"]) == (100, 2018145)
        await meta.good("POST", PATH, json={"get_started": START})
        await meta.good("POST", PATH, json={"persistent_menu": MENU})

    async def test_the_button_stays_while_there_is_a_menu(self, meta: Meta) -> None:
        await meta.good("POST", PATH, json={"get_started": START, "persistent_menu": MENU})
        error = await meta.bad("DELETE", PATH, json={"fields": ["get_started"]})
        assert (error["code"], error["error_subcode"]) == (100, 2018145)
        await meta.good("DELETE", PATH, json={"fields": ["persistent_menu"]})
        assert await meta.good("DELETE", PATH, json={"fields": ["get_started"]}) == DONE
        assert meta.sim.settings.profile(PAGE_ID) == {}

    async def test_both_may_go_together(self, meta: Meta) -> None:
        await meta.good("POST", PATH, json={"get_started": START, "persistent_menu": MENU})
        assert await meta.good("DELETE", PATH, json={"fields": ["get_started", "persistent_menu"]}) == DONE


class TestDelete:
    """By names, in any encoding."""

    @pytest.mark.parametrize(
        "how",
        [
            {"json": {"fields": ["greeting", "commands"]}},
            {"params": {"fields": "greeting,commands"}},
            {"data": {"fields": '["GREETING","COMMANDS"]'}},
        ],
    )
    async def test_encodings(self, meta: Meta, how: dict[str, Any]) -> None:
        await meta.good("POST", PATH, json=WHOLE)
        await meta.good("DELETE", PATH, **how)
        assert set(meta.sim.settings.profile(PAGE_ID)) == set(WHOLE) - {"greeting", "commands"}

    async def test_what_is_not_set_is_no_error(self, meta: Meta) -> None:
        assert await meta.good("DELETE", PATH, json={"fields": ["greeting"]}) == DONE

    async def test_bad_lists(self, meta: Meta) -> None:
        error = await meta.bad("DELETE", PATH, json={})
        assert error["message"] == "(#100) The parameter fields is required"
        error = await meta.bad("DELETE", PATH, json={"fields": ["greeting", "menu"]})
        assert error["message"].startswith("(#100) Param fields[1] must be one of {account_linking_url, commands, ")


class TestReading:
    """Names that are wrong, and the shapes that were seen."""

    async def test_names(self, meta: Meta) -> None:
        assert (await meta.bad("GET", PATH, params={"fields": "greeting,menu"}))["code"] == 100
        assert "deprecated" in (await meta.bad("GET", PATH, params={"fields": "home_url"}))["message"]
        assert await meta.good("GET", PATH, params={"fields": "subject_to_new_eu_privacy_rules"}) == {"data": []}

    async def test_an_object_per_property(self, meta: Meta) -> None:
        meta.sim.settings.options.profile_shape = "each"
        await meta.good("POST", PATH, json={"get_started": START, "greeting": GREETING})
        assert await meta.good("GET", PATH) == {"data": [{"get_started": START}, {"greeting": GREETING}]}

    async def test_defaults_filled_in(self, meta: Meta) -> None:
        """On demand Meta writes out what a POST left to it, which is no drift."""
        meta.sim.settings.options.profile_defaults = True
        items = [{"type": "web_url", "title": "Shop", "url": "https://shop.example.com"}]
        menu = [{"locale": "default", "call_to_actions": items}]
        domains = ["https://shop.example.com"]
        wish = {"get_started": START, "persistent_menu": menu, "whitelisted_domains": domains}
        await meta.good("POST", PATH, json=wish)
        (found,) = (await meta.good("GET", PATH))["data"]
        assert found["persistent_menu"][0]["composer_input_disabled"] is False
        assert found["persistent_menu"][0]["call_to_actions"][0]["webview_height_ratio"] == "full"
        assert found["whitelisted_domains"] == ["https://shop.example.com/"]


class TestTokens:
    """The Page's own token, with ``pages_messaging``."""

    @pytest.mark.parametrize("token", ["EAAUSERTOKEN1", "EAASYSTEMTOKEN1", APP_TOKEN])
    async def test_others_are_210(self, meta: Meta, token: str) -> None:
        assert (await meta.bad("GET", f"{PAGE_ID}/messenger_profile", token))["code"] == 210

    async def test_permission(self, meta: Meta) -> None:
        meta.sim.meta.state.tokens[PAGE_TOKEN].scopes -= {"pages_messaging"}
        assert (await meta.bad("GET", PATH))["code"] == 230


class TestInstagram:
    """Ice breakers and menu only; by the Page with ``platform``, by the account's id, or on the Instagram host."""

    @pytest.mark.parametrize("platform", ["instagram", "INSTAGRAM"])
    async def test_through_the_page(self, meta: Meta, platform: str) -> None:
        query = {"platform": platform}
        await meta.good("POST", PATH, json={"ice_breakers": ICE, "platform": platform})
        assert meta.sim.settings.profile(INSTAGRAM_ID) == {"ice_breakers": ICE}
        assert meta.sim.settings.profile(PAGE_ID) == {}
        bare = await meta.good("GET", PATH, params={**query, "fields": "ice_breakers"})
        assert bare == {"data": ICE}
        wrapped = await meta.good("GET", PATH, params={**query, "fields": "ice_breakers,persistent_menu"})
        assert wrapped == {"data": [{"ice_breakers": ICE}]}
        await meta.good("DELETE", PATH, params=query, json={"fields": ["ice_breakers"]})
        assert meta.sim.settings.profile(INSTAGRAM_ID) == {}

    async def test_the_account_by_its_id(self, meta: Meta) -> None:
        await meta.good("POST", f"{INSTAGRAM_ID}/messenger_profile", json={"ice_breakers": ICE})
        assert meta.sim.settings.profile(INSTAGRAM_ID) == {"ice_breakers": ICE}
        meta.sim.meta.state.accounts[INSTAGRAM_ID].page_id = "55"
        error = await meta.bad("GET", f"{INSTAGRAM_ID}/messenger_profile")
        assert (error["code"], error["error_subcode"]) == (100, 33)

    async def test_on_its_own_host(self, meta: Meta) -> None:
        path = f"{LOGIN_ID}/messenger_profile"
        await meta.good("POST", path, LOGIN_TOKEN, instagram=True, json={"ice_breakers": FLAT})
        assert await meta.good("GET", path, LOGIN_TOKEN, instagram=True) == {"data": [{"ice_breakers": FLAT}]}
        assert meta.sim.settings.profile(LOGIN_ID) == {"ice_breakers": FLAT}

    async def test_the_menu_needs_no_button_and_takes_less(self, meta: Meta) -> None:
        plain = [
            {"locale": "default", "call_to_actions": [{"type": "web_url", "title": "S", "url": "https://s.example"}]}
        ]
        query = {"platform": "instagram"}
        await meta.good("POST", PATH, params=query, json={"persistent_menu": plain})
        error = await meta.bad("POST", PATH, params=query, json={"persistent_menu": MENU})
        assert error["message"] == (
            '(#100) Invalid keys "composer_input_disabled" were found in param "persistent_menu[0]".'
        )
        error = await meta.bad("POST", PATH, params=query, json={"greeting": GREETING})
        assert error["code"] == 100

    async def test_refusals(self, meta: Meta) -> None:
        query = {"platform": "instagram"}
        meta.sim.meta.state.tokens[PAGE_TOKEN].scopes -= {"instagram_manage_messages"}
        assert (await meta.bad("GET", PATH, params=query))["code"] == 10
        meta.sim.meta.state.accounts[INSTAGRAM_ID].page_id = None
        assert (await meta.bad("GET", PATH, params=query))["error_subcode"] == 2534013
        assert (await meta.bad("GET", PATH, params={"platform": "whatsapp"}))["code"] == 100


class TestLimit:
    """Ten calls in ten minutes for a Page, whatever they are."""

    @pytest.fixture(autouse=True)
    def metas_own(self, plenty: None, meta: Meta) -> None:
        meta.sim.meta.rates.limits = Limits()

    async def test_ten_and_no_more(self, meta: Meta) -> None:
        """Reads and refused calls count; the Instagram account behind the Page shares its limit."""
        await meta.good("POST", PATH, json={"get_started": START})
        await meta.bad("POST", PATH, json={"greeting": []})
        await meta.good("GET", PATH, params={"platform": "instagram"})
        for _ in range(7):
            await meta.good("GET", PATH)
        error = await meta.bad("GET", PATH)
        assert (error["code"], error["message"]) == (613, "(#613) Calls to this api have exceeded the rate limit.")
        assert (await meta.bad("GET", PATH, params={"platform": "instagram"}))["code"] == 613
        assert await meta.installed() == {}  # other edges go on

    async def test_a_dead_token_costs_nothing(self, meta: Meta) -> None:
        for _ in range(11):
            assert (await meta.bad("GET", PATH, "EAADEAD"))["code"] == 190
        await meta.good("GET", PATH)

    async def test_waiting_helps_and_hammering_does_not(self, meta: Meta) -> None:
        """A call while throttled is a call as well: the window slides over those too."""
        for _ in range(10):
            await meta.good("GET", PATH)
        meta.sim.clock.advance(599)
        await meta.bad("GET", PATH)
        meta.sim.clock.advance(2)
        for _ in range(9):
            await meta.good("GET", PATH)
        assert (await meta.bad("GET", PATH))["code"] == 613
        for _ in range(20):
            meta.sim.clock.advance(50)
            await meta.call("GET", PATH)
        assert (await meta.bad("GET", PATH))["code"] == 613
        meta.sim.clock.advance(601)
        await meta.good("GET", PATH)

    async def test_it_is_off_for_load(self, meta: Meta) -> None:
        async with Simulator(small_world(), limits=unlimited()) as sim:
            busy = Meta(sim, meta.http)
            for _ in range(15):
                await busy.good("GET", PATH)
