"""The proof: a real Prometheus looks at the whole system, faults are made and mended, and every panel and alert has to tell."""

import asyncio
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec
import yaml

from tests.observability.asking import People, Questions
from tests.observability.faults import Fault, Look
from tests.observability.hastening import hastened
from tests.observability.place import Place
from tests.observability.queries import asked, boards, filled, groups, panels, selected
from tools.dashboards.known import metric_of

PATIENCE: Final = 240.0
"""Seconds that an alert may take to reach people, or to end."""

Say = Callable[[str], None]


class Told(msgspec.Struct):
    """What became of one fault.

    Attributes:
        fault: its name.
        seconds: from the fault until Alertmanager had told people; None if it never did.
        over: from the mend until it had told them that it is over; None if it never did.
        seen: which of the fault's looks showed it, while it lasted.
        summary: what people were told.
        besides: other alerts that were raised meanwhile.
    """

    fault: str
    seconds: float | None
    over: float | None
    seen: list[bool]
    summary: str
    besides: list[str]

    @property
    def good(self) -> bool:
        """Whether people were told, and every look showed it."""
        return all(self.seen) and self.seconds is not None and self.over is not None


def write_rules(folder: Path) -> Path:
    """The rules as they are installed, hastened, in one file."""
    path = folder / "rules.yaml"
    path.write_text(yaml.safe_dump({"groups": hastened(groups())}))
    return path


async def play(fault: Fault, place: Place, ask: Questions, people: People, say: Say) -> Told:
    """Make a fault, wait until people are told, look at the panels, mend it, and wait until they are told that it is over."""
    if not await _until(lambda: _quiet(ask), 60):
        say(f"before {fault.name} there is already: {await ask.now('ALERTS')}")
    begun = time.time()
    try:
        heard, seconds, seen = await _lasting(fault, place, ask, people, begun)
    finally:
        mended = time.time()
        await fault.mend(place)
    over = await _until(lambda: _heard(people, fault.alert, mended, "resolved"), PATIENCE)
    told = [one for _, one in people.since(begun)]
    mine = [one["annotations"]["summary"] for one in told if one["labels"]["alertname"] == fault.alert]
    outcome = Told(
        fault.name,
        round(seconds, 1) if heard else None,
        round(time.time() - mended, 1) if over else None,
        seen,
        mine[0] if mine else "",
        sorted({one["labels"]["alertname"] for one in told} - {fault.alert}),
    )
    say(
        f"{fault.name}: told after {outcome.seconds} s, over after {outcome.over} s, seen {seen}, besides {outcome.besides}"
    )
    return outcome


async def _lasting(
    fault: Fault, place: Place, ask: Questions, people: People, begun: float
) -> tuple[bool, float, list[bool]]:
    """While it lasts: whether people were told, after how many seconds, and which looks showed it."""
    await fault.make(place)
    heard = await _until(lambda: _heard(people, fault.alert, begun), PATIENCE)
    seconds = time.time() - begun
    seen = [False] * len(fault.looks)

    async def looked() -> bool:
        for number, look in enumerate(fault.looks):
            seen[number] = seen[number] or bool(await ask.now(_look(look)))
        return all(seen)

    await _until(looked, 60)
    return heard, seconds, seen


async def empty_panels(ask: Questions, seconds: float, excused: frozenset[str]) -> list[str]:
    """Queries that gave nothing, or nothing but NaN, in the last seconds, but for those of excused metrics alone."""
    return [
        query.where
        for query in asked()
        if not {metric_of(name) for name, _ in selected(query.expr)} <= excused
        and not any(
            not math.isnan(value) for values in await ask.since(filled(query.expr, "20s"), seconds) for value in values
        )
    ]


async def silent_rules(ask: Questions) -> list[str]:
    """Recorded figures that have no value."""
    recorded = {rule["record"] for group in groups() for rule in group["rules"] if "record" in rule}
    return sorted(recorded - await ask.names())


async def broken_rules(ask: Questions) -> list[str]:
    """Rules that Prometheus could not compute."""
    return [f"{rule['name']}: {rule.get('lastError')}" for rule in await ask.rules() if rule["health"] != "ok"]


def _look(look: Look) -> str:
    panel = panels(boards()[look.board.value])[look.panel]
    queries = [f"({filled(target['expr'], '20s')})" for target in panel["targets"]]
    return " or ".join(f"({look.sees.replace('%', query)})" for query in queries)


async def _heard(people: People, alert: str, since: float, status: str = "firing") -> bool:
    return any(one["labels"]["alertname"] == alert for _, one in people.since(since, status))


async def _quiet(ask: Questions) -> bool:
    return not await ask.now('ALERTS{alertstate="firing",severity="critical"}')


async def _until(holds: Callable[[], Any], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if await holds():
            return True
        await asyncio.sleep(0.5)
    return False
