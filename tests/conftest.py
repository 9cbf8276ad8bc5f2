"""Fixtures that every test may ask for, and what holds for all of them."""

import gc
import os
import signal
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from pagewire.locks import Key
from pagewire.locks.sources import VARIABLE
from pagewire.outbound import VARIABLE as PRIVATE
from tests.docs.transcript import KEPT
from tests.tls import share_contexts

pytest_plugins = ["tests.kube.fixtures", "tests.nats.fixtures"]

# How long one example takes says how busy the machine is, and nothing of what is tested.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
share_contexts()
# What a shell starts in the background ignores Ctrl-C, and so would every program that a test starts and then interrupts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
# The programs of all tests lock what they write, and leave the user's own key alone.
os.environ.setdefault(VARIABLE, Key.new())
# Whatever plugins speak to in tests is on this machine.
os.environ.setdefault(PRIVATE, "127.0.0.0/8,::1")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take long come first: one that came last would keep a single worker busy while the others idle."""
    seconds: Counter[Path] = Counter()
    for item in items:
        seconds[item.path] += sum(sum(mark.args) for mark in item.iter_markers("slow"))
    items.sort(key=lambda item: -seconds[item.path])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """In CI: what somebody saw who typed README, tutorial and the chart's how-to, for people to read."""
    for kept in sorted(KEPT.glob("*.txt")) if os.environ.get("CI") else ():
        terminalreporter.section(f"transcript: {kept.stem}")
        terminalreporter.write_line(kept.read_text())


def pytest_collection_finish() -> None:
    """Half a million objects are here for good now: looking through them again would hold up each test for a second."""
    gc.collect()
    gc.freeze()
