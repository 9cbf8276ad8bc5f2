"""Finding the cluster and logging in."""

import asyncio
from pathlib import Path

import pytest
import yaml

from pagewire.kube import NAMESPACES, AccessError, KubeClient, Unauthorized, Unreachable, find_access
from tests.kube.cluster import Cluster


def kubeconfig(folder: Path, cluster: Cluster, user: dict[str, str], namespace: str = "default") -> Path:
    path = folder / "kubeconfig"
    whole = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "c", "cluster": {"server": cluster.url, "certificate-authority": str(cluster.ca)}}],
        "users": [{"name": "u", "user": user}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u", "namespace": namespace}}],
        "current-context": "x",
    }
    path.write_text(yaml.safe_dump(whole))
    return path


async def test_a_client_certificate_logs_in(cluster: Cluster) -> None:
    async with KubeClient(find_access(cluster.admin_kubeconfig)) as client:
        assert (await client.get(NAMESPACES, "default"))["metadata"]["name"] == "default"


async def test_the_environment_names_the_file(cluster: Cluster) -> None:
    access = find_access(environment={"KUBECONFIG": str(cluster.admin_kubeconfig)})
    assert access.server == cluster.url
    assert access.namespace == "default"


async def test_a_token_that_was_replaced_in_its_file_is_read_again(cluster: Cluster, tmp_path: Path) -> None:
    reader = cluster.identity("reader", RIGHTS, namespace="access")
    token_file = tmp_path / "token"
    token_file.write_text("ended")
    access = find_access(kubeconfig(tmp_path, cluster, {"tokenFile": str(token_file)}, "team"))
    async with KubeClient(access) as client:
        with pytest.raises(Unauthorized):
            await client.get(NAMESPACES, "default")
        token_file.write_text(reader.token)
        assert (await client.get(NAMESPACES, "default"))["metadata"]["name"] == "default"
    assert access.namespace == "team"


@pytest.mark.parametrize(("name", "good"), [("localhost", True), ("elsewhere.example", False)])
async def test_the_server_is_checked_under_the_name_it_is_said_to_have(
    name: str, good: bool, cluster: Cluster, tmp_path: Path
) -> None:
    whole = yaml.safe_load(cluster.admin_kubeconfig.read_text())
    whole["clusters"][0]["cluster"]["tls-server-name"] = name
    path = tmp_path / "kubeconfig"
    path.write_text(yaml.safe_dump(whole))
    async with KubeClient(find_access(path)) as client:
        if good:
            await client.get(NAMESPACES, "default")
        else:
            with pytest.raises(Unreachable, match="certificate"):
                await client.get(NAMESPACES, "default")
    # asyncio closes the socket of a failed handshake in a later turn.
    await asyncio.sleep(0.01)


def test_an_unknown_context_lists_the_known_ones(cluster: Cluster, tmp_path: Path) -> None:
    with pytest.raises(AccessError, match="has no context other; it has x"):
        find_access(kubeconfig(tmp_path, cluster, {}), "other")


def test_no_cluster_at_all_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(AccessError, match="set KUBECONFIG"):
        find_access(environment={})


def test_a_pod_without_a_service_account_is_told_so() -> None:
    with pytest.raises(AccessError, match="cannot be used"):
        find_access(environment={"KUBERNETES_SERVICE_HOST": "10.0.0.1"})


@pytest.mark.parametrize("text", ["", "not: a kubeconfig", "]["])
def test_a_broken_file_is_an_access_error(text: str, tmp_path: Path) -> None:
    path = tmp_path / "kubeconfig"
    path.write_text(text)
    with pytest.raises(AccessError):
        find_access(path)


def test_a_file_that_is_not_there_is_an_access_error(tmp_path: Path) -> None:
    with pytest.raises(AccessError):
        find_access(tmp_path / "nowhere")


RIGHTS = """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: access-reader}
rules: [{apiGroups: [""], resources: [namespaces], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: access-reader}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: access-reader}
subjects: [{kind: ServiceAccount, name: reader, namespace: access}]
"""
