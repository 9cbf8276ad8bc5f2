"""The budget of one process, and that of several on NATS, keep the contract."""

import pytest

from pagewire.surfaces import Surface
from pagewire_gateway.budgets import AppBudget, Budget, Limits
from pagewire_gateway.parts.clock import now
from pagewire_gateway.shared.connection import Nats
from pagewire_gateway.shared.pace import SharedPace
from tests.contracts.budgets import BURST, RATE, BudgetContract

LIMITS = Limits(rate=RATE, burst=BURST)
PAGE = ("page", "108000000000001")


class OneProcess:
    """All parts have the same object."""

    def __init__(self) -> None:
        self._budget = Budget(LIMITS, Surface.MESSENGER, AppBudget(now), now)

    async def another(self) -> Budget:
        return self._budget


class SeveralProcesses:
    """A connection and a budget for each."""

    def __init__(self, url: str, prefix: str) -> None:
        self._url, self._prefix = url, prefix
        self.opened: list[tuple[SharedPace, Nats]] = []

    async def another(self) -> Budget:
        nats = Nats(self._url, self._prefix)
        await nats.start()
        pace = SharedPace(nats, now)
        await pace.start()
        self.opened.append((pace, nats))
        return Budget(LIMITS, Surface.MESSENGER, AppBudget(now, pace.of("app", "990")), now, pace.of(*PAGE))


class TestOneProcess(BudgetContract):
    @pytest.fixture
    async def world(self):
        return OneProcess()


class TestNats(BudgetContract):
    @pytest.fixture
    async def world(self, nats_url: str, nats_prefix: str):
        world = SeveralProcesses(nats_url, nats_prefix)
        yield world
        for pace, nats in world.opened:
            await pace.aclose()
            await nats.aclose()
