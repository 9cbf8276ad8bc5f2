"""Rights that are missing are named, and one namespace is served with the rights of one namespace."""

from pathlib import Path

import yaml

from pagewire.kube import KubeClient
from tests.kube.cluster import Cluster, Namespace
from tests.pagewire_gateway.registry.cluster.desk import (
    CRDS,
    RIGHTS,
    apply,
    following,
    shown,
    token_of,
    told,
    until,
)
from tests.pagewire_gateway.registry.cluster.documents import PAGE_TOKEN, page, served

NAME = "narrow-gateway"


def narrow(*namespaces: str, roles: tuple[str, ...] = ("pagewire-gateway", "pagewire-gateway-secrets")) -> list[str]:
    """The ClusterRoles that the chart ships, bound in some namespaces only, as its remarks tell to."""
    shipped = [one for one in yaml.safe_load_all(RIGHTS.read_text()) if one["kind"] == "ClusterRole"]
    subject = {"kind": "ServiceAccount", "name": NAME, "namespace": "pagewire-system"}
    bindings = [
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "RoleBinding",
            "metadata": {"name": f"{NAME}-{role}", "namespace": namespace},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
            "subjects": [subject],
        }
        for namespace in namespaces
        for role in roles
    ]
    return [yaml.safe_dump_all([*shipped, *bindings])]


def identity(cluster: Cluster, *rights: str) -> Path:
    return cluster.identity(NAME, *rights).kubeconfig


async def test_namespaces_are_served_with_rights_in_them_alone(cluster: Cluster, admin: KubeClient) -> None:
    one, two, other = (cluster.namespace().name for _ in range(3))
    ids = {one: "108000000000011", two: "108000000000012", other: "108000000000013"}
    for namespace, page_id in ids.items():
        token_and_rest = [doc for doc in served(namespace) if doc["kind"] != "MessengerPage"]
        for document in token_and_rest:
            if document["kind"] == "AccessToken":
                document["spec"]["pageId"] = page_id
        await apply(admin, *token_and_rest, page(namespace, page_id=page_id))
    async with following(cluster, identity(cluster, *narrow(one, two)), one, two, one) as registry:
        await shown(registry, lambda: {one.namespace for one in registry.accounts()} == {one, two})
        assert (token_of(registry, ids[one]), token_of(registry, ids[two])) == (PAGE_TOKEN, PAGE_TOKEN)
        assert registry.account("page", ids[other]) is None
        assert registry.problems() == []


async def test_a_namespace_without_rights_is_named_and_keeps_all_waiting(
    cluster: Cluster, namespace: Namespace, admin: KubeClient
) -> None:
    await apply(admin, *served(namespace.name))
    forbidden = cluster.namespace().name
    kubeconfig = identity(cluster, *narrow(namespace.name))
    async with following(cluster, kubeconfig, namespace.name, forbidden) as registry:
        await until(lambda: "messengerpages.pagewire.dev" in told(registry))
        (problem,) = registry.problems()
        assert "the gateway may not list and watch accesstokens.pagewire.dev, instagramaccounts" in str(problem)
        assert f" in namespace {forbidden} since " in str(problem)
        assert "ClusterRoles pagewire-gateway and pagewire-gateway-secrets" in str(problem)
        assert (registry.revision, token_of(registry)) == (0, None)
        cluster.identity(NAME, *narrow(namespace.name, forbidden))
        await shown(registry, lambda: token_of(registry) == PAGE_TOKEN)
        await shown(registry, lambda: registry.problems() == [])


async def test_secrets_that_may_not_be_read_are_named(
    cluster: Cluster, namespace: Namespace, admin: KubeClient
) -> None:
    await apply(admin, *served(namespace.name))
    kubeconfig = identity(cluster, *narrow(namespace.name, roles=("pagewire-gateway",)))
    async with following(cluster, kubeconfig, namespace.name) as registry:
        await until(lambda: f"may not list and watch secrets in namespace {namespace.name}" in told(registry))
        assert registry.revision == 0
        cluster.identity(NAME, *narrow(namespace.name))
        await shown(registry, lambda: token_of(registry) == PAGE_TOKEN)


async def test_all_namespaces_take_rights_in_all(cluster: Cluster, crds: None, namespace: Namespace) -> None:
    async with following(cluster, identity(cluster, *narrow(namespace.name))) as registry:
        await until(lambda: "in all namespaces since " in told(registry))
        assert "by a RoleBinding in each namespace that --namespace names" in told(registry)


async def test_kinds_that_are_not_installed_are_named_and_waited_for(private_cluster: Cluster) -> None:
    kubeconfig = private_cluster.identity("pagewire-gateway", RIGHTS).kubeconfig
    async with following(private_cluster, kubeconfig) as registry:
        await until(
            lambda: "does not have accesstokens.pagewire.dev, instagramaccounts.pagewire.dev," in told(registry)
        )
        assert "pagewire crds | kubectl apply --server-side -f -" in told(registry)
        private_cluster.install_crds(CRDS)
        await shown(registry, lambda: registry.revision > 0 and registry.problems() == [])
