"""The machine: versions, the data folder and its disk, the clock."""

import os
import platform
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import apsw

from pagewire_gateway.cli.doctor.finding import Finding, State, failed, ok, skipped, warning

SQLITE_SOUND: Final = (3, 51, 3)
"""Older ones can corrupt a database in WAL mode when several connections meet (SQLite's changes, 3.51.3)."""
ROOM_WANTED, ROOM_NEEDED = 1024**3, 64 * 1024**2
SLOW_FSYNC: Final = 0.020
_FSYNCS: Final = 15
_BORN: Final = datetime(2026, 11, 1, tzinfo=UTC)
_FLEETING: Final = frozenset({"tmpfs", "ramfs"})
_REMOTE: Final = frozenset({"nfs", "nfs4", "cifs", "smb3", "fuse.sshfs"})


def check_machine(data: Path | None) -> Iterator[Finding]:
    """Look at everything that needs neither manifests nor network."""
    yield _python()
    yield _sqlite()
    yield _clock()
    if data is None:
        yield skipped("data", "no data folder named", "--data DIR looks at the journal's folder and disk.")
        return
    folder = _existing(data)
    place = _place(data, folder)
    yield place
    if place.state is State.OK:
        yield from (_room(folder), _file_system(folder), _fsync(folder))


def _python() -> Finding:
    return ok("python", f"Python {platform.python_version()}")


def _sqlite() -> Finding:
    found = f"SQLite {apsw.sqlite_lib_version()}"
    if tuple(map(int, apsw.sqlite_lib_version().split("."))) < SQLITE_SOUND:
        return failed("sqlite", found, "Upgrade apsw: SQLite before 3.51.3 can corrupt a journal.")
    return ok("sqlite", found)


def _clock() -> Finding:
    now = datetime.now(UTC)
    if now < _BORN:
        return failed(
            "clock", f"it says {now:%Y-%m-%d}", "Set the clock, best with NTP: messaging windows depend on it."
        )
    return ok("clock", f"{now:%Y-%m-%dT%H:%M:%SZ}")


def _existing(folder: Path) -> Path:
    """The folder itself, or the nearest one above it that exists."""
    folder = folder.absolute()
    while not folder.exists():
        folder = folder.parent
    return folder


def _place(data: Path, folder: Path) -> Finding:
    if not folder.is_dir():
        return failed("data", f"{folder} is not a folder", "Name another one with --data.")
    if not os.access(folder, os.W_OK | os.X_OK):
        return failed("data", f"{folder} cannot be written by user {os.getuid()}", f"chown or chmod {folder}.")
    if data.exists():
        return ok("data", f"{data} can be written")
    return ok("data", f"{data} does not exist yet; the gateway makes it")


def _room(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    found = f"{free / 1024**2:,.0f} MiB free"
    if free < ROOM_NEEDED:
        return failed("disk", found, "Free disk space: without room, webhooks are answered 503.")
    if free < ROOM_WANTED:
        return warning("disk", found, "Free disk space, or shorten the retention.")
    return ok("disk", found)


def _file_system(folder: Path) -> Finding:
    kind = _kind_of(folder)
    if kind in _FLEETING:
        return warning("filesystem", f"{kind}: gone when the machine restarts", "Put --data on a disk.")
    if kind in _REMOTE:
        return warning("filesystem", f"{kind}: SQLite's WAL wants a local disk", "Put --data on a local disk.")
    return ok("filesystem", kind)


def _kind_of(folder: Path) -> str:
    try:
        mounts = [line.split() for line in Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()]
    except OSError:
        return "unknown"
    above = [(len(mount[1]), mount[2]) for mount in mounts if folder.is_relative_to(mount[1])]
    return max(above, default=(0, "unknown"))[1]


def _fsync(folder: Path) -> Finding:
    median = statistics.median(_fsync_times(folder))
    found = f"{median * 1000:.1f} ms, the median of {_FSYNCS}"
    if median > SLOW_FSYNC:
        return warning("fsync", found, "Use a faster disk: every webhook waits for one fsync before it is answered.")
    return ok("fsync", found)


def _fsync_times(folder: Path) -> Iterator[float]:
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(_FSYNCS):
            file.write(b"\0" * 4096)
            file.flush()
            began = time.perf_counter()
            os.fsync(file.fileno())
            yield time.perf_counter() - began
