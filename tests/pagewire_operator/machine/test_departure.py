"""Deletion: the finalizer comes before anything is done at Meta, and goes when the brain says so."""

import json
from pathlib import Path

import pytest

from pagewire_operator.known import FINALIZER
from tests.kube.cluster import Cluster, Namespace
from tests.kube.identity import Identity
from tests.pagewire_operator.machine import manifests
from tests.pagewire_operator.machine.process import ReplicaProcess
from tests.pagewire_operator.machine.test_journey import DERIVED, events, ready


def finalizers(namespace: Namespace, name: str = "harbour") -> list[str]:
    found: list[str] = namespace.kubectl.get("mpage", name)["metadata"].get("finalizers", [])
    return found


def patch(namespace: Namespace, change: object, name: str = "harbour") -> None:
    namespace.kubectl("patch", "mpage", name, "--type=merge", "-p", json.dumps(change))


async def gone(namespace: Namespace, name: str = "harbour") -> None:
    await namespace.kubectl.aio("wait", "--for=delete", f"mpage/{name}", "--timeout=60s")


async def test_delete_takes_back_what_was_put_there_and_then_lets_go(
    replica: ReplicaProcess, namespace: Namespace
) -> None:
    namespace.apply(manifests.whole("Delete"))
    await ready(namespace)
    assert finalizers(namespace) == [FINALIZER]
    namespace.kubectl("delete", "mpage", "harbour", "--wait=false")
    await gone(namespace)
    await replica.until_meta(1, None)
    assert events(namespace) == [("Normal", "Changed"), ("Normal", "Released")]


async def test_the_finalizer_is_there_before_the_brain_is_asked(replica: ReplicaProcess, namespace: Namespace) -> None:
    namespace.apply(manifests.SECRETS, manifests.APP, manifests.TOKEN, manifests.page("waits", policy="Delete"))
    await replica.until_called("MessengerPage waits")
    assert finalizers(namespace, "waits") == [FINALIZER]
    namespace.kubectl("delete", "mpage", "waits", "--wait=false")
    (replica.meta / "go").touch()
    await gone(namespace, "waits")
    await replica.until_meta(1, None)


async def test_the_finalizer_follows_the_policy_and_others_are_left_alone(
    replica: ReplicaProcess, namespace: Namespace
) -> None:
    namespace.apply(manifests.whole())
    await ready(namespace)
    patch(namespace, {"metadata": {"finalizers": ["somebody.else/finalizer"]}})
    patch(namespace, {"spec": {"deletionPolicy": "Delete"}})
    await ready(namespace, condition="jsonpath={.status.observedGeneration}=2")
    assert finalizers(namespace) == ["somebody.else/finalizer", FINALIZER]
    patch(namespace, {"metadata": {"finalizers": ["somebody.else/finalizer"]}})
    await ready(namespace, condition=f"jsonpath={{.metadata.finalizers[1]}}={FINALIZER}")
    patch(namespace, {"spec": {"deletionPolicy": "Orphan"}})

    async def let_go() -> bool:
        return finalizers(namespace) == ["somebody.else/finalizer"]

    await replica.until(let_go, "done with its finalizer")
    patch(namespace, {"metadata": {"finalizers": None}})
    namespace.kubectl("delete", "mpage", "harbour")
    assert json.loads((replica.meta / "108000000000001.json").read_text())["token"] == DERIVED


async def test_what_was_deleted_while_nobody_was_there_is_taken_back_at_the_next_start(
    operator: Identity, namespace: Namespace, tmp_path: Path
) -> None:
    namespace.apply(manifests.whole("Delete"))
    async with ReplicaProcess(tmp_path / "first", operator.kubeconfig, namespace.name) as first:
        await ready(namespace)
        meta = str(first.meta)
    namespace.kubectl("delete", "mpage", "harbour", "--wait=false")
    async with ReplicaProcess(tmp_path / "second", operator.kubeconfig, namespace.name, META=meta) as second:
        await gone(namespace)
        await second.until_meta(1, None)


async def test_the_brain_knows_that_the_namespace_goes_away(
    cluster: Cluster, replica: ReplicaProcess, namespace: Namespace
) -> None:
    namespace.apply(manifests.whole("Delete"))
    await ready(namespace)
    # Nobody empties namespaces here, so this one stays in its last stage, as it does for a while anywhere.
    cluster.kubectl("delete", "namespace", namespace.name, "--wait=false")
    namespace.kubectl("delete", "mpage", "harbour", "--wait=false")
    await gone(namespace)
    assert replica.calls()[-1] == "MessengerPage harbour in a namespace that goes away"
    (told,) = [line["message"] for line in replica.lines() if "no Event of it" in line["message"]]
    assert "Released: Page 108000000000001 was left." in told


@pytest.mark.parametrize("policy", ["Orphan", "Delete"])
async def test_a_successor_of_the_same_name_is_begun_anew(
    policy: str, replica: ReplicaProcess, namespace: Namespace
) -> None:
    namespace.apply(manifests.whole(policy))
    await ready(namespace)
    for number in (2, 3):
        namespace.kubectl("delete", "mpage", "harbour")
        namespace.apply(manifests.page(number=number, policy=policy))
        await ready(namespace)
        await replica.until_meta(number, DERIVED)
