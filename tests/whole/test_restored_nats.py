"""A deployment on NATS that was restored from a backup says nothing twice."""

import asyncio
from pathlib import Path

import pytest

from tests.nats.copies import load, save
from tests.nats.servers import Server, running_server
from tests.pagewire_gateway import making
from tests.pagewire_gateway.outbox.test_restored import RESTRICTED
from tests.release.installation import until
from tests.whole.crowd import Crowd, Process, gathered


async def at_work(crowd: Crowd, life: str) -> Process:
    front, _ = await asyncio.gather(crowd.serve(f"front-{life}"), crowd.work(f"worker-{life}"))
    return front


async def backed_up(crowd: Crowd, folder: Path) -> None:
    """A first life: an answer waits when the backup is made, and goes out after it."""
    front = await at_work(crowd, "first")
    fault = crowd.sim.faults.inject(**RESTRICTED)
    await crowd.sim.say(making.PAGE, "ann", "no 1")
    await until(front, "/api/v1/stats", lambda told: told["outbox"].get("queued") == 1)
    await save(crowd.nats.url, folder)
    crowd.sim.faults.remove(fault.id)
    await crowd.sim.wait_for_sends(1, timeout=90)
    await asyncio.gather(*(one.stop() for one in crowd.processes.values()))


@pytest.mark.slow(15)
@pytest.mark.timeout(300)
async def test_what_waited_when_the_backup_was_made_goes_once(tmp_path: Path, own_nats: Server):
    async with gathered(tmp_path, own_nats, PAGEWIRE_PARTITIONS="2") as crowd:
        await backed_up(crowd, tmp_path / "backup")
        with running_server() as other:
            await load(other.url, tmp_path / "backup")
            crowd.nats = other
            front = await at_work(crowd, "second")
            await until(front, "/api/v1/stats", lambda told: told["outbox"].get("sent") == 1)
            await crowd.sim.say(making.PAGE, "ann", "no 2")
            await crowd.sim.wait_for_sends(2, timeout=90)
            await crowd.settled(front)
            texts = [send.message["text"] for send in crowd.sim.sends if send.message is not None]
            assert texts == ["re 1", "re 2"]
            await asyncio.gather(*(one.stop() for one in crowd.processes.values()))
