"""Tokens, proofs, and objects that are not for them (appendix A step 1)."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import pytest

from pagewire.simulator.world import APP_ID, INSTAGRAM_ID, LOGIN_ID, PAGE_ID, Account, App, Token
from tests.pagewire.simulator.conftest import START, Bench

SECRET = "s3cr3t-app-secret-for-tests"
APP_TOKEN = f"{APP_ID}|{SECRET}"


async def error(bench: Bench, method: str, path: str, **more: Any) -> tuple[int, int | None]:
    found = (await bench.call(method, path, **more)).json()["error"]
    return found["code"], found.get("error_subcode")


BODY = {"recipient": {"id": "1"}, "message": {"text": "hi"}}


async def test_sends_need_a_good_token(bench: Bench) -> None:
    """Missing, unknown, of the other host, expired and revoked tokens are all 190, with their subcode."""
    token = bench.meta.state.tokens["EAAPAGETOKEN1"]

    async def send(**more: Any) -> tuple[int, int | None]:
        return await error(bench, "POST", "me/messages", json=BODY, **more)

    assert await send(token=None) == (190, None)
    assert await send(token="EAANOBODY") == (190, None)
    assert await send(token="IGLOGINTOKEN1") == (190, None)
    assert await send(token="EAAPAGETOKEN1", account=LOGIN_ID) == (190, None)
    token.expires_at = int(START)
    assert await send() == (190, 463)
    for subcode in (458, 460, 467):
        token.revoked = subcode
        assert await send() == (190, subcode)


async def test_a_dead_token_is_told_in_a_header(bench: Bench) -> None:
    """190 comes with ``WWW-Authenticate``."""
    answer = await bench.call("POST", "me/messages", json=BODY, token="EAANOBODY")
    assert "invalid_token" in answer.headers["www-authenticate"]


async def test_where_the_token_may_be(bench: Bench) -> None:
    """Header, query and body carry it equally."""
    scoped = bench.meet()
    fields = {"recipient": f'{{"id": "{scoped}"}}', "message": '{"text": "hi"}'}
    path = f"/v25.0/{PAGE_ID}/messages"
    for given in (
        {"headers": {"Authorization": "OAuth EAAPAGETOKEN1"}, "data": fields},
        {"params": {"access_token": "EAAPAGETOKEN1"}, "data": fields},
        {"data": {**fields, "access_token": "EAAPAGETOKEN1"}},
    ):
        assert (await bench.http.post(path, **given)).status_code == 200  # type: ignore[arg-type]


async def test_objects_of_others(bench: Bench) -> None:
    """Another Page, an Instagram id on the Facebook host, and tokens that stand for no Page."""
    bench.meta.state.accounts["55"] = Account(id="55", object="page")
    for kind in ("USER", "SYSTEM_USER"):
        bench.meta.state.tokens[kind] = Token(value=kind, type=kind, app_id=APP_ID)

    assert await error(bench, "POST", "55/messages", json=BODY) == (100, 33)
    assert await error(bench, "POST", "777/messages", json=BODY) == (100, 33)
    assert await error(bench, "POST", f"{INSTAGRAM_ID}/messages", json=BODY) == (100, 33)
    for token in ("USER", "SYSTEM_USER", APP_TOKEN):
        assert await error(bench, "POST", f"{PAGE_ID}/messages", json=BODY, token=token) == (210, None)


@pytest.mark.parametrize(
    ("account", "scope", "code"),
    [
        (PAGE_ID, "pages_messaging", 230),
        (INSTAGRAM_ID, "instagram_manage_messages", 10),
        (LOGIN_ID, "instagram_business_manage_messages", 10),
    ],
)
async def test_missing_permission(bench: Bench, account: str, scope: str, code: int) -> None:
    """Each product needs its own messaging permission."""
    bench.meet(account)
    for token in bench.meta.state.tokens.values():
        token.scopes.discard(scope)
    assert (await bench.text(account, "ada")).json()["error"]["code"] == code


def proof(secret: str, message: str) -> str:
    return hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()


async def test_appsecret_proof(bench: Bench) -> None:
    """Checked when given, demanded when the app says so; the timestamped form too."""
    scoped = bench.meet()
    body = {"recipient": {"id": scoped}, "message": {"text": "hi"}}

    async def code(**extra: str) -> int | None:
        answer = await bench.send(PAGE_ID, {**body, **extra})
        found: dict[str, Any] = answer.json()
        return found["error"]["code"] if "error" in found else None

    good = proof(SECRET, "EAAPAGETOKEN1")
    assert await code(appsecret_proof=good) is None
    assert await code(appsecret_proof=good.upper()) == 100
    bench.app.require_proof = True
    assert await code() == 100
    assert await code(appsecret_proof=good) is None
    timed = proof(SECRET, f"EAAPAGETOKEN1|{int(START)}")
    assert await code(appsecret_proof=timed, appsecret_time=str(int(START))) is None
    assert await code(appsecret_proof=timed) == 100


async def test_proof_vectors(bench: Bench) -> None:
    """The published vectors of the plain and the timestamped proof pass."""
    bench.meta.state.tokens["EAATESTPAGETOKEN000111222"] = Token(
        value="EAATESTPAGETOKEN000111222", type="PAGE", app_id=APP_ID, account_id=PAGE_ID
    )
    plain = {"appsecret_proof": "e25675182531f73ad033c4a1fc48eede5dce76b592010e5b922e2c4fdd5fa81a"}
    timed = {
        "appsecret_proof": "df7a0b0cfc94be2af30f82f041d643eb6bb954c951e6abfdaa736c0dc1746602",
        "appsecret_time": "1795305600",
    }
    for params in (plain, timed):
        answer = await bench.call("GET", "me", token="EAATESTPAGETOKEN000111222", params=params)
        assert answer.json()["id"] == PAGE_ID


class TestDebugToken:
    """``GET /debug_token``: dead tokens are HTTP 200."""

    async def debug(self, bench: Bench, value: str, token: str = APP_TOKEN) -> dict[str, Any]:
        answer = await bench.call("GET", "debug_token", token=token, params={"input_token": value})
        found: dict[str, Any] = answer.json()
        return found

    async def test_page_token(self, bench: Bench) -> None:
        data = (await self.debug(bench, "EAAPAGETOKEN1"))["data"]
        assert (data["type"], data["profile_id"], data["app_id"]) == ("PAGE", PAGE_ID, APP_ID)
        assert data["is_valid"] is True
        assert data["expires_at"] == 0
        granted = {entry["scope"]: entry["target_ids"] for entry in data["granular_scopes"]}
        assert granted["pages_messaging"] == [PAGE_ID]
        assert granted["instagram_manage_messages"] == [INSTAGRAM_ID]

    async def test_app_token(self, bench: Bench) -> None:
        data = (await self.debug(bench, APP_TOKEN))["data"]
        assert (data["type"], data["is_valid"]) == ("APP", True)

    async def test_dead_tokens(self, bench: Bench) -> None:
        bench.meta.state.tokens["EAAPAGETOKEN1"].expires_at = int(START) - 1
        data = (await self.debug(bench, "EAAPAGETOKEN1"))["data"]
        assert data["is_valid"] is False
        assert (data["error"]["code"], data["error"]["subcode"]) == (190, 463)
        garbled = (await self.debug(bench, "nonsense"))["data"]
        assert garbled["error"] == {"code": 190, "message": "The access token could not be decrypted"}

    async def test_only_the_same_app_may_look(self, bench: Bench) -> None:
        bench.meta.state.apps["7"] = App(id="7", secret="seven")
        assert (await self.debug(bench, "EAAPAGETOKEN1", "EAAPAGETOKEN1"))["error"]["code"] == 100
        assert (await self.debug(bench, "EAAPAGETOKEN1", "7|seven"))["error"]["code"] == 100
        assert (await self.debug(bench, "EAAPAGETOKEN1", "7|wrong"))["error"]["code"] == 190
        assert await error(bench, "GET", "debug_token", token=None) == (104, None)
