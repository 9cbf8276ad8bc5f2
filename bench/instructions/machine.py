"""Instructions of the processor an event costs, by thread and by library, counted by Valgrind's callgrind.

python -m bench.instructions --machine
"""

import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from bench.instructions import workload

_TURNS = 5
_LIBRARIES = {
    "site-packages/apsw": "SQLite",
    "libcrypto": "OpenSSL",
    "uvloop": "uvloop",
    "msgspec": "msgspec",
    "httptools": "httptools",
    "_asyncio": "tasks and futures",
    "libc.so": "C library",
    "bin/python": "Python's interpreter",
    "libpython": "Python's interpreter",
}


def count() -> dict[str, float]:
    """Instructions an event: by library, of the event loop's thread and of the others, and together."""
    with tempfile.TemporaryDirectory() as name:
        out = Path(name) / "out"
        command = ["valgrind", "--tool=callgrind", "--instr-atstart=no", "--separate-threads=yes"]
        command += [f"--callgrind-out-file={out}", sys.executable, "-m", "bench.instructions.machine"]
        environment = {**os.environ, "PYTHONHASHSEED": "0"}
        subprocess.run(command, check=True, capture_output=True, env=environment)
        threads = {file.name: _costs(file.read_text()) for file in Path(name).iterdir() if file.name != "out"}
    return _table(threads)


def _table(threads: dict[str, Counter[str]]) -> dict[str, float]:
    events = _TURNS * workload.BURST
    found: Counter[str] = Counter()
    for name, costs in threads.items():
        found.update({f"  of it {library}": value for library, value in costs.items()})
        found["event loop's thread" if name.endswith("-01") else "other threads"] += costs.total()
    found["together"] = found["event loop's thread"] + found["other threads"]
    return {name: round(value / events) for name, value in found.items() if value / events >= 1000}


def _costs(text: str) -> Counter[str]:
    """What each library used itself, from callgrind's own format."""
    found: Counter[str] = Counter()
    names: dict[str, str] = {}
    library, is_call = "other", False
    for line in text.splitlines():
        if line.startswith("ob="):
            library = _library(line[3:], names)
        elif line.startswith("cob="):
            _library(line[4:], names)  # a name is spelt out where it comes first
        elif line.startswith("calls="):
            is_call = True  # the next line is what the callee used
        elif line[:1] in "+-*0123456789" and line[:1]:
            if not is_call:
                found[library] += int(line.rpartition(" ")[2])
            is_call = False
    return found


def _library(said: str, names: dict[str, str]) -> str:
    number, _, path = said.partition(" ")
    if path:
        names[number] = next((name for part, name in _LIBRARIES.items() if part in path), "other")
    return names[number]


def main() -> None:
    """The workload, to be run under Valgrind."""
    import asyncio

    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(workload.run(_TURNS, 1, _switch))


def _switch(on: bool) -> None:
    command = ["callgrind_control", "-i", "on" if on else "off", str(os.getpid())]
    subprocess.run(command, check=True, capture_output=True)


if __name__ == "__main__":
    main()
