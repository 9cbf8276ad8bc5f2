"""Instagram Login: three hosts, two shapes, and a refresh that has its hours (graph.md 2.7)."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from pagewire.simulator.people import Impossible
from pagewire.simulator.world import APP_ID, LOGIN_ID, PAGE_ID
from tests.pagewire.simulator.admin_tokens.conftest import INSTAGRAM_SECRET, PAGE_TOKEN, REDIRECT, SECRET, Meta
from tests.pagewire.simulator.conftest import DAY

LOGIN = "/instagram/oauth/access_token"
EXCHANGE = "/instagram/access_token"
REFRESH = "/instagram/refresh_access_token"


async def login(meta: Meta, valid: str, **change: str) -> httpx.Response:
    form = {
        "client_id": APP_ID,
        "client_secret": INSTAGRAM_SECRET,
        "grant_type": "authorization_code",
        "redirect_uri": REDIRECT,
        "code": valid,
        **change,
    }
    return await meta.raw("POST", LOGIN, **form)


async def short(meta: Meta) -> str:
    code = meta.acts.mint_instagram_code(LOGIN_ID, redirect_uri=REDIRECT)
    token: str = (await login(meta, code)).json()["data"][0]["access_token"]
    return token


async def long(meta: Meta) -> dict[str, Any]:
    found: dict[str, Any] = await meta.get(
        EXCHANGE, await short(meta), grant_type="ig_exchange_token", client_secret=INSTAGRAM_SECRET
    )
    return found


class TestCode:
    async def test_documented_shape(self, graph_admin: Meta) -> None:
        """A list with one entry; ``user_id`` is app-scoped and permissions are one string."""
        code = graph_admin.acts.mint_instagram_code(
            LOGIN_ID, redirect_uri=REDIRECT, scopes=["instagram_business_basic", "instagram_business_manage_messages"]
        )
        (found,) = (await login(graph_admin, code)).json()["data"]
        assert found["permissions"] == "instagram_business_basic,instagram_business_manage_messages"
        me = await graph_admin.get("/instagram/v25.0/me", found["access_token"], fields="id,user_id,username")
        assert (me["id"], me["user_id"], me["username"]) == (found["user_id"], LOGIN_ID, "quay_cafe")

    async def test_flat_shape(self, graph_admin: Meta) -> None:
        """The one seen in practice: a number and a list."""
        graph_admin.acts.set_instagram_shape(flat=True)
        code = graph_admin.acts.mint_instagram_code(LOGIN_ID, redirect_uri=REDIRECT)
        found = (await login(graph_admin, code)).json()
        assert found["user_id"] == int(LOGIN_ID)
        assert "instagram_business_basic" in found["permissions"]

    async def test_refusals(self, graph_admin: Meta) -> None:
        """All in the shape of this host."""
        code = graph_admin.acts.mint_instagram_code(LOGIN_ID, redirect_uri=REDIRECT)
        for change, message in (
            ({"client_id": "7"}, "Invalid platform app"),
            ({"client_secret": SECRET}, "Error validating client secret."),
            ({"grant_type": "ig_exchange_token"}, "Invalid grant_type"),
            ({"code": code + "#_"}, "Matching code was not found or was already used"),
            ({"redirect_uri": "https://elsewhere.example"}, "Error validating verification code."),
        ):
            answer = await login(graph_admin, code, **change)
            assert answer.status_code == 400
            told = answer.json()
            assert (told["error_type"], told["code"]) == ("OAuthException", 400)
            assert told["error_message"].startswith(message)
        assert (await login(graph_admin, code)).status_code == 200
        again = (await login(graph_admin, code)).json()
        assert again["error_message"] == "This authorization code has been used"

    async def test_a_form_only(self, graph_admin: Meta) -> None:
        """Neither JSON nor GET."""
        code = graph_admin.acts.mint_instagram_code(LOGIN_ID)
        body = {"client_id": APP_ID, "client_secret": INSTAGRAM_SECRET, "code": code}
        answer = await graph_admin.bench.http.post(LOGIN, json={**body, "grant_type": "authorization_code"})
        assert answer.json()["error_type"] == "OAuthException"
        assert (await graph_admin.raw("GET", LOGIN, **body)).json()["code"] == 400

    async def test_codes_age_and_belong(self, graph_admin: Meta) -> None:
        """Ten minutes; Instagram accounts only; the Facebook host does not know them."""
        code = graph_admin.acts.mint_instagram_code(LOGIN_ID, redirect_uri=REDIRECT)
        client = {"client_id": APP_ID, "client_secret": SECRET}
        assert await graph_admin.fails("GET", "oauth/access_token", **client, code=code) == (100, None)
        graph_admin.bench.clock.advance(601)
        assert (await login(graph_admin, code)).status_code == 400
        with pytest.raises(Impossible, match="is a Page"):
            graph_admin.acts.mint_instagram_code(PAGE_ID)

    async def test_own_app_id(self, graph_admin: Meta) -> None:
        """The Instagram app is another app than the Meta app."""
        graph_admin.bench.app.instagram_app_id = "880000000000001"
        code = graph_admin.acts.mint_instagram_code(LOGIN_ID, redirect_uri=REDIRECT)
        assert (await login(graph_admin, code)).status_code == 400
        assert (await login(graph_admin, code, client_id="880000000000001")).status_code == 200


class TestExchange:
    async def test_short_to_long(self, graph_admin: Meta) -> None:
        """An hour becomes sixty days."""
        token = await short(graph_admin)
        graph_admin.bench.clock.advance(3500)
        query = {"grant_type": "ig_exchange_token", "client_secret": INSTAGRAM_SECRET}
        found = await graph_admin.get(EXCHANGE, token, **query)
        assert (found["token_type"], found["expires_in"]) == ("bearer", 60 * 86400)
        assert "instagram_business_basic" in found["permissions"]
        assert await graph_admin.fails("GET", EXCHANGE, found["access_token"], **query) == (452, None)
        graph_admin.bench.clock.advance(101)
        assert await graph_admin.fails("GET", EXCHANGE, token, **query) == (190, 463)

    async def test_refusals(self, graph_admin: Meta) -> None:
        """A wrong secret, a wrong verb, a wrong host, a wrong family."""
        token = await short(graph_admin)
        query = {"grant_type": "ig_exchange_token", "client_secret": INSTAGRAM_SECRET}
        wrong = {**query, "client_secret": SECRET}
        assert await graph_admin.fails("GET", EXCHANGE, token, **wrong) == (1, None)
        assert await graph_admin.fails("POST", EXCHANGE, token, **query) == (100, None)
        assert await graph_admin.fails("GET", "/v25.0/access_token", token, **query) == (2500, None)
        assert await graph_admin.fails("GET", EXCHANGE, PAGE_TOKEN, **query) == (100, None)
        assert await graph_admin.fails("GET", EXCHANGE, "IGNOBODY", **query) == (190, None)


class TestRefresh:
    async def refresh(self, meta: Meta, token: str) -> tuple[int, int | None]:
        return await meta.fails("GET", REFRESH, token, grant_type="ig_refresh_token")

    async def test_its_hours(self, graph_admin: Meta) -> None:
        """From 24 hours on until the end; sixty days from then; the old one lives its own life."""
        token = (await long(graph_admin))["access_token"]
        assert await self.refresh(graph_admin, token) == (100, None)
        graph_admin.bench.clock.advance(DAY - 1)
        assert await self.refresh(graph_admin, token) == (100, None)
        graph_admin.bench.clock.advance(1)
        found = await graph_admin.get(REFRESH, token, grant_type="ig_refresh_token")
        assert found["expires_in"] == 60 * 86400
        assert found["access_token"] != token
        graph_admin.bench.clock.advance(59 * DAY)
        assert await self.refresh(graph_admin, token) == (190, 463)
        assert await graph_admin.get(REFRESH, found["access_token"], grant_type="ig_refresh_token")

    async def test_refusals(self, graph_admin: Meta) -> None:
        """Short-lived ones, POST, tokens of the other family, and without the basic permission."""
        assert await self.refresh(graph_admin, await short(graph_admin)) == (100, None)
        assert await self.refresh(graph_admin, PAGE_TOKEN) == (100, None)
        query = {"grant_type": "ig_refresh_token"}
        assert await graph_admin.fails("POST", REFRESH, "IGLOGINTOKEN1", **query) == (100, None)
        assert await graph_admin.fails("GET", "/v25.0/refresh_access_token", "IGLOGINTOKEN1", **query) == (2500, None)
        graph_admin.acts.revoke_scope("IGLOGINTOKEN1", "instagram_business_basic")
        assert await self.refresh(graph_admin, "IGLOGINTOKEN1") == (10, None)
