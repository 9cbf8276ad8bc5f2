"""``python -m tests.fuzz [--minutes M]``: fuzz everything for so long in all, and keep the counts."""

import argparse
import asyncio
import json
import re
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime

from tests.fuzz import admin, port
from tests.fuzz.counts import KEPT, Count
from tests.fuzz.targets import TARGETS, Target


def main() -> None:
    """Play every target; what fails ends the run with its input."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    seconds = max(5, int(parser.parse_args().minutes * 60 / (len(TARGETS) + 2)))
    counts: list[Count] = []
    for target in TARGETS:
        _keep(counts, _guided(target, seconds))
    requests = asyncio.run(port.play(seconds, int(time.time())))
    _keep(counts, Count("public port", "raw requests over TCP, bent", seconds, requests))
    operations, requests = asyncio.run(admin.play(seconds, 20))
    about = f"{operations} operations against their description (schemathesis)"
    _keep(counts, Count("admin API", about, seconds, requests))


def _keep(counts: list[Count], one: Count) -> None:
    if not one.runs:
        sys.exit(f"{one.name}: nothing was tried in {one.seconds} s; give it more minutes")
    counts.append(one)
    print(f"{one.name:16} {one.runs:>12,} in {one.seconds} s", flush=True)
    KEPT.write_text(json.dumps({"day": f"{datetime.now(UTC):%Y-%m-%d}", "counts": counts}, indent=1) + "\n")


def _guided(target: Target, seconds: int) -> Count:
    with tempfile.TemporaryDirectory() as corpus:
        flags = [f"-max_total_time={seconds}", "-print_final_stats=1", "-max_len=16384", "-timeout=20"]
        words = [sys.executable, "-m", "tests.fuzz.guided", target.name, corpus, *flags]
        done = subprocess.run(words, capture_output=True, text=True, errors="replace", check=False)
    found = re.search(r"number_of_executed_units:\s*(\d+)", done.stderr)
    if done.returncode or found is None:
        sys.exit(f"{target.name}: {done.stdout[-2000:]}{done.stderr[-4000:]}")
    return Count(target.name, f"{target.about} (atheris)", seconds, int(found[1]))


if __name__ == "__main__":
    main()
