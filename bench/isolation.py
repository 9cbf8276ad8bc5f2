"""What a plugin that misbehaves costs a good one beside it, against one that behaves well in the same place.

    python -m bench.isolation [--rounds N] [--seconds S] [SETTING[:PLUGIN,...] ...]

``good`` answers. Beside it sits one of those that misbehave (see `bench.misbehaving`) or, as the control, ``idles``, which is
handed every event too and asks for nothing; for several there are as many of it. Both have the same place: a process of their
own, or the gateway's. Gateway (`pagewire serve`), load and Send API are processes of their own. Messages come at a steady pace.
Three rounds take turns: ``alone``, ``control``, ``beside``. Measured is the time from the moment at which a message was due to
the arrival of ``good``'s answer at the Send API: the median of each round. What counts is the median of the ratios of
neighbouring rounds, ``beside`` to ``control``: it has to be below 1.10. Ends with 1 if it is not.

The first rounds are told apart: in them processes start, and the gateway finds out about its guests. Where these share its
process until they are caught, it turns webhooks away in that time (503, and Meta delivers them again): the round is repeated
until none is.

An argument is the setting ``PAGEWIRE_PLUGINS_APART`` (``each`` stands for the plugins named), and which plugins are beside
``good``, all five that misbehave if none is named: `each:blocks each:burns`, or `caught:raises`.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import httpx
from msgspec import Struct

from bench.end_to_end import Gateway, Process, load, manifests

RATE, BAR = 20.0, 1.10
FINDING_OUT: Final = 10
"""Rounds at most."""
BAD: Final = ("blocks", "burns", "raises", "leaks", "floods")
WELL: Final = tuple(f"idles{number}" for number in range(len(BAD)))
_METADATA = "Metadata-Version: 2.1\nName: bench-misbehaving\nVersion: 1\n"


class Rounds(Struct):
    """Medians of each round in ms, in turns."""

    first: dict[str, list[float]]
    alone: list[float]
    control: list[float]
    beside: list[float]

    def ratios(self, to: Sequence[float]) -> list[float]:
        """``beside`` to its neighbour."""
        return [mine / its for mine, its in zip(self.beside, to, strict=True)]


def installed(folder: Path) -> None:
    """Make the plugins installed ones, as a distribution would."""
    info = folder / "bench_misbehaving-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(_METADATA)
    points = [f"{name} = bench.misbehaving:{name.title().rstrip('01234')}" for name in ("good", *WELL, *BAD)]
    (info / "entry_points.txt").write_text("\n".join(["[pagewire]", *points, ""]))


def uses(*names: str) -> list[dict[str, Any]]:
    """What a Page's resource says of them."""
    return [{"name": name, "config": {}} for name in names]


class Beside(Gateway):
    """A gateway whose Pages can be given other plugins."""

    def enable(self, *names: str) -> None:
        """Enable these, and wait until it is so."""
        manifests(Path(self.folder.name), 0, uses(*names))
        self._until(lambda: self._enabled() == set(names), 300)

    def _enabled(self) -> set[str]:
        return {each["name"] for each in self.plugins() if each["account_count"]}

    def plugins(self) -> list[dict[str, Any]]:
        """What `pagewire plugins` shows."""
        found: list[dict[str, Any]] = httpx.get(f"http://127.0.0.1:{self.admin}/api/v1/plugins").json()["plugins"]
        return found


class Stage:
    """Gateway and Send API, and the plugins that take the place beside ``good``.

    Args:
        apart: ``PAGEWIRE_PLUGINS_APART``.
        seconds: of a round.
    """

    def __init__(self, apart: str, seconds: float) -> None:
        os.environ["PAGEWIRE_PLUGINS_APART"] = apart
        self._seconds = seconds
        self._stub = Process("-m", "bench.stub")
        self._gateway = Beside(self._stub.port, plugins=uses("good"))

    def stop(self) -> None:
        self._gateway.stop()
        self._stub.stop()

    def round(self, *beside: str, statuses: "Counter[str] | None" = None) -> float:
        """A round's median in ms; all are answered 200, unless somebody wants to know how they were answered."""
        self._gateway.enable("good", *beside)
        time.sleep(1.0)  # what the round before left is over
        self._stub.ask("report")
        allowed = frozenset({"200"} if statuses is None else {"200", "503"})
        answered = load(self._gateway, 8, self._seconds, RATE, allowed)["statuses"]
        if statuses is not None:
            statuses.update(answered)
        time.sleep(1.0)
        return float(self._stub.ask("report")["p50"])

    def finding_out(self, *beside: str) -> list[float]:
        """Rounds until one turns nobody away."""
        medians: list[float] = []
        for _ in range(FINDING_OUT):
            away: Counter[str] = Counter()
            medians.append(self.round(*beside, statuses=away))
            if not away["503"]:
                return medians
            print(f"  {away['503']} of {away.total()} webhooks answered 503 while the gateway found out")
        raise RuntimeError(f"after {FINDING_OUT} rounds webhooks are still turned away")

    def show_lanes(self) -> None:
        for plugin in self._gateway.plugins():
            lane = plugin["lane"]
            said = f"handled {lane['handled']:5d} failed {lane['failed']:5d} {lane['quarantined']}"
            print(f"  {plugin['name']:12s} {said}")


def measure(apart: str, bad: tuple[str, ...], rounds: int, seconds: float) -> Rounds:
    """Rounds in turns."""
    well = WELL[: len(bad)]
    stage = Stage(",".join((*bad, *well)) if apart == "each" else apart, seconds)
    try:
        stage.round()  # warm
        first = {"control": stage.finding_out(*well), "beside": stage.finding_out(*bad)}
        found = Rounds(first, [], [], [])
        for _ in range(rounds):
            found.alone.append(stage.round())
            found.control.append(stage.round(*well))
            found.beside.append(stage.round(*bad))
        stage.show_lanes()
    finally:
        stage.stop()
    return found


def show(what: str, found: Rounds) -> bool:
    """Print all rounds and the verdict; whether the bar is held."""
    for name, medians in (("alone", found.alone), ("control", found.control), ("beside", found.beside)):
        first = "".join(f" (first: {one:.2f})" for one in found.first.get(name, ()))
        each = " ".join(f"{one:.2f}" for one in medians)
        print(f"{what:12s} | {name:7s} | {statistics.median(medians):7.2f} ms | {each}{first}")
    ratio = statistics.median(found.ratios(found.control))
    each = " ".join(f"{one:.2f}" for one in found.ratios(found.control))
    alone = statistics.median(found.ratios(found.alone))
    verdict = "held" if ratio < BAR else "not held"
    print(f"{what:12s} | to control {ratio:.2f} ({each}), to alone {alone:.2f}: bar of {BAR:.2f} {verdict}", flush=True)
    return ratio < BAR


def main() -> int:
    asked = argparse.ArgumentParser()
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--seconds", type=float, default=6.0)
    asked.add_argument("what", nargs="*", default=[*(f"each:{name}" for name in BAD), "each"])
    given = asked.parse_args()
    held = True
    with tempfile.TemporaryDirectory() as folder:
        installed(Path(folder))
        os.environ["PYTHONPATH"] = os.pathsep.join((folder, os.environ.get("PYTHONPATH", "")))
        print(subprocess.run(["uptime"], capture_output=True, text=True, check=True).stdout.strip())
        for argument in given.what:
            apart, _, named = argument.partition(":")
            bad = tuple(named.split(",")) if named else BAD
            held = show(argument, measure(apart, bad, given.rounds, given.seconds)) and held
    return int(not held)


if __name__ == "__main__":
    sys.exit(main())
