"""An identity may do what its manifests say, and nothing more."""

from pathlib import Path

import pytest

from tests.kube import making
from tests.kube.cluster import Cluster, Namespace
from tests.kube.kubectl import KubectlError


def test_an_unbound_identity_may_nothing(cluster: Cluster, namespace: Namespace) -> None:
    nobody = cluster.identity("nobody")
    with pytest.raises(
        KubectlError, match='User "system:serviceaccount:pagewire-system:nobody" cannot list resource "secrets"'
    ):
        nobody.kubectl("get", "secrets", "--namespace", namespace.name)


def test_a_bound_identity_may_what_its_role_says(cluster: Cluster, namespace: Namespace) -> None:
    namespace.apply(making.secret("token"))
    reader = cluster.identity("reader", making.role(namespace.name, "reader")).kubectl.within(namespace.name)
    assert reader("get", "secrets", "-o", "name").stdout.split() == ["secret/token"]
    with pytest.raises(KubectlError, match="cannot delete resource"):
        reader("delete", "secret", "token")


def test_a_role_ends_at_its_namespace(cluster: Cluster, namespace: Namespace) -> None:
    reader = cluster.identity("reader", making.role(namespace.name, "reader"))
    with pytest.raises(KubectlError, match="Forbidden"):
        reader.kubectl("get", "secrets", "--namespace", cluster.namespace().name)


def test_rights_of_an_earlier_test_are_taken_away(cluster: Cluster, namespace: Namespace) -> None:
    cluster.identity("reader", making.role(namespace.name, "reader", resources="configmaps, secrets"))
    reader = cluster.identity("reader", making.role(cluster.namespace().name, "reader"))
    with pytest.raises(KubectlError, match="Forbidden"):
        reader.kubectl("get", "configmaps", "--namespace", namespace.name)


async def test_its_token_works_without_kubectl(cluster: Cluster, namespace: Namespace) -> None:
    reader = cluster.identity("reader", making.role(namespace.name, "reader"))
    async with cluster.http(reader) as client:
        secrets = f"/api/v1/namespaces/{namespace.name}/secrets"
        assert (await client.get(secrets)).status_code == 200
        assert (await client.post(secrets, json={})).status_code == 403


def test_manifests_may_be_files_and_folders(cluster: Cluster, namespace: Namespace, tmp_path: Path) -> None:
    (tmp_path / "role.yaml").write_text(making.role(namespace.name, "filed"))
    for source in (tmp_path, tmp_path / "role.yaml"):
        cluster.identity("filed", source).kubectl("get", "secrets", "--namespace", namespace.name)
