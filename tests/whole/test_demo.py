"""`make demo ONCE=1`, as the README says it, and the same with SCALE=1."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

STATIONS = ("writes", "received", "durable", "logged", "done", "queued", "sent", "answer", "echo", "contact")
"""What a message and its answer pass, as the demo calls it."""
ROOT = Path(__file__).parents[2]


def play(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pagewire_gateway.cli", "demo", "--once", *options]
    environment = {**os.environ, "NO_COLOR": "1"}
    return subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=230, env=environment)


@pytest.mark.timeout(240)
def test_the_demo_ends_well_once_every_reply_arrived():
    done = play()
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    shown = {tuple(found) for found in re.findall(r" s  (\w+) +(\w+)", done.stdout)}
    assert {(platform, station) for platform in ("Messenger", "Instagram") for station in STATIONS} <= shown


@pytest.mark.slow(20)
@pytest.mark.timeout(240)
def test_the_demo_on_nats_ends_well_although_a_worker_is_killed():
    done = play("--scale")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "worker 1, as kill -9 does" in done.stdout
    assert "Exception" not in done.stderr
