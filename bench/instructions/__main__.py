"""By how much an event got dearer since the figures in ``kept.json`` were kept.

    python -m bench.instructions [--machine] [--keep]

Bytecodes of Python by station take some fifteen seconds, and need nothing else. ``--machine`` counts instructions of the
processor as well, under Valgrind, which takes a minute. ``--keep`` writes down what was found; commit it together with the
change that is worth it. Ends with 1 if anything got dearer than by the tolerances beside the figures.
"""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

# Before the bodies are made: few Pages and people, and texts that are answered.
os.environ.update(BENCH_TEXT="numbered", BENCH_PAGES="20", BENCH_PEOPLE="80")
os.environ.setdefault("PYTHONHASHSEED", "0")

from bench.instructions import machine, workload
from bench.instructions.bytecodes import OURSELVES, Bytecodes

KEPT = Path(__file__).with_name("kept.json")
TOGETHER = "together"
_TURNS, _ROUNDS = 3, 4

Figures = dict[str, float]


def bytecodes() -> Figures:
    """By station: the least of a few rounds, as whatever the clock brings in between only adds to one."""
    import uvloop

    counting, rounds = Bytecodes(), []

    def count(on: bool) -> None:
        counting.on = on
        if not on:
            rounds.append(dict(counting.counts))
            counting.counts.clear()

    counting.install()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        events = runner.run(workload.run(_TURNS, _ROUNDS, count))
    found = {name: round(min(one[name] for one in rounds) / events) for name in set.intersection(*map(set, rounds))}
    found.pop(OURSELVES)
    return {**found, TOGETHER: sum(found.values())}


def show(what: str, found: Figures, kept: Figures, tolerance: dict[str, float]) -> bool:
    """Print a table beside what was kept; whether all is within the tolerance."""
    well = True
    print(f"\n{what + ', an event':44s} | {'now':>9s} | {'kept':>9s} | dearer by")
    for name in sorted({*found, *kept}, key=lambda name: (name == TOGETHER, -found.get(name, 0))):
        now, before = found.get(name, 0), kept.get(name, 0)
        share = tolerance["together" if name == TOGETHER else "station"]
        is_dearer = now > before * (1 + share) + (0 if name == TOGETHER else tolerance["least"])
        well = well and not is_dearer
        print(f"{name:44s} | {now:9,.0f} | {before:9,.0f} | {_percent(now, before)}{' TOO MUCH' if is_dearer else ''}")
    return well


def _percent(now: float, before: float) -> str:
    return f"{100 * (now / before - 1):+6.1f} %" if before else "   new"


def main() -> int:
    kept = json.loads(KEPT.read_text())
    if kept.get("python") != _python() and "--keep" not in sys.argv:
        print(
            f"the figures are kept for Python {kept['python']}: with {_python()} there is nothing to compare them with"
        )
        return 0
    found = {"bytecodes": bytecodes()}
    if "--machine" in sys.argv:
        found["machine"] = machine.count()
    if "--keep" in sys.argv:
        KEPT.write_text(json.dumps({**kept, **found, "python": _python(), "after": _commit()}, indent=1) + "\n")
        kept = json.loads(KEPT.read_text())
    results = [show(what, figures, kept[what], kept["tolerance"][what]) for what, figures in found.items()]
    print(f"\nkept after {kept['after']}")
    if all(results):
        return 0
    print("too dear: make it cheaper, or keep the new figures with the change: python -m bench.instructions --keep")
    return 1


def _python() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def _commit() -> str:
    said = subprocess.run(["git", "log", "-1", "--format=%h %s"], capture_output=True, text=True, check=True)
    return said.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
