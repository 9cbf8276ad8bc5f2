"""Nodes of apps, people, system users, businesses and accounts, and worlds that tell little."""

from __future__ import annotations

from pathlib import Path

import pytest

from pagewire.simulator import read_folder
from pagewire.simulator.world import APP_ID, INSTAGRAM_ID, PAGE_ID, SYSTEM_USER_ID, USER_ID, Account, App, Token, World
from tests.pagewire.simulator.admin_tokens.conftest import (
    APP_TOKEN,
    PAGE_B,
    PAGE_TOKEN,
    ROBOT_TOKEN,
    USER_TOKEN,
    Meta,
    proof,
)


@pytest.mark.parametrize("token", [APP_TOKEN, USER_TOKEN, ROBOT_TOKEN, PAGE_TOKEN])
async def test_app(graph_admin: Meta, token: str) -> None:
    """Every token of an app reads its public side, by id or as ``app``."""
    for path in (APP_ID, "app"):
        found = await graph_admin.get(path, token, fields="name,category,gdpv4_enabled")
        assert found == {"id": APP_ID, "name": "Harbour Gateway", "category": "Messaging"}
    assert (await graph_admin.fails("GET", APP_ID, token, fields="colour"))[0] == 100


async def test_person(graph_admin: Meta) -> None:
    """Themselves, and by the app; nobody else."""
    found = await graph_admin.get("me", USER_TOKEN, fields="name,first_name,last_name,email")
    assert found == {"id": USER_ID, "name": "Harriet Harbour", "first_name": "Harriet", "last_name": "Harbour"}
    assert await graph_admin.get(USER_ID, APP_TOKEN) == {"id": USER_ID, "name": "Harriet Harbour"}
    assert await graph_admin.fails("GET", USER_ID, ROBOT_TOKEN) == (100, 33)


async def test_system_user(graph_admin: Meta) -> None:
    """Itself, and by people of its business."""
    assert await graph_admin.get("me", ROBOT_TOKEN) == {"id": SYSTEM_USER_ID, "name": "Harbour Robot"}
    assert (await graph_admin.get(SYSTEM_USER_ID, USER_TOKEN, fields="role"))["role"] == "ADMIN"
    assert await graph_admin.fails("GET", SYSTEM_USER_ID, PAGE_TOKEN) == (100, 33)


async def test_page(graph_admin: Meta) -> None:
    """With a role and a permission that covers it; the settings half shows in its fields."""
    fields = "is_published,is_webhooks_subscribed,has_added_app,is_messenger_bot_get_started_enabled"
    graph_admin.bench.page.profile["get_started"] = {"payload": "GO"}
    graph_admin.bench.page.published = False
    assert await graph_admin.get(PAGE_ID, USER_TOKEN, fields=fields) == {
        "id": PAGE_ID,
        "is_published": False,
        "is_webhooks_subscribed": True,
        "has_added_app": True,
        "is_messenger_bot_get_started_enabled": True,
    }
    graph_admin.acts.drop_page(USER_ID, PAGE_ID)
    assert await graph_admin.fails("GET", PAGE_ID, USER_TOKEN) == (100, 33)
    assert (await graph_admin.get(PAGE_B, USER_TOKEN))["name"] == "Harbour Cafe"


async def test_instagram(graph_admin: Meta) -> None:
    """By ``instagram_basic`` and a task on the Page before it; otherwise the field is missing, the node is not there."""
    found = await graph_admin.get(INSTAGRAM_ID, USER_TOKEN, fields="username,followers_count,biography")
    assert found == {"id": INSTAGRAM_ID, "username": "harbour_bakery", "followers_count": 12}
    page = await graph_admin.get(PAGE_ID, USER_TOKEN, fields="instagram_business_account")
    assert page["instagram_business_account"] == {"id": INSTAGRAM_ID}
    graph_admin.acts.revoke_scope(USER_ID, "instagram_basic")
    assert await graph_admin.fails("GET", INSTAGRAM_ID, USER_TOKEN) == (100, 33)
    graph_admin.acts.grant_scope(USER_ID, "instagram_basic")
    graph_admin.acts.set_tasks(USER_ID, PAGE_ID, [])
    assert await graph_admin.fails("GET", INSTAGRAM_ID, USER_TOKEN) == (100, 33)
    graph_admin.acts.set_tasks(USER_ID, PAGE_ID, ["ANALYZE"])
    graph_admin.acts.limit_targets(USER_ID, "instagram_basic", ["17841400000000009"])
    assert "instagram_business_account" not in await graph_admin.get(
        PAGE_ID, USER_TOKEN, fields="instagram_business_account"
    )


async def test_a_world_that_tells_little(graph_admin: Meta) -> None:
    """Tokens without people: whoever they speak for runs every Page and belongs to a business that owns it all."""
    graph_admin.state.replace(
        World(
            apps=[App(id="9", secret="nine")],
            accounts=[Account(id="1", object="page", name="One"), Account(id="2", object="page", name="Two")],
            tokens=[
                Token(value="EAAU", type="USER", app_id="9"),
                Token(value="EAAS", type="SYSTEM_USER", app_id="9", user_id="61"),
                Token(value="EAAP", type="PAGE", app_id="9", account_id="1", user_id="74"),
            ],
        )
    )
    for token in ("EAAU", "EAAS"):
        pages = (await graph_admin.get("me/accounts", token, fields="name,access_token"))["data"]
        assert [page["name"] for page in pages] == ["One", "Two"]
        assert all(page["access_token"] for page in pages)
    (business,) = (await graph_admin.get("me/businesses", "EAAS"))["data"]
    owned = await graph_admin.get(f"{business['id']}/owned_pages", "EAAS")
    assert [page["id"] for page in owned["data"]] == ["1", "2"]
    assert (await graph_admin.get("me", "EAAP"))["name"] == "One"
    graph_admin.state.add(
        World(
            accounts=[Account(id="3", object="page", name="Three")],
            tokens=[Token(value="EAAP3", type="PAGE", app_id="9", account_id="3")],
        )
    )
    assert (await graph_admin.get("3", "EAAU"))["name"] == "Three"


MANIFESTS = """
apiVersion: v1
kind: Secret
metadata: {name: acme}
stringData: {new: s3cr3t, old: s3cr3t-before, login: ig-s3cr3t, admin: EAAADMIN, robot: EAAROBOT, ig: IGACME}
---
apiVersion: pagewire.dev/v1alpha1
kind: MessengerApp
metadata: {name: acme}
spec:
  appId: "990"
  clientToken: c0ffee
  appSecretRefs: [{name: acme, key: new}, {name: acme, key: old}]
  instagram: {appId: "880", appSecretRef: {name: acme, key: login}}
---
apiVersion: pagewire.dev/v1alpha1
kind: MessengerPage
metadata: {name: harbour}
spec: {appRef: {name: acme}, pageId: "108", tokenRef: {name: page}}
---
apiVersion: pagewire.dev/v1alpha1
kind: AccessToken
metadata: {name: admin}
spec: {appRef: {name: acme}, type: User, from: {secretRef: {name: acme, key: admin}}}
---
apiVersion: pagewire.dev/v1alpha1
kind: AccessToken
metadata: {name: robot}
spec: {appRef: {name: acme}, type: SystemUser, from: {secretRef: {name: acme, key: robot}}}
---
apiVersion: pagewire.dev/v1alpha1
kind: AccessToken
metadata: {name: made}
spec: {appRef: {name: acme}, type: SystemUser, from: {systemUser: {systemUserId: "6177", tokenRef: {name: robot}}}}
"""


async def test_a_world_from_manifests(graph_admin: Meta, tmp_path: Path) -> None:
    """Old secrets, the Instagram app, the client token; tokens that list Pages; system users to make tokens for."""
    (tmp_path / "all.yaml").write_text(MANIFESTS)
    graph_admin.state.replace(read_folder(tmp_path).world)
    for secret in ("s3cr3t", "s3cr3t-before"):
        assert (await graph_admin.get("990", f"990|{secret}"))["id"] == "990"
    app = graph_admin.state.apps["990"]
    assert (app.instagram_app_id, app.instagram_secret, app.client_token) == ("880", "ig-s3cr3t", "c0ffee")
    for token in ("EAAADMIN", "EAAROBOT"):
        pages = (await graph_admin.get("me/accounts", token))["data"]
        assert [page["id"] for page in pages] == ["108"]
    body = {"business_app": "990", "scope": "pages_messaging", "appsecret_proof": proof("EAAROBOT", "s3cr3t")}
    made = await graph_admin.post("6177/access_tokens", "EAAROBOT", **body)
    assert (await graph_admin.get("me", made["access_token"]))["id"] == "6177"
    data = (await graph_admin.get("debug_token", "EAAADMIN", input_token=made["access_token"]))["data"]
    assert data["user_id"] == "6177"
