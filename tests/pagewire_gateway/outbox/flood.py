"""Far more to say on one Page than Meta takes: what the simulator counted, and what became of every message."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from pagewire import Media, Text, hookimpl
from pagewire.simulator import Clock, Limits, Simulator
from pagewire_gateway.config import OutboxSettings
from pagewire_gateway.journal.port import OPEN_OUTBOX
from tests.pagewire_gateway import making
from tests.pagewire_gateway.stage import Stage, plugins, staged, world

PEOPLE = 50
STRICT = Limits(bulky_per_second=10, thread_per_second=6, high_volume_refuses=True)
"""Meta's published limits, with the figures it does not publish set to what the gateway keeps to."""


class Talkative:
    """Answers everything; now and then with a film or a picture."""

    @hookimpl
    async def message_received(self, event):
        number = int(event.text)
        if number % 10 == 7:
            kind = "video" if number % 20 == 7 else "image"
            return Media(media=kind, url=f"https://cdn.example.com/{number}")
        return Text(text=f"{event.person} {number}")


class Counted(Struct, kw_only=True):
    """What a flood came to.

    Attributes:
        offered: messages people wrote.
        sent: answers Meta took.
        waiting: answers that still wait for their turn.
        ended: answers that ended in any other way.
        violations: limits that were broken, as the simulator counts them.
        disorder: conversations whose answers were not in the order of the messages.
        peak: most answers within any one second, as they arrived; where the machine stumbles, they arrive in heaps.
        spread: seconds from the first answer to the last.
        seconds: how long it was watched.
    """

    offered: int
    sent: int
    waiting: int
    ended: int
    violations: list[str]
    disorder: int
    peak: int
    spread: float
    seconds: float


async def flood(folder: Path, *, seconds: float, a_second: float, drain: bool) -> Counted:
    """Let people write for so long, and count.

    Args:
        folder: for the gateway's data.
        seconds: how long they write.
        a_second: messages a second, of all people together.
        drain: wait until everything was answered.
    """
    limits = OutboxSettings(concurrency=64)
    async with (
        Simulator(world("http://127.0.0.1:9/"), clock=Clock(), limits=STRICT) as sim,
        staged(folder, plugins(talkative=Talkative), sim=sim, outbox=limits) as stage,
    ):
        began = time.monotonic()
        offered = await _write(stage, seconds, a_second)
        if drain:
            await stage.until(lambda: len(sim.sends) + len(sim.refused) >= offered, seconds=offered / 20 + 60)
        await stage.until(lambda: _handled(stage) >= offered, seconds=900)
        if drain:
            # Meta knows of an answer a moment before its row says so.
            await stage.until(lambda: _none_waits(stage), seconds=60)
        return await _count(stage, offered, time.monotonic() - began)


def _handled(stage: Stage) -> int:
    return sum(lane.handled for lane in stage.gateway.dispatcher.lanes())


async def _write(stage: Stage, seconds: float, a_second: float) -> int:
    number, total = 0, round(seconds * a_second)
    start = time.monotonic()
    while number < total:
        due = min(total, int((time.monotonic() - start) * a_second) + 1)
        while number < due:
            await stage.sim.say(making.PAGE, f"p{number % PEOPLE}", str(number))
            number += 1
        await asyncio.sleep(0.01)
    return total


async def _none_waits(stage: Stage) -> bool:
    return _waiting((await stage.gateway.journal.stats()).outbox) == 0


def _waiting(outbox: Mapping[str, int]) -> int:
    return sum(outbox.get(state, 0) for state in OPEN_OUTBOX)


async def _count(stage: Stage, offered: int, seconds: float) -> Counted:
    outbox = (await stage.gateway.journal.stats()).outbox
    waiting = _waiting(outbox)
    ended = sum(outbox.get(state, 0) for state in ("refused", "parked", "dropped"))
    said: dict[str, list[int]] = defaultdict(list)
    for send in stage.sim.sends:
        said[send.person].append(_number(send.message))
    times = [send.time for send in stage.sim.sends]
    return Counted(
        offered=offered,
        sent=len(times),
        waiting=waiting,
        ended=ended,
        violations=[f"{one.limit} x {one.count}" for one in stage.sim.violations],
        disorder=sum(numbers != sorted(numbers) for numbers in said.values()),
        peak=max(
            (sum(at <= one < at + 1000 for one in times[index : index + 200]) for index, at in enumerate(times)),
            default=0,
        ),
        spread=(max(times) - min(times)) / 1000 if times else 0.0,
        seconds=seconds,
    )


def _number(message: dict) -> int:  # type: ignore[type-arg]
    if "text" in message:
        return int(message["text"].split()[1])
    return int(message["attachment"]["payload"]["url"].rpartition("/")[2])
