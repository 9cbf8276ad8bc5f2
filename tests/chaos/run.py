"""Plays a scenario, and closes the books."""

import contextlib
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from tests.chaos import books
from tests.chaos.earlier import EarlierGateway
from tests.chaos.field import Field, Gateway
from tests.chaos.ledger import Ledger
from tests.chaos.nats_field import gathered
from tests.chaos.scenario import Broken, Outcome, Scenario, Stage

Tell = Callable[[str], None]


async def play(scenario: Scenario, rounds: int | None = None, seed: int = 1, tell: Tell = lambda _: None) -> Outcome:
    """Do what the scenario does, let everything settle, and compare what was promised with what is there."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="pagewire-chaos-") as folder:
        async with _opened(scenario, Path(folder)) as field:
            stage = Stage(field, min(rounds or scenario.rounds, scenario.most), seed, tell)
            broken = await _acted(scenario, stage)
            ledger = await _books(stage, tell)
    return Outcome(
        name=scenario.name,
        rounds=stage.done,
        ledger=ledger,
        recoveries=[round(seconds, 2) for seconds in stage.recoveries],
        notes=stage.notes,
        broken=broken,
        seconds=round(time.monotonic() - began, 1),
    )


async def _acted(scenario: Scenario, stage: Stage) -> str:
    """Play it and wait until everything is settled; what did not hold, or nothing."""
    try:
        talking = stage.people.talking(scenario.pause) if scenario.pause else contextlib.nullcontext()
        async with talking:
            await scenario.act(stage)
        await stage.people.all_delivered(scenario.patience)
        await stage.field.settled(scenario.patience)
        if scenario.after is not None:
            await scenario.after(stage)
            await stage.field.settled(scenario.patience)
    except (Broken, TimeoutError) as error:
        stage.tell(f"{type(error).__name__}: {error}\n{stage.field.said()}")
        return str(error) or "not everything was delivered and settled in time"
    return ""


@contextlib.asynccontextmanager
async def _opened(scenario: Scenario, folder: Path) -> AsyncIterator[Any]:
    """The system that a scenario plays in."""
    if scenario.servers:
        async with gathered(folder, scenario) as crowd:
            yield crowd
        return
    field = Field(
        folder,
        scenario.environment,
        scenario.speed,
        with_door=scenario.with_door,
        unruly=scenario.unruly,
        small_disk=scenario.small_disk,
        first=EarlierGateway if scenario.earlier else Gateway,
    )
    try:
        async with field:
            yield field
    finally:
        field.remove()


async def _books(stage: Stage, tell: Tell) -> Ledger:
    found = await stage.field.found(stage.people.mids)
    ledger = books.balance(stage.people, found, stage.field.traces())
    if not ledger.clean:
        tell(books.evidence(stage.people, found))
    return ledger
