"""Every verb, on a real API server."""

import base64

import pytest

from pagewire.kube import (
    LEASES,
    SECRETS,
    AlreadyExists,
    Conflict,
    Forbidden,
    Invalid,
    KubeClient,
    NotFound,
    Object,
    Selection,
    find_access,
    name_of,
    version_of,
)
from tests.kube.cluster import Cluster, Namespace


def secret(namespace: Namespace, name: str, **labels: str) -> Object:
    metadata = {"name": name, "namespace": namespace.name, "labels": labels}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": {"token": "s3cr3t"}}


async def test_an_object_is_created_read_changed_and_deleted(client: KubeClient, namespace: Namespace) -> None:
    made = await client.create(SECRETS, secret(namespace, "one"))
    assert name_of(made) == (namespace.name, "one")
    patched = await client.patch(SECRETS, "one", namespace.name, {"metadata": {"labels": {"a": "b"}}})
    assert version_of(patched) != version_of(made)
    read = await client.get(SECRETS, "one", namespace.name)
    assert base64.b64decode(read["data"]["token"]) == b"s3cr3t"
    assert read["metadata"]["labels"] == {"a": "b"}
    await client.delete(SECRETS, "one", namespace.name)
    with pytest.raises(NotFound):
        await client.get(SECRETS, "one", namespace.name)


async def test_a_patch_of_an_older_version_is_a_conflict(client: KubeClient, namespace: Namespace) -> None:
    made = await client.create(SECRETS, secret(namespace, "one"))
    await client.patch(SECRETS, "one", namespace.name, {"metadata": {"labels": {"a": "b"}}})
    late = {"metadata": {"resourceVersion": version_of(made), "labels": {"a": "c"}}}
    with pytest.raises(Conflict) as found:
        await client.patch(SECRETS, "one", namespace.name, late)
    assert not found.value.passing
    with pytest.raises(Conflict):
        await client.replace(SECRETS, made)


async def test_a_patch_removes_what_it_says_is_none(client: KubeClient, namespace: Namespace) -> None:
    await client.create(SECRETS, secret(namespace, "one", a="b", c="d"))
    patched = await client.patch(SECRETS, "one", namespace.name, {"metadata": {"labels": {"a": None}}})
    assert patched["metadata"]["labels"] == {"c": "d"}


async def test_creating_twice_says_that_it_exists(client: KubeClient, namespace: Namespace) -> None:
    await client.create(SECRETS, secret(namespace, "one"))
    with pytest.raises(AlreadyExists):
        await client.create(SECRETS, secret(namespace, "one"))


async def test_a_dry_run_stores_nothing(client: KubeClient, namespace: Namespace) -> None:
    await client.create(SECRETS, secret(namespace, "one"), dry_run=True)
    assert (await client.list(SECRETS, Selection(namespace.name))).items == []


async def test_a_list_comes_in_chunks_of_one_moment(client: KubeClient, namespace: Namespace) -> None:
    for number in range(5):
        await client.create(SECRETS, secret(namespace, f"s{number}"))
    pages = [page async for page in client.pages(SECRETS, Selection(namespace.name), chunk=2)]
    assert [len(page.items) for page in pages] == [2, 2, 1]
    assert len({page.version for page in pages}) == 1


async def test_selectors_choose_and_metadata_only_leaves_the_rest_at_the_server(
    client: KubeClient, namespace: Namespace
) -> None:
    await client.create(SECRETS, secret(namespace, "one", app="web"))
    await client.create(SECRETS, secret(namespace, "two", app="db"))
    of = Selection(namespace.name, labels="app=web", fields="type=Opaque", metadata_only=True)
    (found,) = (await client.list(SECRETS, of)).items
    assert name_of(found).name == "one"
    assert "data" not in found


async def test_a_refusal_says_what_is_wrong(client: KubeClient, namespace: Namespace) -> None:
    bad = secret(namespace, "Not_A_Name")
    with pytest.raises(Invalid, match="Not_A_Name") as found:
        await client.create(SECRETS, bad)
    assert found.value.status == 422
    assert "s3cr3t" not in str(found.value)


async def test_a_missing_right_is_forbidden(cluster: Cluster, namespace: Namespace) -> None:
    nobody = cluster.identity("nobody", namespace=namespace.name)
    async with KubeClient(find_access(nobody.kubeconfig)) as client:
        with pytest.raises(Forbidden, match="leases"):
            await client.get(LEASES, "one", namespace.name)


async def test_a_watch_tells_changes_since_a_list(client: KubeClient, namespace: Namespace) -> None:
    of = Selection(namespace.name, metadata_only=True)
    since = (await client.list(SECRETS, of)).version
    await client.create(SECRETS, secret(namespace, "one"))
    await client.patch(SECRETS, "one", namespace.name, {"metadata": {"labels": {"a": "b"}}})
    await client.delete(SECRETS, "one", namespace.name)
    heard = []
    async for line in client.watch(SECRETS, since, of):
        heard.append(line)
        if line.type == "DELETED":
            break
    assert [line.type for line in heard] == ["ADDED", "MODIFIED", "DELETED"]
    assert all("data" not in line.object for line in heard)
