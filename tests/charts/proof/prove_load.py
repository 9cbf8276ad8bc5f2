"""Install, upgrade and rollback while people write lose nothing, double nothing and keep the order."""

import asyncio
from pathlib import Path

import pytest

from tests.charts.proof.estate import estate
from tests.kube.cluster import Cluster

ROUNDS = 3


@pytest.mark.timeout(900)
@pytest.mark.parametrize("on_nats", [False, True], ids=["single", "nats"])
async def test_every_promise_holds_while_every_pod_is_replaced(
    private_cluster: Cluster, tmp_path: Path, on_nats: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    async with estate(private_cluster, tmp_path, on_nats=on_nats) as town:
        await asyncio.to_thread(town.install)
        await town.known()
        async with town.people.talking(pause=0.05):
            for number in range(ROUNDS):
                changes = f"gateway.podAnnotations.round={number}", f"operator.podAnnotations.round={number}"
                await asyncio.to_thread(town.upgrade, *(change.replace("=", "=r") for change in changes))
                await asyncio.to_thread(town.rollback)
        ledger = await town.settled()
        with capsys.disabled():
            title = f"journal {'on NATS' if on_nats else 'in a file'}, {ROUNDS} upgrades and {ROUNDS} rollbacks"
            print(f"\n{title}, {town.pods} pods, {town.restarts} restarts: {ledger}")
    assert ledger.clean
    assert town.restarts == 0
