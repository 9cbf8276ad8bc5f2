"""The budget of one account: pace, rests, troubles, and the line of those who wait."""

import asyncio
from collections.abc import Callable
from math import inf
from typing import Final

from pagewire.graph import Usage
from pagewire.surfaces import Surface
from pagewire_gateway.budgets.app import STALE, STOP_AT, UNTOLD, AppBudget, recent
from pagewire_gateway.budgets.bucket import Bucket
from pagewire_gateway.budgets.calls import SENDS, SPARE, Call, Limits, taps
from pagewire_gateway.budgets.sharing import Share, Word
from pagewire_gateway.budgets.troubles import Trouble
from pagewire_gateway.budgets.turns import Turns

SLOW_FROM: Final = 80.0
_SLOWEST: Final = 0.1
_LONGEST_OUTAGE: Final = 30.0


class Budget:
    """What one account may ask of Meta.

    Args:
        limits: what is allowed.
        surface: how the account is written for.
        app: what it shares with others.
        clock: milliseconds since 1970.
        share: the account as other processes see it, if there are any.

    Attributes:
        paused_until: nothing goes before; 0 for no rest.
        reason: why it rests, for people.
        trouble: what ails the account; empty once a request went well.
        succeeded_at: when a request last went well.
    """

    def __init__(
        self, limits: Limits, surface: Surface, app: AppBudget, clock: Callable[[], int], share: Share | None = None
    ) -> None:
        self.app = app
        self._clock = clock
        self._share = share
        if share is None:
            self._taps = taps(limits, surface, lambda _name, rate, burst: Bucket(rate, burst, clock()))
        else:
            self._taps = taps(limits, surface, share.tap)
            share.on_calls, share.on_word = self._pump, self._told
        self._turns: Turns[asyncio.Future[None]] = Turns()
        self._timer: asyncio.TimerHandle | None = None
        self._usage, self._usage_at = 0.0, 0
        self._outages = 0
        self._probing = False
        self.paused_until = 0
        self.reason = ""
        self.trouble: Trouble = ""
        self.succeeded_at = 0

    # Going ---------------------------------------------------------------------------------------------------------

    def ready(self, call: Call = "message") -> bool:
        """Whether a call could go now, with nobody before it."""
        return not self._turns and self._delay(call) <= 0

    def spend(self, call: Call = "message") -> None:
        """A call goes without waiting; only after `ready`."""
        for tap in self._taps[call]:
            tap.spend()
        if call in SENDS:
            self._probing = bool(self.trouble)

    def give_back(self, call: Call = "message") -> None:
        """A call that had its turn did not go."""
        for tap in self._taps[call]:
            tap.spend(-1)
        if call in SENDS:
            self._probing = False
        self._pump()

    async def turn(self, call: Call, plugin: str = "") -> None:
        """Wait for a turn: plugins take turns, and within a plugin it is first come, first served."""
        if self.ready(call):
            self.spend(call)
            return
        waiter = asyncio.get_running_loop().create_future()
        self._turns.add(call, plugin, waiter)
        self._pump()
        try:
            await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled():
                self.give_back(call)
            raise

    # Learning ------------------------------------------------------------------------------------------------------

    def learn(self, usage: Usage | None) -> None:
        """Take in the usage headers of an answer: slower from 80 %, nothing from 100 %."""
        if usage is None:
            return
        crowded = max(self._usage, usage.peak) >= SLOW_FROM
        self._usage, self._usage_at = usage.peak, self._clock()
        self.app.learn(usage.app)
        if crowded:
            self._say()
        if usage.regain_access > 0 or usage.peak >= STOP_AT:
            self.rest(
                usage.regain_access or UNTOLD, f"Meta counts {usage.peak:.0f} % of the allowance as used", "throttled"
            )

    @property
    def usage(self) -> float:
        """How much of an allowance is used up, in percent, of the one nearest to its end; 0 if no recent answer told."""
        return recent(self._usage, self._usage_at, self._clock())

    def rest(self, seconds: float, reason: str, trouble: Trouble) -> None:
        """Call nothing for so long; after a trouble one request tries first whether it is over."""
        self._probing = False
        if trouble == "network":
            self._outages += 1
            seconds = max(seconds, min(2.0 ** (self._outages - 1), _LONGEST_OUTAGE))
        until = self._clock() + int(seconds * 1000)
        if until > self.paused_until:
            self.paused_until, self.reason = until, reason
        self.trouble = trouble
        self._say()
        self._pump()

    def went_well(self) -> None:
        """A request was answered as it should be: whatever ailed the account is over."""
        self.succeeded_at = self._clock()
        self._probing, self._outages = False, 0
        if self.trouble:
            self.trouble, self.reason, self.paused_until = "", "", 0
            self._say()
        if self._turns:
            self._pump()

    def ended(self) -> None:
        """A request ended in a way that says nothing of the account."""
        self._probing = False
        if self._turns:
            self._pump()

    def wake(self) -> None:
        """Something changed that may have mended the account: try at once."""
        self._probing = False
        if self.trouble != "throttled":
            self.paused_until = 0
        self._pump()

    def _say(self) -> None:
        """Let other processes know what was learnt."""
        if self._share is not None:
            word = Word(
                at=self._clock(), paused_until=self.paused_until, reason=self.reason, trouble=self.trouble,
                usage=self._usage, usage_at=self._usage_at,
            )  # fmt: skip
            self._share.say(word)

    def _told(self, word: Word) -> None:
        """Another process learnt something."""
        self._usage, self._usage_at = word.usage, word.usage_at
        self.paused_until, self.reason, self.trouble = word.paused_until, word.reason, word.trouble
        self._probing = False
        self._pump()

    # The line ------------------------------------------------------------------------------------------------------

    def _pump(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self._turns:
            delays = [(self._delay(call), call) for call in self._turns.calls()]
            going = next((call for delay, call in delays if delay <= 0), None)
            if going is None:
                shortest = min(delay for delay, _ in delays)
                if shortest < inf:
                    self._timer = asyncio.get_running_loop().call_later(max(shortest, 0.001), self._pump)
                return
            waiter = self._turns.next(going)
            if not waiter.done():
                self.spend(going)
                waiter.set_result(None)

    def _delay(self, call: Call) -> float:
        now = self._clock()
        if self.trouble and self._probing:
            return inf  # until the one that tries is back
        resting = max((self.paused_until - now) / 1000, self.app.delay(now))
        if resting > 0:
            return resting
        percent = recent(self._usage, self._usage_at, now)
        if call in SPARE and percent >= SLOW_FROM:
            return STALE / 1000
        factor = 1.0 if percent < SLOW_FROM else max(_SLOWEST, 1 - (1 - _SLOWEST) * (percent - SLOW_FROM) / 20)
        return max(tap.delay(now, factor) for tap in self._taps[call])
