"""One peer while it runs: its processes, what they use, and their violent end."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench.peers import talk
from bench.peers.catalogue import HERE, Peer
from bench.peers.install import HOME
from tests.ports import free_ports

ROOT = HERE.parents[1]
TICKS = os.sysconf("SC_CLK_TCK")


class Part:
    """What one script started, all of it: a session of its own."""

    def __init__(self, script: Path, environment: dict[str, str], log: Path) -> None:
        with log.open("ab") as told:
            self.process = subprocess.Popen(
                [str(script)], cwd=ROOT, env=environment, stdout=told, stderr=told, stdin=subprocess.DEVNULL,
                start_new_session=True,
            )  # fmt: skip

    def pids(self) -> Iterator[int]:
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and self._is_ours(int(entry.name)):
                yield int(entry.name)

    def _is_ours(self, pid: int) -> bool:
        fields = stat(pid)
        return bool(fields) and int(fields[3]) == self.process.pid and fields[0] != "Z"

    def kill(self) -> None:
        """SIGKILL to every process, until none is left."""
        while pids := list(self.pids()):
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.02)
        self.process.wait(10)

    def cpu(self) -> float:
        """Seconds used so far."""
        return sum(int(fields[11]) + int(fields[12]) for pid in self.pids() if (fields := stat(pid))) / TICKS

    def memory(self) -> int:
        """Kilobytes resident, shared pages counted in each process."""
        return sum(resident(pid) for pid in self.pids())


def stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the state on; none if it is gone."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return []


def resident(pid: int) -> int:
    with contextlib.suppress(OSError):
        status = Path(f"/proc/{pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) if "VmRSS:" in status else 0
    return 0


class Running:
    """A peer on fresh data.

    Args:
        peer: which.
        graph: port of the Send API.
        data: a folder for all it writes.
    """

    def __init__(self, peer: Peer, graph: int, data: Path) -> None:
        self.peer, self.data = peer, data
        ports = free_ports(5)
        self.port = ports[0]
        self.environment = {
            **os.environ,
            "PORT": str(ports[0]),
            **{f"PORT_{number}": str(port) for number, port in enumerate(ports[1:], 2)},
            "GRAPH": f"http://127.0.0.1:{graph}",
            "DATA": str(data),
            "SECRET": talk.SECRET.decode(),
            "TOKEN": talk.TOKEN,
            "HOME_OF_PEERS": str(HOME),
            "PEERS_PYTHON": str(HOME / "python/bin/python"),
            "PAGEWIRE_PYTHON": sys.executable,
            "PYTHONPATH": str(ROOT),
        }
        self.parts: dict[str, Part] = {}
        self.start()

    def start(self) -> None:
        """Start what does not run."""
        for name in ("engine", "program"):
            if name not in self.parts and (self.peer.folder / name).is_file():
                self.parts[name] = Part(self.peer.folder / name, self.environment, self.data / f"{name}.log")

    def kill(self, *names: str) -> None:
        """Kill -9 these parts, or all."""
        for name in names or tuple(self.parts):
            if name in self.parts:
                self.parts.pop(name).kill()

    def cpu(self) -> float:
        return sum(part.cpu() for part in self.parts.values())

    def memory(self) -> float:
        """Megabytes."""
        return sum(part.memory() for part in self.parts.values()) / 1024

    def told(self) -> str:
        """The end of what it wrote, for the case that it does not come up."""
        return "\n".join(path.read_text(errors="replace")[-1500:] for path in sorted(self.data.glob("*.log")))
