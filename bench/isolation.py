"""What plugins that misbehave cost a good one beside them, in one gateway and one run.

    python -m bench.isolation [SETTING[:PLUGIN,...] ...]      # as in `each:blocks each:burns`, or `all`

Seven plugins: ``good`` answers; ``idles`` takes every event and asks for nothing, as any second plugin may; ``blocks`` sleeps
without ``await``, ``burns`` computes, ``raises`` fails at everything, ``leaks`` never lets memory go, ``floods`` returns as
many replies as it may. Gateway (`pagewire serve`), load and Send API are processes of their own. Messages come at a steady
pace; rounds with ``good`` alone and rounds beside the others take turns, so that whatever else the machine does falls on
both. Measured is the time from the moment at which a message was due to the arrival of ``good``'s answer at the Send API. The
first round with the others is told apart: in it the gateway finds out about them. Where they share its process until they are
caught, it turns webhooks away in that time (503, and Meta delivers them again): the round is repeated until none is, and
those turned away are counted. An argument is the setting ``PAGEWIRE_PLUGINS_APART`` (``each`` stands for the plugins named),
and which plugins are beside ``good``, all five that misbehave if none is named.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any, Final

import httpx

from bench.end_to_end import Gateway, Process, load, manifests

RATE, SECONDS, ROUNDS = 20.0, 6.0, 4
FINDING_OUT: Final = 10
"""Rounds at most."""
BAD: Final = ("blocks", "burns", "raises", "leaks", "floods")
_METADATA = "Metadata-Version: 2.1\nName: bench-misbehaving\nVersion: 1\n"


def installed(folder: Path) -> None:
    """Make the plugins installed ones, as a distribution would."""
    info = folder / "bench_misbehaving-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(_METADATA)
    points = "\n".join(f"{name} = bench.misbehaving:{name.title()}" for name in ("good", "idles", *BAD))
    (info / "entry_points.txt").write_text(f"[pagewire]\n{points}\n")


class Beside(Gateway):
    """A gateway whose Pages can be given other plugins."""

    def enable(self, *names: str) -> None:
        """Enable these, and wait until it is so."""
        manifests(Path(self.folder.name), 0, [{"name": name, "config": {}} for name in names])
        self._until(lambda: self._enabled() == set(names), 300)

    def _enabled(self) -> set[str]:
        return {each["name"] for each in self.plugins() if each["account_count"]}

    def plugins(self) -> list[dict[str, Any]]:
        """What `pagewire plugins` shows."""
        found: list[dict[str, Any]] = httpx.get(f"http://127.0.0.1:{self.admin}/api/v1/plugins").json()["plugins"]
        return found


def measure(apart: str, bad: tuple[str, ...]) -> dict[str, list[float]]:
    """Medians of each round, in ms, by what the round was."""
    os.environ["PAGEWIRE_PLUGINS_APART"] = apart
    stub = Process("-m", "bench.stub")
    gateway = Beside(stub.port)
    found: dict[str, list[float]] = {"alone": [], "finding out": [], "beside": []}
    try:
        gateway.enable("good")
        _round(gateway, stub)  # warm
        for number in range(ROUNDS):
            gateway.enable("good")
            found["alone"].append(_round(gateway, stub))
            gateway.enable("good", *bad)
            if number == 0:
                found["finding out"] = _found_out(gateway, stub)
            else:
                found["beside"].append(_round(gateway, stub))
        for plugin in gateway.plugins():
            lane = plugin["lane"]
            print(
                f"  {plugin['name']:12s} handled {lane['handled']:5d} failed {lane['failed']:5d} {lane['quarantined']}"
            )
    finally:
        gateway.stop()
        stub.stop()
    return found


def _found_out(gateway: Beside, stub: Process) -> list[float]:
    """Rounds until one turns nobody away."""
    medians: list[float] = []
    for _ in range(FINDING_OUT):
        away: Counter[str] = Counter()
        medians.append(_round(gateway, stub, away))
        if not away["503"]:
            return medians
        print(f"  {away['503']} of {away.total()} webhooks answered 503 while the gateway found out")
    raise RuntimeError(f"after {FINDING_OUT} rounds webhooks are still turned away")


def _round(gateway: Beside, stub: Process, statuses: "Counter[str] | None" = None) -> float:
    """One round's median in ms; all are answered 200, unless somebody wants to know how they were answered."""
    time.sleep(1.0)  # what the round before left is over
    stub.ask("report")
    allowed = frozenset({"200"} if statuses is None else {"200", "503"})
    answered = load(gateway, 8, SECONDS, RATE, allowed)["statuses"]
    if statuses is not None:
        statuses.update(answered)
    time.sleep(1.0)
    return float(stub.ask("report")["p50"])


def show(apart: str, found: dict[str, list[float]]) -> None:
    alone = statistics.median(found["alone"])
    for name, medians in found.items():
        median = statistics.median(medians)
        each = " ".join(f"{one:.2f}" for one in medians)
        print(
            f"{apart:12s} | {name:12s} | {median:7.2f} ms | {100 * (median / alone - 1):+6.1f} % | {each}", flush=True
        )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        installed(Path(folder))
        os.environ["PYTHONPATH"] = os.pathsep.join((folder, os.environ.get("PYTHONPATH", "")))
        print(subprocess.run(["uptime"], capture_output=True, text=True, check=True).stdout.strip())
        for argument in sys.argv[1:] or [*(f"each:{name}" for name in ("idles", *BAD)), "all"]:
            apart, _, named = argument.partition(":")
            bad = tuple(named.split(",")) if named else BAD
            show(argument, measure(",".join(bad) if apart == "each" else apart, bad))


if __name__ == "__main__":
    main()
