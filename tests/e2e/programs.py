"""Programs of ours as children of a test: started, waited for, stopped and killed."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Self

import httpx
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from tests.whole.system import die_with_parent

ROOT = Path(__file__).parents[2]
PATIENCE = 150.0
"""Seconds anything may take: it takes few on a machine with nothing else to do, and many on a crowded one."""


class Program:
    """A child that dies with the test and is ready when its probe says so.

    Args:
        name: of its log.
        folder: where that is.
        command: what stands after ``python``.
        origin: where its probes are.
        probe: the path that answers 200 once it is ready; without one it is ready at once.
        environment: more variables.
    """

    def __init__(
        self, name: str, folder: Path, command: list[str], origin: str, probe: str, environment: Mapping[str, str]
    ) -> None:
        self.name, self.log = name, folder / f"{name}.log"
        self._command, self._origin, self._probe = [sys.executable, *command], origin, probe
        self._environment = {**os.environ, "NO_PROXY": "127.0.0.1", **environment}
        self.process: asyncio.subprocess.Process | None = None

    async def start(self, *, ready: bool = True) -> Self:
        """Start it; wait until it is ready unless told not to."""
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *self._command, cwd=ROOT, env=self._environment, stdout=log, stderr=log, preexec_fn=die_with_parent
            )
        if ready:
            await self.until_ready()
        return self

    async def until_ready(self) -> None:
        """Wait for its probe."""
        async with asyncio.timeout(PATIENCE):
            while self._probe and await self.ask(self._probe) != httpx.codes.OK:
                if self.running.returncode is not None:
                    raise RuntimeError(f"{self.name} ended: {self.text()[-3000:]}")
                await asyncio.sleep(0.05)

    async def ask(self, path: str) -> int:
        """Status of a path; 0 if nobody answers."""
        with contextlib.suppress(httpx.TransportError):
            async with httpx.AsyncClient(base_url=self._origin, trust_env=False) as client:
                return (await client.get(path)).status_code
        return 0

    async def metric(self, name: str, **labels: str) -> float:
        """Sum of all samples of that name that have these labels."""
        samples = await self.samples(name)
        return sum(one.value for one in samples if labels.items() <= one.labels.items())

    async def samples(self, name: str) -> list[Sample]:
        """All samples of that name, as of one moment."""
        async with httpx.AsyncClient(base_url=self._origin, trust_env=False) as client:
            text = (await client.get("/metrics")).text
        return [one for family in text_string_to_metric_families(text) for one in family.samples if one.name == name]

    @property
    def running(self) -> asyncio.subprocess.Process:
        """The process, once started."""
        assert self.process is not None
        return self.process

    async def kill(self) -> None:
        """kill -9; a stopped one dies too."""
        if self.running.returncode is None:
            self.running.kill()
            await self.running.wait()

    def freeze(self) -> None:
        """Stop it in its tracks, as a machine that is out of memory does."""
        self.running.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self.running.send_signal(signal.SIGCONT)

    async def stop(self) -> int:
        """SIGTERM; the exit code."""
        if self.running.returncode is None:
            self.running.terminate()
        return await self.ended()

    async def ended(self) -> int:
        """Wait for its end; the exit code."""
        return await asyncio.wait_for(self.running.wait(), PATIENCE)

    def text(self) -> str:
        """Its log."""
        return self.log.read_text() if self.log.exists() else ""


@contextlib.asynccontextmanager
async def running(*programs: Program) -> AsyncIterator[None]:
    """These programs, ready, and killed at the end."""
    try:
        for program in programs:
            await program.start(ready=False)
        for program in programs:
            await program.until_ready()
        yield
    finally:
        for program in programs:
            if program.process is not None:
                await program.kill()
