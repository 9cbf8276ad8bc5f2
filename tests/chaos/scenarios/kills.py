"""kill -9."""

import asyncio
import time

from tests.chaos.scenario import Scenario, Stage
from tests.chaos.steps import STEPS, spread


async def _at_random(stage: Stage) -> None:
    for number in range(1, stage.rounds + 1):
        await asyncio.sleep(stage.chance.uniform(0.1, 1.0))
        began = time.monotonic()
        await stage.gateway.kill()
        await stage.gateway.start()
        seconds = await stage.recovered(began)
        stage.tell(f"round {number}: killed, and the next answer came {seconds:.1f} s later")


async def _at_every_step(stage: Stage) -> None:
    await stage.gateway.kill()
    for step in spread(STEPS, stage.rounds):
        await stage.gateway.start_to_die(f"{step.name}:{stage.chance.randint(2, 8)}")
        died = await stage.gateway.died(60)
        stage.check(died == step.name, f"told to die at {step.name}, died at {died}")
        stage.done += 1
    began = time.monotonic()
    await stage.gateway.start()
    await stage.recovered(began)


TABLE = (
    Scenario(
        name="kill-random",
        does="`kill -9` at random moments under load",
        holds="",
        act=_at_random,
        rounds=20,
    ),
    Scenario(
        name="kill-step",
        does=f"`kill -9` at each of the {len(STEPS)} named steps of an event's way, under load",
        holds="the process died at that very step",
        act=_at_every_step,
        rounds=len(STEPS),
        pause=0.08,
        # Requests wait for their turn, so that they have a beginning of their own to be noted.
        environment={"PAGEWIRE_SEND_RATE": "20", "PAGEWIRE_SEND_BURST": "1"},
    ),
)
