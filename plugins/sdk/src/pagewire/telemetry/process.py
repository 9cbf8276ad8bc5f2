"""The process's own numbers under OpenTelemetry's names, for those whom metrics are pushed to.

A scrape has them already, under the names that Prometheus' own clients use (``process_*``).
"""

import os
import threading
from pathlib import Path
from time import monotonic
from typing import Final

from pagewire.telemetry.instruments import Readings
from pagewire.telemetry.registry import Registry

_SELF: Final = Path("/proc/self")
_BEGUN: Final = monotonic()


def process_metrics() -> Registry:
    """Processor time, memory, files and threads; memory and files are told on Linux only."""
    found = Registry()
    found.tally("process.cpu.time", "s", "Processor time used.", "cpu.mode").read = _cpu
    found.gauge("process.memory.usage", "By", "Physical memory in use.").read = _memory
    found.gauge("process.unix.file_descriptor.count", "{file_descriptor}", "Open files.").read = _files
    found.gauge("process.thread.count", "{thread}", "Threads of Python.").read = _threads
    found.gauge("process.uptime", "s", "Time since it started.").read = lambda: [((), monotonic() - _BEGUN)]
    return found


def _cpu() -> Readings:
    spent = os.times()
    return [(("user",), spent.user), (("system",), spent.system)]


def _memory() -> Readings:
    if not _SELF.exists():
        return []
    pages = int((_SELF / "statm").read_text().split()[1])
    return [((), float(pages * os.sysconf("SC_PAGE_SIZE")))]


def _files() -> Readings:
    return [((), float(sum(1 for _ in (_SELF / "fd").iterdir())))] if _SELF.exists() else []


def _threads() -> Readings:
    return [((), float(threading.active_count()))]
