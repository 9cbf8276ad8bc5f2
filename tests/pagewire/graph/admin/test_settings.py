"""App, app-level subscriptions, Messenger profile, permissions, system users."""

import json

import pytest

from pagewire.graph.admin import PROFILE_PROPERTIES
from pagewire.sealed import Sealed
from tests.pagewire.graph.admin.conftest import APP, APP_TOKEN, PAGE, USER_TOKEN, Play, bearer, form
from tests.pagewire.graph.conftest import TOKEN

CALLBACK = "https://gw.example.com/webhooks/meta"
SYSTEM_USER = "6100000000000001"
MENU = {
    "locale": "default",
    "composer_input_disabled": False,
    "call_to_actions": [{"type": "postback", "title": "Talk", "payload": "CARE"}],
}
BREAKERS = {"locale": "default", "call_to_actions": [{"question": "Opening hours?", "payload": "HOURS"}]}


async def test_app_facts(play: Play) -> None:
    async with play({"id": APP, "name": "Harbour Gateway", "category": "Business"}) as stage:
        app = await stage.admin.app.facts(fields="id,name,category")
    assert bearer(stage.asked) == APP_TOKEN
    assert stage.asked.path == f"/v25.0/{APP}"
    assert (app.id, app.name, app.more) == (APP, "Harbour Gateway", {"category": "Business"})


async def test_subscriptions_in_old_and_new_form(play: Play) -> None:
    page = {
        "object": "page",
        "callback_url": CALLBACK,
        "active": True,
        "fields": [{"name": "messages", "version": "v25.0"}, {"name": "feed", "version": "v24.0"}],
    }
    user = {"object": "user", "callback_url": CALLBACK, "active": "false", "fields": ["email", "name"]}
    async with play({"data": [page, user, {"fields": []}]}) as stage:
        found = await stage.admin.subscriptions.list()
    assert bearer(stage.asked) == APP_TOKEN
    new, old = found.of("page"), found.of("user")
    assert new is not None
    assert old is not None
    assert (new.callback_url, new.active, new.fields) == (CALLBACK, True, frozenset({"messages", "feed"}))
    assert new.versions == {"messages": "v25.0", "feed": "v24.0"}
    assert (old.active, old.fields) == (False, frozenset({"email", "name"}))
    assert old.versions == {}
    assert found.of("instagram") is None


async def test_set_a_subscription(play: Play) -> None:
    async with play({"success": True}) as stage:
        fields = ["messages", "message_deliveries"]
        await stage.admin.subscriptions.set("page", CALLBACK, Sealed("vt8Zk3Qp"), fields)
    assert (stage.asked.method, stage.asked.path) == ("POST", f"/v25.0/{APP}/subscriptions")
    assert bearer(stage.asked) == APP_TOKEN
    assert form(stage.asked) == {
        "object": "page",
        "callback_url": CALLBACK,
        "verify_token": "vt8Zk3Qp",
        "fields": "message_deliveries,messages",
        "include_values": "true",
    }
    assert "vt8Zk3Qp" not in stage.asked.target


@pytest.mark.parametrize(("fields", "query"), [((), {}), (("feed", "email"), {"fields": "email,feed"})])
async def test_delete_a_subscription(play: Play, fields: tuple[str, ...], query: dict[str, str]) -> None:
    async with play(True) as stage:
        await stage.admin.subscriptions.delete("page", fields)
    assert stage.asked.method == "DELETE"
    assert {name: value for name, value in stage.asked.query.items() if name != "appsecret_proof"} == {
        "object": "page",
        **query,
    }


@pytest.mark.parametrize("about", ["", " "])
async def test_there_is_no_way_to_delete_all(play: Play, about: str) -> None:
    async with play() as stage:
        with pytest.raises(ValueError, match="every subscription of the app"):
            await stage.admin.subscriptions.delete(about)
    assert stage.server.requests == []


@pytest.mark.parametrize(
    "data",
    [
        [{"get_started": {"payload": "GO"}, "persistent_menu": [MENU], "ice_breakers": [BREAKERS], "greeting": None}],
        [{"get_started": {"payload": "GO"}}, {"persistent_menu": [MENU]}, {"ice_breakers": [BREAKERS]}],
        [{"get_started": {"payload": "GO"}}, MENU, BREAKERS],  # Instagram's, without the name of the property
    ],
)
async def test_profile(play: Play, data: list[object]) -> None:
    async with play({"data": data}) as stage:
        profile = await stage.admin.profile.get(PAGE, Sealed(TOKEN))
    assert stage.asked.path == f"/v25.0/{PAGE}/messenger_profile"
    assert stage.asked.query["fields"] == ",".join(PROFILE_PROPERTIES)
    wanted = {"get_started": {"payload": "GO"}, "persistent_menu": [MENU], "ice_breakers": [BREAKERS]}
    assert profile.properties == wanted


async def test_profile_of_the_linked_instagram_account(play: Play) -> None:
    bare = [BREAKERS, {**BREAKERS, "locale": "en_US"}]
    async with play({"data": bare}, {"result": "success"}) as stage:
        profile = await stage.admin.profile.get(PAGE, Sealed(TOKEN), platform="instagram")
        await stage.admin.profile.set(PAGE, Sealed(TOKEN), {"ice_breakers": [BREAKERS]}, platform="instagram")
    read, write = stage.server.requests
    assert (read.query["platform"], read.query["fields"]) == ("instagram", "ice_breakers,persistent_menu")
    assert profile.properties == {"ice_breakers": bare}
    assert write.query["platform"] == "instagram"
    assert json.loads(write.body) == {"platform": "instagram", "ice_breakers": [BREAKERS]}


async def test_set_and_delete_profile_properties(play: Play) -> None:
    async with play({"result": "success"}, {"result": "success"}) as stage:
        await stage.admin.profile.set(PAGE, Sealed(TOKEN), {"get_started": {"payload": "GO"}})
        await stage.admin.profile.delete(PAGE, Sealed(TOKEN), ["persistent_menu", "get_started"])
    write, delete = stage.server.requests
    assert (write.method, json.loads(write.body)) == ("POST", {"get_started": {"payload": "GO"}})
    assert (delete.method, json.loads(delete.body)) == ("DELETE", {"fields": ["persistent_menu", "get_started"]})
    assert bearer(delete) == TOKEN


async def test_nothing_to_set_or_delete_is_a_mistake(play: Play) -> None:
    async with play() as stage:
        with pytest.raises(ValueError, match="to set"):
            await stage.admin.profile.set(PAGE, Sealed(TOKEN), {})
        with pytest.raises(ValueError, match="to delete"):
            await stage.admin.profile.delete(PAGE, Sealed(TOKEN), [])


@pytest.mark.parametrize("user", ["me", "7300000000000001"])
async def test_permissions(play: Play, user: str) -> None:
    data = [
        {"permission": "pages_show_list", "status": "granted"},
        {"permission": "pages_messaging", "status": "declined"},
        {"permission": "instagram_basic", "status": "expired"},
        {"permission": "something_new", "status": "pending"},
        {"status": "granted"},
    ]
    async with play({"data": data}) as stage:
        found = await stage.admin.permissions.list(Sealed(USER_TOKEN), user)
    assert stage.asked.path == f"/v25.0/{user}/permissions"
    assert (found.granted, found.declined, found.expired) == (
        frozenset({"pages_show_list"}),
        frozenset({"pages_messaging"}),
        frozenset({"instagram_basic"}),
    )
    assert found.statuses["something_new"] == "pending"


async def test_install_the_app_for_a_system_user(play: Play) -> None:
    async with play(True) as stage:
        await stage.admin.system_users.install_app(SYSTEM_USER, Sealed(USER_TOKEN))
    assert (stage.asked.method, stage.asked.path) == ("POST", f"/v25.0/{SYSTEM_USER}/applications")
    assert (bearer(stage.asked), form(stage.asked)) == (USER_TOKEN, {"business_app": APP})


@pytest.mark.parametrize("expiring", [False, True])
async def test_generate_a_system_user_token(play: Play, expiring: bool) -> None:
    async with play({"access_token": "EAASYSUSER"}) as stage:
        issued = await stage.admin.system_users.generate_token(
            SYSTEM_USER, Sealed(USER_TOKEN), ["pages_show_list", "pages_messaging"], expires_in_60_days=expiring
        )
    extra = {"set_token_expires_in_60_days": "true"} if expiring else {}
    assert stage.asked.path == f"/v25.0/{SYSTEM_USER}/access_tokens"
    assert form(stage.asked) == {"business_app": APP, "scope": "pages_messaging,pages_show_list", **extra}
    assert bearer(stage.asked) == USER_TOKEN
    assert issued.access_token == Sealed("EAASYSUSER")


async def test_end_all_tokens_of_a_system_user(play: Play) -> None:
    async with play({"success": True}) as stage:
        await stage.admin.system_users.delete_tokens(SYSTEM_USER, Sealed(USER_TOKEN))
    assert (stage.asked.method, stage.asked.path) == ("DELETE", f"/v25.0/{SYSTEM_USER}/access_tokens")


async def test_business_integration_token(play: Play) -> None:
    async with play({"access_token": "EAABISU"}, {"access_token": "EAABISU"}) as stage:
        of, token = stage.admin.system_users.business_token, Sealed(USER_TOKEN)
        await of("550000000000009", token, fetch_only=True)
        await of("550000000000009", token, assets=["1", "2"], scopes=["pages_messaging"], system_user_id="3")
    fetched, made = stage.server.requests
    assert fetched.path == "/v25.0/550000000000009/system_user_access_tokens"
    assert form(fetched) == {"fetch_only": "true"}
    assert form(made) == {"asset": "1,2", "scope": "pages_messaging", "system_user_id": "3"}
    assert bearer(made) == USER_TOKEN
