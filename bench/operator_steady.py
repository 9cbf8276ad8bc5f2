"""What goes on while nothing changes: a start that has nothing to do, and an hour of looks for drift.

Nobody sits through an hour: the intervals are shortened, everything is looked at once, then one more interval is counted and
scaled to the default settings.
"""

import asyncio
from collections import Counter
from time import monotonic
from typing import Final

from msgspec import Struct

from bench.operator_town import Counts, Operator, Town

RESYNC: Final = 600.0
"""Seconds between two looks for drift by default."""
AUDIT: Final = 300.0
"""Seconds between two comparisons of watches and lists by default."""
REMEMBERED: Final = {"node": 3600.0, "messenger_profile": RESYNC}
"""Edges that a shortened interval cannot show: facts are remembered for an hour, profiles for four minutes, which is less than
the default interval but more than a shortened one. They are counted at the first look, and how often that comes is added here."""
_WRITES: Final = ("patch", "post", "put", "delete")
_BY_THE_CLOCK: Final = ("update leases", "watch ")

Rates = Counter[str]


class Steady(Struct, kw_only=True):
    """A start with nothing changed, and what came after.

    Attributes:
        seconds: from the start of the process until its readiness probe said so.
        cpu: processor time until then.
        memory: most memory it ever held, in MB.
        writes: requests that changed our kinds, Secrets or Events, all the while.
        graph: calls to Meta for one Page and its token in an hour.
        api: requests to the API server for all of them together in an hour.
        look: processor time for one look at one resource, in milliseconds, with all that goes on beside.
    """

    seconds: float
    cpu: float
    memory: float
    writes: Counts
    graph: Rates
    api: Rates
    look: float


async def steady(here: Town, pages: int) -> Steady:
    """Start again, look at everything once, then count."""
    interval = 60.0 if pages <= 1000 else 120.0
    factor = interval / RESYNC
    graph, served, began = await here.meta.calls(), await here.served(), monotonic()
    operator = here.ours(PAGEWIRE_RESYNC=f"{interval:.0f}s", PAGEWIRE_AUDIT=str(AUDIT * factor))
    await (await operator.start()).until_ready()
    seconds, cpu = monotonic() - began, operator.cpu()
    await asyncio.sleep(interval * 1.2)  # the last one is late by a fifth
    first = await here.meta.calls() - graph
    window = await _Window.begin(here, operator)
    await asyncio.sleep(interval)
    calls, requests, look = await window.end(factor)
    found = Steady(
        seconds=seconds,
        cpu=cpu,
        memory=operator.memory(),
        writes=Counts({what: number for what, number in (await here.served() - served).items() if what[0] in _WRITES}),
        graph=Rates({edge: number / pages for edge, number in _with_remembered(calls, first).items()}),
        api=requests,
        look=look,
    )
    await operator.stop()
    return found


def _with_remembered(calls: Rates, first: Counts) -> Rates:
    """Calls an hour, completed by what a shortened interval does not show."""
    shown = {name: number for name, number in calls.items() if name.split()[1] not in REMEMBERED}
    more = {
        f"{verb} {edge}": number * 3600 / REMEMBERED[edge]
        for (verb, edge), number in first.items()
        if edge in REMEMBERED
    }
    return Rates({**shown, **more})


class _Window(Struct):
    """A stretch of time, and how everything stood at its begin."""

    here: Town
    operator: Operator
    began: float
    cpu: float
    looks: int
    graph: Counts
    api: Counts

    @classmethod
    async def begin(cls, here: Town, operator: Operator) -> "_Window":
        graph, api, looks = await here.meta.calls(), await operator.requests(), await operator.looks()
        return cls(here, operator, monotonic(), operator.cpu(), looks, graph, api)

    async def end(self, factor: float) -> tuple[Rates, Rates, float]:
        """Calls to Meta and requests to the API server in an hour, and milliseconds of processor time a look.

        Looks and lists come with the intervals and are scaled by `factor`; the Lease and the watches go by the clock.
        """
        seconds, cpu = monotonic() - self.began, self.operator.cpu() - self.cpu
        an_hour, look = 3600 / seconds, cpu * 1000 / max(1, await self.operator.looks() - self.looks)
        calls = _named(await self.here.meta.calls() - self.graph, an_hour * factor)
        asked = await self.operator.requests() - self.api
        by_the_clock = Counts({what: n for what, n in asked.items() if " ".join(what).startswith(_BY_THE_CLOCK)})
        return (
            calls,
            _named(asked - by_the_clock, an_hour * factor) + _named(by_the_clock, an_hour),
            look,
        )


def _named(counts: Counts, factor: float) -> Rates:
    return Rates({f"{verb} {what}": number * factor for (verb, what), number in counts.items()})
