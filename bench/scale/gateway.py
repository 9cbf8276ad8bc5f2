"""One gateway as it is, beside what the model and the simulation say of it, kept: ``python -m bench.scale.gateway [SECONDS]``.

The first scenario is for calibration: CPU an event at full load. The others are predicted from it before they are compared.
The gateway shares its cores: what part of one it got while it wanted one is read from the kernel and given to both.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from bench import ingest
from bench.end_to_end import Process
from bench.peers.catalogue import PEERS
from bench.peers.load import CONVERSATIONS
from bench.peers.loading import TURNS
from bench.peers.running import Running
from bench.scale import model
from bench.scale.kept import keep
from bench.scale.simulate import Town, simulate


class Scenario(NamedTuple):
    """What is done to the gateway."""

    name: str
    connections: int
    graph_ms: float
    rate: float | None
    """Messages a second; none: as many as it takes."""


CALIBRATION = Scenario("full load, Meta at once", 16, 0, None)
SCENARIOS = (
    Scenario("8 people, Meta in 100 ms, 60/s", 1, 100, 60),
    Scenario("8 people, Meta in 100 ms, 160/s", 1, 100, 160),
    Scenario("32 people, Meta in 200 ms, 240/s", 4, 200, 240),
    Scenario("128 people, Meta in 200 ms, 200/s", 16, 200, 200),
    Scenario("128 people, Meta in 50 ms, full load", 16, 50, None),
)


class Gateway(Running):
    """The gateway of the comparison with peers, and what part of a core it gets."""

    def waited(self) -> tuple[float, float]:
        """Seconds of CPU its main thread used, and seconds it was ready and had none."""
        pid = self.parts["program"].process.pid
        used, waited, _ = map(int, Path(f"/proc/{pid}/schedstat").read_text().split())
        return used / 1e9, waited / 1e9


class Bench:
    """A gateway, a Send API, and loads one after the other."""

    def __init__(self, folder: Path, seconds: float) -> None:
        self.folder, self.seconds, self.first = folder, seconds, 0
        self.stub = Process("-m", "bench.peers.stub")
        self.gateway = Gateway(PEERS[0], self.stub.port, folder)

    def close(self) -> None:
        self.gateway.kill()
        self.stub.stop()

    def load(self, scenario: Scenario, seconds: float) -> dict[str, Any]:
        """Run one, and wait until every acknowledged message is answered."""
        self.stub.ask(f"dump {self.folder / 'before.json'}")
        self.stub.ask(f"delay {scenario.graph_ms}")
        self.first += TURNS
        command = [
            sys.executable,
            "-m",
            "bench.peers.load",
            str(self.gateway.port),
            PEERS[0].path,
            str(scenario.connections),
        ]
        command += [str(seconds), str(self.first), str(self.folder / "ledger.json"), "single"]
        command += [str(scenario.rate)] if scenario.rate else []
        (used, waited), cpu = self.gateway.waited(), self.gateway.cpu()
        told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        while (came := self.stub.ask("count"))["came"] < told["acknowledged"]:
            time.sleep(0.02)
        (used_then, waited_then), cpu_then = self.gateway.waited(), self.gateway.cpu()
        return {
            "events": came["came"],
            "seconds": told["seconds"],
            "offered": told["acknowledged"] / told["seconds"],
            "acknowledged_ms": told["p50"],
            "drained": came["last"] - told["began"],
            "rate": came["came"] / (came["last"] - told["began"]),
            "event_us": (cpu_then - cpu) / came["came"] * 1e6,
            "share": (used_then - used) / (used_then - used + waited_then - waited),
        }

    def awake(self) -> None:
        while not self.stub.ask("count")["came"]:
            time.sleep(0.3)
            try:
                self.load(CALIBRATION, 0.5)
            except subprocess.CalledProcessError:
                continue


def compared(scenario: Scenario, found: dict[str, Any], costs: dict[str, float]) -> dict[str, Any]:
    """The measured rate, and what was predicted of it."""
    people, graph = scenario.connections * CONVERSATIONS, scenario.graph_ms / 1000
    # What a webhook waits for CPU and disk, and so does a reply: the median, or less where connections waited for their turn.
    commit = min(found["acknowledged_ms"] / 1000, scenario.connections / found["offered"])
    commit = commit if scenario.rate else costs["commit_ms"] / 1000
    share, offered = min(1.0, found["share"]), found["offered"]
    town = Town(
        events=offered,
        seconds=found["seconds"],
        conversations=people,
        graph_seconds=graph,
        ingress_us=costs["ingress_us"],
        work_us=costs["event_us"] - costs["ingress_us"],
        commit_seconds=commit,
        share=share,
        evenly=True,
    )
    told = {
        "share": share,
        "offered": offered,
        "commit_ms": commit * 1000,
        "measured": found["rate"],
        "paper": model.rate(offered, people, graph + commit, costs["event_us"], share),
        "simulated": simulate(town).rate,
    }
    return {"name": scenario.name, **{name: round(value, 2) for name, value in told.items()}}


def ingress(seconds: float) -> tuple[float, float]:
    """CPU µs of a durable 200, and its median milliseconds at one connection: the time of a commit."""
    server = ingest.Server("durable")
    try:
        ingest.load(server, 16, 1.0)
        return ingest.load(server, 16, seconds)["cpu_us"], ingest.load(server, 1, seconds)["p50"]
    finally:
        server.stop()


def measure(seconds: float) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        bench = Bench(Path(name), seconds)
        try:
            bench.awake()
            full = [bench.load(CALIBRATION, seconds) for _ in range(3)]
            ingress_us, commit_ms = ingress(seconds)
            costs = {
                "ingress_us": round(ingress_us, 1),
                "commit_ms": commit_ms,
                "event_us": round(median(one["event_us"] for one in full), 1),
                "full_rate": round(median(one["rate"] for one in full), 1),
                "full_share": round(median(one["share"] for one in full), 3),
            }
            rows = [compared(one, bench.load(one, seconds), costs) for one in SCENARIOS]
            return {**costs, "process_mb": round(bench.gateway.memory(), 1), "scenarios": rows}
        finally:
            bench.close()


def main() -> None:
    found = measure(float(sys.argv[1]) if len(sys.argv) > 1 else 4.0)
    print(json.dumps(found, indent=1))
    keep("gateway", found)


if __name__ == "__main__":
    main()
