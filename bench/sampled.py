"""The gateway's own command line, with a look every few milliseconds of CPU time at where it is.

    python -m bench.sampled OUT serve ...

SIGUSR1 begins anew, SIGUSR2 writes what was seen to OUT: microseconds of the main thread's CPU time by place, a place being the
functions from the innermost outwards. Time in C code counts for the function that called it.
"""

import json
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from types import FrameType

_EVERY = 0.002
"""Seconds of the process's CPU time; the kernel rounds it up to its own tick."""
_DEPTH = 40


class Sampler:
    """Shares out the main thread's CPU time. Made in the main thread, where Python runs signal handlers."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._seen: Counter[tuple[str, ...]] = Counter()
        self._last = time.thread_time_ns()
        self._writing = False
        signal.signal(signal.SIGPROF, self._look)
        signal.signal(signal.SIGUSR1, lambda *_: self._seen.clear())
        signal.signal(signal.SIGUSR2, lambda *_: self._write())
        signal.setitimer(signal.ITIMER_PROF, _EVERY, _EVERY)

    def _look(self, _signal: int, frame: FrameType | None) -> None:
        if self._writing:
            return  # What is being written must not change: a look in between would end in an error, somewhere in the gateway.
        # The timer counts all threads, so each look is worth what the main thread used since the last one.
        now = time.thread_time_ns()
        self._seen[_place(frame)] += (now - self._last) // 1000
        self._last = time.thread_time_ns()

    def _write(self) -> None:
        self._writing = True
        found = [[list(place), micros] for place, micros in self._seen.items()]
        self._out.with_suffix(".part").write_text(json.dumps(found))
        self._out.with_suffix(".part").rename(self._out)
        self._writing = False


def _place(frame: FrameType | None) -> tuple[str, ...]:
    names: list[str] = []
    while frame is not None and len(names) < _DEPTH:
        code = frame.f_code
        names.append(f"{Path(code.co_filename).parent.name}/{Path(code.co_filename).name}:{code.co_qualname}")
        frame = frame.f_back
    return tuple(names)


def main() -> None:
    out = Path(sys.argv[1])
    del sys.argv[1]
    from pagewire_gateway.cli import main as pagewire

    Sampler(out)
    pagewire()


if __name__ == "__main__":
    main()
