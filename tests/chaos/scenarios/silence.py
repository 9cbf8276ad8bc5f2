"""kill -9 where Meta echoes nothing: whether a send went out has to be looked up in the Conversations API."""

import asyncio
import time

from pagewire.simulator.world import EVERY_FIELD
from tests.chaos.scenario import Scenario, Stage
from tests.chaos.scenarios.nats import one_of
from tests.pagewire_gateway import making

_SLOW = 0.2
"""Seconds Meta takes over each send, so that some are always on their way; far less than passes before anybody looks one up."""
_HELD = 10.0
"""Seconds for which an answer may be held back, whether or not the send took effect: longer than the patience below."""
_ENVIRONMENT = {
    "PAGEWIRE_SEND_TIMEOUT": "3",
    # A send that takes effect only after it was looked up cannot be told from one that was lost, and on a crowded
    # machine a request that was written just before a kill is read seconds later.
    "PAGEWIRE_ECHO_WAIT": "6",
    # What is tested is the look-up; on a crowded machine plugins may seem to block.
    "PAGEWIRE_LOOP_PATIENCE": "30",
}
_PEOPLE = 20
"""So many that every partition has some of them."""
_FIELDS = {"messages", "messaging_postbacks", "message_deliveries", "message_reads"}
"""What the app is subscribed to on the Page: all of it but ``message_echoes``."""


def _hush(stage: Stage) -> None:
    """Let Meta echo nothing, and answer slowly or, now and then, too late."""
    page = stage.sim.meta.state.accounts[making.PAGE]
    page.subscribed[making.APP_ID] = page.subscribed[making.APP_ID] - {EVERY_FIELD} | _FIELDS
    # On Instagram echoes come in the field of the messages themselves.
    stage.sim.faults.inject("echo_lost", account=making.INSTAGRAM, times=None)
    stage.sim.faults.inject("latency", seconds=_SLOW, times=None)
    # However short the run, some have to be looked up.
    stage.sim.faults.inject("hang", seconds=_HELD, accept=True, times=2)
    for accept in (True, False):
        stage.sim.faults.inject("hang", seconds=_HELD, accept=accept, probability=0.03, times=None)


async def _alone(stage: Stage) -> None:
    _hush(stage)
    for _ in range(stage.rounds):
        await asyncio.sleep(stage.chance.uniform(0.5, 1.5))
        began = time.monotonic()
        await stage.gateway.kill()
        await stage.gateway.start()
        await stage.recovered(began)


async def _workers(stage: Stage) -> None:
    _hush(stage)
    for number in range(stage.rounds):
        await stage.said(20)
        began = time.monotonic()
        victim = one_of(stage, "work", number)
        await victim.kill()
        await victim.start()
        await stage.recovered(began, _PEOPLE)


async def _looked(stage: Stage) -> None:
    """Tell how many conversations were looked at, and see that no echo came after all."""
    looks = stage.sim.calls.count("conversations", method="GET")
    stage.check(looks > 0, "no conversation was looked at")
    stage.check(not any('"is_echo"' in one.body for one in stage.sim.deliveries), "an echo came")
    stage.notes.append(f"{looks} look-ups of conversations")


_DOES = "Meta echoes nothing, as on a Page whose app is not subscribed to `message_echoes`, and answers slowly or not at all"
_HOLDS = "proof is looked for in the Conversations API"

TABLE = (
    Scenario(
        name="kill-no-echoes",
        does=f"`kill -9` at random moments while {_DOES}",
        holds=_HOLDS,
        act=_alone,
        after=_looked,
        rounds=10,
        environment=_ENVIRONMENT,
    ),
    Scenario(
        name="nats-kill-no-echoes",
        does=f"`kill -9` of workers in turn while {_DOES}",
        holds=_HOLDS,
        act=_workers,
        after=_looked,
        rounds=6,
        pause=0.05,
        servers=1,
        environment=_ENVIRONMENT,
    ),
)
