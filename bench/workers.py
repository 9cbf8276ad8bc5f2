"""What an event costs where processes share the work over NATS, beside one process with its journal in a file.

    python -m bench.workers [EVENTS]

One process takes webhooks and two work, with two plugins; one server of NATS. Then the same talk with one process on SQLite. CPU
is counted by process, by the kernel; the simulator that plays Meta does not count. Messages are those by which the streams grew.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.jetstream import cpu
from tests.nats.servers import Server, running_server
from tests.pagewire_gateway import making
from tests.whole.crowd import Crowd, gathered

PEOPLE, AT_ONCE, WARM = 200, 8, 200


async def talk(crowd: Crowd, begin: int, end: int) -> None:
    """People write, and all have their answer."""
    for start in range(begin, end, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, end))
        await asyncio.gather(
            *(crowd.sim.say(making.PAGE, f"person {number % PEOPLE}", f"no {number}") for number in numbers)
        )
        await asyncio.sleep(0.01)
    async with asyncio.timeout(300):
        while len(crowd.sim.sends) < end:
            await asyncio.sleep(0.05)
    await crowd.settled(crowd.processes["serve"])


async def measure(name: str, crowd: Crowd, events: int, also: dict[str, int], messages: Callable[[], int]) -> None:
    pids = {one: process.process.pid for one, process in crowd.processes.items() if process.process} | also
    await talk(crowd, 0, WARM)
    before, there, began = {one: cpu([pid]) for one, pid in pids.items()}, messages(), time.monotonic()
    await talk(crowd, WARM, WARM + events)
    took = time.monotonic() - began
    used = {one: (cpu([pid]) - before[one]) / events * 1e6 for one, pid in pids.items()}
    parts = ", ".join(f"{one} {micros:.0f}" for one, micros in used.items())
    print(f"{name}: {sum(used.values()):.0f} us CPU an event ({parts}), {events / took:.0f} events/s", end="")
    print(f", {(messages() - there) / events:.2f} stored messages an event" if also else "")


async def main(events: int) -> None:
    with tempfile.TemporaryDirectory() as nats, tempfile.TemporaryDirectory() as alone, running_server() as server:
        async with gathered(Path(nats), server, PAGEWIRE_PARTITIONS="2") as crowd:
            await crowd.serve("serve")
            await asyncio.gather(crowd.work("work 1"), crowd.work("work 2"))
            await measure("over NATS", crowd, events, {"NATS": server.pid}, lambda: _stored(server))
        async with gathered(Path(alone), server, PAGEWIRE_JOURNAL="") as crowd:
            await crowd.serve("serve")
            await measure("alone on SQLite", crowd, events, {}, int)


def _stored(server: Server) -> int:
    return int(server.monitor("jsz?streams=true")["messages"])


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000))
