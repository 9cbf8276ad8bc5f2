"""Durable 200s a second beside the same route that only verifies and answers, in one run.

    python -m bench.ingest [SECONDS] [ROUNDS]

Server and load generator are two processes on loopback. Rounds of the two servers alternate, so that a noisy neighbour meets
both.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CONNECTIONS = (1, 16, 64, 256)


class Server:
    """One server process."""

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


def fsync_p99(folder: Path) -> float:
    """The 99th percentile of writing and syncing a page on this disk, in milliseconds."""
    import os

    taken = []
    with (folder / "probe").open("wb") as probe:
        for _ in range(500):
            probe.write(b"x" * 4096)
            probe.flush()
            began = time.perf_counter()
            os.fdatasync(probe.fileno())
            taken.append(time.perf_counter() - began)
    return sorted(taken)[494] * 1000


def middle(rows: list[dict[str, float]], name: str) -> float:
    return statistics.median(row[name] for row in rows)


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 4.0
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    servers = {mode: Server(mode) for mode in ("verify", "durable")}
    found: dict[tuple[str, int], list[dict[str, float]]] = {}
    for server in servers.values():
        load(server, 16, 1.0)
    for connections in CONNECTIONS:
        for _ in range(rounds):
            for mode, server in servers.items():
                found.setdefault((mode, connections), []).append(load(server, connections, seconds))
    print("connections | durable 200/s | verify only/s | ratio | p50 ms | p99 ms | CPU us | CPU ratio")
    for connections in CONNECTIONS:
        durable, verify = found["durable", connections], found["verify", connections]
        ratio = middle(durable, "rate") / middle(verify, "rate")
        cpu = middle(durable, "cpu_us") / middle(verify, "cpu_us")
        print(
            f"{connections:11d} | {middle(durable, 'rate'):13.0f} | {middle(verify, 'rate'):13.0f} | {ratio:5.2f} | "
            f"{middle(durable, 'p50'):6.1f} | {middle(durable, 'p99'):6.1f} | {middle(durable, 'cpu_us'):6.0f} | {cpu:9.2f}"
        )
    half = middle(found["durable", 64], "rate") / 2
    probe = fsync_p99(Path(servers["durable"].folder.name))
    at_half = load(servers["durable"], 64, seconds, half)
    print(
        f"open loop at half load ({half:.0f}/s): p50 {at_half['p50']} ms, p99 {at_half['p99']} ms; fsync p99 {probe:.2f} ms"
    )
    for server in servers.values():
        server.stop()


if __name__ == "__main__":
    main()
