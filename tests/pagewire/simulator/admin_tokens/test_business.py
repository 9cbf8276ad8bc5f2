"""Businesses, system users and their tokens (graph.md 2.5, 3.5)."""

from __future__ import annotations

from typing import Any

import pytest

from pagewire.simulator.identity.model import SystemUser
from pagewire.simulator.world import APP_ID, BUSINESS_ID, PAGE_ID, SYSTEM_USER_ID, USER_ID, App
from tests.pagewire.simulator.admin_tokens.conftest import (
    APP_TOKEN,
    CLIENT_BUSINESS,
    PAGE_TOKEN,
    ROBOT_TOKEN,
    USER_TOKEN,
    Meta,
    proof,
)
from tests.pagewire.simulator.conftest import DAY, START

ROBOT = f"{SYSTEM_USER_ID}/access_tokens"
CLIENT = f"{CLIENT_BUSINESS}/system_user_access_tokens"
SCOPES = "pages_show_list,pages_messaging"


def asked(token: str = ROBOT_TOKEN, **change: Any) -> dict[str, Any]:
    return {"business_app": APP_ID, "scope": SCOPES, "appsecret_proof": proof(token), **change}


class TestBusinesses:
    async def test_list(self, graph_admin: Meta) -> None:
        """A person's businesses, a robot's one; fields and nested Pages."""
        found = await graph_admin.get("me/businesses", USER_TOKEN)
        assert found["data"] == [
            {"id": BUSINESS_ID, "name": "Harbour Holding"},
            {"id": CLIENT_BUSINESS, "name": "Client"},
        ]
        assert [b["id"] for b in (await graph_admin.get("me/businesses", ROBOT_TOKEN))["data"]] == [BUSINESS_ID]
        one = await graph_admin.get(BUSINESS_ID, USER_TOKEN, fields="name,verification_status,owned_pages{id}")
        assert one == {
            "id": BUSINESS_ID,
            "name": "Harbour Holding",
            "verification_status": "verified",
            "owned_pages": {"data": [{"id": PAGE_ID}]},
        }
        me = await graph_admin.get("me", USER_TOKEN, fields="businesses{id}")
        assert [b["id"] for b in me["businesses"]["data"]] == [BUSINESS_ID, CLIENT_BUSINESS]

    async def test_permission(self, graph_admin: Meta) -> None:
        """Without ``business_management`` lists are 200, the node is not there; limited to one, the other is gone."""
        graph_admin.acts.limit_targets(USER_ID, "business_management", [CLIENT_BUSINESS])
        assert await graph_admin.fails("GET", f"{BUSINESS_ID}/owned_pages", USER_TOKEN) == (100, 33)
        assert await graph_admin.get(f"{CLIENT_BUSINESS}/owned_pages", USER_TOKEN)
        graph_admin.acts.revoke_scope(USER_ID, "business_management")
        for path in ("me/businesses", f"{BUSINESS_ID}/owned_pages"):
            assert await graph_admin.fails("GET", path, USER_TOKEN) == (200, None)
        assert await graph_admin.fails("GET", BUSINESS_ID, USER_TOKEN) == (100, 33)

    @pytest.mark.parametrize("token", [PAGE_TOKEN, APP_TOKEN, ROBOT_TOKEN])
    async def test_strangers(self, graph_admin: Meta, token: str) -> None:
        """Pages, apps, and members of another business."""
        assert await graph_admin.fails("GET", f"{CLIENT_BUSINESS}/owned_pages", token) == (100, 33)
        assert await graph_admin.fails("GET", CLIENT_BUSINESS, token) == (100, 33)


class TestSystemUsers:
    async def test_list_and_make(self, graph_admin: Meta) -> None:
        made = await graph_admin.post(f"{BUSINESS_ID}/system_users", ROBOT_TOKEN, name="Second", role="EMPLOYEE")
        found = await graph_admin.get(f"{BUSINESS_ID}/system_users", USER_TOKEN, fields="name,role")
        assert found["data"] == [
            {"id": SYSTEM_USER_ID, "name": "Harbour Robot", "role": "ADMIN"},
            {"id": made["id"], "name": "Second", "role": "EMPLOYEE"},
        ]
        assert (await graph_admin.get(made["id"], USER_TOKEN))["name"] == "Second"
        assert await graph_admin.fails("POST", f"{BUSINESS_ID}/system_users", ROBOT_TOKEN) == (100, None)
        assert await graph_admin.fails("POST", f"{BUSINESS_ID}/system_users", ROBOT_TOKEN, name="x", role="KING") == (
            100,
            None,
        )

    async def test_administrators_only(self, graph_admin: Meta) -> None:
        graph_admin.state.identity.system_users[SYSTEM_USER_ID].role = "EMPLOYEE"
        graph_admin.state.identity.businesses[BUSINESS_ID].users[USER_ID] = "EMPLOYEE"
        for token in (ROBOT_TOKEN, USER_TOKEN):
            assert await graph_admin.fails("GET", f"{BUSINESS_ID}/system_users", token) == (200, None)
            assert await graph_admin.fails("POST", f"{SYSTEM_USER_ID}/applications", token, business_app=APP_ID) == (
                200,
                None,
            )
        assert await graph_admin.fails("POST", ROBOT, USER_TOKEN, **asked(USER_TOKEN)) == (200, None)
        assert await graph_admin.fails("DELETE", ROBOT, USER_TOKEN) == (200, None)
        assert await graph_admin.post(ROBOT, ROBOT_TOKEN, **asked())  # itself, although no administrator


class TestTokens:
    @pytest.mark.parametrize("scope", [SCOPES, '["pages_show_list","pages_messaging"]'])
    async def test_made(self, graph_admin: Meta, scope: str) -> None:
        """For ever, with the scopes asked for."""
        made = await graph_admin.post(ROBOT, ROBOT_TOKEN, **asked(scope=scope))
        data = await graph_admin.debug(made["access_token"])
        assert (data["type"], data["user_id"], data["expires_at"]) == ("SYSTEM_USER", SYSTEM_USER_ID, 0)
        assert data["scopes"] == ["pages_messaging", "pages_show_list"]

    async def test_expiring(self, graph_admin: Meta) -> None:
        """Sixty days when asked for; some businesses must."""
        made = await graph_admin.post(ROBOT, USER_TOKEN, **asked(USER_TOKEN), set_token_expires_in_60_days="true")
        assert (await graph_admin.debug(made["access_token"]))["expires_at"] == START + 60 * DAY
        graph_admin.state.identity.businesses[BUSINESS_ID].expiring_tokens = True
        assert await graph_admin.fails("POST", ROBOT, ROBOT_TOKEN, **asked()) == (100, None)

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"appsecret_proof": None}, "API calls from the server require an appsecret_proof argument"),
            ({"appsecret_proof": "ab"}, "Invalid appsecret_proof provided in the API argument"),
            ({"scope": None}, "(#100) The parameter scope is required"),
            ({"business_app": None}, "(#100) The parameter business_app is required"),
            ({"business_app": "7"}, "(#100) The app and the system user must belong to the same business"),
            ({"scope": "pages_show_list,instagram_business_basic"}, "(#100) Param scope[1] must be one of {"),
            ({"scope": "email"}, "(#100) Param scope[0] must be one of {"),
        ],
    )
    async def test_refusals(self, graph_admin: Meta, change: dict[str, Any], message: str) -> None:
        graph_admin.state.apps["7"] = App(id="7", secret="seven")
        answer = await graph_admin.raw("POST", ROBOT, ROBOT_TOKEN, **asked(**change))
        assert answer.json()["error"]["code"] == 100
        assert answer.json()["error"]["message"].startswith(message)

    async def test_the_app_must_be_installed(self, graph_admin: Meta) -> None:
        """``/applications`` first."""
        robot = graph_admin.state.identity.system_users[SYSTEM_USER_ID]
        robot.apps.clear()
        assert await graph_admin.fails("POST", ROBOT, ROBOT_TOKEN, **asked()) == (100, None)
        path = f"{SYSTEM_USER_ID}/applications"
        assert await graph_admin.fails("POST", path, ROBOT_TOKEN) == (100, None)
        assert await graph_admin.post(path, ROBOT_TOKEN, business_app=APP_ID) == {"success": True}
        assert await graph_admin.post(ROBOT, ROBOT_TOKEN, **asked())

    async def test_revoke_all(self, graph_admin: Meta) -> None:
        """Every token of the system user dies, the caller's own and the Page tokens too."""
        page = (await graph_admin.get(PAGE_ID, ROBOT_TOKEN, fields="access_token"))["access_token"]
        assert await graph_admin.delete(ROBOT, ROBOT_TOKEN) == {"success": True}
        for token in (ROBOT_TOKEN, page):
            assert await graph_admin.fails("GET", "me", token) == (190, 467)
        assert await graph_admin.get("me", PAGE_TOKEN)

    async def test_whose(self, graph_admin: Meta) -> None:
        """Robots of others, people, Pages and apps have none of it."""
        graph_admin.state.identity.system_users["61"] = SystemUser(id="61", business_id="elsewhere")
        for path, token in (("61", ROBOT_TOKEN), (USER_ID, USER_TOKEN), (SYSTEM_USER_ID, PAGE_TOKEN)):
            call = f"{path}/access_tokens"
            assert await graph_admin.fails("POST", call, token, **asked(token)) == (100, 33)
        assert await graph_admin.fails("POST", ROBOT, APP_TOKEN, **asked(APP_TOKEN)) == (100, 33)
        graph_admin.acts.revoke_scope(ROBOT_TOKEN, "business_management")
        assert await graph_admin.fails("POST", ROBOT, ROBOT_TOKEN, **asked()) == (200, None)


class TestClientBusiness:
    """``POST /{client-business}/system_user_access_tokens``."""

    @pytest.fixture
    def connected(self, graph_admin: Meta) -> Meta:
        graph_admin.acts.mint_code(USER_ID, business=CLIENT_BUSINESS)
        return graph_admin

    async def test_make_and_fetch(self, connected: Meta) -> None:
        """A token limited to assets; the next time it is fetched."""
        body = {"appsecret_proof": proof(ROBOT_TOKEN), "scope": SCOPES}
        nothing = await connected.fails("POST", CLIENT, ROBOT_TOKEN, **body, fetch_only="true")
        assert nothing == (100, None)
        made = await connected.post(CLIENT, ROBOT_TOKEN, **body, asset="[108000000000003]")
        fetched = await connected.post(CLIENT, ROBOT_TOKEN, appsecret_proof=proof(ROBOT_TOKEN), fetch_only="true")
        assert fetched == made
        granular = {
            e["scope"]: e["target_ids"] for e in (await connected.debug(made["access_token"]))["granular_scopes"]
        }
        assert granular == {"pages_messaging": ["108000000000003"], "pages_show_list": ["108000000000003"]}
        me = await connected.get("me", made["access_token"], fields="client_business_id")
        assert me["client_business_id"] == CLIENT_BUSINESS
        hidden = await connected.get(f"{BUSINESS_ID}/system_users", ROBOT_TOKEN)
        assert [user["id"] for user in hidden["data"]] == [SYSTEM_USER_ID]

    async def test_connected(self, connected: Meta) -> None:
        """The app sees who connected it; nobody else does."""
        path = f"{APP_ID}/connected_client_businesses"
        assert (await connected.get(path, APP_TOKEN))["data"] == [{"id": CLIENT_BUSINESS, "name": "Client"}]
        assert await connected.fails("GET", path, ROBOT_TOKEN) == (100, 33)

    async def test_refusals(self, connected: Meta) -> None:
        """The proof, the permission, a business that never connected the app, a system user of another one."""
        good: dict[str, Any] = {"appsecret_proof": proof(ROBOT_TOKEN), "scope": SCOPES}
        assert await connected.fails("POST", CLIENT, ROBOT_TOKEN, scope=SCOPES) == (100, None)
        unconnected = f"{BUSINESS_ID}/system_user_access_tokens"
        assert await connected.fails("POST", unconnected, ROBOT_TOKEN, **good) == (100, 33)
        other = await connected.fails("POST", CLIENT, ROBOT_TOKEN, **good, system_user_id=SYSTEM_USER_ID)
        assert other == (100, 33)
        connected.acts.revoke_scope(ROBOT_TOKEN, "business_management")
        assert await connected.fails("POST", CLIENT, ROBOT_TOKEN, **good) == (200, None)
