"""What an event costs at each station of its way, through the whole gateway with all three plugins.

    python -m bench.stations [SECONDS] [RATE]

CPU time of the gateway's process in microseconds an event, so a busy machine disturbs it little; load generator, Send API and CRM
are processes of their own and do not count. Threads are told apart by the kernel; the main thread's time is shared out by where
`bench.sampled` saw it. Costs fall as batches grow, so the rate at which they were measured is printed with them.
"""

import json
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from bench.end_to_end import Gateway, Process, load

TELEMETRY = "telemetry"

STATIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("plugin logging", ("pagewire_logging/",)),
    ("plugin auto-reply", ("pagewire_auto_reply/",)),
    ("plugin crm-sync", ("pagewire_crm_sync/",)),
    ("signature", ("pagewire_gateway/signature.py",)),
    ("wire: body to items", ("wire/_split.py:read", "wire/_fast.py")),
    ("wire: item to event", ("wire/_typed.py",)),
    (
        "Graph client and its connection",
        ("graph/client.py", "graph/transport.py", "graph/direct.py", "graph/connection.py"),
    ),
    ("outbox", ("outbox/",)),
    ("replies: checks and ids", ("dispatch/outcome.py",)),
    ("settling", ("dispatch/settler.py", "dispatch/worker.py:Worker._s", "sqlite/journal.py:SqliteJournal.settle")),
    ("journal, loop's side", ("journal/", "sqlite/")),
    ("dispatch", ("dispatch/",)),
    ("ingress", ("ingress/delivery.py", "ingress/app.py", "ingress/whole.py", "ingress/tally.py")),
    ("HTTP: Litestar", ("litestar/", "_asgi/", "routes/asgi.py", "exceptions/middleware.py")),
    ("HTTP: writing answers", ("pagewire_gateway/joining.py",)),
    (
        "HTTP: uvicorn",
        ("http/httptools_impl.py", "pagewire_gateway/patience.py", "pagewire_gateway/straight.py", "uvicorn/"),
    ),
    (TELEMETRY, ("telemetry/",)),
    ("registry, clock", ("registry/", "pagewire_gateway/app.py")),
    ("event loop: reading sockets, waking up", ("asyncio/runners.py",)),
)
"""A place belongs to the first of these that its innermost nameable function is in."""

_LOWER_LEVEL = ("asyncio/", "concurrent/", "futures/", "httpx/", "_async/", "anyio/", "_backends/", "contextlib.py")


def station_of(place: list[str]) -> str:
    """The station of the innermost function that belongs to one, so that a helper counts for who called it."""
    for function in place:
        for name, prefixes in STATIONS:
            if function.startswith(prefixes):
                return name
    return "other"


class Sampled(Gateway):
    """The gateway under `bench.sampled`."""

    def __init__(self, stub: int) -> None:
        self.samples = Path(tempfile.mkdtemp()) / "samples.json"
        super().__init__(stub, ("bench.sampled", str(self.samples)))

    def threads(self) -> Counter[str]:
        """CPU time by thread so far, in microseconds: the main one, and the others by name where they have one."""
        found: Counter[str] = Counter()
        for task in Path(f"/proc/{self.process.pid}/task").iterdir():
            is_main = task.name == str(self.process.pid)
            found["main" if is_main else "others"] += int((task / "schedstat").read_text().split()[0]) // 1000
        return found

    def begin(self) -> None:
        self.process.send_signal(signal.SIGUSR1)

    def seen(self) -> list[tuple[list[str], int]]:
        self.process.send_signal(signal.SIGUSR2)
        self._until(self.samples.exists)
        found: list[tuple[list[str], int]] = json.loads(self.samples.read_text())
        return found


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 8.0
    measure(seconds, float(sys.argv[2]) if len(sys.argv) > 2 else None)


def measure(seconds: float, rate: float | None = None) -> float:
    """Print the table; gives telemetry's share of the CPU."""
    stub = Process("-m", "bench.stub")
    gateway = Sampled(stub.port)
    try:
        return _measure(gateway, stub, seconds, rate)
    finally:
        gateway.stop()
        stub.stop()


def _measure(gateway: Sampled, stub: Process, seconds: float, rate: float | None) -> float:
    load(gateway, 16, 2.0)
    gateway.settled()
    stub.ask("report")
    gateway.begin()
    began, before = time.monotonic(), gateway.threads()
    load(gateway, 64, seconds, rate)
    gateway.settled()
    used, took = gateway.threads() - before, time.monotonic() - began
    events = stub.ask("report")["sends"]
    seen = gateway.seen()
    if "BENCH_RAW" in os.environ:
        Path(os.environ["BENCH_RAW"]).write_text(json.dumps([events, used, seen]))
    print(f"{events / took:.0f} events/s")
    return show(seen, used, events)


def show(seen: list[tuple[list[str], int]], used: Counter[str], events: int) -> float:
    shares: Counter[str] = Counter()
    for place, micros in seen:
        shares[station_of(place)] += micros
    scale = used["main"] / max(shares.total(), 1) / events
    print("station | us an event")
    for name in [*(name for name, _ in STATIONS), "other"]:
        print(f"{name:40s} | {shares[name] * scale:6.1f}")
    print(f"{'event loop thread together':40s} | {used['main'] / events:6.1f}")
    print(f"{'other threads: journal, logging, readers':40s} | {used['others'] / events:6.1f}")
    print(f"{'together':40s} | {used.total() / events:6.1f}")
    return shares[TELEMETRY] * scale * events / used.total()


if __name__ == "__main__":
    main()
