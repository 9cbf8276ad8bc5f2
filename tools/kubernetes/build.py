"""Builds what is missing, each program whole or not at all, one builder at a time."""

import fcntl
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tools.kubernetes.binaries import BINARIES, Binary, cache, find, kubernetes_version
from tools.kubernetes.go import environment, find_go


def build_missing(names: Sequence[str] = ()) -> None:
    """Build the named programs, or all, unless they are there already."""
    if not _missing(names):
        return
    with _alone(cache()):
        if missing := _missing(names):
            _announce(missing)
        for binary in missing:
            _build(binary, cache() / binary.name)


def _missing(names: Sequence[str]) -> list[Binary]:
    return [binary for binary in BINARIES if (not names or binary.name in names) and find(binary.name) is None]


def _announce(missing: Sequence[Binary]) -> None:
    names = ", ".join(binary.name for binary in missing)
    print(f"building {names} into {cache()}, once; all of them take about eight minutes of two cores", flush=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; the kernel gives it back however a builder ends."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("waiting for another build of Kubernetes", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _build(binary: Binary, target: Path) -> None:
    started = time.monotonic()
    part = target.with_name(f"{target.name}.part")
    # Two compilers at a time keep the memory near 2 GiB; the niceness keeps the machine usable.
    go = ["nice", "-n", "10", str(find_go()), "build", "-p", "2", "-ldflags", _stamp(), "-o", str(part), binary.package]
    ended = subprocess.run(go, cwd=binary.module, env=environment(), check=False).returncode
    if ended:
        part.unlink(missing_ok=True)
        sys.exit(f"go build {binary.package} failed with code {ended}; what is above says why")
    part.rename(target)
    print(f"built {binary.name} in {time.monotonic() - started:.0f} s", flush=True)


def _stamp() -> str:
    """Linker flags: unstamped programs call themselves v0.0.0-master, which upsets every version check of a client."""
    version = kubernetes_version()
    major, minor, _ = version.split(".", 2)
    known = {
        "gitVersion": f"v{version}",
        "gitMajor": major,
        "gitMinor": minor,
        "gitTreeState": "clean",
        "gitCommit": "unknown",
    }
    stamps = (f"-X k8s.io/component-base/version.{name}={value}" for name, value in known.items())
    return " ".join(("-s -w", *stamps))
