"""``subscribed_apps``: a POST replaces the whole set, and one bad field spoils all of it."""

from __future__ import annotations

from typing import Any

import pytest

from pagewire.simulator.settings.fields import INSTAGRAM_FIELDS, PAGE_FIELDS
from pagewire.simulator.world import APP_ID, INSTAGRAM_ID, LOGIN_ID, PAGE_ID, Account, App
from tests.pagewire.simulator.admin_settings.conftest import APP_TOKEN, LOGIN_TOKEN, PAGE_TOKEN, Meta

PATH = f"{PAGE_ID}/subscribed_apps"


async def test_nothing_at_first(meta: Meta) -> None:
    """An empty list, not an error."""
    assert await meta.good("GET", PATH) == {"data": []}


async def test_a_post_replaces_the_whole_set(meta: Meta) -> None:
    """Nothing of an earlier call is kept."""
    assert await meta.install("messages,messaging_postbacks") == {"success": True}
    await meta.install("feed")
    assert await meta.installed() == {APP_ID: {"feed"}}


@pytest.mark.parametrize(
    "how",
    [
        {"data": {"subscribed_fields": "messages,feed"}},
        {"data": {"subscribed_fields": '["messages","feed"]'}},
        {"params": {"subscribed_fields": "messages, feed"}},
        {"json": {"subscribed_fields": ["messages", "feed"]}},
        {"json": {"subscribed_fields": "messages,feed"}},
    ],
)
async def test_encodings(meta: Meta, how: dict[str, Any]) -> None:
    """Form, query and JSON, a list or names with commas between."""
    await meta.good("POST", "me/subscribed_apps", **how)
    assert await meta.installed() == {APP_ID: {"messages", "feed"}}


async def test_other_apps_are_listed(meta: Meta) -> None:
    """Everybody who is installed, each with a name; one's own is found by id."""
    meta.sim.meta.state.apps["88"] = App(id="88", secret="x", name="Other Gateway")
    meta.sim.settings.install(PAGE_ID, ["messages", "standby"], "88")
    meta.sim.settings.install(PAGE_ID, ["feed"], "99")
    await meta.install("messages")
    listed = {app["id"]: app for app in (await meta.good("GET", PATH))["data"]}
    assert set(listed) == {"88", "99", APP_ID}
    assert (listed["88"]["name"], listed["88"]["category"]) == ("Other Gateway", "Business")
    assert listed[APP_ID]["name"] == "Harbour Gateway"
    await meta.good("DELETE", PATH)
    assert set(await meta.installed()) == {"88", "99"}


class TestRefusedFields:
    """The set stays as it was."""

    @pytest.mark.parametrize("given", [{}, {"subscribed_fields": ""}, {"subscribed_fields": "[]"}])
    async def test_the_parameter_is_mandatory(self, meta: Meta, given: dict[str, str]) -> None:
        error = await meta.bad("POST", PATH, data=given)
        assert (error["code"], error["message"]) == (100, "(#100) The parameter subscribed_fields is required")

    async def test_one_unknown_name(self, meta: Meta) -> None:
        """The sentence names the place and every name there is."""
        await meta.install("feed")
        error = await meta.bad("POST", PATH, data={"subscribed_fields": "messages,feed,message_edit"})
        names = ", ".join(sorted(PAGE_FIELDS))
        assert error["message"] == f"(#100) Param subscribed_fields[2] must be one of {{{names}}}"
        assert await meta.installed() == {APP_ID: {"feed"}}

    async def test_one_field_without_its_permission(self, meta: Meta) -> None:
        """A line for each such field; the others are not taken either."""
        meta.sim.meta.state.tokens[PAGE_TOKEN].scopes -= {"pages_messaging"}
        error = await meta.bad("POST", PATH, data={"subscribed_fields": "feed,messages,messaging_postbacks"})
        assert error["code"] == 200
        assert error["message"].splitlines() == [
            "(#200) To subscribe to the messages field, one of these permissions is needed: pages_messaging.",
            "(#200) To subscribe to the messaging_postbacks field, one of these permissions is needed: pages_messaging.",
        ]
        assert await meta.installed() == {}

    async def test_the_edge_has_permissions_of_its_own(self, meta: Meta) -> None:
        meta.sim.meta.state.tokens[PAGE_TOKEN].scopes -= {"pages_manage_metadata"}
        for method in ("GET", "POST", "DELETE"):
            error = await meta.bad(method, PATH, params={"subscribed_fields": "feed"})
            assert (error["code"], "pages_manage_metadata" in error["message"]) == (200, True)

    async def test_a_person_without_the_task(self, meta: Meta) -> None:
        """Message fields need MESSAGING beside a task that may manage."""
        user = meta.sim.meta.state.identity.users["7300000000000001"]
        user.pages[PAGE_ID] = {"MODERATE"}
        error = await meta.bad("POST", PATH, data={"subscribed_fields": "messages"})
        assert error["code"] == 200
        await meta.install("feed")
        user.pages[PAGE_ID] = {"ANALYZE", "MESSAGING"}
        assert (await meta.bad("POST", PATH, data={"subscribed_fields": "feed"}))["code"] == 200
        user.pages[PAGE_ID] = {"PROFILE_PLUS_FULL_CONTROL", "PROFILE_PLUS_MESSAGING"}
        await meta.install("messages")

    async def test_a_field_refused_on_demand(self, meta: Meta) -> None:
        """As a lack of permission, or as a name that Meta no longer has."""
        meta.sim.settings.refuse_field("messages")
        assert (await meta.bad("POST", PATH, data={"subscribed_fields": "feed,messages"}))["code"] == 200
        meta.sim.settings.refuse_field("messages", "unknown")
        error = await meta.bad("POST", PATH, data={"subscribed_fields": "feed,messages"})
        assert error["code"] == 100
        assert " messages," not in error["message"]
        meta.sim.settings.accept_field("messages")
        await meta.install("feed,messages")


class TestTokens:
    """A Page's token; for clean-up the app's as well."""

    @pytest.mark.parametrize("token", ["EAAUSERTOKEN1", "EAASYSTEMTOKEN1"])
    @pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
    async def test_people_and_system_users_are_210(self, meta: Meta, token: str, method: str) -> None:
        error = await meta.bad(method, PATH, token, params={"subscribed_fields": "feed"})
        assert (error["code"], error["message"]) == (
            210,
            "(#210) A page access token is required to request this resource.",
        )

    async def test_the_app_token_only_deletes(self, meta: Meta) -> None:
        """It works when the Page's token is dead, and again when there is nothing left."""
        await meta.install("feed")
        meta.sim.meta.state.tokens[PAGE_TOKEN].revoked = 460
        for method in ("GET", "POST"):
            assert (await meta.bad(method, PATH, APP_TOKEN, params={"subscribed_fields": "feed"}))["code"] == 210
        assert (await meta.bad("DELETE", PATH))["code"] == 190
        for _ in range(2):
            assert await meta.good("DELETE", PATH, APP_TOKEN) == {"success": True}
        assert meta.sim.settings.subscribed(PAGE_ID) == {}

    async def test_objects_of_others(self, meta: Meta) -> None:
        meta.sim.meta.state.accounts["55"] = Account(id="55", object="page")
        for token in (PAGE_TOKEN, APP_TOKEN):
            error = await meta.bad("DELETE", "77/subscribed_apps", token)
            assert (error["code"], error["error_subcode"]) == (100, 33)
        assert (await meta.bad("GET", "55/subscribed_apps"))["code"] == 100

    async def test_other_verbs(self, meta: Meta) -> None:
        assert (await meta.bad("PUT", PATH))["code"] == 100


class TestInstagram:
    """Accounts of Instagram Login, on their host."""

    @pytest.mark.parametrize("name", ["me", LOGIN_ID])
    async def test_all_three_verbs(self, meta: Meta, name: str) -> None:
        meta.sim.meta.state.apps[APP_ID].instagram_app_id = "880000000000001"
        path = f"{name}/subscribed_apps"
        assert await meta.good("GET", path, LOGIN_TOKEN, instagram=True) == {"data": []}
        wish = {"subscribed_fields": "messages,messaging_seen"}
        assert await meta.good("POST", path, LOGIN_TOKEN, instagram=True, params=wish) == {"success": True}
        assert await meta.good("GET", path, LOGIN_TOKEN, instagram=True) == {
            "data": [{"app_id": "880000000000001", "subscribed_fields": ["messages", "messaging_seen"]}]
        }
        assert await meta.good("DELETE", path, LOGIN_TOKEN, instagram=True) == {"success": True}
        assert meta.sim.settings.subscribed(LOGIN_ID) == {}

    async def test_a_name_of_the_page_spoils_it(self, meta: Meta) -> None:
        error = await meta.bad(
            "POST",
            "me/subscribed_apps",
            LOGIN_TOKEN,
            instagram=True,
            data={"subscribed_fields": "messages,message_reads"},
        )
        names = ", ".join(sorted(INSTAGRAM_FIELDS))
        assert error["message"] == f"(#100) Param subscribed_fields[1] must be one of {{{names}}}"

    @pytest.mark.parametrize(
        ("field", "scope"),
        [
            ("messages", "instagram_business_manage_messages"),
            ("comments", "instagram_business_manage_comments"),
            ("follow", "instagram_business_basic"),
        ],
    )
    async def test_permissions(self, meta: Meta, field: str, scope: str) -> None:
        meta.sim.meta.state.tokens[LOGIN_TOKEN].scopes -= {scope}
        error = await meta.bad(
            "POST", "me/subscribed_apps", LOGIN_TOKEN, instagram=True, data={"subscribed_fields": field}
        )
        assert (error["code"], scope in error["message"]) == (200, True)

    @pytest.mark.parametrize("account", [INSTAGRAM_ID, LOGIN_ID])
    @pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
    async def test_the_facebook_host_has_no_such_edge(self, meta: Meta, account: str, method: str) -> None:
        error = await meta.bad(method, f"{account}/subscribed_apps", params={"subscribed_fields": "messages"})
        assert (error["code"], error["message"]) == (
            3,
            "(#3) Application does not have the capability to make this API call.",
        )
        assert (await meta.bad(method, f"{account}/subscribed_apps", "EAADEAD"))["code"] == 190

    async def test_tokens_of_the_other_host(self, meta: Meta) -> None:
        assert (await meta.bad("GET", "me/subscribed_apps", PAGE_TOKEN, instagram=True))["code"] == 190
        assert (await meta.bad("GET", "me/subscribed_apps", LOGIN_TOKEN))["code"] == 190
