"""Tokens: every call as it arrives, every answer of the facts sheet as it comes back."""

import pytest

from pagewire.graph import Reauth, appsecret_proof
from pagewire.graph.admin import AdminError, app_token
from pagewire.sealed import Sealed
from tests.pagewire.graph.admin.conftest import APP, APP_TOKEN, PAGE, SECRET, USER_TOKEN, Play, Said, bearer
from tests.pagewire.graph.conftest import APP_SECRET

LONG = {"access_token": "EAAUSERLONG", "token_type": "bearer", "expires_in": 5183944}
OURS = {"client_id": APP, "client_secret": APP_SECRET}
DEBUGGED = {
    "app_id": 990000000000001,
    "type": "USER",
    "application": "Harbour Gateway",
    "data_access_expires_at": 1803081600,
    "expires_at": 1800489600,
    "issued_at": 1795305600,
    "is_valid": True,
    "metadata": {"auth_type": "rerequest"},
    "scopes": ["pages_show_list", "pages_messaging", "public_profile", "business_management"],
    "granular_scopes": [
        {"scope": "pages_show_list", "target_ids": ["108000000000001", "108000000000002"]},
        {"scope": "pages_messaging", "target_ids": [108000000000001]},
        {"scope": "public_profile", "target_ids": None},
        {"scope": "business_management"},
    ],
    "user_id": "7300000000000001",
}


def test_the_form_of_the_app_token_that_needs_no_call() -> None:
    assert app_token(APP, SECRET) == Sealed(APP_TOKEN)


async def test_app_token(play: Play) -> None:
    async with play({"access_token": f"{APP}|aBcDeFg", "token_type": "bearer"}) as stage:
        issued = await stage.admin.tokens.app_token()
    assert (stage.asked.method, stage.asked.path) == ("GET", "/v25.0/oauth/access_token")
    assert stage.asked.query == {**OURS, "grant_type": "client_credentials"}
    assert "authorization" not in stage.asked.headers
    assert (issued.access_token, issued.expires_in) == (Sealed(f"{APP}|aBcDeFg"), None)
    assert "aBcDeFg" not in repr(issued)


@pytest.mark.parametrize("redirect", [None, "https://gw.example.com/oauth/cb"])
async def test_from_code(play: Play, redirect: str | None) -> None:
    async with play(LONG) as stage:
        issued = await stage.admin.tokens.from_code(Sealed("AQB"), redirect)
    assert stage.asked.query == {**OURS, "code": "AQB"} | ({"redirect_uri": redirect} if redirect else {})
    assert (issued.access_token, issued.token_type, issued.expires_in) == (Sealed("EAAUSERLONG"), "bearer", 5183944)


@pytest.mark.parametrize("expiring", [False, True])
async def test_exchange(play: Play, expiring: bool) -> None:
    async with play(LONG) as stage:
        await stage.admin.tokens.exchange(Sealed("EAASHORT"), expires_in_60_days=expiring)
    extra = {"set_token_expires_in_60_days": "true"} if expiring else {}
    wanted = {**OURS, "grant_type": "fb_exchange_token", "fb_exchange_token": "EAASHORT", **extra}
    assert stage.asked.query == wanted


async def test_a_used_code_means_a_new_login(play: Play) -> None:
    used = {"error": {"message": "This authorization code has been used.", "code": 100, "error_subcode": 36009}}
    async with play(Said(used, 400)) as stage:
        with pytest.raises(Reauth, match="code has been used"):
            await stage.admin.tokens.from_code(Sealed("AQB"))


async def test_revoke(play: Play) -> None:
    async with play({"success": True}) as stage:
        await stage.admin.tokens.revoke(Sealed("EAAOLD"), using=Sealed("EAANEW"))
    assert bearer(stage.asked) == "EAANEW"
    assert stage.asked.path == "/v25.0/oauth/revoke"
    assert {**OURS, "revoke_token": "EAAOLD"}.items() <= stage.asked.query.items()


async def test_debug(play: Play) -> None:
    async with play({"data": DEBUGGED}) as stage:
        report = await stage.admin.tokens.debug(Sealed("EAAINPUT"))
    assert bearer(stage.asked) == APP_TOKEN
    assert stage.asked.query == {
        "input_token": "EAAINPUT",
        "appsecret_proof": appsecret_proof(APP_SECRET, APP_TOKEN),
    }
    assert (report.is_valid, report.app_id, report.type, report.user_id) == (True, APP, "USER", "7300000000000001")
    assert (report.expires_at, report.data_access_expires_at, report.issued_at) == (1800489600, 1803081600, 1795305600)
    assert report.metadata == {"auth_type": "rerequest"}


async def test_what_a_token_allows(play: Play) -> None:
    async with play({"data": DEBUGGED}) as stage:
        report = await stage.admin.tokens.debug(Sealed("EAAINPUT"))
    assert report.targets("pages_messaging") == frozenset({PAGE})
    assert report.targets("public_profile") is None  # target_ids null: all objects
    assert report.targets("business_management") is None  # target_ids missing: all objects
    assert report.targets("instagram_basic") == frozenset()
    assert report.allows("pages_messaging", PAGE)
    assert not report.allows("pages_messaging", "108000000000002")
    assert report.allows("business_management", "anything")
    assert not report.allows("instagram_basic")
    assert report.allows("pages_messaging")


async def test_a_dead_token_is_an_answer(play: Play) -> None:
    dead = {
        "data": {
            "error": {"code": 190, "message": "Error validating access token: Session has expired", "subcode": 463},
            "is_valid": False,
            "scopes": [],
        }
    }
    garbled = {"data": {"error": {"code": 190, "message": 'The access token "EAAX" could not be decrypted'}}}
    async with play(dead, garbled) as stage:
        report = await stage.admin.tokens.debug(Sealed("EAADEAD"))
        other = await stage.admin.tokens.debug(Sealed("EAAGARBLED"))
    assert (report.is_valid, report.error_code, report.error_subcode) == (False, 190, 463)
    assert report.error_message == "Error validating access token: Session has expired"
    assert (other.is_valid, other.error_subcode) == (False, None)
    assert "EAAX" not in other.error_message


async def test_me_of_a_business_integration_token(play: Play) -> None:
    async with play({"client_business_id": "550000000000009", "id": 7300000000000001}) as stage:
        me = await stage.admin.tokens.me(Sealed(USER_TOKEN), fields="client_business_id")
    assert bearer(stage.asked) == USER_TOKEN
    assert (stage.asked.path, stage.asked.query["fields"]) == ("/v25.0/me", "client_business_id")
    assert (me.id, me.client_business_id) == ("7300000000000001", "550000000000009")


@pytest.mark.parametrize("token", ["", "EAATOKEN\n", "ein Wort"])
async def test_what_cannot_be_a_token_is_not_sent(play: Play, token: str) -> None:
    async with play() as stage:
        with pytest.raises(Reauth, match="line break"):
            await stage.admin.tokens.me(Sealed(token))
    assert stage.server.requests == []


async def test_an_answer_without_a_token_is_an_error(play: Play) -> None:
    async with play({"token_type": "bearer"}) as stage:
        with pytest.raises(AdminError, match="holds no token"):
            await stage.admin.tokens.app_token()
