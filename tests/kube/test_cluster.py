"""The API server of the tests is a real one, and as closed as a real one."""

import asyncio
import json
import ssl
import subprocess

import httpx
import pytest

from tests.kube import making
from tests.kube.cluster import Cluster, Namespace
from tests.kube.kubectl import KubectlError
from tests.kube.servers import program


@pytest.fixture(scope="module")
def boxes(cluster: Cluster) -> None:
    cluster.install_crds(making.BOXES)


async def test_it_is_ready_and_says_its_version(cluster: Cluster) -> None:
    async with cluster.http() as admin:
        assert (await admin.get("/readyz")).text == "ok"
    says = subprocess.check_output([program("kube-apiserver"), "--version"], text=True)
    version = json.loads(cluster.kubectl("version", "-o", "json").stdout)["serverVersion"]["gitVersion"]
    assert says == f"Kubernetes {version}\n"
    assert not version.startswith("v0."), "clients compare versions"


async def test_strangers_get_nothing(cluster: Cluster) -> None:
    tls = ssl.create_default_context(cafile=str(cluster.ca))
    async with httpx.AsyncClient(base_url=cluster.url, verify=tls, trust_env=False) as stranger:
        assert (await stranger.get("/api/v1/secrets")).status_code == 403
        forged = await stranger.get("/api/v1/secrets", headers={"Authorization": "Bearer made-up"})
    assert forged.status_code == 401


@pytest.mark.usefixtures("boxes")
def test_a_schema_defaults_what_is_left_out(namespace: Namespace) -> None:
    namespace.apply(making.box(width=4))
    assert namespace.kubectl.get("bx", "mine")["spec"] == {"width": 4, "depth": 3}


@pytest.mark.usefixtures("boxes")
@pytest.mark.parametrize(
    ("spec", "why"),
    [
        ({"width": 2}, "a box is never deeper than wide"),
        ({"width": 0}, "should be greater than or equal to 1"),
        ({"width": 4, "depht": 1}, 'unknown field "spec.depht"'),
        ({"label": "x"}, "spec.width: Required value"),
    ],
)
def test_a_schema_refuses(namespace: Namespace, spec: dict[str, object], why: str) -> None:
    with pytest.raises(KubectlError, match=why):
        namespace.apply(making.box(**spec))
    assert namespace.kubectl.get("boxes")["items"] == []


@pytest.mark.usefixtures("boxes")
def test_a_rule_sees_the_old_value(namespace: Namespace) -> None:
    namespace.apply(making.box(width=4))
    with pytest.raises(KubectlError, match="width is immutable"):
        namespace.apply(making.box(width=5))


@pytest.mark.usefixtures("boxes")
def test_explain_reads_the_schema(cluster: Cluster) -> None:
    assert "What the box is to be." in cluster.kubectl("explain", "box.spec").stdout


@pytest.mark.usefixtures("boxes")
async def test_kubectl_waits_without_holding_up_the_test(namespace: Namespace) -> None:
    namespace.apply(making.box(width=4))
    waiting = asyncio.create_task(namespace.kubectl.aio("wait", "--for=condition=Ready", "--timeout=30s", "box/mine"))
    ready = {"status": {"conditions": [{"type": "Ready", "status": "True"}]}}
    patch = ("patch", "box/mine", "--subresource=status", "--type=merge", "-p", json.dumps(ready))
    await namespace.kubectl.aio(*patch)
    assert "condition met" in (await waiting).stdout


async def test_a_cancelled_kubectl_is_ended(namespace: Namespace) -> None:
    watching = asyncio.create_task(namespace.kubectl.aio("get", "configmaps", "--watch"))
    _, pending = await asyncio.wait([watching], timeout=0.3)
    assert pending
    watching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await watching
