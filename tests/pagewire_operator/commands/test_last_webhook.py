"""`pagewire status` finds the gateway by itself: through the API server, a real gateway's admin port on a pod's loopback."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from pagewire_gateway.cli.root import pagewire
from tests.kube.cluster import Cluster, Namespace
from tests.kube.kubelet import NODE, kubelet
from tests.pagewire_gateway import making
from tests.pagewire_gateway.stage import Stage, plugins, staged
from tests.pagewire_operator.commands.conftest import whole
from tests.pagewire_operator.commands.test_cluster import CRDS

TOKEN = "a-token-of-the-admin-port"


@pytest.fixture
async def stage(tmp_path: Any) -> AsyncIterator[Stage]:
    async with staged(tmp_path, plugins(), also={"admin_token": TOKEN}) as stage:
        await stage.deliver(making.message())
        yield stage


@pytest.fixture
async def node(cluster: Cluster) -> AsyncIterator[None]:
    async with kubelet(cluster):
        yield


@pytest.fixture
def applied(cluster: Cluster, namespace: Namespace) -> Namespace:
    cluster.install_crds(CRDS)
    documents = [{**one, "metadata": {**one["metadata"], "namespace": namespace.name}} for one in whole()]
    namespace.apply(*[yaml.safe_dump(one) for one in documents])
    return namespace


def run_gateway(namespace: Namespace, port: int, name: str = "gateway-1") -> None:
    """A pod that runs, as far as the API server knows."""
    container = {"name": "gateway", "image": "none", "ports": [{"name": "admin", "containerPort": port}]}
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name},
        "spec": {"serviceAccountName": "pagewire-gateway", "nodeName": NODE, "containers": [container]},
    }
    namespace.apply(json.dumps(pod))
    namespace.kubectl(
        "patch", "pod", name, "--subresource=status", "--type=merge", "-p", '{"status": {"phase": "Running"}}'
    )


async def status(cluster: Cluster, namespace: Namespace, *more: str, token: str = TOKEN) -> Result:
    words = ("status", "-n", namespace.name, "--home", namespace.name, *more)
    found = {"PAGEWIRE_ADMIN_TOKEN": token, "KUBECONFIG": str(cluster.admin_kubeconfig)}
    return await asyncio.to_thread(CliRunner().invoke, pagewire, words, env=found)


async def test_the_gateways_pod_is_asked_for_the_last_webhook(
    cluster: Cluster, applied: Namespace, node: None, stage: Stage
) -> None:
    run_gateway(applied, 1, "gateway-0")  # one that does not answer is no reason not to listen to another
    run_gateway(applied, stage.gateway.admin_port)
    done = await status(cluster, applied, "-o", "json")
    (row,) = json.loads(done.stdout)
    assert row["last webhook"].startswith("20"), done.stderr


@pytest.mark.parametrize(
    ("token", "port", "said"),
    [("another-token-of-the-port", 0, "PAGEWIRE_ADMIN_TOKEN"), (TOKEN, 1, "error forwarding port 1")],
)
async def test_a_gateway_that_does_not_tell_hides_nothing_else(
    cluster: Cluster, applied: Namespace, node: None, stage: Stage, token: str, port: int, said: str
) -> None:
    run_gateway(applied, port or stage.gateway.admin_port)
    done = await status(cluster, applied, token=token)
    assert done.exit_code == 0, done.stderr
    assert "harbour" in done.stdout
    assert said in done.stderr


async def test_where_no_gateway_runs_it_says_so(cluster: Cluster, applied: Namespace) -> None:
    done = await status(cluster, applied)
    assert done.exit_code == 0
    assert f"no pod of service account pagewire-gateway runs in namespace {applied.name}" in done.stderr


async def test_who_may_only_read_resources_still_sees_them(cluster: Cluster, applied: Namespace) -> None:
    reader = cluster.identity(
        "reader",
        """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: reader}
rules: [{apiGroups: [pagewire.dev], resources: ["*"], verbs: [list]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: reader}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reader}
subjects: [{kind: ServiceAccount, name: reader, namespace: pagewire-system}]
""",
    )
    done = await status(cluster, applied, "--kubeconfig", str(reader.kubeconfig))
    assert done.exit_code == 0, done.stderr
    assert "harbour" in done.stdout
    assert "rights to list pods" in done.stderr
