"""Usage at a set percentage: headers below 100, refusals by code from there on (graph.md 9)."""

from __future__ import annotations

import json
from typing import Any, get_args

import httpx
import pytest

from pagewire.simulator.faults import Edge
from pagewire.simulator.graph.identity_routes import EDGES, PATHS
from pagewire.simulator.graph.route import Route
from pagewire.simulator.world import APP_ID, INSTAGRAM_ID, PAGE_ID, USER_ID
from tests.pagewire.simulator.admin_tokens.conftest import APP_TOKEN, PAGE_TOKEN, ROBOT_TOKEN, SECRET, USER_TOKEN, Meta

USED = {"call_count": 70, "total_time": 70, "total_cputime": 70}


def header(answer: httpx.Response, name: str) -> Any:
    return json.loads(answer.headers[name]) if name in answer.headers else None


@pytest.mark.parametrize(
    ("scope", "about", "token", "path", "code"),
    [
        ("app", APP_ID, APP_TOKEN, APP_ID, 4),
        ("app", APP_ID, USER_TOKEN, "me/accounts", 4),
        ("user", USER_ID, USER_TOKEN, "me", 17),
        ("page", PAGE_ID, USER_TOKEN, PAGE_ID, 32),
        ("custom", PAGE_ID, PAGE_TOKEN, "me", 613),
        ("custom", APP_ID, APP_TOKEN, APP_ID, 613),
        ("pages", PAGE_ID, PAGE_TOKEN, "me", 80001),
        ("pages", PAGE_ID, ROBOT_TOKEN, PAGE_ID, 80001),
        ("instagram", "17841400000000002", "IGLOGINTOKEN1", "/instagram/v25.0/me", 80002),
        ("messenger", PAGE_ID, PAGE_TOKEN, "me/conversations", 80006),
    ],
)
async def test_codes(graph_admin: Meta, scope: Any, about: str, token: str, path: str, code: int) -> None:
    """Each regime refuses with its own code, and lets go when the test does."""
    graph_admin.acts.set_usage(scope, about, 99)
    assert await graph_admin.get(path, token)
    graph_admin.acts.set_usage(scope, about, 100)
    assert (await graph_admin.fails("GET", path, token))[0] == code
    graph_admin.acts.set_usage(scope, about, None)
    assert await graph_admin.get(path, token)


async def test_which_regime(graph_admin: Meta) -> None:
    """A Page's calls do not meet platform limits, nor a person's the Business Use Cases; others go on."""
    for scope, about in (("app", APP_ID), ("user", USER_ID), ("page", PAGE_ID)):
        graph_admin.acts.set_usage(scope, about, 150)  # type: ignore[arg-type]
    assert await graph_admin.get("me", PAGE_TOKEN)
    assert await graph_admin.get(PAGE_ID, ROBOT_TOKEN)
    for scope, about in (("app", APP_ID), ("user", USER_ID), ("page", PAGE_ID)):
        graph_admin.acts.set_usage(scope, about, None)  # type: ignore[arg-type]
    graph_admin.acts.set_usage("pages", PAGE_ID, 118)
    assert await graph_admin.get(PAGE_ID, USER_TOKEN)
    assert await graph_admin.get("me/conversations", PAGE_TOKEN)


async def test_headers(graph_admin: Meta) -> None:
    """Percent in every measure; absent while nobody said; minutes only for Business Use Cases."""
    bare = await graph_admin.raw("GET", "me", PAGE_TOKEN)
    assert not [name for name in bare.headers if name.endswith("usage")]
    graph_admin.acts.set_usage("app", APP_ID, 70)
    graph_admin.acts.set_usage("page", PAGE_ID, 70)
    graph_admin.acts.set_usage("messenger", PAGE_ID, 97, regain_minutes=5)
    graph_admin.acts.set_usage("pages", PAGE_ID, 12)
    person = await graph_admin.raw("GET", PAGE_ID, USER_TOKEN)
    assert header(person, "x-app-usage") == USED
    assert header(person, "x-page-usage") == USED
    page = await graph_admin.raw("GET", "me", PAGE_TOKEN)
    assert header(page, "x-app-usage") is None
    assert header(page, "x-business-use-case-usage") == {
        PAGE_ID: [
            {"type": "pages", "call_count": 12, "total_time": 12, "total_cputime": 12,
             "estimated_time_to_regain_access": 0},
            {"type": "messenger", "call_count": 97, "total_time": 97, "total_cputime": 97,
             "estimated_time_to_regain_access": 5},
        ]
    }  # fmt: skip


async def test_a_refusal_tells_how_long(graph_admin: Meta) -> None:
    """The header comes with the refusal too."""
    graph_admin.acts.set_usage("messenger", PAGE_ID, 118, regain_minutes=7)
    graph_admin.bench.meet()
    answer = await graph_admin.bench.text(PAGE_ID, "ada")
    assert answer.json()["error"]["code"] == 80006
    (entry,) = header(answer, "x-business-use-case-usage")[PAGE_ID]
    assert (entry["call_count"], entry["estimated_time_to_regain_access"]) == (118, 7)


async def test_sends_by_page_and_by_instagram(graph_admin: Meta) -> None:
    """A Page token sends for both; each has its own allowance."""
    bench = graph_admin.bench
    bench.meet()
    bench.meet(INSTAGRAM_ID)
    graph_admin.acts.set_usage("instagram", INSTAGRAM_ID, 100)
    assert (await bench.text(PAGE_ID, "ada")).status_code == 200
    assert (await bench.text(INSTAGRAM_ID, "ada")).json()["error"]["code"] == 80002
    graph_admin.acts.set_usage("instagram", INSTAGRAM_ID, None)
    graph_admin.acts.set_usage("messenger", PAGE_ID, 100)
    assert (await bench.text(PAGE_ID, "ada")).json()["error"]["code"] == 80006
    assert (await bench.text(INSTAGRAM_ID, "ada")).status_code == 200


async def test_served_version(graph_admin: Meta) -> None:
    """Meta moves a caller silently; only the header tells."""
    graph_admin.acts.serve_version("v24.0")
    assert (await graph_admin.raw("GET", "me", PAGE_TOKEN)).headers["facebook-api-version"] == "v24.0"
    graph_admin.acts.serve_version(None)
    assert (await graph_admin.raw("GET", "me", PAGE_TOKEN)).headers["facebook-api-version"] == "v25.0"
    with pytest.raises(ValueError, match="never was"):
        graph_admin.acts.serve_version("v99.0")


@pytest.mark.parametrize("route", [*PATHS.values(), *EDGES.values()], ids=lambda route: route.handler.__name__)
async def test_faults_reach_every_edge(graph_admin: Meta, route: Route) -> None:
    """Each edge has a name by which a fault can strike it."""
    assert route.edge in get_args(Edge)


async def test_a_fault_on_one_edge(graph_admin: Meta) -> None:
    """It strikes there and nowhere else."""
    graph_admin.bench.meta.faults.inject("error", edge="accounts", code=80001, regain_minutes=5)
    assert await graph_admin.get("me", USER_TOKEN)
    assert (await graph_admin.fails("GET", "me/accounts", USER_TOKEN))[0] == 80001
    assert await graph_admin.get("me/accounts", USER_TOKEN)
    graph_admin.bench.meta.faults.inject("error", edge="oauth", code=2)
    query = {"client_id": APP_ID, "client_secret": SECRET, "grant_type": "client_credentials"}
    assert (await graph_admin.fails("GET", "oauth/access_token", **query))[0] == 2
    graph_admin.bench.meta.faults.inject("error", edge="node", code=80001, regain_minutes=5)
    answer = await graph_admin.raw("GET", "me", PAGE_TOKEN)
    assert header(answer, "x-business-use-case-usage")[PAGE_ID][0]["type"] == "pages"
