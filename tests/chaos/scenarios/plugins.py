"""What a plugin does: fail, hang, block, leak, or choke on one event. The others, and the outbox, go on."""

import asyncio
import time

import httpx

from tests.chaos.scenario import Scenario, Stage

_LEAK = 40 << 20
"""Bytes after which the kernel's part is played: what a container takes beyond its limit ends it with kill -9."""


async def _while(stage: Stage, mode: str, messages: int, kept_waiting: bool = False) -> None:
    """The plugin misbehaves for so many messages; the others' answers come meanwhile, unless the loop itself stands still."""
    stage.field.behave(mode)
    await stage.said(messages)
    if not kept_waiting:
        await stage.recovered()
    stage.field.behave("ok")
    await stage.recovered()


async def _raises(stage: Stage) -> None:
    for _ in range(stage.rounds):
        await _while(stage, "raise", 60)


async def _hangs(stage: Stage) -> None:
    for _ in range(stage.rounds):
        await _while(stage, "hang", 60)


async def _blocks(stage: Stage) -> None:
    for _ in range(stage.rounds):
        await _while(stage, "block 0.5", 20, kept_waiting=True)


async def _leaks(stage: Stage) -> None:
    for _ in range(stage.rounds):
        limit = stage.gateway.memory() + _LEAK
        stage.field.behave("leak 1000000")
        await stage.until(lambda limit=limit: stage.gateway.memory() > limit, 120, "the leak")
        began = time.monotonic()
        await stage.gateway.kill()
        stage.field.behave("ok")
        await stage.gateway.start()
        await stage.recovered(began)


async def _poison(stage: Stage) -> None:
    numbers = []
    for _ in range(stage.rounds):
        number = len(stage.people.said) + 5
        numbers.append(number)
        stage.field.behave(f"poison no {number}")
        await stage.said(10)
        await stage.recovered()
        await _parked(stage, len(numbers))


async def _parked(stage: Stage, count: int) -> None:
    async with asyncio.timeout(60):
        while len((await stage.gateway.get("/api/v1/parked"))["parked"]) < count:
            await asyncio.sleep(0.1)


async def _mended(stage: Stage) -> None:
    """Somebody mended the plugin and replays what is parked: nothing stays parked."""
    stage.field.behave("ok")
    url = f"http://127.0.0.1:{stage.gateway.admin}"
    async with httpx.AsyncClient(base_url=url) as client:
        while parked := (await client.get("/api/v1/parked?limit=1000")).json()["parked"]:
            asked = {"all": True, "plugin": "unruly"}
            stage.check(all(one["plugin"] == "unruly" for one in parked), f"parked for others as well: {parked[:3]}")
            (await client.post("/api/v1/parked/replay", json=asked)).raise_for_status()
            await stage.field.settled(120)


_QUICK = {"PAGEWIRE_HOOK_ATTEMPTS": "3", "PAGEWIRE_HOOK_TIMEOUT": "1", "PAGEWIRE_HOOK_RETRY_LONGEST": "0.5"}

TABLE = (
    Scenario(
        name="plugin-raises",
        does="a plugin fails at every event for a while",
        holds="the other plugins and their replies go on; once it is mended, `pagewire replay --parked` brings it up to date",
        act=_raises,
        after=_mended,
        unruly=True,
        environment=_QUICK,
    ),
    Scenario(
        name="plugin-hangs",
        does="a plugin never comes back from its hook for a while",
        holds="the same",
        act=_hangs,
        after=_mended,
        unruly=True,
        environment=_QUICK,
    ),
    Scenario(
        name="plugin-blocks",
        does="a plugin blocks the event loop for half a second at every event",
        holds="it goes on by itself; Meta repeats what was answered too late",
        act=_blocks,
        unruly=True,
    ),
    Scenario(
        name="plugin-leaks",
        does="a plugin keeps a megabyte of every event, until the process is killed for its memory",
        holds="",
        act=_leaks,
        unruly=True,
    ),
    Scenario(
        name="poison",
        does="one event makes one plugin fail however often it is tried",
        holds="it is parked for that plugin alone, its conversation goes on, and it can be replayed",
        act=_poison,
        after=_mended,
        rounds=3,
        most=20,
        unruly=True,
        environment=_QUICK,
    ),
)
