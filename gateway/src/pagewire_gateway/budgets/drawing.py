"""A purse that several processes draw from: they take a few calls at a time, which are good for a moment only. Pure.

Within any second at most `rate` + `burst` calls go, as with a `Bucket` of one process, and also if a process dies with calls in
its hands: those are lost, never made twice. Calls that were drawn may go until `LEASE` is over, so the purse holds back what
could come together at worst.
"""

from typing import Final

from msgspec import Struct

LEASE: Final = 0.25
"""Seconds for which drawn calls are good."""


class Purse(Struct, frozen=True):
    """What is left, as of a moment.

    Attributes:
        calls: that could be drawn then.
        at: milliseconds since 1970.
    """

    calls: float
    at: int


class Pace(Struct, frozen=True):
    """How a purse fills.

    Attributes:
        rate: calls a second.
        burst: calls at once.
    """

    rate: float
    burst: float

    @classmethod
    def of(cls, rate: float, burst: float) -> "Pace":
        """The pace at which no second sees more than a bucket of this rate and burst would let go."""
        whole = max(burst, 1.0)
        held = max(1.0, whole / 2, whole - rate * LEASE)
        return cls(min(rate, (rate + whole - held) / (1 + LEASE)), held)


class Wish(Struct, frozen=True):
    """What a process would like to draw.

    Attributes:
        pace: of the purse.
        calls: at most so many, at least 1.
        factor: slows the purse down, from 1 to above 0.
    """

    pace: Pace
    calls: int
    factor: float = 1.0


def draw(purse: Purse | None, wish: Wish, now: int) -> tuple[Purse, int, float]:
    """The purse afterwards, how many calls were drawn, and in how many seconds there is one if there was none.

    Calls are good from the purse's own moment on, and seconds count from it: that is `now`, or the moment for which somebody
    drew who expected to be told late. So draws have one order in time, whoever made them.
    """
    rate, burst = wish.pace.rate * wish.factor, wish.pace.burst
    calls, at = (burst, now) if purse is None else (purse.calls, purse.at)
    if now > at:
        calls, at = min(burst, calls + (now - at) / 1000 * rate), now
    drawn = min(wish.calls, int(calls))
    wait = 0.0 if drawn else (1 - calls) / rate
    return Purse(calls - drawn, at), drawn, wait
