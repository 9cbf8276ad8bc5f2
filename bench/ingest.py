"""Durable 200s a second beside the same route that only verifies and answers, in one run.

    python -m bench.ingest [SECONDS] [ROUNDS]

Server and load generator are two processes on loopback, and only the server's CPU counts. Rounds of the two servers alternate,
and ratios are those of neighbouring rounds, so that a noisy neighbour meets both. What a delivery waits for at half load
stands beside what an fsync on the same disk takes meanwhile.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

CONNECTIONS = (1, 16, 64, 256)


class Server:
    """One server process."""

    process: "subprocess.Popen[Any]"

    def __init__(self, mode: str) -> None:
        self.folder = tempfile.TemporaryDirectory()
        command = [sys.executable, "-m", "bench.server", mode, self.folder.name]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        self.port = int(self.process.stdout.readline())

    def cpu(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / 100

    def stop(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(30)
        self.folder.cleanup()


def load(server: Server, connections: int, seconds: float, rate: float | None = None) -> dict[str, float]:
    before = server.cpu()
    command = [sys.executable, "-m", "bench.load", str(server.port), str(connections), str(seconds)]
    out = subprocess.run(command + ([str(rate)] if rate else []), check=True, capture_output=True, text=True)
    found = json.loads(out.stdout)
    assert set(found["statuses"]) == {"200"}, found
    per_second = found["requests"] / found["seconds"]
    return {**found, "rate": per_second, "cpu_us": (server.cpu() - before) / found["requests"] * 1e6}


class Disk:
    """What an fsync takes while something else goes on: a page is written and synced fifty times a second.

    Args:
        folder: on the disk that is asked.
    """

    def __init__(self, folder: Path) -> None:
        self._file = (folder / "probe").open("wb", buffering=0)
        self._taken: list[float] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._probe, daemon=True)

    def __enter__(self) -> "Disk":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._file.close()

    def _probe(self) -> None:
        while not self._stop.wait(0.02):
            self._file.write(b"x" * 4096)
            began = time.perf_counter()
            os.fdatasync(self._file.fileno())
            self._taken.append(time.perf_counter() - began)

    @property
    def p99(self) -> float:
        """In milliseconds."""
        return sorted(self._taken)[len(self._taken) * 99 // 100] * 1000


def middle(rows: list[dict[str, float]], name: str) -> float:
    return statistics.median(row[name] for row in rows)


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 4.0
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    measure(seconds, rounds, CONNECTIONS)


def measure(seconds: float, rounds: int, several: Sequence[int]) -> dict[str, float]:
    """Print the table, and give the figures that have a bar."""
    servers = {mode: Server(mode) for mode in ("verify", "durable")}
    try:
        return _measure(servers, seconds, rounds, several)
    finally:
        for server in servers.values():
            server.stop()


def _measure(servers: dict[str, Server], seconds: float, rounds: int, several: Sequence[int]) -> dict[str, float]:
    for server in servers.values():
        load(server, 16, 1.0)
    figures: dict[str, float] = {}
    print("connections | durable 200/s | verify only/s | ratio | p50 ms | p99 ms | CPU us | CPU ratio", flush=True)
    for connections in several:
        found: dict[str, list[dict[str, float]]] = {mode: [] for mode in servers}
        for _ in range(rounds):
            for mode, server in servers.items():
                found[mode].append(load(server, connections, seconds))
        figures |= _row(connections, found["durable"], found["verify"])
    return figures | _half(servers["durable"], seconds, figures["rate_64"] / 2)


def _row(connections: int, durable: list[dict[str, float]], verify: list[dict[str, float]]) -> dict[str, float]:
    # Of each pair in turn, so that what disturbed both does not count.
    ratio = statistics.median(a["rate"] / b["rate"] for a, b in zip(durable, verify, strict=True))
    cpu = statistics.median(a["cpu_us"] / b["cpu_us"] for a, b in zip(durable, verify, strict=True))
    print(
        f"{connections:11d} | {middle(durable, 'rate'):13.0f} | {middle(verify, 'rate'):13.0f} | {ratio:5.2f} | "
        f"{middle(durable, 'p50'):6.1f} | {middle(durable, 'p99'):6.1f} | {middle(durable, 'cpu_us'):6.0f} | {cpu:9.2f}",
        flush=True,
    )
    return {f"ratio_{connections}": ratio, f"cpu_{connections}": cpu, f"rate_{connections}": middle(durable, "rate")}


def _half(durable: Server, seconds: float, rate: float) -> dict[str, float]:
    with Disk(Path(durable.folder.name)) as disk:
        time.sleep(2.0)
        alone = disk.p99
    with Disk(Path(durable.folder.name)) as disk:
        found = load(durable, 64, max(seconds, 4.0), rate)
    print(
        f"open loop at half load ({rate:.0f}/s): p50 {found['p50']} ms, p99 {found['p99']} ms; "
        f"fsync p99 {disk.p99:.2f} ms beside it, {alone:.2f} ms alone"
    )
    return {"ack_in_fsyncs": found["p99"] / disk.p99}


if __name__ == "__main__":
    main()
