"""``kill -9`` amid a replay of many whose replies go out again: it goes on, ends, and nobody is written to twice for it."""

import asyncio
from collections import Counter

import httpx
import pytest

from tests.pagewire_gateway import making
from tests.whole.crowd import gathered
from tests.whole.system import running_system

EVENTS = 40
RATE = 10
"""Events a second, and so the size of a piece: four of them."""
WISH = {"filter": {"kind": "message"}, "plugin": "auto-reply", "sends": "all", "rate": RATE}


async def begin(admin: int) -> str:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{admin}", timeout=30) as client:
        answer = (await client.post("/api/v1/replays", json=WISH)).raise_for_status().json()
    assert answer["total"] == EVENTS
    return answer["replay"]["id"]


async def told(admin: int, replay: str) -> dict:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{admin}", timeout=30) as client:
        return (await client.get(f"/api/v1/replays/{replay}")).raise_for_status().json()


async def until_over(admin: int, replay: str) -> dict:
    async with asyncio.timeout(90):
        while (found := await told(admin, replay))["state"] == "running":
            await asyncio.sleep(0.1)
    return found


async def sent(sim, count: int) -> None:
    """Wait until so many messages went out."""
    async with asyncio.timeout(60):
        while len(sim.sends) < count:
            await asyncio.sleep(0.005)


def twice(sim) -> None:
    """Each answer went out once when it was asked for, and once by the replay."""
    texts = Counter(send.message["text"] for send in sim.sends)
    assert texts == {f"re {number}": 2 for number in range(EVENTS)}


@pytest.mark.slow(20)
@pytest.mark.timeout(240)
async def test_on_sqlite_it_goes_on_and_ends_with_the_whole_count() -> None:
    async with running_system() as system:
        for number in range(EVENTS):
            await system.sim.say(making.PAGE, f"p{number}", f"no {number}")
        await system.sim.wait_for_sends(EVENTS, timeout=60)
        await system.settled()
        replay = await begin(system.gateway.admin)
        for reached in (1, RATE + 1, 3 * RATE):
            await sent(system.sim, EVENTS + reached)
            await system.gateway.kill()
            await system.gateway.start()
        ended = await until_over(system.gateway.admin, replay)
        await system.settled(60)
        assert (ended["state"], ended["total"], ended["looked"], ended["replayed"]) == ("done", EVENTS, EVENTS, EVENTS)
        twice(system.sim)


@pytest.mark.slow(40)
@pytest.mark.timeout(400)
async def test_on_nats_it_outlives_who_began_it_and_who_works(tmp_path, own_nats) -> None:
    async with gathered(tmp_path, own_nats) as crowd:
        front, worker = await crowd.serve("front"), await crowd.work("worker")
        for number in range(EVENTS):
            await crowd.sim.say(making.PAGE, f"p{number}", f"no {number}")
        await crowd.sim.wait_for_sends(EVENTS, timeout=60)
        await crowd.settled(front)
        replay = await begin(front.admin)
        for reached, victim in ((1, front), (RATE + 1, worker), (2 * RATE + 1, front)):
            await sent(crowd.sim, EVENTS + reached)
            await victim.kill()
            await victim.start()
        ended = await until_over(front.admin, replay)
        await crowd.settled(front)
        assert (ended["state"], ended["total"], ended["looked"], ended["replayed"]) == ("done", EVENTS, EVENTS, EVENTS)
        twice(crowd.sim)
