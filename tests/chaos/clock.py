"""A wall clock that a test moves, for a process of its own; the monotonic clock goes on, as it does on every system."""

import time
from pathlib import Path

_LOOK = 0.05
"""Seconds between two looks at what the test wrote."""


def follow(path: Path) -> None:
    """From now on the process's wall clock is off by the seconds that `path` holds, if it is there."""
    true_ns, monotonic = time.time_ns, time.monotonic
    off = next_look = 0.0

    def wall_ns() -> int:
        nonlocal off, next_look
        if monotonic() >= next_look:
            next_look = monotonic() + _LOOK
            off = float(path.read_text()) if path.exists() else 0.0
        return true_ns() + int(off * 1e9)

    time.time_ns = wall_ns
    time.time = lambda: wall_ns() / 1e9
