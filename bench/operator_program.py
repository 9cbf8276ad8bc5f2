"""A process of the bench, and what it costs."""

import asyncio
import contextlib
import ctypes
import os
import signal
import socket
import sys
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import Any, Self, TypeVar

import httpx

_PATIENCE = 120.0

T = TypeVar("T")


def free_port() -> int:
    """A loopback port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class Program:
    """A child that dies with the bench.

    Args:
        log: what it prints goes there.
        command: arguments of Python.
        probe: URL that answers 200 once it is ready.
        environment: more variables.
    """

    def __init__(self, log: Path, command: list[str], probe: str, environment: Mapping[str, str]) -> None:
        self._log, self._command, self._probe = log, command, probe
        self._environment = {**os.environ, **environment}
        self._process: asyncio.subprocess.Process | None = None

    @property
    def process(self) -> asyncio.subprocess.Process:
        assert self._process
        return self._process

    async def start(self) -> Self:
        """Start it and wait for nothing."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *self._command,
                env=self._environment,
                stdout=log,
                stderr=log,
                preexec_fn=_die_with_parent,
            )
        return self

    async def until_ready(self) -> Self:
        """Wait for its probe."""
        async with httpx.AsyncClient(trust_env=False, timeout=60) as client, asyncio.timeout(_PATIENCE):
            while not await self._answers(client):
                if self.process.returncode is not None:
                    raise RuntimeError(f"{self._command} ended: {self.text()[-3000:]}")
                await asyncio.sleep(0.05)
        return self

    async def until(self, holds: Coroutine[Any, Any, T]) -> T:
        """Wait for something that never happens without this program.

        Raises:
            RuntimeError: it ended before; with the end of its log.
        """
        waiting, ending = asyncio.create_task(holds), asyncio.create_task(self.process.wait())
        try:
            await asyncio.wait((waiting, ending), return_when=asyncio.FIRST_COMPLETED)
            if waiting.done():
                return waiting.result()
            raise RuntimeError(f"{self._command} ended: {self.text()[-3000:]}")
        finally:
            waiting.cancel()
            ending.cancel()

    async def stop(self) -> None:
        """SIGTERM."""
        self.process.terminate()
        code = await asyncio.wait_for(self.process.wait(), 60)
        assert code == 0, self.text()[-3000:]

    async def kill(self) -> None:
        """Kill it, if it runs."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    def text(self) -> str:
        """What it printed."""
        return self._log.read_text()

    def cpu(self) -> float:
        """Seconds of processor time so far, all threads."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / 100

    def queued(self) -> float:
        """Seconds its main thread was ready to run and no core was free."""
        return int(Path(f"/proc/{self.process.pid}/schedstat").read_text().split()[1]) / 1e9

    def memory(self) -> float:
        """Most memory it ever held, in MB (10^6 bytes)."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return int(next(line.split()[1] for line in lines if line.startswith("VmHWM"))) * 1024 / 1e6

    async def _answers(self, client: httpx.AsyncClient) -> bool:
        with contextlib.suppress(httpx.TransportError):
            return (await client.get(self._probe)).status_code == 200
        return False
