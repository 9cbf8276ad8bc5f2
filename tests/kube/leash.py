"""Processes and a folder that end with the test process, also when that is killed with ``kill -9``."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

_KEEPER: Final = """
import os, shutil, signal, sys
sys.stdin.buffer.read()
shutil.rmtree(sys.argv[1], ignore_errors=True)
os.killpg(0, signal.SIGKILL)
"""
"""Reads a pipe that only the test process holds the other end of. The end of file is the end of everybody in its group.

Linux' parent-death signal would not do: it comes when the *thread* that started a process ends, and a server restarted
from a worker thread has to outlive that."""

_ROOM: Final = 2 << 30
"""Bytes a memory file system must have free to be used; containers often come with 64 MiB."""


_GO: Final = {"GOGC": "400"}
"""Servers that live for a minute need not tidy up: less processor time for more memory."""


def _quick_folder() -> str | None:
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > _ROOM else None


class Leash:
    """A process group and a temporary folder, in memory where there is room.

    Args:
        prefix: of the folder's name.
        within: where the folder is made, if that has to be somewhere.
    """

    def __init__(self, prefix: str = "pagewire-kube-", within: Path | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=prefix, dir=within or _quick_folder()))
        keeper = [sys.executable, "-I", "-S", "-c", _KEEPER, str(self.folder)]
        self._keeper = subprocess.Popen(keeper, stdin=subprocess.PIPE, process_group=0)
        self._started: list[subprocess.Popen[bytes]] = []

    def start(self, command: list[str], log: Path) -> subprocess.Popen[bytes]:
        """Start a process in the group; what it prints is added to the log."""
        with log.open("ab") as out:
            process = subprocess.Popen(
                command,
                process_group=self._keeper.pid,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                cwd=self.folder,
                env={**os.environ, **_GO},
            )
        self._started.append(process)
        return process

    def close(self) -> None:
        """Kill all and remove the folder."""
        for process in self._started:
            process.kill()
            process.wait()
        assert self._keeper.stdin
        self._keeper.stdin.close()
        self._keeper.wait()
