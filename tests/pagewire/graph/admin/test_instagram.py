"""Instagram Login: other hosts, another app, two shapes of a token."""

import json

import pytest

from pagewire.graph import Reauth
from pagewire.graph.admin import AdminError
from pagewire.sealed import Sealed
from tests.pagewire.graph.admin.conftest import IG, IG_APP, Play, Said, bearer, form
from tests.pagewire.graph.conftest import APP_SECRET

REDIRECT = "https://gw.example.com/oauth/ig"
SHORT = Sealed("IGSHORT")
FLAT = {
    "access_token": "IGSHORT",
    "user_id": 17841400000000001,
    "permissions": ["instagram_business_basic", "instagram_business_manage_messages"],
}
WRAPPED = {
    "data": [
        {
            "access_token": "IGSHORT",
            "user_id": "17841400000000001",
            "permissions": "instagram_business_basic,instagram_business_manage_messages",
        }
    ]
}


@pytest.mark.parametrize("shape", [FLAT, WRAPPED])
async def test_from_code(play: Play, shape: object) -> None:
    async with play(shape) as stage:
        issued = await stage.instagram.tokens.from_code(Sealed("AQcode#_"), REDIRECT)
    assert (stage.asked.method, stage.asked.target) == ("POST", "/ig/oauth/access_token")
    assert form(stage.asked) == {
        "client_id": IG_APP,
        "client_secret": APP_SECRET,
        "grant_type": "authorization_code",
        "redirect_uri": REDIRECT,
        "code": "AQcode",
    }
    assert (issued.access_token, issued.user_id) == (SHORT, IG)
    assert issued.permissions == ("instagram_business_basic", "instagram_business_manage_messages")


async def test_a_used_code_in_the_flat_shape(play: Play) -> None:
    used = {"error_type": "OAuthException", "code": 400, "error_message": "This authorization code has been used"}
    async with play(Said(used, 400)) as stage:
        with pytest.raises(Reauth, match="code has been used") as caught:
            await stage.instagram.tokens.from_code(Sealed("AQ"), REDIRECT)
    assert (caught.value.code, caught.value.http_status) == (400, 400)


async def test_exchange_and_refresh(play: Play) -> None:
    answer = {
        "access_token": "IGLONG2",
        "token_type": "bearer",
        "expires_in": 5183944,
        "permissions": "instagram_business_basic,instagram_business_manage_messages",
    }
    async with play(answer, answer) as stage:
        await stage.instagram.tokens.exchange(SHORT)
        issued = await stage.instagram.tokens.refresh(Sealed("IGLONG"))
    exchange, refresh = stage.server.requests
    assert exchange.path == "/access_token"
    assert exchange.query == {"grant_type": "ig_exchange_token", "client_secret": APP_SECRET}
    assert exchange.headers["authorization"] == "Bearer IGSHORT"
    assert refresh.target == "/refresh_access_token?grant_type=ig_refresh_token"
    assert refresh.headers["authorization"] == "Bearer IGLONG"
    assert (issued.access_token, issued.expires_in) == (Sealed("IGLONG2"), 5183944)


async def test_refresh_of_a_token_of_the_wrong_kind(play: Play) -> None:
    error = {"error": {"message": "Unsupported request - method type: get", "type": "IGApiException", "code": 100}}
    async with play(Said(error, 400)) as stage:
        with pytest.raises(AdminError) as caught:
            await stage.instagram.tokens.refresh(SHORT)
    assert (caught.value.code, caught.value.call) == (100, "GET /refresh_access_token")


@pytest.mark.parametrize("wrapped", [False, True])
async def test_me(play: Play, wrapped: bool) -> None:
    me = {"id": "1020000000000001", "user_id": IG, "username": "harbour.bakery", "account_type": "BUSINESS"}
    async with play({"data": [me]} if wrapped else me) as stage:
        identity = await stage.instagram.tokens.me(SHORT)
    assert stage.asked.path == "/v25.0/me"
    assert bearer(stage.asked) == "IGSHORT"
    assert (identity.id, identity.user_id, identity.username) == ("1020000000000001", IG, "harbour.bakery")
    assert identity.account_type == "BUSINESS"


async def test_subscribed_apps(play: Play) -> None:
    listed = {"data": [{"app_id": IG_APP, "subscribed_fields": ["messages", "messaging_postbacks"]}]}
    async with play(listed, {"success": True}, {"success": True}) as stage:
        apps = await stage.instagram.accounts.subscribed_apps(IG, SHORT)
        await stage.instagram.accounts.subscribe(IG, SHORT, ["messages"])
        await stage.instagram.accounts.unsubscribe(IG, SHORT)
    read, write, delete = stage.server.requests
    ours = apps.of(IG_APP)
    assert ours is not None
    assert ours.fields == {"messages", "messaging_postbacks"}
    assert {request.path for request in (read, write, delete)} == {f"/v25.0/{IG}/subscribed_apps"}
    assert form(write) == {"subscribed_fields": "messages"}
    assert delete.method == "DELETE"


async def test_profile(play: Play) -> None:
    breakers = {"locale": "default", "call_to_actions": [{"question": "Hours?", "payload": "HOURS"}]}
    async with play({"data": [breakers]}, {"result": "success"}, {"result": "success"}) as stage:
        found = await stage.instagram.profile.get(IG, SHORT)
        await stage.instagram.profile.set(IG, SHORT, {"ice_breakers": [breakers]})
        await stage.instagram.profile.delete(IG, SHORT, ["ice_breakers"])
    read, write, delete = stage.server.requests
    assert (read.path, read.query["fields"]) == (f"/v25.0/{IG}/messenger_profile", "ice_breakers,persistent_menu")
    assert found.properties == {"ice_breakers": [breakers]}
    assert json.loads(write.body) == {"ice_breakers": [breakers]}
    assert json.loads(delete.body) == {"fields": ["ice_breakers"]}
