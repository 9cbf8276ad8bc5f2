"""What Meta does: answers late, not at all, or not clearly; delivers twice; repeats an hour's worth at once."""

import asyncio
import time

from tests.chaos.scenario import Scenario, Stage

BACKLOG = 10_000
_DOWN = 3300.0
"""Seconds, of Meta's: after an hour it would take the app off its Pages, and what was missed would never come."""
_UNCLEAR = ("drop", "cut", "html", "empty", "no_message_id", "error")
_CHANCE = 0.08


async def _slow(stage: Stage) -> None:
    for _ in range(stage.rounds):
        mark = stage.sim.deliveries[-1].number if stage.sim.deliveries else 0
        stage.sim.faults.inject("latency", seconds=2.0, times=None, edge="*")
        await stage.said(60)
        stage.sim.faults.clear()
        await stage.recovered()
        late = max(one.took for one in stage.sim.deliveries if one.number > mark)
        stage.check(late < 5, f"a webhook was answered after {late:.1f} s")
    stage.notes.append(f"slowest webhook {late:.2f} s")


async def _dead(stage: Stage) -> None:
    for number in range(stage.rounds):
        stage.sim.faults.inject(("drop", "hang")[number % 2], seconds=1.0, times=None, edge="*")
        await stage.said(60)
        stage.sim.faults.clear()
        await stage.recovered()


async def _unclear(stage: Stage) -> None:
    for _ in range(stage.rounds):
        for kind in _UNCLEAR:
            for accept in (True, False):
                stage.sim.faults.inject(kind, accept=accept, probability=_CHANCE, times=None)
        stage.sim.faults.inject("echo_lost", probability=0.3, times=None)
        stage.sim.faults.inject("echo_late", probability=0.3, times=None, seconds=20.0)
        await stage.said(200)
        stage.sim.faults.clear()
        await stage.recovered()


async def _twice(stage: Stage) -> None:
    stage.sim.meta.delivery.twice = 1.0
    for _ in range(stage.rounds):
        await stage.said(60)
        await stage.recovered()
    twins = sum(one.status == 200 for one in stage.sim.deliveries) - len({one.body for one in stage.sim.deliveries})
    stage.check(twins >= 60, f"only {twins} bodies came twice")


async def _backlog(stage: Stage) -> None:
    delivery = stage.sim.meta.delivery
    delivery.batch = 50
    await stage.people.say()
    await stage.people.all_delivered(30)
    await stage.gateway.kill()
    size = stage.rounds
    for number in range(size):
        await stage.people.say()
        if number % 500 == 499:
            # Meta retries what failed while the hour goes by.
            stage.sim.clock.advance(_DOWN / (size / 500))
            await asyncio.sleep(0)
    began = time.monotonic()
    await stage.gateway.start()
    await stage.people.all_delivered(300)
    await stage.field.settled(600)
    stage.recoveries.append(time.monotonic() - began)
    stage.done += 1
    stage.notes.append(f"{size} items in {stage.recoveries[0]:.0f} s")


TABLE = (
    Scenario(
        name="graph-slow",
        does="the Graph API takes two seconds for every answer",
        holds="every webhook is answered within Meta's five seconds all the same",
        act=_slow,
    ),
    Scenario(
        name="graph-dead",
        does="the Graph API drops every connection, or lets it hang",
        holds="",
        act=_dead,
        rounds=2,
        environment={"PAGEWIRE_SEND_TIMEOUT": "2"},
    ),
    Scenario(
        name="graph-unclear",
        does="half of all sends have no clear answer (lost, cut off, an error page, nothing, code 1), whether or not they took "
        "effect; a third of the echoes never comes, a third late",
        holds="",
        act=_unclear,
    ),
    Scenario(
        name="twins",
        does="every delivery body comes over two connections at once",
        holds="both are answered 200",
        act=_twice,
        rounds=2,
    ),
    Scenario(
        name="backlog",
        does=f"the gateway is down for {_DOWN / 60:.0f} minutes of Meta's; {BACKLOG:,} items wait, in bodies of 50, and Meta "
        "repeats them",
        holds="",
        act=_backlog,
        rounds=BACKLOG,
        most=BACKLOG,
        pause=0,
        speed=1.0,
        patience=600.0,
    ),
)
