"""What an event costs at full load where processes share the work over NATS: more is offered than can be handled.

    python -m bench.over_nats [SECONDS] [--stations] [--connections N]

One process takes webhooks and two work, each with the three plugins that are shipped and 1,000 Pages; one server of NATS, two
partitions. Signed load, and a Send API that answers at once, are processes of their own and do not count. CPU is counted by
process, by the kernel. With ``--stations`` `bench.sampled` looks where the event loops' threads of the workers are.
"""

import argparse
import asyncio
import contextlib
import json
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx

from bench.end_to_end import Process as Stub
from bench.end_to_end import load, manifests
from bench.jetstream import cpu
from bench.stations import show
from tests.nats.servers import Server, running_server
from tests.whole.crowd import Crowd, Process

_FAST = {
    "PAGEWIRE_PARTITIONS": "2",
    "PAGEWIRE_LOOP_PATIENCE": "30",  # on a crowded machine plugins may seem to block
    "PAGEWIRE_SEND_RATE": "1000",
    "PAGEWIRE_SEND_BURST": "1000",
    "PAGEWIRE_THREAD_RATE": "1000",
    "PAGEWIRE_THREAD_BURST": "1000",
}


class Shop(Crowd):
    """Processes that share the work, and the Send API."""

    def __init__(self, folder: Path, nats: Server, stub: Stub) -> None:
        super().__init__(folder, nats, dict(_FAST))
        self.stub = stub
        url = f"http://127.0.0.1:{stub.port}"
        self.sim: Any = SimpleNamespace(graph_url=url, instagram_graph_url=url)
        manifests(folder, stub.port)

    async def begin(self, *, sampled: bool) -> None:
        """Start them."""
        await self.serve("serve")
        workers = [self.process("work", name) for name in ("work 1", "work 2")]
        for worker in workers if sampled else ():
            worker.module = ("bench.sampled", str(_samples(worker)))
        await asyncio.gather(*(worker.start() for worker in workers))

    async def _is_settled(self, through: Process) -> bool:
        # While a worker is busy the figures of its partitions may not come in time, and then there are none.
        with contextlib.suppress(httpx.HTTPError):
            return await super()._is_settled(through)
        return False

    async def pressed(self, seconds: float, connections: int) -> int:
        """Offer load, and wait until all of it is handled; how many replies went out."""
        self.stub.ask("report")
        gateway: Any = SimpleNamespace(port=self.processes["serve"].public)
        await asyncio.to_thread(load, gateway, connections, seconds)
        await self.settled(self.processes["serve"], 600)
        return int(self.stub.ask("report")["sends"])


def _samples(worker: Process) -> Path:
    return worker.folder / "samples.json"


def _tell(worker: Process, what: signal.Signals) -> None:
    assert worker.process
    worker.process.send_signal(what)


async def measure(shop: Shop, seconds: float, connections: int, *, sampled: bool) -> None:
    """Print what an event costs, by process."""
    workers = [process for process in shop.processes.values() if process.role == "work"]
    pids = {name: process.process.pid for name, process in shop.processes.items() if process.process}
    pids["NATS"] = shop.nats.pid
    await shop.pressed(2.0, 16)
    for worker in workers if sampled else ():
        _tell(worker, signal.SIGUSR1)
    before, there, began = {name: cpu([pid]) for name, pid in pids.items()}, stored(shop.nats), time.monotonic()
    events = await shop.pressed(seconds, connections)
    took = time.monotonic() - began
    used = {name: (cpu([pid]) - before[name]) / events * 1e6 for name, pid in pids.items()}
    print(f"{sum(used.values()):.0f} us CPU an event ({', '.join(f'{name} {us:.0f}' for name, us in used.items())})")
    grown = {name: (count - there.get(name, 0)) / events for name, count in stored(shop.nats).items()}
    print(f"{events / took:.0f} events/s of {events}, load average {os.getloadavg()[0]:.1f}")
    print(
        "stored messages an event: "
        + ", ".join(f"{name} {count:.2f}" for name, count in grown.items() if count > 0.005)
    )
    if sampled:
        await _show(workers, events, sum(used[worker.folder.name] for worker in workers) * events)


async def _show(workers: list[Process], events: int, used: float) -> None:
    seen: list[tuple[list[str], int]] = []
    for worker in workers:
        _tell(worker, signal.SIGUSR2)
        while not _samples(worker).exists():
            await asyncio.sleep(0.05)
        seen += json.loads(_samples(worker).read_text())
    if "BENCH_RAW" in os.environ:
        Path(os.environ["BENCH_RAW"]).write_text(json.dumps([events, {}, seen]))
    main = sum(micros for _, micros in seen)
    show(seen, Counter(main=main, others=max(0, int(used) - main)), events)


def stored(server: Server) -> Counter[str]:
    """By stream, the number of its last message: all that were ever stored in it."""
    account = server.monitor("jsz?streams=true")["account_details"][0]
    return Counter({one["name"]: int(one["state"]["last_seq"]) for one in account.get("stream_detail", [])})


async def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.over_nats")
    parser.add_argument("seconds", type=float, nargs="?", default=10.0)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--stations", action="store_true")
    given = parser.parse_args()
    stub = Stub("-m", "bench.stub")
    with tempfile.TemporaryDirectory() as folder, running_server() as server:
        shop = Shop(Path(folder), server, stub)
        try:
            await shop.begin(sampled=given.stations)
            await measure(shop, given.seconds, given.connections, sampled=given.stations)
        finally:
            await asyncio.gather(*(process.stop() for process in shop.processes.values()))
            stub.stop()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
