"""What a scenario is, and what it may do to a running system."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import Any

from msgspec import Struct

from tests.chaos.ledger import Ledger, Number
from tests.chaos.people import People

PAUSE = 0.03
"""Seconds between two messages: a load that a simulated Meta on the same two cores delivers again after each outage."""
SPEED = 20.0
"""Simulated seconds a second: Meta's retry after 15 s comes within one."""


class Broken(AssertionError):
    """Something besides the ledger did not hold."""


class Stage:
    """Where a scenario plays.

    Args:
        field: the running system, a `Field` or a `NatsField`.
        rounds: how often to do what the scenario does.
        seed: of chance.
        tell: gets a line now and then.

    Attributes:
        recoveries: seconds until the system was at work again, one for each disturbance.
        notes: further figures, for the table.
    """

    def __init__(self, field: Any, rounds: int, seed: int, tell: Callable[[str], None]) -> None:
        self.field, self.sim = field, field.sim
        self.gateway = getattr(field, "gateway", None)
        self.people = People(field.sim)
        self.rounds = rounds
        self.chance = random.Random(seed)
        self.tell = tell
        self.done = 0
        self.recoveries: list[float] = []
        self.notes: list[str] = []

    async def recovered(self, since: float | None = None, people: int = 1) -> float:
        """Wait until those who write from now on have an answer; seconds since then, or since that `time.monotonic`.

        Args:
            since: when the disturbance began, or ended.
            people: how many; where a part of the system is down only, so many that it concerns some of them.
        """
        mark: Number = len(self.people.said)
        wanted = set(range(mark + 1, mark + people + 1))
        began = time.monotonic() if since is None else since
        answers = (lambda: self._answers(mark)) if people == 1 else (lambda: wanted <= set(self.people.answered()))
        await self.until(answers, 120, "an answer")
        self.recoveries.append(time.monotonic() - began)
        self.done += 1
        return self.recoveries[-1]

    def _answers(self, mark: Number) -> bool:
        return any(number > mark for number in self.people.answered()[-200:])

    async def said(self, count: int) -> None:
        """Wait until so many more messages were written."""
        mark = len(self.people.said) + count
        await self.until(lambda: len(self.people.said) >= mark, 120, f"{count} messages")

    async def until(self, holds: Callable[[], bool], seconds: float, what: str) -> None:
        """Wait for something.

        Raises:
            Broken: it did not come.
        """
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end:
                raise Broken(f"{what} did not come within {seconds:g} s")
            await asyncio.sleep(0.02)

    def check(self, holds: bool, what: str) -> None:
        """Something that must hold besides the ledger.

        Raises:
            Broken: it does not.
        """
        if not holds:
            raise Broken(what)


class Scenario(Struct, frozen=True, kw_only=True):
    """One row of the table.

    Attributes:
        name: how to ask for it.
        does: what is done, for people.
        holds: what must hold beyond the ledger, for people.
        act: does it; people write all the while, unless `pause` is 0.
        after: what is done once people are silent and all is settled; then it has to settle again.
        rounds: how often, when nobody says otherwise.
        most: rounds at most; more would show nothing new.
        pause: seconds between two messages; 0 for a scenario that lets people write itself.
        speed: simulated seconds a second.
        environment: of the gateway.
        with_door: several processes take webhooks.
        unruly: the accounts use the plugin that misbehaves.
        small_disk: the journal is on a disk that can be filled.
        earlier: the first process is of the release before the journal's newest schema.
        servers: of NATS; 0 for one process on SQLite, else processes that take webhooks and processes that work.
        patience: seconds until all is delivered and settled afterwards.
    """

    name: str
    does: str
    holds: str
    act: Callable[[Stage], Awaitable[None]]
    after: Callable[[Stage], Awaitable[None]] | None = None
    rounds: int = 1
    most: int = 1000
    pause: float = PAUSE
    speed: float = SPEED
    environment: dict[str, str] = {}
    with_door: bool = False
    unruly: bool = False
    small_disk: bool = False
    earlier: bool = False
    servers: int = 0
    patience: float = 240.0


class Outcome(Struct, frozen=True, kw_only=True):
    """What came of a scenario.

    Attributes:
        rounds: disturbances.
        ledger: the books.
        recoveries: seconds, one a disturbance.
        notes: further figures.
        broken: what did not hold besides the ledger; empty if all did.
        seconds: the whole scenario took.
    """

    name: str
    rounds: int
    ledger: Ledger
    recoveries: list[float]
    notes: list[str]
    broken: str = ""
    seconds: float = 0.0

    @property
    def clean(self) -> bool:
        """Whether everything held."""
        return self.ledger.clean and not self.broken
