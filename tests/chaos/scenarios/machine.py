"""What the machine does: its disk is full or slow, its clock jumps."""

import asyncio
import time

import httpx

from tests.chaos.scenario import Scenario, Stage

_HOURS = 2 * 3600


async def _disk_full(stage: Stage) -> None:
    assert stage.field.disk is not None
    for _ in range(stage.rounds):
        stage.field.disk.fill()
        await stage.until(lambda: _refused(stage, "503"), 60, "a 503")
        await stage.said(40)
        stage.check(await _alive(stage), "the admin port did not answer while the disk was full")
        began = time.monotonic()
        stage.field.disk.free()
        await stage.recovered(began)
    stage.notes.append(stage.field.disk.kind)


def _refused(stage: Stage, status: str) -> bool:
    return any(str(one.status) == status for one in list(stage.sim.deliveries)[-20:])


async def _alive(stage: Stage) -> bool:
    async with httpx.AsyncClient() as client:
        return (await client.get(f"http://127.0.0.1:{stage.gateway.admin}/healthz", timeout=5)).status_code == 200


async def _clock_jumps(stage: Stage) -> None:
    for number in range(stage.rounds):
        for off in ((_HOURS, 0), (-_HOURS, 0))[number % 2]:
            began = time.monotonic()
            stage.gateway.clock.write_text(str(off))
            await stage.said(30)
            await stage.recovered(began)
    # What one clock wrote is read by a process that begins under another.
    stage.gateway.clock.write_text(str(-_HOURS))
    began = time.monotonic()
    await stage.gateway.kill()
    await stage.gateway.start()
    await stage.recovered(began)


async def _overload(stage: Stage) -> None:
    """Two hundred connections of Meta's, and a journal that takes a second for each commit."""
    stage.sim.meta.delivery.concurrency = 200
    for _ in range(stage.rounds):
        (stage.field.folder / "slow").write_text("1.0")
        before = stage.gateway.memory()
        await stage.until(lambda: _refused(stage, "503"), 60, "a 503")
        asked = [await _admin_seconds(stage) for _ in range(10)]
        await stage.said(300)
        grown = stage.gateway.memory() - before
        stage.check(grown < 64 << 20, f"memory grew by {grown >> 20} MiB")
        began = time.monotonic()
        (stage.field.folder / "slow").unlink()
        await stage.recovered(began)
    shed = sum(one.status == 503 for one in stage.sim.deliveries)
    stage.notes.append(f"{shed} shed with 503; admin port at most {max(asked) * 1000:.0f} ms")


async def _admin_seconds(stage: Stage) -> float:
    began = time.monotonic()
    stage.check(await _alive(stage), "the admin port did not answer under overload")
    await asyncio.sleep(0.05)
    return time.monotonic() - began - 0.05


TABLE = (
    Scenario(
        name="disk-full",
        does="the disk under the journal is full for a while",
        holds="webhooks are answered 503, the admin port answers, and all goes on by itself once there is room",
        act=_disk_full,
        rounds=2,
        most=20,
        small_disk=True,
    ),
    Scenario(
        name="clock-jump",
        does="the wall clock jumps two hours ahead and back, two hours back and ahead, and a process that is killed comes "
        "back two hours in the past",
        holds="",
        act=_clock_jumps,
        rounds=2,
        most=20,
    ),
    Scenario(
        name="overload",
        does="200 connections of Meta's, and a disk that takes a second for each commit: more than can be taken",
        holds="what is too much is answered 503, memory stays bounded, the admin port answers, and all goes on by itself",
        act=_overload,
        rounds=1,
        most=10,
        pause=0.01,
        environment={"PAGEWIRE_MAX_WAITING": "40"},
    ),
)
