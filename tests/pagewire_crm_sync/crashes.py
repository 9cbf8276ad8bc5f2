"""Kill -9 while a crowd is brought to a CRM, then start again, until all is settled."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol

import msgspec

from pagewire_crm_sync import Config

MOST_SECONDS = 240.0


class Progress(Protocol):
    """How far a CRM has come."""

    @property
    def count(self) -> int:
        """Requests, or contacts."""

    async def until(self, count: int) -> None:
        """Wait for so many."""


class Requests:
    """Counts what a CRM got, for those who wait for a number of them."""

    def __init__(self) -> None:
        self.count = 0
        self._changed = asyncio.Condition()
        self._told: set[asyncio.Task[None]] = set()

    def one_more(self) -> None:
        """A request came."""
        self.count += 1
        task = asyncio.get_running_loop().create_task(self._tell())
        self._told.add(task)
        task.add_done_callback(self._told.discard)

    async def until(self, count: int) -> None:
        """Wait for so many."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.count >= count)

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()


async def brought_with_crashes(
    config: Config,
    folder: Path,
    people: int,
    token: str,
    progress: Progress,
    crashes: int,
    every: int,
    within: float = MOST_SECONDS,
) -> int:
    """Bring a crowd; after each `every` requests the process is killed. Returns how often it was killed in the middle."""
    killed = 0
    try:
        async with asyncio.timeout(within):
            for _ in range(crashes):
                async with _driven(config, folder, people, token) as process:
                    killed += await _killed_after(process, progress, progress.count + every)
            async with _driven(config, folder, people, token) as last:
                assert await last.wait() == 0
    except TimeoutError as error:
        raise AssertionError(f"not all was settled in {within:g} s; so far: {progress.count}") from error
    return killed


async def _killed_after(process: asyncio.subprocess.Process, progress: Progress, count: int) -> bool:
    """Kill the process once so much is done; whether it was still at work then."""
    async with asyncio.TaskGroup() as tasks:
        ended = tasks.create_task(process.wait())
        enough = tasks.create_task(progress.until(count))
        await asyncio.wait((ended, enough), return_when=asyncio.FIRST_COMPLETED)
        enough.cancel()
        at_work = not ended.done()
        if at_work:
            process.kill()
    return at_work


@asynccontextmanager
async def _driven(config: Config, folder: Path, people: int, token: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """The process that brings the crowd; it is gone after the block, whatever happens in it."""
    said = msgspec.json.encode(config).decode()
    arguments = ("-m", "tests.pagewire_crm_sync.driver", said, str(folder), str(people))
    environ = {**os.environ, "PAGEWIRE_CRM_TOKEN": token}
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, env=environ)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
