"""The identity levers over HTTP and in process: the same acts under the same names."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import pytest

from pagewire.simulator import Simulator
from pagewire.simulator.control import identity_shapes
from pagewire.simulator.identity.acts import Identities
from pagewire.simulator.world import APP_ID, BUSINESS_ID, LOGIN_ID, PAGE_ID, SYSTEM_USER_ID, USER_ID
from tests.pagewire.simulator.admin_tokens.conftest import APP_TOKEN, PAGE_TOKEN, SECRET, USER_TOKEN
from tests.pagewire.simulator.conftest import START


class Control:
    """Calls ``/_control/identity`` and, to see what came of it, the Graph API."""

    def __init__(self, sim: Simulator, client: httpx.AsyncClient) -> None:
        self.sim, self.client = sim, client

    async def __call__(self, method: str, path: str, **body: Any) -> Any:
        answer = await self.client.request(method, f"{self.sim.control_url}/identity/{path}", json=body)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    async def fails(self, method: str, path: str, **body: Any) -> tuple[int, str]:
        answer = await self.client.request(method, f"{self.sim.control_url}/identity/{path}", json=body)
        return answer.status_code, answer.json()["error"]

    async def graph(self, path: str, token: str = PAGE_TOKEN, **params: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"}
        return await self.client.get(f"{self.sim.graph_url}/v25.0/{path}", headers=headers, params=params)

    async def code(self, path: str, token: str = PAGE_TOKEN) -> tuple[int, int | None] | None:
        error = (await self.graph(path, token)).json().get("error")
        return (error["code"], error.get("error_subcode")) if error else None


@pytest.fixture
async def control(sim: Simulator) -> AsyncIterator[Control]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield Control(sim, client)


async def test_codes_and_tokens(control: Control) -> None:
    """What is minted over HTTP is exchanged at the Graph API."""
    code = (await control("POST", "codes", user=USER_ID, scopes=["pages_show_list"]))["code"]
    query = {"client_id": APP_ID, "client_secret": SECRET, "code": code}
    token = (await control.graph("oauth/access_token", APP_TOKEN, **query)).json()["access_token"]
    assert (await control.graph("me", token)).json()["id"] == USER_ID
    code = (await control("POST", "instagram_codes", account=LOGIN_ID))["code"]
    form = {
        "client_id": APP_ID,
        "client_secret": "s3cr3t-instagram-secret-for-tests",
        "grant_type": "authorization_code",
        "code": code,
    }
    answer = await control.client.post(f"{control.sim.instagram_api_url}/oauth/access_token", data=form)
    assert answer.json()["data"][0]["access_token"]
    made = await control("POST", "tokens", type="PAGE", user=USER_ID, account=PAGE_ID, value="EAACHOSEN")
    assert made["token"] == "EAACHOSEN"
    assert control.sim.identity.token(made["id"]).account_id == PAGE_ID


async def test_facts_and_no_secrets(control: Control) -> None:
    """Everybody is listed, tokens by their facts; neither tokens nor secrets appear."""
    derived = (await control.graph(PAGE_ID, USER_TOKEN, fields="access_token")).json()["access_token"]
    control.sim.identity.reset_app_secret(keep_old=True)
    listed = await control.client.get(f"{control.sim.control_url}/identity", params={"user": USER_ID, "type": "PAGE"})
    seen = listed.json()
    assert [user["id"] for user in seen["users"]] == [USER_ID]
    assert [user["id"] for user in seen["system_users"]] == [SYSTEM_USER_ID]
    assert [business["id"] for business in seen["businesses"]] == [BUSINESS_ID]
    facts = {found["id"]: found for found in seen["tokens"]}
    assert {found["type"] for found in seen["tokens"]} == {"PAGE"}
    by_parent = [found for found in facts.values() if found["parent"] is not None]
    assert len(by_parent) == 1
    assert by_parent[0]["parent"] == control.sim.identity.token(USER_TOKEN).id
    state = await control.client.get(f"{control.sim.control_url}/state")
    for text in (listed.text, state.text):
        for secret in (derived, USER_TOKEN, PAGE_TOKEN, SECRET):
            assert secret not in text


async def test_permissions(control: Control) -> None:
    await control("PUT", "permissions", who=USER_ID, scope="pages_messaging", status="expired")
    assert "pages_messaging" not in control.sim.identity.token(PAGE_TOKEN).scopes
    await control("PUT", "permissions", who=USER_ID, scope="pages_messaging", status="granted")
    await control("PUT", "targets", who=USER_ID, scope="pages_messaging", ids=["5"])
    assert control.sim.identity.token(PAGE_TOKEN).targets == {"pages_messaging": ["5"]}
    await control("PUT", "targets", who=USER_ID, scope="pages_messaging")
    await control("PUT", "data_access", user=USER_ID, at=int(START) + 60)
    assert control.sim.identity.token(USER_TOKEN).data_access_expires_at == START + 60
    await control("POST", "drop_page", user=USER_ID, page=PAGE_ID)
    assert await control.code("me") == (190, None)


async def test_lives(control: Control) -> None:
    """A token is named by its value, or by the id under which it is listed."""
    (page,) = control.sim.identity.tokens(type="PAGE")
    await control("POST", "expire", who=page.id)
    assert await control.code("me") == (190, 463)
    await control("POST", "expire", who=page.id, at=0)
    await control("POST", "invalidate", who=PAGE_TOKEN, subcode=459)
    assert await control.code("me") == (190, 459)
    facts = control.sim.identity.token(page.id)
    assert (facts.valid, facts.code, facts.subcode) == (False, 190, 459)
    await control("POST", "invalidate", who=PAGE_TOKEN, subcode=None)
    assert await control.code("me") is None
    await control("POST", "invalidate", who=USER_ID)
    assert await control.code("me") == (190, 460)
    await control("POST", "invalidate", who=USER_ID, subcode=None)
    await control("POST", "remove_app", user=USER_ID)
    assert await control.code("me") == (190, 458)


async def test_apps_and_roles(control: Control) -> None:
    made = await control("POST", "app_secret", keep_old=True)
    assert await control.code(APP_ID, f"{APP_ID}|{made['secret']}") is None
    assert await control.code(APP_ID, APP_TOKEN) is None
    await control("POST", "forget_old_secrets")
    assert await control.code(APP_ID, APP_TOKEN) == (190, None)
    await control("PUT", "app_mode", live=False)
    await control("PUT", "roles", user=USER_ID, role=None)
    assert (await control.fails("POST", "codes", user=USER_ID))[0] == 409
    await control("PUT", "roles", user=USER_ID, role="testers")
    await control("POST", "codes", user=USER_ID)
    await control("PUT", "hidden", who=USER_ID, page=PAGE_ID)
    assert (await control.graph("me/accounts", USER_TOKEN)).json() == {"data": []}
    await control("PUT", "tasks", who=USER_ID, page=PAGE_ID, tasks=[])
    assert await control.code("me") == (190, 492)


async def test_meta_itself(control: Control) -> None:
    await control("PUT", "usage", scope="pages", id=PAGE_ID, percent=100, regain_minutes=3)
    assert await control.code("me") == (80001, None)
    await control("PUT", "usage", scope="pages", id=PAGE_ID, percent=None)
    await control("PUT", "version", version="v23.0")
    assert (await control.graph("me")).headers["facebook-api-version"] == "v23.0"
    await control("PUT", "instagram_shape", flat=True)
    assert control.sim.meta.options.flat_instagram_token is True


async def test_refusals(control: Control) -> None:
    """What is not there is 404, what cannot be is 400 or 409, each with a sentence."""
    assert (await control.fails("POST", "codes", user="1"))[0] == 404
    assert (await control.fails("POST", "expire", who="1"))[0] == 404
    assert (await control.fails("PUT", "tasks", who=USER_ID, page="1", tasks=[]))[0] == 404
    assert (await control.fails("PUT", "version", version="v99.0"))[0] == 400
    assert (await control.fails("POST", "tokens", type="KING"))[0] == 400
    assert (await control.fails("POST", "tokens", type="PAGE", user=USER_ID))[0] == 400
    assert (await control.fails("POST", "tokens", type="USER", app="1"))[0] == 404
    assert (await control.fails("PUT", "targets", who=USER_ID, scope="x", ids=[]))[0] == 400
    assert (await control.fails("POST", "instagram_codes", account=PAGE_ID))[0] == 409
    assert (await control.fails("PUT", "roles", user=USER_ID, role="king"))[0] == 400


@pytest.mark.parametrize(
    ("act", "body"),
    [
        ("mint_code", "Login"),
        ("mint_instagram_code", "InstagramLogin"),
        ("issue_token", "Issue"),
        ("set_permission", "SetPermission"),
        ("limit_targets", "Targets"),
        ("drop_page", "PageOf"),
        ("expire_token", "Expire"),
        ("remove_app", "RemoveApp"),
        ("set_data_access_expiry", "DataAccess"),
        ("reset_app_secret", "AppSecret"),
        ("set_role", "Role"),
        ("set_tasks", "Tasks"),
        ("hide_page", "Hidden"),
    ],
)
def test_bodies_are_the_arguments(act: str, body: str) -> None:
    """A body takes exactly the arguments of its act."""
    arguments = list(inspect.signature(getattr(Identities, act)).parameters)[1:]
    shape: type[msgspec.Struct] = getattr(identity_shapes, body)
    assert set(shape.__struct_fields__) == set(arguments)
