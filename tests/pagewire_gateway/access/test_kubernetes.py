"""Tokens judged by a real API server: a gateway with the rights of the chart, and people with the roles of the chart."""

from pathlib import Path

import httpx
import pytest

from tests.kube.cluster import Cluster
from tests.pagewire_gateway.console.world import asking

RBAC = Path(__file__).parents[3] / "charts/pagewire/files/rbac/console.yaml"
ASKED = {"viewer": "/api/v1/stats", "operator": "/api/v1/audit", "admin": "/api/v1/backup/key"}


def bound(name: str, role: str) -> str:
    """A person's binding to one of the chart's roles."""
    return f"""
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {{name: console-{name}}}
roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: pagewire-console-{role}}}
subjects: [{{kind: ServiceAccount, name: {name}, namespace: pagewire-system}}]
"""


def token_of(cluster: Cluster, name: str, *rbac: str) -> dict[str, str]:
    """The token of a service account with these rights alone, as a header."""
    return {"authorization": f"Bearer {cluster.identity(name, *rbac).token.strip()}"}


@pytest.fixture
async def world(cluster: Cluster, tmp_path, monkeypatch):
    gateway = cluster.identity("pagewire-gateway", RBAC)
    monkeypatch.setenv("KUBECONFIG", str(gateway.kubeconfig))
    async with asking(tmp_path, kubernetes=True) as running:
        yield running


@pytest.fixture
async def port(world):
    async with httpx.AsyncClient(base_url=world.url, timeout=20) as client:
        yield client


async def test_people_have_the_role_that_they_are_bound_to(cluster: Cluster, port):
    roles = ("viewer", "operator", "admin")
    for at, role in enumerate(roles):
        headers = token_of(cluster, f"who-is-{role}", bound(f"who-is-{role}", role))
        for other, path in ASKED.items():
            answer = await port.request("POST" if "backup" in path else "GET", path, headers=headers)
            assert answer.status_code == (200 if roles.index(other) <= at else 403), (role, path, answer.text)
    acts = (await port.get("/api/v1/audit", headers=headers)).json()["acts"]
    assert acts[0]["name"] == "system:serviceaccount:pagewire-system:who-is-admin"
    assert acts[0]["how"] == "kubernetes"


async def test_who_is_bound_to_nothing_or_is_nobody_stays_outside(cluster: Cluster, port):
    for headers in (token_of(cluster, "stranger"), {"authorization": "Bearer not-a-token-of-anybody"}):
        assert (await port.get("/api/v1/stats", headers=headers)).status_code == 401


async def test_a_right_that_is_taken_away_is_taken_from_sessions_too(cluster: Cluster, port, world):
    token = token_of(cluster, "leaver", bound("leaver", "operator"))["authorization"].removeprefix("Bearer ")
    assert (await port.post("/console/login", data={"token": token})).status_code == 303
    assert (await port.get("/console/audit")).status_code == 200
    cluster.kubectl("delete", "clusterrolebinding", "console-leaver")
    world.stage.gateway.access._reviewing._reviews._roles.clear()  # what half a minute does
    assert (await port.get("/console/audit")).status_code == 303


async def test_a_gateway_that_may_not_ask_says_so(cluster: Cluster, tmp_path, monkeypatch):
    monkeypatch.setenv("KUBECONFIG", str(cluster.identity("powerless").kubeconfig))
    async with asking(tmp_path, kubernetes=True) as world, httpx.AsyncClient(base_url=world.url, timeout=20) as client:
        answer = await client.get("/api/v1/stats", headers={"authorization": "Bearer some-token-of-a-cluster"})
    assert answer.status_code == 503
    assert "system:auth-delegator" in answer.json()["error"]["hint"]
