"""Where jobs are kept: in the folder of the one process there is, or where all processes see them."""

import asyncio
from pathlib import Path
from typing import Protocol

from pagewire_gateway.replays.job import Job
from pagewire_gateway.replays.shelf import Shelf


class Stopped(Exception):
    """The job is to go no further: another process was asked to stop it, or took this one for gone."""


class Keeping(Protocol):
    """Keeps jobs over a restart, and tells those of other processes."""

    async def load(self) -> list[Job]:
        """All of this process, also of the one before it in the same folder, the oldest first."""
        ...

    async def save(self, job: Job) -> None:
        """Keep one of this process as it is now.

        Raises:
            OSError: the disk does not take it.
            JournalError: NATS does not take it for now.
            Stopped: it runs, and is to end.
        """
        ...

    async def drop(self, job: Job) -> None:
        """Forget one that is over."""
        ...

    def others(self) -> list[Job]:
        """Those of other processes, as far as is known."""
        ...

    async def stop(self, job: Job) -> None:
        """Have another process stop its job, and wait a moment until it has.

        Raises:
            JournalError: NATS does not answer.
        """
        ...


class Kept:
    """A folder: nobody else has jobs.

    Args:
        folder: made when the first job is kept.
    """

    def __init__(self, folder: Path) -> None:
        self._shelf = Shelf(folder)

    async def load(self) -> list[Job]:
        """See `Keeping`."""
        return await asyncio.to_thread(self._shelf.load)

    async def save(self, job: Job) -> None:
        """See `Keeping`."""
        await asyncio.to_thread(self._shelf.save, job)

    async def drop(self, job: Job) -> None:
        """See `Keeping`."""
        await asyncio.to_thread(self._shelf.drop, job)

    def others(self) -> list[Job]:
        """See `Keeping`."""
        return []

    async def stop(self, job: Job) -> None:
        """See `Keeping`."""
