"""A gateway with the chart's rights tells of a refused token, and the operator looks at that token at once."""

from pagewire.kube import Object, ObjectName, find_access
from pagewire.kube.refusals import refusal
from pagewire_gateway.registry.cluster import ClusterRegistry
from pagewire_gateway.registry.port import Account
from pagewire_operator.cluster.refusals import Heed
from tests.kube.cluster import Cluster, Namespace
from tests.pagewire_operator.machine import manifests
from tests.pagewire_operator.machine.process import ROOT, ReplicaProcess
from tests.pagewire_operator.machine.test_journey import events, ready

RIGHTS = ROOT / "charts/pagewire/files/rbac/gateway.yaml"


def refused(registry: ClusterRegistry) -> Account:
    account = registry.account("page", "108000000000001")
    assert account is not None
    return account


async def test_a_refused_token_is_looked_at_at_once(
    replica: ReplicaProcess, cluster: Cluster, namespace: Namespace
) -> None:
    namespace.apply(manifests.whole())
    await ready(namespace)
    before = replica.calls().count("AccessToken harbour")
    registry = ClusterRegistry(find_access(cluster.identity("pagewire-gateway", RIGHTS).kubeconfig), [namespace.name])
    await registry.start()
    try:
        await registry.changed(0)
        account = refused(registry)
        assert ObjectName(account.namespace, account.token_name) == (namespace.name, "harbour")
        for _ in range(3):
            registry.token_refused(account, 190, 460)
        await replica.until_called("AccessToken harbour", before + 1)
    finally:
        await registry.aclose()
    assert events(namespace).count(("Warning", "TokenRefused")) == 1
    described = namespace.kubectl("describe", "mtok", "harbour").stdout
    assert "TokenRefused" in described, "kubectl finds Events by the uid of what they are about"


async def test_whoever_may_create_events_does_not_decide_how_often_meta_is_asked() -> None:
    heard: list[str] = []
    now = 0.0
    heed = Heed(lambda token: heard.append(token.name), lambda: now)

    def event(number: int, name: str = "harbour") -> Object:
        made = refusal(ObjectName("support", name), "uid", "somebody", 190, None, 0)
        return {**made, "metadata": {"uid": str(number), "resourceVersion": str(number)}}

    for number in range(50):
        await heed.found([event(number)])
    await heed.found([event(60, "quay")])
    assert heard == ["harbour", "quay"]
    now = 10.0
    await heed.found([event(70), {**event(71), "involvedObject": {}}])
    assert heard == ["harbour", "quay", "harbour"]
