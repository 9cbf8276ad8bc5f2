"""Past one machine: processes, servers and the network between them."""

import asyncio
import time

from pagewire_gateway.shared.connection import Nats
from tests.chaos.door import Door
from tests.chaos.namespace import REFUSED, refused
from tests.chaos.scenario import Scenario, Stage
from tests.chaos.steps import NATS_STEPS, spread
from tests.whole.crowd import Process

_PEOPLE = 20
"""So many that every partition has some of them."""
_AWAY = 6.0
"""Seconds: longer than a lease lasts, so that somebody else takes over."""


async def _kill(stage: Stage, *roles: str) -> None:
    for number in range(stage.rounds):
        await stage.said(20)
        began = time.monotonic()
        victims = [one_of(stage, role, number) for role in roles]
        await asyncio.gather(*(victim.kill() for victim in victims))
        await stage.recovered(began, _PEOPLE)
        await asyncio.gather(*(victim.start() for victim in victims))


def one_of(stage: Stage, role: str, number: int) -> Process:
    """The process of a role whose turn it is."""
    found = stage.field.of(role)
    return found[number % len(found)]


async def _ingress(stage: Stage) -> None:
    await _kill(stage, "serve")


async def _worker(stage: Stage) -> None:
    await _kill(stage, "work")


async def _both(stage: Stage) -> None:
    await _kill(stage, "serve", "work")


async def _at_every_step(stage: Stage) -> None:
    for number, step in enumerate(spread(NATS_STEPS, stage.rounds)):
        victim = one_of(stage, step.role, number)
        await victim.kill()
        died = await stage.field.dies(victim, f"{step.name}:{stage.chance.randint(2, 8)}")
        stage.check(died == step.name, f"told to die at {step.name}, died at {died}")
        stage.done += 1
        began = time.monotonic()
        await victim.start()
    await stage.recovered(began, _PEOPLE)


async def _servers_down(stage: Stage, count: int) -> None:
    for _ in range(stage.rounds):
        await stage.said(20)
        down = stage.field.servers[:count]
        for server in down:
            server.kill()
        await stage.said(30)
        began = time.monotonic()
        for server in down:
            server.start()
        await stage.recovered(began, _PEOPLE)


async def _server_killed(stage: Stage) -> None:
    await _servers_down(stage, 1)


async def _two_of_three(stage: Stage) -> None:
    await _servers_down(stage, 2)


async def _leader_moved(stage: Stage) -> None:
    link = Nats(stage.field.nats.url, "chaos")
    await link.start()
    try:
        for _ in range(stage.rounds):
            await stage.said(20)
            began = time.monotonic()
            for partition in range(stage.field.partitions):
                stream = f"pagewire-journal-{partition}"
                answer = await link.client.request(f"$JS.API.STREAM.LEADER.STEPDOWN.{stream}", b"", timeout=30)
                stage.check(b'"success":true' in answer.data.replace(b" ", b""), f"{stream}: {answer.data!r}")
            await stage.recovered(began, _PEOPLE)
    finally:
        await link.aclose()


async def _cut_off(stage: Stage) -> None:
    door = Door()
    await door.start()
    door.ports = [int(stage.field.nats.url.rpartition(":")[2])]
    stage.field.doors.append(door)
    await stage.field.work_behind("worker-cut", door)
    for _ in range(stage.rounds):
        await stage.said(30)
        began = time.monotonic()
        door.freeze()
        await asyncio.sleep(_AWAY)
        await stage.recovered(began, _PEOPLE)
        door.thaw()
        await stage.said(30)


async def _namespace_cut(stage: Stage) -> None:
    if refused():
        stage.notes.append(REFUSED)
        await _cut_off(stage)
        return
    namespace = await stage.field.work_apart("worker-apart")
    for _ in range(stage.rounds):
        await stage.said(30)
        began = time.monotonic()
        namespace.cut()
        await asyncio.sleep(_AWAY)
        await stage.recovered(began, _PEOPLE)
        namespace.mend()
        await stage.said(30)
    stage.notes.append("a veth pair of a network namespace, set down")


async def _disk_full(stage: Stage) -> None:
    assert stage.field.disk is not None
    for _ in range(stage.rounds):
        stage.field.disk.fill()
        await stage.until(
            lambda: any(one.status == 503 for one in list(stage.sim.deliveries)[-20:]), 60, "a 503 from a full NATS"
        )
        await stage.said(30)
        began = time.monotonic()
        stage.field.disk.free()
        # A server that found no room has switched its JetStream off; it takes a restart to have it back.
        stage.field.servers[0].kill()
        stage.field.servers[0].start()
        await stage.recovered(began, _PEOPLE)
    stage.notes.append(stage.field.disk.kind)


_PAUSE = 0.05
_CABLE = (
    f"a worker in a network of its own loses its cable to NATS for {_AWAY:g} s: no packet passes, and nobody is told"
)
_EACH_STEP = (
    f"`kill -9` at each of {len(NATS_STEPS)} named steps of an event's way, of one of two processes "
    "that take webhooks, or that work"
)

TABLE = (
    Scenario(name="nats-kill-ingress", does="`kill -9` of one of two processes that take webhooks", holds="", act=_ingress,
             rounds=2, pause=_PAUSE, servers=1),
    Scenario(name="nats-kill-worker", does="`kill -9` of one of two processes that work", holds="", act=_worker,
             rounds=2, pause=_PAUSE, servers=1),
    Scenario(name="nats-kill-both", does="`kill -9` of one of each at once", holds="", act=_both,
             rounds=2, pause=_PAUSE, servers=1),
    Scenario(name="nats-kill-step", does=_EACH_STEP, holds="the process died at that very step", act=_at_every_step,
             rounds=len(NATS_STEPS), pause=_PAUSE, servers=1),
    Scenario(name="nats-server-killed", does="`kill -9` of the only NATS server, which comes back after a while",
             holds="", act=_server_killed, rounds=2, pause=_PAUSE, servers=1),
    Scenario(name="nats-two-of-three", does="`kill -9` of two of three NATS servers, which come back after a while",
             holds="", act=_two_of_three, pause=_PAUSE, servers=3),
    Scenario(name="nats-leader-moved", does="the streams of all partitions are told to choose another leader among three servers",
             holds="", act=_leader_moved, rounds=2, pause=_PAUSE, servers=3),
    Scenario(name="nats-cut", does=f"the network between a worker and NATS carries nothing for {_AWAY:g} s, longer than a lease",
             holds="", act=_cut_off, rounds=1, pause=_PAUSE, servers=1),
    Scenario(name="nats-namespace-cut", does=_CABLE, holds="", act=_namespace_cut, rounds=1, pause=_PAUSE, servers=1),
    Scenario(name="nats-disk-full", does="the disk under the NATS server is full; once there is room the server is restarted",
             holds="webhooks are answered 503", act=_disk_full, pause=_PAUSE, servers=1, small_disk=True),
)  # fmt: skip
