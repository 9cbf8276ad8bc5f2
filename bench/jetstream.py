"""The journal on JetStream beside the one on SQLite: durable appends and settles a second, in one run on one machine.

    python -m bench.jetstream [--seconds S] [--rounds N] [--waiters N ...] [--r3]

Servers run on this machine too, on the same disk as the SQLite file. Rounds alternate, so that a noisy neighbour meets all.
``default``: the server acknowledges before fsync (`sync_interval` two minutes), ``always``: after it. ``ingest`` appends without
a file of its own, ``journal`` with one. CPU is that of this process; what the servers take is named beside it.
"""

import argparse
import asyncio
import contextlib
import os
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import uvloop

from bench.journal import Bodies, drive
from pagewire.wire import Item
from pagewire_gateway.journal.jetstream import Deployment, Layout
from pagewire_gateway.journal.port import Appended, Mark, NewReply
from pagewire_gateway.journal.sqlite import SqliteJournal
from pagewire_gateway.shared.connection import Nats
from tests.kube.leash import Leash
from tests.nats.servers import NatsCluster, Server
from tests.ports import free_ports

Append = Callable[[Sequence[Item], int, str], Awaitable[Appended]]
APP = "bench/load"


class Contender:
    """Something that appends.

    Attributes:
        name: in the table.
        append: does it.
        pids: of servers that work for it.
        journal: settles, if it can.
    """

    def __init__(self, name: str, append: Any, pids: Sequence[int] = (), journal: Any = None) -> None:
        self.name, self.append, self.pids, self.journal = name, append, pids, journal


@asynccontextmanager
async def contenders(folder: Path, with_r3: bool) -> AsyncIterator[list[Contender]]:
    async with AsyncExitStack() as stack:
        sqlite = SqliteJournal(folder / "sqlite.db")
        await sqlite.start()
        stack.push_async_callback(sqlite.aclose)
        found = [Contender("sqlite", sqlite.append, (), sqlite)]
        for name, options in (("default", {}), ("always", {"sync_interval": "always"})):
            leash = stack.enter_context(contextlib.closing(_leash(folder)))
            server = Server(leash, name, free_ports(2), jetstream=options)
            server.start()
            server.wait()
            found += await _on(stack, server.url, name, folder / name, (server.pid,), 1)
        if with_r3:
            leash = stack.enter_context(contextlib.closing(_leash(folder)))
            cluster = NatsCluster(leash, 3)
            cluster.start()
            pids = tuple(server.pid for server in cluster.servers)
            found += await _on(stack, cluster.url, "r3", folder / "r3", pids, 3)
        yield found


def _leash(folder: Path) -> Leash:
    """Files on the disk that is measured, not in memory."""
    return Leash("pagewire-bench-", folder)


async def _on(
    stack: AsyncExitStack, url: str, name: str, folder: Path, pids: Sequence[int], replicas: int
) -> list[Contender]:
    link = Nats(url, "bench", replicas)
    await link.start()
    stack.push_async_callback(link.aclose)
    deployment = Deployment(link, Layout(partitions=1, max_bytes=4 << 30))
    await deployment.start()
    ingest = deployment.ingest()
    await ingest.start()
    stack.push_async_callback(ingest.aclose)
    journal = deployment.journal(0, folder)
    await journal.start()
    stack.push_async_callback(journal.aclose)
    return [
        Contender(f"ingest {name}", ingest.append, pids),
        Contender(f"journal {name}", journal.append, pids, journal),
    ]


def cpu(pids: Sequence[int]) -> float:
    """Seconds of CPU that these processes took so far."""
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


async def measure(one: Contender, bodies: Bodies, waiters: int, seconds: float) -> dict[str, float]:
    before = cpu(one.pids)
    found = await drive(one.append, bodies, waiters, seconds)
    found["server"] = (cpu(one.pids) - before) / max(1.0, found["rate"] * seconds) * 1e6
    return found


async def settling(one: Contender, bodies: Bodies, seconds: float) -> float:
    """Events settled a second, each with a reply, 64 at a time."""
    journal = one.journal
    await journal.open_lanes(["lane"])
    fence = await journal.claim("dispatch", "bench", 600_000)
    places = []
    for _ in range(40):
        done = await asyncio.gather(*(journal.append(bodies.next(), 0, APP) for _ in range(100)))
        places += [event.seq for one in done for event in one.new]
    waiting, began, settled = iter(places), time.perf_counter(), 0

    async def go_on() -> None:
        nonlocal settled
        for place in waiting:
            if time.perf_counter() - began > seconds:
                return
            replies = (NewReply(id=f"r-{place}", index=0, body=b"x" * 200),)
            await journal.settle(
                [Mark(seq=place, plugin="lane", state="done", attempts=1, at=1, replies=replies)], fence
            )
            settled += 1

    await asyncio.gather(*(go_on() for _ in range(64)))
    rate = settled / (time.perf_counter() - began)
    await journal.release("dispatch", "bench")
    return rate


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--waiters", type=int, nargs="*", default=[1, 16, 64, 256])
    parser.add_argument("--r3", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=Path.home()) as name:
        async with contenders(Path(name), asked.r3) as found:
            await _appends(found, asked)
            await _settles(found, asked.seconds)


async def _settles(found: list[Contender], seconds: float) -> None:
    print("\nsettled with a reply, 64 at a time | events/s | of sqlite")
    rates = {}
    for place, one in enumerate(found, 50):
        if one.journal:
            rates[one.name] = await settling(one, Bodies(1000, 10**9 * place), seconds)
    for name, rate in rates.items():
        print(f"{name:34s} | {rate:8,.0f} | {rate / rates['sqlite']:8.2f}")


async def _appends(found: list[Contender], asked: argparse.Namespace) -> None:
    bodies = {one.name: Bodies(10_000, 10**9 * place) for place, one in enumerate(found)}
    print("waiters | contender | appends/s | of sqlite | p50 ms | p99 ms | CPU us | server's us")
    for waiters in asked.waiters:
        rounds: dict[str, list[dict[str, float]]] = {one.name: [] for one in found}
        for _ in range(asked.rounds):
            for one in found:
                rounds[one.name].append(await measure(one, bodies[one.name], waiters, asked.seconds))
        sqlite = statistics.median(one["rate"] for one in rounds["sqlite"])
        for name, some in rounds.items():
            row = {key: statistics.median(one[key] for one in some) for key in some[0]}
            print(
                f"{waiters:7d} | {name:15s} | {row['rate']:9,.0f} | {row['rate'] / sqlite:9.2f} | {row['p50_ms']:6.2f} "
                f"| {row['p99_ms']:6.2f} | {row['cpu_us']:6.0f} | {row['server']:6.0f}",
                flush=True,
            )


if __name__ == "__main__":
    uvloop.run(main())
