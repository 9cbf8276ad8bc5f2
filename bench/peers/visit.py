"""One visit to one peer: started afresh, loaded as much as it takes, then evenly, then killed under load."""

import json
import os
import random
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.end_to_end import Process
from bench.peers.catalogue import Peer
from bench.peers.loading import Loads
from bench.peers.running import Running

CONNECTIONS, MANY = 16, 32
DELAY_MS = 20
"""What the Send API takes while peers are killed: answers of Meta's own take longer, and something has to be under way."""


class Visit:
    """What was measured, in `found`.

    Args:
        peer: whom.
        seconds: of each load.
        rate: deliveries a second of the even load.
        chance: when to kill.
    """

    def __init__(self, peer: Peer, seconds: float, rate: float, chance: random.Random) -> None:
        self.seconds, self.rate, self.chance = seconds, rate, chance
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.stub = Process("-m", "bench.peers.stub")
        self.found: dict[str, Any] = {"peer": peer.name, "load_average": os.getloadavg()[0]}
        self.running = Running(peer, self.stub.port, Path(self.folder.name))
        self.loads = Loads(self.running, self.stub, Path(self.folder.name))

    def __enter__(self) -> "Visit":
        return self

    def __exit__(self, *_: object) -> None:
        self.running.kill()
        self.stub.stop()
        self.folder.cleanup()

    def all(self) -> dict[str, Any]:
        self.found["start"] = round(self.loads.awake(), 2)
        self.loads.measured(1.0, CONNECTIONS)
        self.found["full"] = self.full()
        self.found["even"] = self.loads.measured(self.seconds, CONNECTIONS, self.rate)
        self.found["memory"] = round(self.running.memory(), 1)
        self.found["killed"] = {"program": self.killed("program")}
        if self.running.peer.has_engine:
            self.found["killed"]["everything"] = self.killed("engine", "program")
        return self.found

    def full(self) -> dict[str, Any]:
        """As much as it takes, until the last of it is handled."""
        cpu = self.running.cpu()
        found = self.loads.measured(self.seconds, CONNECTIONS)
        used, took = self.running.cpu() - cpu, self.stub.ask("count")["last"] - found["began"]
        answered = max(1, found["handled"])
        return {**found, "handled_rate": round(answered / took, 1), "cpu_us": round(used / answered * 1e6, 1)}

    def killed(self, *names: str) -> dict[str, Any]:
        """Kill -9 under load, start again on the same data, and see what comes of what was acknowledged."""
        self.stub.ask(f"delay {DELAY_MS}")
        process, kept = self.loads.start(self.seconds + 30, MANY, "single")
        while not self.stub.ask("count")["came"]:
            time.sleep(0.02)
        time.sleep(0.5 + self.chance.random() * self.seconds)
        self.running.kill(*names)
        out, _ = process.communicate(timeout=90)
        self.running.start()
        acknowledged, began = json.loads(out)["acknowledged"], time.monotonic()
        waited = self.loads.settled_after_start()
        verdict = self.loads.verdict(json.loads(kept.read_text()))
        return {"acknowledged": acknowledged, **verdict, "recovery": round(time.monotonic() - began - waited, 2)}
