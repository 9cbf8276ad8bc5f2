"""Builds a program from a pinned Go module: whole or not at all, one builder at a time."""

import fcntl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.kubernetes.binaries import Binary
from tools.kubernetes.go import environment, find_go


@contextmanager
def alone(folder: Path, what: str) -> Iterator[None]:
    """Hold the folder's lock; the kernel gives it back however a builder ends.

    Args:
        folder: into which is built; it is made.
        what: is built, for people who wait.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"waiting for another build of {what}", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def compile_program(binary: Binary, target: Path, linker_flags: str) -> None:
    """Compile a program.

    Args:
        binary: which.
        target: the file it becomes.
        linker_flags: such as the version it is stamped with.

    Raises:
        SystemExit: it could not be built; Go has said why.
    """
    started = time.monotonic()
    part = target.with_name(f"{target.name}.part")
    # Two compilers at a time keep the memory near 2 GiB; the niceness keeps the machine usable.
    flags = ["-p", "2", "-ldflags", linker_flags, "-o", str(part), binary.package]
    go = ["nice", "-n", "10", str(find_go()), "build", *flags]
    ended = subprocess.run(go, cwd=binary.module, env=environment(), check=False).returncode
    if ended:
        part.unlink(missing_ok=True)
        sys.exit(f"go build {binary.package} failed with code {ended}; what is above says why")
    part.rename(target)
    print(f"built {binary.name} in {time.monotonic() - started:.0f} s", flush=True)
