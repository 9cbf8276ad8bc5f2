"""One object that cannot be read costs itself, and a newer CRD costs nobody."""

import json

import pytest

from pagewire.kube import KubeClient, Object
from pagewire.resources import InvalidResourceError
from pagewire_gateway.registry import Severity
from pagewire_gateway.registry.cluster import ClusterRegistry
from pagewire_gateway.registry.cluster.reading import read_object
from pagewire_gateway.registry.entries import PageEntry, TokenEntry
from pagewire_gateway.registry.sharing import Shared
from tests.kube.cluster import Cluster, Namespace
from tests.pagewire_gateway.registry.cluster.desk import apply, shown, token_of, told
from tests.pagewire_gateway.registry.cluster.documents import PAGE_TOKEN, document, given, page, served, token


def nested(levels: int) -> str:
    return '{"a":' * levels + "1" + "}" * levels


@pytest.mark.parametrize("levels", [100, 5_000])
async def test_a_config_without_end_hides_nobody(
    registry: ClusterRegistry, cluster: Cluster, admin: KubeClient, namespace: Namespace, levels: int
) -> None:
    """The API server stores it; neither list nor watch may stumble over it."""
    deep = page(namespace.name, "deep", "108000000000009", plugins=[{"name": "logging", "config": "HERE"}])
    body = json.dumps(deep).replace('"HERE"', nested(levels))
    path = f"/apis/pagewire.dev/v1alpha1/namespaces/{namespace.name}/messengerpages"
    async with cluster.http() as http:
        (await http.post(path, content=body, headers={"Content-Type": "application/json"})).raise_for_status()
    await apply(admin, *served(namespace.name))
    await shown(registry, lambda: token_of(registry) == PAGE_TOKEN)
    await shown(registry, lambda: f"MessengerPage {namespace.name}/deep: spec: nested deeper than" in told(registry))
    assert registry.account("page", "108000000000009") is None


def test_fields_of_a_newer_crd_are_left_out_and_told() -> None:
    value = page("shop", plugins=[{"name": "logging", "level": 3}], muted=True, mood={"calm": 1})
    value["status"] = {"conditions": "of a shape that comes later"}
    entry, problems = read_object("MessengerPage", value, Shared())
    assert isinstance(entry, PageEntry)
    assert [use.name for use in entry.plugins] == ["logging"]
    assert {problem.path for problem in problems} == {"spec.plugins[0].level", "spec.muted", "spec.mood"}
    assert {(problem.severity, problem.resource) for problem in problems} == {
        (Severity.WARNING, "MessengerPage shop/harbour")
    }


@pytest.mark.parametrize(
    "value",
    [
        page("shop", plugins=[{"nam": "logging"}]),
        page("shop", pageId=7),
        document("MessengerPage", "shop", "harbour", {}),
        {"metadata": {"namespace": "shop", "name": "harbour"}},
        {"metadata": {"namespace": "shop", "name": "harbour"}, "spec": "a page"},
    ],
)
def test_what_is_not_the_kind_is_refused(value: Object) -> None:
    with pytest.raises(InvalidResourceError):
        read_object("MessengerPage", value, Shared())


@pytest.mark.parametrize(
    ("status", "secret"),
    [
        ({"secretName": "kept"}, ("kept", "token")),
        ({"secretName": "kept", "brandNew": 1}, ("kept", "token")),
        ({"secretName": 7}, ("given", "value")),
        ({}, ("given", "value")),
        (None, ("given", "value")),
    ],
)
def test_of_a_status_only_where_the_token_is_kept_counts(status: object, secret: tuple[str, str]) -> None:
    value = {**token("shop", **given(key="value")), "status": status}
    entry, problems = read_object("AccessToken", value, Shared())
    assert isinstance(entry, TokenEntry)
    assert (entry.secret, entry.sort.secret_key) == secret
    assert problems == ()
