"""A small disk for the journal, that can be filled and freed."""

import contextlib
import os
import resource
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

_BYTES = 24 << 20


class Disk(Protocol):
    """What a scenario asks of a disk."""

    kind: str

    def fill(self) -> None:
        """Nothing can be written any more."""

    def free(self) -> None:
        """It can again."""

    def remove(self) -> None:
        """Take it away."""


class SmallDisk:
    """A tmpfs on a folder: what is written beyond its size fails with ENOSPC, as on any disk. Mounting takes root.

    Args:
        folder: where to mount it.
        size: bytes.

    Raises:
        OSError: nothing can be mounted here.
    """

    def __init__(self, folder: Path, size: int = _BYTES) -> None:
        self.kind = f"a tmpfs of {size >> 20} MiB, ENOSPC"
        self._folder = folder
        self._ballast = folder / "ballast"
        folder.mkdir(exist_ok=True)
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "chaos", str(folder)]
        if (code := subprocess.run(command, check=False, capture_output=True).returncode) != 0:
            raise OSError(code, "nothing can be mounted")

    def fill(self) -> None:
        """Take every byte that is left."""
        with self._ballast.open("ab") as file, contextlib.suppress(OSError):
            while True:
                os.write(file.fileno(), bytes(4096))

    def free(self) -> None:
        """Give it back."""
        self._ballast.unlink()

    def remove(self) -> None:
        """Take the disk away."""
        subprocess.run(["umount", "-l", str(self._folder)], check=True)


class SizeLimit:
    """The same for those who may not mount: no file of the process grows beyond the journal's size (EFBIG).

    Args:
        folder: of the journal.
        pid: the process.
    """

    kind = "a limit on the size of files, EFBIG"

    def __init__(self, folder: Path, pid: Callable[[], int]) -> None:
        self._folder = folder
        self._pid = pid

    def fill(self) -> None:
        """Let no file grow."""
        self._limit(max(file.stat().st_size for file in self._folder.iterdir()))

    def free(self) -> None:
        """Let them grow."""
        self._limit(resource.RLIM_INFINITY)

    def remove(self) -> None:
        """There is nothing to take away."""

    def _limit(self, size: int) -> None:
        resource.prlimit(self._pid(), resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def disk_for(folder: Path, pid: Callable[[], int]) -> Disk:
    """A disk that can be filled, made of what this machine allows."""
    try:
        return SmallDisk(folder)
    except OSError:
        return SizeLimit(folder, pid)
