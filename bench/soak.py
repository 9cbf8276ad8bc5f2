"""Does anything grow? A long load at 80 % of what the gateway can take, and then more than it can take.

    python -m bench.soak [MINUTES]

First the rate at which replies keep up, found by offering more than that. Then 80 % of it for so many minutes (10), while
memory and open files of the gateway are read every five seconds: their slope over the last three quarters is printed, as the
first quarter fills caches. Then a thousand connections that send as fast as they can, for 20 seconds, while the admin port is
asked again and again; and how soon all is as before.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from bench.end_to_end import Gateway, Process

_EVERY = 5.0
_CROWD = 1000
_OVERLOAD = 20.0


class Sample(NamedTuple):
    """The gateway at one moment: seconds since the beginning, MB of resident memory, open files."""

    at: float
    memory: float
    files: int


def sample(gateway: Gateway, began: float) -> Sample:
    files = len(list(Path(f"/proc/{gateway.process.pid}/fd").iterdir()))
    return Sample(time.monotonic() - began, gateway.memory(), files)


def slope(samples: list[Sample], of: Callable[[Sample], float]) -> float:
    """Growth an hour: the line with the least squares."""
    count = len(samples)
    at, values = [one.at / 3600 for one in samples], [of(one) for one in samples]
    mean_at, mean = sum(at) / count, sum(values) / count
    spread = sum((one - mean_at) ** 2 for one in at)
    return sum((x - mean_at) * (y - mean) for x, y in zip(at, values, strict=True)) / spread


def load(gateway: Gateway, connections: int, seconds: float, rate: float | None = None) -> dict[str, Any]:
    """As `bench.load` does it; refusals are part of the answer here."""
    command = [sys.executable, "-m", "bench.load", str(gateway.port), str(connections), str(seconds)]
    environment = {**os.environ, "BENCH_TEXT": "numbered"}
    ran = subprocess.run(
        command + ([str(rate)] if rate else []), check=True, capture_output=True, text=True, env=environment
    )
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


@contextmanager
def meanwhile(look: Callable[[], None], pause: float) -> Iterator[None]:
    """Look again and again, in a thread."""
    over = threading.Event()

    def run() -> None:
        while not over.wait(pause):
            look()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def capacity(gateway: Gateway, stub: Process) -> float:
    """Events a second, through all plugins and out."""
    load(gateway, 16, 2.0)
    gateway.settled()
    stub.ask("report")
    began = time.monotonic()
    load(gateway, 64, 10.0)
    gateway.settled()
    return float(stub.ask("report")["sends"]) / (time.monotonic() - began)


def soak(gateway: Gateway, minutes: float, rate: float) -> None:
    samples: list[Sample] = []
    began = time.monotonic()
    with meanwhile(lambda: samples.append(sample(gateway, began)), _EVERY):
        found = load(gateway, 64, minutes * 60, rate)
    print(f"{minutes:g} minutes at {rate:.0f} events/s: {found['statuses']}, answered p99 {found['p99']} ms")
    late = samples[len(samples) // 4 :]
    for name, of in (("memory, MB", lambda one: one.memory), ("open files", lambda one: float(one.files))):
        values = [of(one) for one in samples]
        print(f"{name}, every minute: {', '.join(f'{value:.0f}' for value in values[:: int(60 / _EVERY)])}")
        print(
            f"{name}: {values[0]:.0f} at first, {of(late[0]):.0f} after a quarter, {values[-1]:.0f} at the end, "
            f"at most {max(values):.0f}; slope {slope(late, of):+.1f} an hour"
        )


def overload(gateway: Gateway) -> None:
    asked: list[float] = []
    samples: list[Sample] = []
    began = time.monotonic()

    def ask() -> None:
        sent = time.monotonic()
        assert httpx.get(f"http://127.0.0.1:{gateway.admin}/healthz", timeout=30).status_code == 200
        asked.append(time.monotonic() - sent)
        samples.append(sample(gateway, began))

    with meanwhile(ask, 0.2):
        found = load(gateway, _CROWD, _OVERLOAD)
    print(
        f"{_CROWD} connections for {_OVERLOAD:g} s: {found['statuses']}, p50 {found['p50']} ms, p99 {found['p99']} ms"
    )
    spread = sorted(asked)
    middle, worst = spread[len(spread) // 2] * 1000, spread[-1] * 1000
    print(f"admin port meanwhile: {len(spread)} answers, p50 {middle:.0f} ms, at most {worst:.0f} ms")
    print(
        f"memory at most {max(one.memory for one in samples):.0f} MB, open files at most {max(one.files for one in samples)}"
    )
    ended = time.monotonic()
    gateway.settled(600)
    print(
        f"all that was acknowledged went through {time.monotonic() - ended:.1f} s later; memory {gateway.memory():.0f} MB"
    )


def main() -> None:
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    stub = Process("-m", "bench.stub")
    gateway = Gateway(stub.port)
    try:
        rate = capacity(gateway, stub)
        print(f"through three plugins: {rate:.0f} events/s; load average {os.getloadavg()[0]:.1f}", flush=True)
        soak(gateway, minutes, rate * 0.8)
        gateway.settled(600)
        overload(gateway)
        print(f"load average {os.getloadavg()[0]:.1f}")
    finally:
        gateway.stop()
        stub.stop()


if __name__ == "__main__":
    main()
