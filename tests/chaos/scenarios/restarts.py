"""Restarts that somebody wants: one process after the other, and from one schema of the journal to the next."""

import time

from tests.chaos import earlier
from tests.chaos.field import Gateway
from tests.chaos.scenario import Scenario, Stage


async def _rolling(stage: Stage) -> None:
    for _ in range(stage.rounds):
        await _hand_over(stage, stage.field.another())


async def _hand_over(stage: Stage, new: Gateway) -> None:
    """Start the new process beside the old one, lead webhooks to both, and end the old one politely."""
    assert stage.field.door is not None
    old = stage.gateway
    await new.start()
    stage.field.door.ports = [new.public, old.public]
    began = time.monotonic()
    await old.stop()
    stage.gateway = stage.field.gateway = new
    stage.field.door.ports = [new.public]
    await stage.recovered(began)


async def _upgrade(stage: Stage) -> None:
    stage.check(
        earlier.schema_of(stage.field.folder) == earlier.before_newest().schema,
        "the journal did not begin with the schema before",
    )
    await stage.said(60)
    await _hand_over(stage, stage.field.another())
    stage.check(earlier.schema_of(stage.field.folder) == earlier.newest(), "the journal has not the newest schema")
    stage.notes.append(f"schema {earlier.before_newest().schema} to {earlier.newest()}")


TABLE = (
    Scenario(
        name="rolling-restart",
        does="a new process starts beside the old one on the same journal, and the old one is told to go, again and again",
        holds="",
        act=_rolling,
        rounds=4,
        most=50,
        with_door=True,
        # Both are alive, so that the lease is handed over and never runs out, however busy the machine is.
        environment={"PAGEWIRE_LEASE_TTL": "10"},
    ),
    Scenario(
        name="schema-upgrade",
        does="the last release of the schema before is at work on its own journal; the new release starts beside it, upgrades "
        "the journal under load, and takes over",
        holds="the journal has the newest schema",
        act=_upgrade,
        most=1,
        with_door=True,
        earlier=True,
        environment={"PAGEWIRE_LEASE_TTL": "10"},
    ),
)
