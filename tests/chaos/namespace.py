"""A network of its own for one process, with two cables to this machine's, one of which can be cut. Making it takes root."""

import asyncio
import functools
import itertools
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import httpx

from tests.whole.crowd import Process

_CABLES: Final = ("n", "r")
_NUMBERS: Final = itertools.count()
REFUSED: Final = (
    "network namespaces are refused here (they take root and iproute2): a relay that carries nothing stands for it"
)


class Namespace:
    """Network interfaces that only processes started with `enter` have.

    Attributes:
        nats: this machine's address on the cable that can be cut.
        rest: its address on the other cable.

    Raises:
        OSError: this machine does not let us.
    """

    def __init__(self) -> None:
        # The kernel takes its time to remove one, so the next has another name and another net.
        number = next(_NUMBERS)
        self.name, self._tag = f"pagewire-{os.getpid()}-{number}", f"pw{os.getpid() % 1_000_000}{number % 100}"
        net = f"10.{200 + number % 50}.{os.getpid() % 250}"
        self.nats, self.rest = f"{net}.1", f"{net}.5"
        try:
            _ip("netns", "add", self.name)
            self._inside("link", "set", "lo", "up")
            for cable, near, far in zip(_CABLES, (self.nats, self.rest), (f"{net}.2", f"{net}.6"), strict=True):
                self._lay(self._near(cable), near, f"far-{cable}", far)
        except OSError:
            self.remove()
            raise

    @property
    def enter(self) -> tuple[str, ...]:
        """What a command begins with that is to run in it."""
        return ("ip", "netns", "exec", self.name)

    def cut(self) -> None:
        """Carry no packet to or from NATS any more. Nobody is told: both ends go on waiting for each other."""
        _ip("link", "set", self._near(_CABLES[0]), "down")

    def mend(self) -> None:
        """Carry them again."""
        _ip("link", "set", self._near(_CABLES[0]), "up")

    def remove(self) -> None:
        """Take it away; its cables go with it."""
        subprocess.run(["ip", "netns", "del", self.name], check=False, capture_output=True)

    def _near(self, cable: str) -> str:
        return f"{self._tag}{cable}"

    def _lay(self, near: str, here: str, far: str, there: str) -> None:
        _ip("link", "add", near, "type", "veth", "peer", "name", far, "netns", self.name)
        _ip("addr", "add", f"{here}/30", "dev", near)
        _ip("link", "set", near, "up")
        self._inside("addr", "add", f"{there}/30", "dev", far)
        self._inside("link", "set", far, "up")

    def _inside(self, *words: str) -> None:
        _ip("-n", self.name, *words)


class Enclosed(Process):
    """A process that works in a network of its own."""

    def __init__(self, folder: Path, environment: Mapping[str, str], namespace: Namespace) -> None:
        super().__init__("work", folder, dict(environment))
        self._enter = self.prefix = namespace.enter

    async def answers(self, client: httpx.AsyncClient, path: str) -> bool:
        """Whether a probe is answered well."""
        url = f"http://127.0.0.1:{self.admin}{path}"
        command = [*self._enter, "curl", "-s", "-m", "30", "-o", "/dev/null", "-w", "%{http_code}", url]
        asked = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
        said, _ = await asked.communicate()
        return said == b"200"


@functools.cache
def refused() -> bool:
    """Whether this machine does not let us."""
    try:
        Namespace().remove()
    except OSError:
        return True
    return False


def _ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], check=False, capture_output=True, text=True)
    if done.returncode:
        raise OSError(done.returncode, f"ip {' '.join(words)}: {done.stderr.strip()}")
