"""Pages, their tokens and who sees them (graph.md 2.4, 3.5)."""

from __future__ import annotations

import pytest

from pagewire.simulator.identity.model import ALL_TASKS
from pagewire.simulator.world import APP_ID, BUSINESS_ID, INSTAGRAM_ID, PAGE_ID, SYSTEM_USER_ID, USER_ID
from tests.pagewire.simulator.admin_tokens.conftest import (
    APP_TOKEN,
    CLIENT_BUSINESS,
    PAGE_B,
    PAGE_TOKEN,
    ROBOT_TOKEN,
    USER_TOKEN,
    Meta,
)
from tests.pagewire.simulator.conftest import DAY, START


async def listed(meta: Meta, token: str = USER_TOKEN, path: str = "me/accounts", **params: str) -> list[str]:
    return [page["id"] for page in (await meta.get(path, token, **params))["data"]]


class TestAccounts:
    """``GET /me/accounts``."""

    async def test_usual_fields(self, graph_admin: Meta) -> None:
        """Name, category, tasks and a token, without being asked."""
        page = (await graph_admin.get("me/accounts", USER_TOKEN))["data"][0]
        assert page.pop("access_token").startswith("EAA")
        assert page == {
            "id": PAGE_ID,
            "name": "Harbour Bakery",
            "category": "Business",
            "category_list": [{"id": "2500", "name": "Business"}],
            "tasks": sorted(ALL_TASKS),
        }

    async def test_chosen_fields(self, graph_admin: Meta) -> None:
        found = await graph_admin.get(
            "me/accounts", USER_TOKEN, fields="name,instagram_business_account{username},owner_business{name}"
        )
        assert found["data"][0] == {
            "id": PAGE_ID,
            "name": "Harbour Bakery",
            "instagram_business_account": {"id": INSTAGRAM_ID, "username": "harbour_bakery"},
            "owner_business": {"id": BUSINESS_ID, "name": "Harbour Holding"},
        }
        assert (await graph_admin.fails("GET", "me/accounts", USER_TOKEN, fields="shoe_size"))[0] == 100

    async def test_paging(self, graph_admin: Meta) -> None:
        """``next`` is there only while more follows, and carries the token."""
        first = await graph_admin.get("me/accounts", USER_TOKEN, limit=1, fields="id")
        assert [page["id"] for page in first["data"]] == [PAGE_ID]
        assert f"access_token={USER_TOKEN}" in first["paging"]["next"]
        after = first["paging"]["cursors"]["after"]
        second = await graph_admin.get("me/accounts", USER_TOKEN, limit=1, fields="id", after=after)
        assert [page["id"] for page in second["data"]] == [PAGE_B]
        assert "next" not in second["paging"]

    async def test_paths(self, graph_admin: Meta) -> None:
        """By id as well; as a field of the person; not for others, Pages or apps."""
        assert await listed(graph_admin, path=f"{USER_ID}/accounts") == [PAGE_ID, PAGE_B]
        assert await listed(graph_admin, ROBOT_TOKEN) == [PAGE_ID]
        me = await graph_admin.get("me", USER_TOKEN, fields="accounts.limit(1){name}")
        assert me == {"id": USER_ID, "accounts": {"data": [{"id": PAGE_ID, "name": "Harbour Bakery"}]}}
        assert await graph_admin.fails("GET", "1/accounts", USER_TOKEN) == (100, 33)
        assert await graph_admin.fails("GET", "me/accounts", PAGE_TOKEN) == (100, None)
        assert await graph_admin.fails("GET", "me/accounts", APP_TOKEN) == (2500, None)
        assert await graph_admin.fails("GET", "me/accounts") == (2500, None)
        assert await graph_admin.fails("POST", "me/accounts", USER_TOKEN) == (100, None)

    async def test_who_is_left_out(self, graph_admin: Meta) -> None:
        """Unticked Pages, Pages without a role, and everything without ``pages_show_list``: 200 and empty."""
        graph_admin.acts.limit_targets(USER_ID, "pages_show_list", [PAGE_B])
        assert await listed(graph_admin) == [PAGE_B]
        graph_admin.acts.set_tasks(USER_ID, PAGE_B, [])
        assert await listed(graph_admin) == []
        graph_admin.acts.limit_targets(USER_ID, "pages_show_list", None)
        assert await listed(graph_admin) == [PAGE_ID]
        graph_admin.acts.revoke_scope(USER_ID, "pages_show_list")
        assert await listed(graph_admin) == []

    async def test_portfolio_pages(self, graph_admin: Meta) -> None:
        """Hidden here, but named in granular scopes, readable by id, and found by way of the business."""
        graph_admin.acts.hide_page(USER_ID, PAGE_ID)
        graph_admin.acts.limit_targets(USER_ID, "pages_show_list", [PAGE_ID])
        assert await listed(graph_admin) == []
        granular = (await graph_admin.debug(USER_TOKEN))["granular_scopes"]
        assert {"scope": "pages_show_list", "target_ids": [PAGE_ID]} in granular
        assert (await graph_admin.get(PAGE_ID, USER_TOKEN, fields="access_token"))["access_token"]
        owned = await graph_admin.get(f"{BUSINESS_ID}/owned_pages", USER_TOKEN, fields="id,access_token")
        assert owned["data"][0]["access_token"]
        graph_admin.acts.hide_page(USER_ID, PAGE_ID, hidden=False)
        assert await listed(graph_admin) == [PAGE_ID]

    async def test_assigned_pages(self, graph_admin: Meta) -> None:
        """A system user lists what was assigned to it, hidden or not."""
        graph_admin.acts.hide_page(SYSTEM_USER_ID, PAGE_ID)
        assert await listed(graph_admin, ROBOT_TOKEN) == []
        assert await listed(graph_admin, ROBOT_TOKEN, "me/assigned_pages") == [PAGE_ID]


class TestPageTokens:
    """Derived tokens."""

    @pytest.mark.parametrize("parent", [USER_TOKEN, ROBOT_TOKEN])
    async def test_derived_from_long_lived(self, graph_admin: Meta, parent: str) -> None:
        """No expiry date, the same token each time, good for the Page."""
        found = await graph_admin.get(PAGE_ID, parent, fields="access_token")
        assert found["id"] == PAGE_ID
        again = (await graph_admin.get("me/accounts", parent, fields="access_token"))["data"][0]
        assert again["access_token"] == found["access_token"]
        data = await graph_admin.debug(found["access_token"])
        assert (data["type"], data["profile_id"], data["expires_at"]) == ("PAGE", PAGE_ID, 0)
        me = await graph_admin.get("me", found["access_token"], fields="id,access_token,tasks")
        assert me == {"id": PAGE_ID, "access_token": found["access_token"]}

    async def test_derived_from_short_lived(self, graph_admin: Meta) -> None:
        """It ends with its parent."""
        parent = graph_admin.acts.issue_token("USER", user=USER_ID, expires_in=3600)
        token = (await graph_admin.get(PAGE_ID, parent, fields="access_token"))["access_token"]
        assert (await graph_admin.debug(token))["expires_at"] == START + 3600
        graph_admin.bench.clock.advance(3600)
        assert await graph_admin.fails("GET", "me", token) == (190, 463)

    async def test_a_long_parent_may_run_out(self, graph_admin: Meta) -> None:
        """The Page token of a long-lived parent outlives it."""
        parent = graph_admin.acts.issue_token("USER", user=USER_ID, expires_in=int(60 * DAY))
        token = (await graph_admin.get(PAGE_ID, parent, fields="access_token"))["access_token"]
        graph_admin.bench.clock.advance(61 * DAY)
        assert await graph_admin.fails("GET", "me", parent) == (190, 463)
        assert await graph_admin.get("me", token)

    async def test_it_dies_with_the_session(self, graph_admin: Meta) -> None:
        """A changed password kills the parent and what came from it; then another one is made."""
        token = (await graph_admin.get(PAGE_ID, USER_TOKEN, fields="access_token"))["access_token"]
        graph_admin.acts.invalidate(USER_TOKEN, 460)
        assert await graph_admin.fails("GET", "me", token) == (190, 460)
        graph_admin.acts.revive(USER_TOKEN)
        other = (await graph_admin.get(PAGE_ID, USER_TOKEN, fields="access_token"))["access_token"]
        assert other != token
        assert await graph_admin.get("me", other)

    async def test_missing_without_permission_or_task(self, graph_admin: Meta) -> None:
        """The field is simply not there."""
        for scope in ("pages_show_list", "pages_manage_metadata"):
            graph_admin.acts.revoke_scope(USER_ID, scope)
        assert await graph_admin.get(PAGE_ID, USER_TOKEN, fields="name,access_token") == {
            "id": PAGE_ID,
            "name": "Harbour Bakery",
        }
        assert await graph_admin.fails("GET", "108000000000003", USER_TOKEN) == (100, 33)


class TestStanding:
    """What becomes of a Page token when its person loses ground."""

    async def send(self, meta: Meta) -> tuple[int, int | None] | None:
        """The refusal of a send, if any."""
        answer = await meta.bench.text(PAGE_ID, "ada")
        found = answer.json().get("error")
        return (found["code"], found.get("error_subcode")) if found else None

    async def test_tasks(self, graph_admin: Meta) -> None:
        """Without the messaging task nothing is sent; without any task the token is nobody's."""
        graph_admin.bench.meet()
        assert await self.send(graph_admin) is None
        for task in ("MESSAGING", "MANAGE"):
            graph_admin.acts.remove_task(USER_ID, PAGE_ID, task)
        assert await self.send(graph_admin) == (190, 492)
        assert await graph_admin.get("me", PAGE_TOKEN)
        graph_admin.acts.set_tasks(USER_ID, PAGE_ID, ["PROFILE_PLUS_MESSAGING"])
        assert await self.send(graph_admin) is None
        graph_admin.acts.remove_task(USER_ID, PAGE_ID, "MESSAGING")
        assert await graph_admin.fails("GET", "me", PAGE_TOKEN) == (190, 492)
        assert (await graph_admin.debug(PAGE_TOKEN))["error"]["subcode"] == 492

    async def test_declined_scope(self, graph_admin: Meta) -> None:
        """A person's permission counts for all their tokens; a token's own only for itself."""
        graph_admin.bench.meet()
        graph_admin.acts.revoke_scope(USER_ID, "pages_messaging")
        assert await self.send(graph_admin) == (230, None)
        assert "pages_messaging" not in (await graph_admin.debug(PAGE_TOKEN))["scopes"]
        graph_admin.acts.grant_scope(USER_ID, "pages_messaging")
        assert await self.send(graph_admin) is None
        graph_admin.acts.revoke_scope(PAGE_TOKEN, "pages_messaging")
        assert await self.send(graph_admin) == (230, None)
        assert "pages_messaging" in (await graph_admin.debug(USER_TOKEN))["scopes"]

    async def test_limited_scope(self, graph_admin: Meta) -> None:
        """A permission for other Pages is no permission for this one."""
        graph_admin.bench.meet()
        graph_admin.acts.limit_targets(USER_ID, "pages_messaging", [PAGE_B])
        assert await self.send(graph_admin) == (230, None)
        graph_admin.acts.limit_targets(USER_ID, "pages_messaging", [PAGE_ID])
        assert await self.send(graph_admin) is None
        graph_admin.acts.limit_targets(PAGE_TOKEN, "pages_messaging", [PAGE_B])
        assert await self.send(graph_admin) == (230, None)
        with pytest.raises(ValueError, match="means all at Meta"):
            graph_admin.acts.limit_targets(USER_ID, "pages_messaging", [])

    async def test_dropped_page(self, graph_admin: Meta) -> None:
        """An unticked Page: 190 without subcode, and the other Page goes on."""
        other = graph_admin.acts.issue_token("PAGE", user=USER_ID, account=PAGE_B)
        graph_admin.acts.drop_page(USER_ID, PAGE_ID)
        answer = await graph_admin.raw("GET", "me", PAGE_TOKEN)
        assert answer.json()["error"]["message"].endswith("must be granted before impersonating a user's page.")
        assert await graph_admin.fails("GET", "me", PAGE_TOKEN) == (190, None)
        assert await graph_admin.get("me", other)
        assert await listed(graph_admin) == [PAGE_B]
        graph_admin.acts.drop_page(USER_ID, PAGE_B)
        assert await graph_admin.fails("GET", "me", other) == (190, None)
        assert "pages_show_list" not in (await graph_admin.debug(USER_TOKEN))["scopes"]

    async def test_lapsed_data_access(self, graph_admin: Meta) -> None:
        """The tokens stay valid; a person's data is closed, and a Page's permissions are, too."""
        graph_admin.bench.meet()
        graph_admin.acts.set_data_access_expiry(USER_ID, int(START + DAY))
        assert (await graph_admin.debug(PAGE_TOKEN))["data_access_expires_at"] == START + DAY
        assert await listed(graph_admin) == [PAGE_ID, PAGE_B]
        graph_admin.bench.clock.advance(DAY)
        graph_admin.bench.meet()
        assert (await graph_admin.debug(USER_TOKEN))["is_valid"] is True
        assert await listed(graph_admin) == []
        assert await self.send(graph_admin) == (230, None)
        assert await listed(graph_admin, ROBOT_TOKEN) == [PAGE_ID]
        await graph_admin.get("oauth/access_token", client_id=APP_ID, client_secret="s3cr3t-app-secret-for-tests",
                              code=graph_admin.acts.mint_code(USER_ID))  # fmt: skip
        assert await self.send(graph_admin) is None


async def test_client_pages(graph_admin: Meta) -> None:
    """A business shows its own Pages and those shared with it; without a role on them there is no token."""
    business = graph_admin.state.identity.businesses[BUSINESS_ID]
    business.client_pages.add("108000000000003")
    assert await listed(graph_admin, path=f"{BUSINESS_ID}/owned_pages") == [PAGE_ID]
    found = await graph_admin.get(f"{BUSINESS_ID}/client_pages", USER_TOKEN, fields="id,name,access_token")
    assert found["data"] == [{"id": "108000000000003", "name": "Client Page"}]
    assert await listed(graph_admin, path=f"{CLIENT_BUSINESS}/client_pages") == []
