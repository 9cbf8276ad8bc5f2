"""Every shape of ``GET /debug_token``, and who may ask (graph.md 2.8)."""

from __future__ import annotations

import pytest

from pagewire.simulator.world import APP_ID, BUSINESS_ID, INSTAGRAM_ID, PAGE_ID, SYSTEM_USER_ID, USER_ID, App
from tests.pagewire.simulator.admin_tokens.conftest import (
    APP_TOKEN,
    PAGE_TOKEN,
    ROBOT_TOKEN,
    USER_TOKEN,
    Meta,
)
from tests.pagewire.simulator.conftest import DAY, START


class TestWhoMayAsk:
    """The app, its developers, system users of the owning business."""

    async def test_callers(self, graph_admin: Meta) -> None:
        graph_admin.acts.set_role(USER_ID, "developers")
        for caller in (APP_TOKEN, USER_TOKEN, ROBOT_TOKEN):
            found = await graph_admin.get("debug_token", caller, input_token=USER_TOKEN)
            assert found["data"]["type"] == "USER"

    async def test_not_everybody(self, graph_admin: Meta) -> None:
        """A Page, a tester, a robot of a business that does not own the app; even about themselves."""
        graph_admin.acts.set_role(USER_ID, "testers")
        graph_admin.state.identity.businesses[BUSINESS_ID].apps.clear()
        for caller in (PAGE_TOKEN, USER_TOKEN, ROBOT_TOKEN):
            assert await graph_admin.fails("GET", "debug_token", caller, input_token=caller) == (100, None)

    async def test_other_refusals(self, graph_admin: Meta) -> None:
        """No token to inspect; a token of another app; a caller that is dead itself."""
        graph_admin.state.apps["7"] = App(id="7", secret="seven")
        assert await graph_admin.fails("GET", "debug_token", APP_TOKEN) == (100, None)
        assert await graph_admin.fails("GET", "debug_token", "7|seven", input_token=USER_TOKEN) == (100, None)
        assert await graph_admin.fails("GET", "debug_token", "7|seven", input_token=APP_TOKEN) == (100, None)
        graph_admin.acts.invalidate(USER_TOKEN)
        assert await graph_admin.fails("GET", "debug_token", USER_TOKEN, input_token=PAGE_TOKEN) == (190, 460)
        assert (await graph_admin.fails("POST", "debug_token", APP_TOKEN, input_token=PAGE_TOKEN))[0] == 100


class TestShapes:
    """What is told of each type."""

    async def test_person(self, graph_admin: Meta) -> None:
        token = graph_admin.acts.issue_token("USER", user=USER_ID, scopes=["pages_show_list", "email"], expires_in=3600)
        assert await graph_admin.debug(token) == {
            "app_id": APP_ID,
            "type": "USER",
            "application": "Harbour Gateway",
            "data_access_expires_at": 0,
            "expires_at": START + 3600,
            "issued_at": START,
            "is_valid": True,
            "scopes": ["email", "pages_show_list"],
            "granular_scopes": [{"scope": "pages_show_list"}],
            "user_id": USER_ID,
        }

    async def test_page(self, graph_admin: Meta) -> None:
        """Its own Page, its business and the account behind it; never expires."""
        data = await graph_admin.debug(PAGE_TOKEN)
        targets = {entry["scope"]: entry["target_ids"] for entry in data["granular_scopes"]}
        assert (data["type"], data["profile_id"], data["expires_at"]) == ("PAGE", PAGE_ID, 0)
        assert targets["pages_messaging"] == [PAGE_ID]
        assert targets["instagram_basic"] == [INSTAGRAM_ID]
        assert targets["business_management"] == [BUSINESS_ID]
        assert "issued_at" not in data

    async def test_system_user(self, graph_admin: Meta) -> None:
        data = await graph_admin.debug(ROBOT_TOKEN)
        assert (data["type"], data["user_id"], data["expires_at"]) == ("SYSTEM_USER", SYSTEM_USER_ID, 0)
        assert data["data_access_expires_at"] == 0

    async def test_client_token(self, graph_admin: Meta) -> None:
        """A client token is the app's, and opens nothing but its name."""
        graph_admin.bench.app.client_token = "c0ffee"
        client = f"{APP_ID}|c0ffee"
        assert (await graph_admin.debug(client))["type"] == "APP"
        assert (await graph_admin.get(APP_ID, client))["name"] == "Harbour Gateway"
        assert await graph_admin.fails("GET", "debug_token", client, input_token=PAGE_TOKEN) == (190, None)
        assert await graph_admin.fails("GET", PAGE_ID, client) == (100, 33)

    async def test_limited_targets(self, graph_admin: Meta) -> None:
        """A list means only those; without one all, present and future."""
        graph_admin.acts.limit_targets(USER_ID, "pages_messaging", ["108000000000002"])
        for token in (USER_TOKEN, PAGE_TOKEN):
            entries = (await graph_admin.debug(token))["granular_scopes"]
            (entry,) = [entry for entry in entries if entry["scope"] == "pages_messaging"]
            assert entry["target_ids"] == ["108000000000002"]
        graph_admin.acts.limit_targets(USER_ID, "pages_messaging", None)
        entries = (await graph_admin.debug(USER_TOKEN))["granular_scopes"]
        assert {"scope": "pages_messaging"} in entries


class TestDead:
    """A dead token is an answer, not an error."""

    async def test_expired(self, graph_admin: Meta) -> None:
        """The sentence tells both times; what else is known stays."""
        graph_admin.acts.expire_token(USER_TOKEN, int(START - DAY))
        data = await graph_admin.debug(USER_TOKEN)
        assert data["is_valid"] is False
        assert data["error"] == {
            "code": 190,
            "subcode": 463,
            "message": "Error validating access token: Session has expired on Friday, 20-Nov-26 16:00:00 PST. "
            "The current time is Saturday, 21-Nov-26 16:00:00 PST.",
        }
        assert data["user_id"] == USER_ID
        assert "pages_show_list" in data["scopes"]

    @pytest.mark.parametrize("subcode", [458, 459, 460, 464, 467, 490])
    async def test_invalidated(self, graph_admin: Meta, subcode: int) -> None:
        """Each reason has its subcode, in ``debug_token`` and on every call."""
        graph_admin.acts.invalidate(USER_TOKEN, subcode)
        assert (await graph_admin.debug(USER_TOKEN))["error"]["subcode"] == subcode
        assert await graph_admin.fails("GET", "me", USER_TOKEN) == (190, subcode)
        graph_admin.acts.revive(USER_TOKEN)
        assert (await graph_admin.debug(USER_TOKEN))["is_valid"] is True

    async def test_without_subcode(self, graph_admin: Meta) -> None:
        """Subcode 0 is none at all."""
        graph_admin.acts.invalidate(USER_TOKEN, 0)
        assert "subcode" not in (await graph_admin.debug(USER_TOKEN))["error"]
        assert await graph_admin.fails("GET", "me", USER_TOKEN) == (190, None)

    @pytest.mark.parametrize("value", ["garbage", "IGLOGINTOKEN1", f"{APP_ID}|wrong"])
    async def test_unreadable(self, graph_admin: Meta, value: str) -> None:
        error = {"code": 190, "message": "The access token could not be decrypted"}
        assert await graph_admin.debug(value) == {"error": error, "is_valid": False, "scopes": []}
