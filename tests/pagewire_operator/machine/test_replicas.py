"""Two replicas, one at work."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pagewire.kube import LEASES, KubeClient, Object, find_access
from pagewire_operator.config import LeaseSettings
from pagewire_operator.lease import Lease
from tests.kube.cluster import Cluster
from tests.kube.identity import Identity
from tests.kube.relay import Relay
from tests.pagewire_operator.machine import manifests
from tests.pagewire_operator.machine.conftest import prepared
from tests.pagewire_operator.machine.process import ReplicaProcess
from tests.pagewire_operator.machine.test_journey import DERIVED

SYSTEM = "pagewire-system"
QUICK = {
    "PAGEWIRE_LEADER_ELECTION": "true",
    "PAGEWIRE_LEASE_DURATION": "3",
    "PAGEWIRE_LEASE_RENEW_DEADLINE": "2",
    "PAGEWIRE_LEASE_RETRY": "0.2",
}


def replica(folder: Path, who: Identity, namespace: str, meta: Path, **more: str) -> ReplicaProcess:
    return ReplicaProcess(folder, who.kubeconfig, namespace, META=str(meta), **{**QUICK, **more})


async def leads(one: ReplicaProcess) -> bool:
    return await one.probe("healthz") == 200 and await one.metric("pagewire_operator_leader") == 1


async def until_leading(one: ReplicaProcess) -> None:
    async def leading() -> bool:
        return await leads(one)

    await one.until(leading, "at work")


async def test_the_second_takes_over_when_the_first_is_killed_and_when_it_is_told_to_go(
    private_cluster: Cluster, tmp_path: Path
) -> None:
    who = prepared(private_cluster)
    namespace = private_cluster.namespace()
    meta = tmp_path / "meta"
    one, two = (replica(tmp_path / name, who, namespace.name, meta) for name in ("one", "two"))
    async with one:
        await until_leading(one)
        async with two:
            # Standing by is being ready, else no rollout would ever end.
            assert await two.probe("readyz") == 200
            assert not await leads(two)
            namespace.apply(manifests.whole())
            await two.until_meta(1, DERIVED)
            assert not any(line["message"] == "begun" for line in two.lines())
            await one.kill()
            await until_leading(two)
            namespace.apply(manifests.page("second", 2))
            await two.until_meta(2, DERIVED)
            await one.start()
            await one.until_ready()
            assert not await leads(one)
            assert await two.stop() == 0
            await until_leading(one)
            namespace.apply(manifests.page("third", 3))
            await one.until_meta(3, DERIVED)


async def test_who_cannot_renew_ends_at_once(private_cluster: Cluster, tmp_path: Path) -> None:
    who = prepared(private_cluster)
    async with replica(tmp_path / "one", who, "default", tmp_path / "meta") as one:
        await until_leading(one)
        with private_cluster.frozen():
            assert await asyncio.wait_for(one.process.wait(), 30) == 1
        (last,) = one.lines()[-1:]
        assert last["level"] == "critical"
        assert "could not be renewed in time" in last["message"]


@pytest.fixture
async def client(cluster: Cluster, operator: Identity) -> AsyncIterator[KubeClient]:
    cluster.kubectl("delete", "lease", "pagewire-operator", "--namespace", SYSTEM, "--ignore-not-found")
    async with KubeClient(find_access(operator.kubeconfig)) as opened:
        yield opened


def lease(client: KubeClient, identity: str, **times: float) -> tuple[Lease, list[str]]:
    settings = LeaseSettings(**{"namespace": SYSTEM, "duration": 0.6, "renew_deadline": 0.4, "retry": 0.05, **times})  # type: ignore[arg-type]
    lost: list[str] = []
    return Lease(client, identity, settings, lost.append), lost


async def read(client: KubeClient) -> Object:
    return await client.get(LEASES, "pagewire-operator", SYSTEM)


async def test_a_lease_is_made_renewed_and_given_back(client: KubeClient) -> None:
    one, _ = lease(client, "one")
    await one.acquire()
    first = (await read(client))["spec"]
    assert await one._try()
    second = (await read(client))["spec"]
    assert first["holderIdentity"] == second["holderIdentity"] == "one"
    assert first["acquireTime"] == second["acquireTime"]
    assert first["renewTime"] < second["renewTime"]
    assert second["leaseTransitions"] == 1
    await one.release()
    assert (await read(client))["spec"].get("holderIdentity", "") == ""
    two, _ = lease(client, "two", duration=3600.0)
    await two.acquire()
    assert (await read(client))["spec"]["leaseTransitions"] == 2


async def test_nobody_takes_a_lease_that_is_renewed_and_anybody_one_that_is_not(client: KubeClient) -> None:
    one, _ = lease(client, "one")
    two, _ = lease(client, "two")
    await one.acquire()
    keeping = asyncio.create_task(one.keep())
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(two.acquire(), 2)
    assert two.holder == "one"
    keeping.cancel()
    await asyncio.wait_for(two.acquire(), 30)
    # The first has not noticed yet; it does with the next look.
    assert not await one._try()
    assert (two.ours, one.ours) == (True, False)


async def test_a_renewal_whose_answer_was_lost_is_still_ours(client: KubeClient) -> None:
    one, lost = lease(client, "one", renew_deadline=5.0, duration=6.0)
    await one.acquire()
    # As if our own request had arrived and its answer had not.
    await client.replace(LEASES, await read(client))
    found = await read(client)
    found["spec"]["renewTime"] = found["spec"]["acquireTime"]
    await client.replace(LEASES, found)
    assert await one._try()
    assert (one.ours, lost) == (True, [])


async def test_a_request_that_hangs_leaves_time_for_another_one(operator: Identity, tmp_path: Path) -> None:
    async with Relay(find_access(operator.kubeconfig).server) as relay:
        there = tmp_path / "kubeconfig"
        there.write_text(operator.kubeconfig.read_text().replace(relay.target, relay.url))
        async with KubeClient(find_access(there)) as relayed, KubeClient(find_access(operator.kubeconfig)) as client:
            one, lost = lease(relayed, "one", duration=40.0, renew_deadline=20.0)
            await one.acquire()
            relay.freeze()
            before = (await read(client))["spec"]["renewTime"]
            keeping = asyncio.create_task(one.keep())
            async with asyncio.timeout(30):
                while (await read(client))["spec"]["renewTime"] == before and not lost:
                    await asyncio.sleep(0.1)
            keeping.cancel()
            assert (one.ours, lost) == (True, [])


async def test_a_lease_that_was_taken_away_is_lost(client: KubeClient) -> None:
    one, lost = lease(client, "one")
    await one.acquire()
    found = await read(client)
    found["spec"]["holderIdentity"] = "two"
    await client.replace(LEASES, found)
    await asyncio.wait_for(one.keep(), 30)
    assert len(lost) == 1
    assert not one.ours
