"""Meta's own Business SDK for Python does every call it has on identities, and reads our answers.

The calls are found in the SDK, not listed by hand: a call that it has for one of our edges and that no test makes
fails the last test.
"""

from __future__ import annotations

import asyncio
import inspect
import re
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from facebook_business.adobjects.application import Application
from facebook_business.adobjects.business import Business
from facebook_business.adobjects.iguser import IGUser
from facebook_business.adobjects.page import Page
from facebook_business.adobjects.systemuser import SystemUser
from facebook_business.adobjects.user import User
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession

from pagewire.simulator import Clock, Simulator, small_world
from pagewire.simulator.graph.identity_routes import EDGES
from pagewire.simulator.identity.model import ALL_TASKS
from pagewire.simulator.identity.model import Business as Portfolio
from pagewire.simulator.world import (
    APP_ID,
    BUSINESS_ID,
    INSTAGRAM_ID,
    PAGE_ID,
    SYSTEM_USER_ID,
    USER_ID,
    Account,
)
from tests.pagewire.simulator.conftest import START

SECRET = "s3cr3t-app-secret-for-tests"
CLIENT_BUSINESS = "550000000000009"
SCOPES = ["pages_show_list", "pages_manage_metadata", "pages_messaging"]
CLASSES = (Application, Business, IGUser, Page, SystemUser, User)
APP, USER = "app", "user"
TOKENS = {
    "app": f"{APP_ID}|{SECRET}",
    "user": "EAAUSERTOKEN1",
    "robot": "EAASYSTEMTOKEN1",
    "page": "EAAPAGETOKEN1",
}


class Sdk:
    """The SDK with its requests going to the simulator, each token with its proof."""

    def __init__(self, sim: Simulator) -> None:
        self.sim = sim
        self.sessions: list[FacebookSession] = []

    def api(self, token: str) -> FacebookAdsApi:
        session = FacebookSession(APP_ID, SECRET, TOKENS.get(token, token))
        session.GRAPH = self.sim.graph_url
        session.requests.trust_env = False
        self.sessions.append(session)
        return FacebookAdsApi(session)

    async def __call__(self, node: type, node_id: str, name: str, *, token: str = USER, **given: Any) -> Any:
        """One call of an SDK object; a list is read to its end."""
        call: Callable[..., Any] = getattr(node(node_id, api=self.api(token)), name)
        return await asyncio.to_thread(lambda: _whole(call(**given)))

    async def raw(self, *path: str, token: str = APP, **params: str) -> dict[str, Any]:
        """A call that the SDK has no object for."""
        answer = await asyncio.to_thread(self.api(token).call, "GET", path, params)
        found: dict[str, Any] = answer.json()
        return found


def _whole(answer: Any) -> Any:
    return list(answer) if hasattr(answer, "load_next_page") else answer


def _plain(found: Any) -> dict[str, Any]:
    """An SDK object without the id that it gives to what has none."""
    return {name: value for name, value in dict(found).items() if value is not None}


@pytest.fixture
async def sdk() -> AsyncIterator[Sdk]:
    """The small world with proofs required, 60 more Pages and a client's business that connected the app."""
    world = small_world()
    world.apps[0].require_proof = True
    more = [Account(id=f"10800000000{number}", object="page", name=f"Page {number}") for number in range(1000, 1060)]
    world.accounts += more
    world.users[0].pages |= {page.id: set(ALL_TASKS) for page in more}
    world.businesses[0].client_pages = {more[0].id}
    world.businesses.append(Portfolio(id=CLIENT_BUSINESS, name="Client", integrations={APP_ID}))
    async with Simulator(world, clock=Clock(START, speed=0)) as sim:
        made = Sdk(sim)
        yield made
        for session in made.sessions:
            session.requests.close()


@pytest.mark.parametrize(
    ("node", "node_id", "token", "known"),
    [
        (Application, APP_ID, "app", {"name": "Harbour Gateway"}),
        (Business, BUSINESS_ID, "user", {"name": "Harbour Holding", "verification_status": "verified"}),
        (IGUser, INSTAGRAM_ID, "user", {"username": "harbour_bakery"}),
        (Page, PAGE_ID, "user", {"name": "Harbour Bakery", "is_published": True}),
        (Page, PAGE_ID, "page", {"name": "Harbour Bakery"}),
        (SystemUser, SYSTEM_USER_ID, "user", {"role": "ADMIN"}),
        (User, "me", "user", {"id": USER_ID, "name": "Harriet Harbour"}),
        (User, "me", "robot", {"id": SYSTEM_USER_ID}),
    ],
)
async def test_nodes(sdk: Sdk, node: Any, node_id: str, token: str, known: dict[str, Any]) -> None:
    """Every field that the SDK knows of a node may be asked for."""
    names = {name for key, name in vars(node.Field).items() if not key.startswith("_")}
    found = await sdk(node, node_id, "api_get", token=token, fields=sorted(names))
    assert {name: found[name] for name in known} == known
    if node is Page:
        assert isinstance(found["instagram_business_account"], IGUser)
        assert isinstance(found["owner_business"], Business)
        assert found["access_token"].startswith("EAA")


async def test_person(sdk: Sdk) -> None:
    """Pages over several cursors, businesses, permissions, and taking one back."""
    pages = await sdk(User, "me", "get_accounts", fields=["id", "name", "access_token"])
    assert len({page["id"] for page in pages}) == 61
    assert all(isinstance(page, Page) and page["access_token"] for page in pages)
    businesses = await sdk(User, "me", "get_businesses", fields=["name"])
    assert [(b["id"], b["name"]) for b in businesses] == [(BUSINESS_ID, "Harbour Holding")]
    assigned = await sdk(User, SYSTEM_USER_ID, "get_assigned_pages", token="robot")
    assert [page["id"] for page in assigned] == [PAGE_ID]
    await sdk(User, USER_ID, "delete_permissions", params={"permission": "pages_messaging"})
    declined = await sdk(User, "me", "get_permissions", params={"status": "declined"})
    assert [_plain(entry) for entry in declined] == [{"permission": "pages_messaging", "status": "declined"}]
    await sdk(User, USER_ID, "delete_permissions", token="app")
    with pytest.raises(FacebookRequestError) as caught:
        await sdk(User, "me", "get_permissions")
    assert (caught.value.api_error_code(), caught.value.api_error_subcode()) == (190, 458)


async def test_business(sdk: Sdk) -> None:
    """Its Pages, its system users, a new one, and a token for a client's business."""
    owned = await sdk(Business, BUSINESS_ID, "get_owned_pages", fields=["name", "access_token"])
    assert [(page["name"], bool(page["access_token"])) for page in owned] == [("Harbour Bakery", True)]
    assert len(await sdk(Business, BUSINESS_ID, "get_client_pages")) == 1
    made = await sdk(Business, BUSINESS_ID, "create_system_user", params={"name": "Second", "role": "EMPLOYEE"})
    robots = await sdk(Business, BUSINESS_ID, "get_system_users", fields=["name", "role", "created_time"])
    assert [robot["name"] for robot in robots] == ["Harbour Robot", "Second"]
    assert made["id"] == robots[1]["id"]
    body = {"scope": SCOPES, "asset": [int(PAGE_ID)], "set_token_expires_in_60_days": True}
    with pytest.warns(UserWarning, match="list<Permission>"):  # the SDK doubts its own parameter
        token = await sdk(Business, CLIENT_BUSINESS, "create_system_user_access_token", token="robot", params=body)
    assert (await sdk(User, "me", "api_get", token=token["access_token"]))["id"] != SYSTEM_USER_ID
    assigned = await sdk(SystemUser, SYSTEM_USER_ID, "get_assigned_pages", token="robot", fields=["name"])
    assert [page["name"] for page in assigned] == ["Harbour Bakery"]


async def test_system_user_tokens(sdk: Sdk) -> None:
    """Install the app, make a token, use it, revoke them all."""
    await sdk(User, SYSTEM_USER_ID, "create_application", params={"business_app": int(APP_ID)})
    made = await sdk(
        User, SYSTEM_USER_ID, "create_access_token", token="robot", params={"business_app": APP_ID, "scope": SCOPES}
    )
    token = made["access_token"]
    assert [page["id"] for page in await sdk(User, "me", "get_accounts", token=token)] == [PAGE_ID]
    await sdk(User, SYSTEM_USER_ID, "delete_access_tokens", token="user")
    with pytest.raises(FacebookRequestError) as caught:
        await sdk(User, "me", "api_get", token=token)
    assert (caught.value.api_error_code(), caught.value.api_error_subcode()) == (190, 467)
    assert caught.value.api_error_type() == "OAuthException"


async def test_application(sdk: Sdk) -> None:
    """Its approved permissions, its team, a Page's roles and the businesses that connected it."""
    live = await sdk(Application, APP_ID, "get_permissions", token="app", params={"status": ["live"]})
    assert {"permission": "pages_messaging", "status": "live"} in [_plain(entry) for entry in live]
    team = await sdk(Application, APP_ID, "get_roles", token="app")
    assert [(entry["user"], entry["role"]) for entry in team] == [(USER_ID, "administrators")]
    clients = await sdk(Application, APP_ID, "get_connected_client_businesses", token="app")
    assert [client["name"] for client in clients] == ["Client"]
    assert [user["id"] for user in await sdk(Page, PAGE_ID, "get_roles", token="page")] == [USER_ID]


async def test_oauth(sdk: Sdk) -> None:
    """What has no object: the same session asks for tokens and inspects them."""
    client = {"client_id": APP_ID, "client_secret": SECRET}
    code = sdk.sim.identity.mint_code(USER_ID)
    short = await sdk.raw("oauth", "access_token", **client, code=code)
    long = await sdk.raw(
        "oauth", "access_token", **client, grant_type="fb_exchange_token", fb_exchange_token=short["access_token"]
    )
    assert long["expires_in"] > short["expires_in"]
    data = (await sdk.raw("debug_token", input_token=long["access_token"]))["data"]
    assert (data["type"], data["is_valid"]) == ("USER", True)
    await sdk.raw("oauth", "revoke", token=long["access_token"], **client, revoke_token=short["access_token"])
    assert (await sdk.raw("debug_token", input_token=short["access_token"]))["data"]["is_valid"] is False


NOT_OURS = {
    "Application.get_accounts",  # test users
}


def test_every_call_is_made() -> None:
    """Each method of the SDK that leads to one of our edges is made by a test above."""
    here = inspect.getsource(inspect.getmodule(test_every_call_is_made))  # type: ignore[arg-type]
    offered = set()
    for node in CLASSES:
        for name, method in vars(node).items():
            if not inspect.isfunction(method):
                continue
            source = inspect.getsource(method)
            verb = re.search(r"method='(\w+)'", source)
            edge = re.search(r"endpoint='/(\w+)'", source)
            if verb and edge and (verb[1], edge[1]) in EDGES:
                offered.add(f"{node.__name__}.{name}")
    made = {f"{node}.{name}" for node, name in re.findall(r"sdk\(\s*(\w+), [^,]+, \"(\w+)\"", here)}
    assert len(offered) > 15
    assert offered - NOT_OURS <= made
