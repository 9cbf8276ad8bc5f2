"""``kill -9`` after every single change the operator makes in the cluster, and what the next start makes of it."""

from pathlib import Path

import pytest

from tests.kube.cluster import Cluster, Namespace
from tests.kube.identity import Identity
from tests.pagewire_operator.machine import manifests
from tests.pagewire_operator.machine.process import ReplicaProcess
from tests.pagewire_operator.machine.test_departure import gone
from tests.pagewire_operator.machine.test_journey import DERIVED, events, ready

pytestmark = pytest.mark.slow(4)

SIGKILLED = -9
CHANGES = 6
"""A finalizer, an Event and a status of the Page; a Secret and a status of its token; a status of the app."""


async def first(folder: Path, operator: Identity, namespace: Namespace, die_after: int) -> ReplicaProcess:
    """A replica that kills itself after so many changes; returns when it is dead."""
    replica = ReplicaProcess(folder, operator.kubeconfig, namespace.name, DIE_AFTER=str(die_after))
    await replica.start()
    assert await replica.process.wait() == SIGKILLED
    return replica


@pytest.mark.parametrize("die_after", range(1, CHANGES + 1))
async def test_a_start_after_any_step_of_an_apply_ends_in_the_same_state(
    die_after: int, operator: Identity, namespace: Namespace, tmp_path: Path
) -> None:
    namespace.apply(manifests.whole("Delete"))
    dead = await first(tmp_path / "first", operator, namespace, die_after)
    async with ReplicaProcess(tmp_path / "second", operator.kubeconfig, namespace.name, META=str(dead.meta)) as second:
        for what in ("mapp/acme", "mtok/harbour", "mpage/harbour"):
            await ready(namespace, what)
        await second.until_meta(1, DERIVED)
        assert events(namespace) == [("Normal", "Changed")]
        namespace.kubectl("delete", "mpage", "harbour")
        await second.until_meta(1, None)


@pytest.mark.parametrize("die_after", [1, 2])
async def test_a_start_after_any_step_of_a_deletion_ends_it(
    die_after: int, operator: Identity, namespace: Namespace, tmp_path: Path
) -> None:
    namespace.apply(manifests.whole("Delete"))
    async with ReplicaProcess(tmp_path / "zero", operator.kubeconfig, namespace.name) as zero:
        await ready(namespace)
    namespace.kubectl("delete", "mpage", "harbour", "--wait=false")
    environment = {"META": str(zero.meta), "DIE_AFTER": str(die_after)}
    dying = ReplicaProcess(tmp_path / "first", operator.kubeconfig, namespace.name, **environment)
    await dying.start()
    assert await dying.process.wait() == SIGKILLED
    async with ReplicaProcess(tmp_path / "second", operator.kubeconfig, namespace.name, META=str(zero.meta)) as second:
        await gone(namespace)
        await second.until_meta(1, None)


async def test_every_change_of_an_apply_was_counted(
    cluster: Cluster, operator: Identity, namespace: Namespace, tmp_path: Path
) -> None:
    namespace.apply(manifests.whole("Delete"))
    async with ReplicaProcess(tmp_path / "one", operator.kubeconfig, namespace.name) as one:
        for what in ("mapp/acme", "mtok/harbour", "mpage/harbour"):
            await ready(namespace, what)
        changes = [await one.metric("pagewire_operator_api_requests_total", verb=verb) for verb in ("create", "patch")]
        # On a slow machine a look may come between two of them and add a status of its own.
        assert sum(changes) >= CHANGES
