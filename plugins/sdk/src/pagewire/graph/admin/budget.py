"""One Graph budget for all that a process does as an administrator.

    budget = Budget()
    async with budget.turn(Scope(ScopeKind.OBJECT, page_id), priority=Priority.RESYNC) as turn:
        turn.learn(served)

Deciding is `Ledger`'s and `Holds`'; here are the clock and the waiting. The clients of `pagewire.graph.admin` take their
turns themselves.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

from msgspec import Struct

from pagewire.graph.admin.errors import AdminError, Facts, Later
from pagewire.graph.admin.holds import Holds
from pagewire.graph.admin.ledger import Ledger
from pagewire.graph.admin.scopes import Limits, Priority, Scope, ScopeKind
from pagewire.graph.admin.served import Served
from pagewire.graph.errors import Backoff, Rejected

__all__ = ["PATIENCE_SECONDS", "Budget", "Figures", "Turn"]

PATIENCE_SECONDS = 5.0
"""How long a turn is waited for by default; whoever must wait longer comes back instead of blocking others."""
_SHORTEST_SLEEP = 0.001


class Figures(Struct, frozen=True, kw_only=True):
    """What a budget did since it was made, and how things stand; for metrics."""

    calls: Mapping[Priority, int]
    """Calls made."""
    waits: int
    """Calls that had to wait first."""
    waited_seconds: float
    refusals: int
    """Calls that Meta refused for too many."""
    later: int
    """Calls that were sent away with `Later`."""
    held: int
    """Calls answered from memory."""
    remembered: int
    """Refused requests in memory now."""
    shut: Mapping[ScopeKind, int]
    """Scopes that are shut now."""
    app_usage: Mapping[str, float]
    """App id to percent of Meta's allowance in use; absent while Meta tells none."""
    scopes: int
    """Scopes that are watched now."""


class Turn:
    """One call's turn."""

    def __init__(self, learn: Callable[[Served], None]) -> None:
        self.learn = learn
        """Tell the budget what the answer's headers say."""


class Budget:
    """Shares what Meta allows among all calls of a process; safe for any number of tasks of one loop.

    Args:
        limits: our own allowances, held before Meta tells a figure.
        clock: seconds of a steady clock.
        sleep: waits that many seconds.
        jitter: a number from 0 to 1, another one each time.
    """

    def __init__(
        self,
        limits: Limits = Limits(),  # noqa: B008 - frozen
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._ledger, self._holds = Ledger(limits), Holds(limits)
        self._clock, self._sleep, self._jitter = clock, sleep, jitter
        self._calls = dict.fromkeys(Priority, 0)
        self._counts = {"waits": 0, "refusals": 0, "later": 0, "held": 0}
        self._waited = 0.0

    def when(self, *scopes: Scope, priority: Priority = Priority.RESYNC) -> float:
        """Seconds until a call that passes all of `scopes` may be made; 0 for now. Takes nothing."""
        return self._ledger.wait(scopes, priority, self._clock())

    @asynccontextmanager
    async def turn(
        self,
        *scopes: Scope,
        priority: Priority = Priority.RESYNC,
        request: str = "",
        patience: float = PATIENCE_SECONDS,
        call: str = "",
    ) -> AsyncIterator[Turn]:
        """Wait for the right to make one call; an `AdminError` raised inside is learnt from.

        Args:
            scopes: the allowances it takes from, the widest first.
            priority: who waits for it.
            request: a digest of all that is in the call, to remember a refusal by; empty for not at all.
            patience: seconds to wait at most.
            call: which call, for errors.

        Raises:
            Later: it would take longer than `patience`.
            AdminError: the same request was refused lately and that still stands (`held`).
        """
        self._recall(request, priority)
        taken = await self._take(scopes, priority, patience, call)
        try:
            yield Turn(lambda served: self._ledger.learn(scopes, served, self._clock()))
        except AdminError as error:
            self._failed(error, scopes, taken, request)
            raise
        self._ledger.answered(scopes, taken)
        self._holds.forget(request)

    def figures(self) -> Figures:
        """How much was done and how things stand."""
        now = self._clock()
        return Figures(
            calls=dict(self._calls),
            waited_seconds=self._waited,
            remembered=len(self._holds),
            shut=self._ledger.shut(now),
            app_usage=self._ledger.levels(ScopeKind.APP, now),
            scopes=len(self._ledger),
            **self._counts,
        )

    def _recall(self, request: str, priority: Priority) -> None:
        remembered = self._holds.recall(request, priority, self._clock())
        if remembered is not None:
            self._counts["held"] += 1
            raise remembered

    async def _take(self, scopes: tuple[Scope, ...], priority: Priority, patience: float, call: str) -> float:
        began = self._clock()
        while True:
            now = self._clock()
            wait = self._ledger.wait(scopes, priority, now)
            if wait <= 0:
                break
            if now + wait > began + patience:
                self._counts["later"] += 1
                raise Later("The budget of Graph calls is used up for now.", facts=Facts(call=call), retry_after=wait)
            # Those who wait for the same thing should not all wake in the same instant.
            await self._sleep(max(wait * (1.0 + self._jitter() / 4), _SHORTEST_SLEEP))
        self._ledger.take(scopes, now)
        self._calls[priority] += 1
        self._counts["waits"] += now > began
        self._waited += now - began
        return now

    def _failed(self, error: AdminError, scopes: tuple[Scope, ...], taken: float, request: str) -> None:
        now = self._clock()
        if isinstance(error, Backoff) and scopes:
            self._counts["refusals"] += 1
            blamed = _blamed(error.code, scopes)
            self._ledger.refused(blamed, taken, now, error.retry_after or 0.0, self._jitter())
        elif isinstance(error, Rejected):
            self._ledger.answered(scopes, taken)
        self._holds.note(request, error, now, self._jitter())


_BLAMED: dict[int | None, ScopeKind] = {
    4: ScopeKind.APP,
    17: ScopeKind.USER,
    32: ScopeKind.OBJECT,
    80001: ScopeKind.OBJECT,
    80002: ScopeKind.OBJECT,
    80006: ScopeKind.PROFILE,
}


def _blamed(code: int | None, scopes: tuple[Scope, ...]) -> Scope:
    """Whose calls were too many; the narrowest scope of the call where the code does not tell."""
    kind = _BLAMED.get(code)
    return next((scope for scope in scopes if scope.kind is kind), scopes[-1])
