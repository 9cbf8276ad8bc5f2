"""The rights the chart ships: enough for what each program does, and no more."""

import json

import pytest

from tests.kube.cluster import Cluster, Namespace
from tests.kube.identity import Identity
from tests.kube.kubectl import KubectlError

from .server import RBAC

KINDS = ("messengerapps", "accesstokens", "webhooksubscriptions", "messengerpages", "instagramaccounts")


@pytest.fixture(scope="module")
def operator(served: Cluster) -> Identity:
    return served.identity("pagewire-operator", RBAC / "operator.yaml")


@pytest.fixture(scope="module")
def gateway(served: Cluster) -> Identity:
    return served.identity("pagewire-gateway", RBAC / "gateway.yaml")


def may(who: Identity, verb: str, what: str, namespace: str = "default", subresource: str = "") -> bool:
    arguments = ("auth", "can-i", verb, what, "--namespace", namespace, "--subresource", subresource, "-q")
    return who.kubectl(*arguments, check=False).returncode == 0


def secret(home: Namespace, who: Identity, **metadata: object) -> None:
    document = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "kept", "namespace": home.name, **metadata}}
    arguments = ("apply", "--server-side", "-f", "-", "--namespace", home.name)
    who.kubectl(*arguments, input=json.dumps({**document, "stringData": {"token": "EAA"}}))


@pytest.mark.parametrize("kind", KINDS)
def test_the_gateway_reads_resources_and_writes_none(gateway: Identity, kind: str):
    assert all(may(gateway, verb, f"{kind}.pagewire.dev") for verb in ("list", "watch"))
    assert not any(
        may(gateway, verb, f"{kind}.pagewire.dev") for verb in ("get", "create", "update", "patch", "delete")
    )
    assert not may(gateway, "patch", f"{kind}.pagewire.dev", subresource="status")


@pytest.mark.parametrize("kind", KINDS)
def test_the_operator_patches_resources_and_neither_makes_nor_deletes_them(operator: Identity, kind: str):
    assert all(may(operator, verb, f"{kind}.pagewire.dev") for verb in ("get", "list", "watch", "patch"))
    assert not any(may(operator, verb, f"{kind}.pagewire.dev") for verb in ("create", "update", "delete"))
    assert may(operator, "patch", f"{kind}.pagewire.dev", subresource="status")
    assert not any(may(operator, verb, f"{kind}.pagewire.dev", subresource="status") for verb in ("get", "update"))
    assert not may(operator, "update", f"{kind}.pagewire.dev", subresource="finalizers")


def test_both_read_secrets_and_only_the_operator_keeps_one(gateway: Identity, operator: Identity, home: Namespace):
    with pytest.raises(KubectlError, match="forbidden"):
        secret(home, gateway)
    secret(home, operator)
    secret(home, operator, labels={"changed": "yes"})
    for who in (gateway, operator):
        assert who.kubectl.get("secret", "kept", "--namespace", home.name)["metadata"]["labels"] == {"changed": "yes"}
        with pytest.raises(KubectlError, match="forbidden"):
            who.kubectl("delete", "secret", "kept", "--namespace", home.name)


def test_the_operator_tells_events_and_leads_by_one_lease_of_its_own(operator: Identity):
    home = "pagewire-system"
    assert may(operator, "create", "events", "anywhere")
    assert may(operator, "create", "leases.coordination.k8s.io", home)
    for verb in ("get", "update"):
        assert may(operator, verb, "leases.coordination.k8s.io/pagewire-operator", home)
        assert not may(operator, verb, "leases.coordination.k8s.io/other", home)
    assert not may(operator, "create", "leases.coordination.k8s.io", "elsewhere")


@pytest.mark.parametrize(
    "what", ["configmaps", "pods", "serviceaccounts", "customresourcedefinitions", "clusterroles", "nodes"]
)
def test_nothing_else_is_theirs(gateway: Identity, operator: Identity, what: str):
    for who in (gateway, operator):
        assert not any(may(who, verb, what) for verb in ("get", "list", "watch", "create", "patch", "delete"))
