"""The cluster fails, in the ways clusters do; on API servers of the test's own."""

import asyncio
from pathlib import Path

import pytest
import yaml

from tests.kube.cluster import Cluster
from tests.pagewire_operator.machine import manifests
from tests.pagewire_operator.machine.conftest import CRDS, RBAC, prepared
from tests.pagewire_operator.machine.process import ReplicaProcess
from tests.pagewire_operator.machine.test_journey import DERIVED, ready

pytestmark = pytest.mark.slow(12)


async def test_a_restarted_api_server_is_found_again_and_nothing_is_lost(
    private_cluster: Cluster, tmp_path: Path
) -> None:
    who = prepared(private_cluster)
    namespace = private_cluster.namespace()
    namespace.apply(manifests.whole())
    async with ReplicaProcess(tmp_path / "replica", who.kubeconfig, namespace.name) as replica:
        await ready(namespace)
        await asyncio.to_thread(private_cluster.stop_api)

        async def complains() -> bool:
            return await replica.probe("readyz") == 503

        await replica.until(complains, "aware of it")
        assert await replica.probe("healthz") == 200
        await asyncio.to_thread(private_cluster.start_api)
        namespace.apply(manifests.page("second", 2), manifests.SECRETS.replace("s3cr3t-of-the-page", "rotated"))
        await ready(namespace, "mpage/second")
        await replica.until_meta(2, "derived from rotated")
        await replica.until_meta(1, "derived from rotated")
        await replica.until_ready()


async def test_rights_that_are_taken_away_come_back_and_so_does_the_work(
    private_cluster: Cluster, tmp_path: Path
) -> None:
    who = prepared(private_cluster)
    namespace = private_cluster.namespace()
    namespace.apply(manifests.whole())
    async with ReplicaProcess(tmp_path / "replica", who.kubeconfig, namespace.name) as replica:
        await ready(namespace)
        private_cluster.kubectl("delete", "clusterrolebinding", "pagewire-operator", "pagewire-operator-secrets")
        # Open watches stay open; the restart makes the server look at every one of them again.
        await asyncio.to_thread(private_cluster.restart)
        namespace.apply(manifests.page("second", 2))

        async def complains() -> bool:
            return await replica.probe("readyz") == 503

        await replica.until(complains, "aware of it")
        private_cluster.apply(RBAC)
        await ready(namespace, "mpage/second")
        await replica.until_ready()


async def test_it_waits_for_its_kinds_and_serves_every_namespace(private_cluster: Cluster, tmp_path: Path) -> None:
    who = private_cluster.identity("pagewire-operator", RBAC)
    replica = ReplicaProcess(tmp_path / "replica", who.kubeconfig)
    await replica.start()

    async def waits() -> bool:
        return any("install the chart" in line["message"] for line in replica.lines())

    await replica.until(waits, "waiting for its kinds")
    assert (await replica.probe("readyz"), await replica.probe("healthz")) == (503, 200)
    private_cluster.install_crds(CRDS)
    await replica.until_ready()
    one, two = private_cluster.namespace(), private_cluster.namespace()
    one.apply(manifests.whole())
    two.apply(manifests.SECRETS, manifests.APP, manifests.TOKEN, manifests.page("other", 2))
    await ready(one)
    await ready(two, "mpage/other")
    # Without one of its kinds it cannot go on, and the next start waits for it.
    private_cluster.kubectl("delete", "crd", "instagramaccounts.pagewire.dev")
    assert await asyncio.wait_for(replica.process.wait(), 60) == 1


async def test_what_a_newer_schema_lets_through_is_told_to_be_unreadable(
    private_cluster: Cluster, tmp_path: Path
) -> None:
    who = prepared(private_cluster)
    crd = yaml.safe_load((CRDS / "messengerpages.pagewire.dev.yaml").read_text())
    spec = crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]
    spec["properties"]["fromTheFuture"] = {"type": "boolean"}
    private_cluster.install_crds(yaml.safe_dump(crd))
    namespace = private_cluster.namespace()
    namespace.apply(manifests.whole(), manifests.page("newer", 2, fromTheFuture="true"))
    async with ReplicaProcess(tmp_path / "replica", who.kubeconfig, namespace.name) as replica:
        await ready(namespace)
        await ready(namespace, "mpage/newer", "condition=Ready=false")
        (said, *_) = namespace.kubectl.get("mpage", "newer")["status"]["conditions"]
        assert said["reason"] == "InvalidSpec"
        assert "fromTheFuture" in said["message"]
        namespace.kubectl(
            "patch", "mpage", "newer", "--type=merge", "-p", '{"metadata": {"finalizers": ["pagewire.dev/finalizer"]}}'
        )
        namespace.kubectl("delete", "mpage", "newer", "--timeout=30s")
        assert "MessengerPage newer" not in replica.calls()


async def test_rights_in_one_namespace_are_enough_for_one_namespace(private_cluster: Cluster, tmp_path: Path) -> None:
    private_cluster.install_crds(CRDS)
    namespace = private_cluster.namespace("team")
    documents = [one for one in yaml.safe_load_all(RBAC.read_text()) if one["kind"] != "ClusterRoleBinding"]
    bindings = [narrowed(role, namespace.name) for role in ("pagewire-operator", "pagewire-operator-secrets")]
    who = private_cluster.identity("pagewire-operator", yaml.safe_dump_all([*documents, *bindings]))
    namespace.apply(manifests.whole("Delete"))
    async with ReplicaProcess(tmp_path / "replica", who.kubeconfig, namespace.name) as replica:
        await ready(namespace)
        await replica.until_meta(1, DERIVED)
        namespace.kubectl("delete", "mpage", "harbour", "--timeout=30s")
        assert await replica.metric("pagewire_operator_api_requests_total", code="403") == 0


async def test_a_namespace_without_rights_keeps_no_other_from_being_looked_after(
    private_cluster: Cluster, tmp_path: Path
) -> None:
    private_cluster.install_crds(CRDS)
    team, other = private_cluster.namespace("team"), private_cluster.namespace("other")
    documents = [one for one in yaml.safe_load_all(RBAC.read_text()) if one["kind"] != "ClusterRoleBinding"]
    roles = ("pagewire-operator", "pagewire-operator-secrets")
    bindings = [narrowed(role, team.name) for role in roles]
    who = private_cluster.identity("pagewire-operator", yaml.safe_dump_all([*documents, *bindings]))
    for namespace in (team, other):
        namespace.apply(manifests.whole())
    both = ReplicaProcess(tmp_path / "replica", who.kubeconfig, team.name, other.name, PAGEWIRE_AUDIT_AGAIN="1")
    await both.start()
    try:
        await ready(team)
        assert await both.probe("readyz") == 503, "and it says so"
        other.apply(*(yaml.safe_dump(narrowed(role, other.name)) for role in roles))
        await ready(other)
        await both.until_ready()
        for role in roles:
            other.kubectl("delete", "rolebinding", role)
        team.apply(manifests.page("second", 2))
        await ready(team, "mpage/second")
    finally:
        await both.kill()


def narrowed(role: str, namespace: str) -> dict[str, object]:
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": {"name": role, "namespace": namespace},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
        "subjects": [{"kind": "ServiceAccount", "name": "pagewire-operator", "namespace": "pagewire-system"}],
    }
