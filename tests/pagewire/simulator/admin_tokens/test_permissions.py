"""What people granted, taking it back, and what an app was approved for (graph.md 2.9, 3.2, 4.2)."""

from __future__ import annotations

from pagewire.simulator.world import APP_ID, PAGE_ID, USER_ID, App
from tests.pagewire.simulator.admin_tokens.conftest import APP_TOKEN, PAGE_TOKEN, ROBOT_TOKEN, USER_TOKEN, Meta


async def statuses(meta: Meta, token: str = USER_TOKEN, path: str = "me/permissions", **params: str) -> dict[str, str]:
    found = (await meta.get(path, token, **params))["data"]
    return {entry["permission"]: entry["status"] for entry in found}


async def test_statuses(graph_admin: Meta) -> None:
    """Granted, declined, expired; narrowed by permission and by status; for the person and for the app."""
    graph_admin.acts.set_permission(USER_ID, "pages_messaging", "declined")
    graph_admin.acts.set_permission(USER_ID, "instagram_basic", "expired")
    found = await statuses(graph_admin)
    assert (found["pages_show_list"], found["pages_messaging"], found["instagram_basic"]) == (
        "granted",
        "declined",
        "expired",
    )
    assert await statuses(graph_admin, status="declined") == {"pages_messaging": "declined"}
    assert await statuses(graph_admin, permission="instagram_basic") == {"instagram_basic": "expired"}
    assert await statuses(graph_admin, APP_TOKEN, f"{USER_ID}/permissions") == found
    me = await graph_admin.get("me", USER_TOKEN, fields="permissions")
    assert {"permission": "pages_messaging", "status": "declined"} in me["permissions"]["data"]


async def test_remove_one(graph_admin: Meta) -> None:
    """It is declined from now on, in every token; removing it again is an error."""
    path = f"{USER_ID}/permissions/pages_messaging"
    assert await graph_admin.delete(path, USER_TOKEN) == {"success": True}
    assert (await statuses(graph_admin))["pages_messaging"] == "declined"
    assert "pages_messaging" not in (await graph_admin.debug(PAGE_TOKEN))["scopes"]
    assert await graph_admin.fails("DELETE", path, USER_TOKEN) == (100, None)
    by_parameter = await graph_admin.delete("me/permissions", USER_TOKEN, permission="pages_show_list")
    assert by_parameter == {"success": True}
    assert (await statuses(graph_admin))["pages_show_list"] == "declined"


async def test_remove_all(graph_admin: Meta) -> None:
    """The person's tokens die, their Page tokens too; the system user's live."""
    assert await graph_admin.delete(f"{USER_ID}/permissions", APP_TOKEN) == {"success": True}
    for token in (USER_TOKEN, PAGE_TOKEN):
        assert await graph_admin.fails("GET", "me", token) == (190, 458)
    assert await graph_admin.get("me", ROBOT_TOKEN)
    assert await statuses(graph_admin, APP_TOKEN, f"{USER_ID}/permissions") == {}


async def test_removed_app(graph_admin: Meta) -> None:
    """A person removes the app in their own settings: the same, without a call."""
    graph_admin.acts.remove_app(USER_ID)
    assert await graph_admin.fails("GET", "me", PAGE_TOKEN) == (190, 458)


async def test_whose(graph_admin: Meta) -> None:
    """Not of others, not of Pages, not of an app without naming a person."""
    assert await graph_admin.fails("GET", "1/permissions", USER_TOKEN) == (100, 33)
    assert await graph_admin.fails("GET", "1/permissions", APP_TOKEN) == (100, 33)
    assert await graph_admin.fails("GET", "me/permissions", PAGE_TOKEN) == (100, None)
    assert await graph_admin.fails("GET", "me/permissions", APP_TOKEN) == (2500, None)
    assert await graph_admin.fails("POST", "me/permissions", USER_TOKEN) == (100, None)
    assert await graph_admin.fails("GET", "me/permissions/email", USER_TOKEN) == (2500, None)


async def test_app_permissions(graph_admin: Meta) -> None:
    """Live where Advanced Access was given."""
    path = f"{APP_ID}/permissions"
    assert set((await statuses(graph_admin, APP_TOKEN, path)).values()) == {"live"}
    graph_admin.bench.app.approved = {"pages_messaging"}
    found = await statuses(graph_admin, APP_TOKEN, path)
    assert (found["pages_messaging"], found["pages_show_list"]) == ("live", "unapproved")
    assert await statuses(graph_admin, APP_TOKEN, path, status='["live"]') == {"pages_messaging": "live"}
    narrowed = await statuses(graph_admin, APP_TOKEN, path, permission='["email"]')
    assert narrowed == {"email": "unapproved"}


async def test_roles(graph_admin: Meta) -> None:
    """The team of an app, for the app itself."""
    assert (await graph_admin.get(f"{APP_ID}/roles", APP_TOKEN))["data"] == [
        {"app_id": APP_ID, "user": USER_ID, "role": "administrators"}
    ]
    graph_admin.state.apps["7"] = App(id="7", secret="seven")
    for token in (USER_TOKEN, "7|seven"):
        assert await graph_admin.fails("GET", f"{APP_ID}/roles", token) == (100, 33)


async def test_page_roles(graph_admin: Meta) -> None:
    """Who has tasks on a Page, for the Page itself."""
    graph_admin.acts.set_tasks(USER_ID, PAGE_ID, ["MODERATE"])
    found = await graph_admin.get(f"{PAGE_ID}/roles", PAGE_TOKEN)
    assert found["data"] == [{"id": USER_ID, "name": "Harriet Harbour", "tasks": ["MODERATE"]}]
    assert await graph_admin.fails("GET", f"{PAGE_ID}/roles", USER_TOKEN) == (210, None)
