"""Bytecodes of Python an event costs, by station: the interpreter itself says what it does, in whichever thread.

What runs in C, such as SQLite, hashing and parsing, counts as one whatever it costs; `bench.instructions.machine` sees that.
"""

import sys
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from bench.stations import STATIONS, station_of

OURSELVES = "the bench itself"
_THREADS = "journal, writer's side"
_WRITING = ("sqlite/writer.py", "sqlite/appending.py", "sqlite/settling.py", "sqlite/tail.py", "sqlite/layer.py")

_Trace = Callable[[FrameType, str, Any], Any]


class Bytecodes:
    """Counts while it is `on`. To be installed before threads are started."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.on = False
        self._stations: dict[CodeType, str | None] = {}
        self._tracers = {name: self._tracer(name) for name in [*(name for name, _ in STATIONS), _THREADS, "other"]}
        self._tracers[OURSELVES] = self._tracer(OURSELVES)

    def install(self) -> None:
        """Look at every call from now on, in this thread and in those that are started later."""
        threading.settrace(self._called)
        sys.settrace(self._called)

    def _called(self, frame: FrameType, _event: str, _arg: object) -> _Trace | None:
        if not self.on:
            return None
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        return self._tracers[self._station(frame)]

    def _station(self, frame: FrameType | None) -> str:
        """Of the innermost function that belongs to one, so that a helper counts for who called it."""
        while frame is not None:
            code = frame.f_code
            if code not in self._stations:
                self._stations[code] = _of(code)
            found = self._stations[code]
            if found is not None:
                return found
            frame = frame.f_back
        return "other"

    def _tracer(self, station: str) -> _Trace:
        counts = self.counts

        def trace(_frame: FrameType, event: str, _arg: object) -> _Trace:
            if event == "opcode":
                counts[station] += 1
            return trace

        return trace


def _of(code: CodeType) -> str | None:
    path = Path(code.co_filename)
    place = f"{path.parent.name}/{path.name}:{code.co_qualname}"
    if path.parent.name == "bench" or path.parent == Path(__file__).parent:
        return OURSELVES
    if place.startswith(_WRITING) and not place.startswith("sqlite/tail.py:Tail.talks"):
        return _THREADS
    found = station_of([place])
    return None if found == "other" else found
