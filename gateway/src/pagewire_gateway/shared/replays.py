"""Replays for processes on several machines: see `pagewire_gateway.replays.keeping`.

A job is its process's alone; what others write is that it is to stop, or that it ended as its process is gone. Each write names
the revision it follows, so a process that was taken for gone finds out before it does the next piece.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import msgspec
from msgspec import Struct

from pagewire_gateway.journal.port import JournalError
from pagewire_gateway.replays.job import Job, nameless
from pagewire_gateway.replays.keeping import Stopped
from pagewire_gateway.shared.connection import Nats
from pagewire_gateway.shared.shelf import Found, Shelf

log = logging.getLogger(__name__)

_GONE: Final = (
    "The process that ran it is gone, so it ended here; up to a second's worth more than is counted may have been put back. "
    "What was put back stays so; begin another replay for the rest."
)
_TRIES: Final = 20
"""Writes until one is not overtaken; a job at work writes ten times a second at most."""
_PATIENCE: Final = 5.0
"""Seconds until a job has stopped that another process runs: it looks after each piece, so once a second."""


class Entry(Struct, frozen=True):
    """What the bucket has under the id of a job.

    Attributes:
        owner: the process that runs it; the next one in the same folder has the same name.
        stop: it is to go no further.
    """

    owner: str
    job: Job
    stop: bool = False


_read = msgspec.json.Decoder(Entry).decode


class SharedJobs:
    """A bucket of jobs.

    Args:
        nats: the connection.
        owner: the name of this process, once its folder is locked.
        clock: milliseconds since 1970.
        lost_after: seconds without a word after which a job's process counts as gone.
    """

    def __init__(
        self, nats: Nats, owner: Callable[[], str], clock: Callable[[], int], lost_after: float = 60.0
    ) -> None:
        self._shelf, self._owner, self._clock, self._lost_after = Shelf(nats, "replays"), owner, clock, lost_after
        self._mine: dict[str, tuple[Job, int]] = {}
        self._others: dict[str, Entry] = {}
        self._heard: dict[str, float] = {}
        self._news = asyncio.Event()

    async def start(self) -> None:
        """Open the bucket."""
        await self._shelf.start()

    async def load(self) -> list[Job]:
        """See `Keeping`."""
        for key, found in (await self._shelf.all()).items():
            entry = _read(found.value)
            if entry.owner == self._owner():
                self._mine[key] = entry.job, found.revision
        return sorted((job for job, _ in self._mine.values()), key=lambda job: job.started)

    async def save(self, job: Job) -> None:
        """See `Keeping`."""
        _, revision = self._mine.get(job.id, (job, 0))
        for _ in range(_TRIES):
            written = await self._shelf.replace(job.id, msgspec.json.encode(Entry(self._owner(), job)), revision)
            if written is not None:
                self._mine[job.id] = job, written
                return
            revision = self._revision(job, await self._shelf.get(job.id))
        raise Stopped

    def _revision(self, job: Job, there: Found | None) -> int:
        """What to follow where something else is there than thought: an earlier write whose answer was lost, or an order."""
        entry = _read(there.value) if there else None
        if there is None or entry is None or entry.owner != self._owner() or (entry.stop and job.state == "running"):
            raise Stopped
        return there.revision

    async def drop(self, job: Job) -> None:
        """See `Keeping`."""
        self._mine.pop(job.id, None)
        await self._shelf.delete(job.id)

    def others(self) -> list[Job]:
        """See `Keeping`."""
        return [entry.job for entry in self._others.values()]

    async def stop(self, job: Job) -> None:
        """See `Keeping`."""
        for _ in range(_TRIES):
            found = await self._shelf.get(job.id)
            entry = _read(found.value) if found else None
            if found is None or entry is None or entry.stop or entry.job.state != "running":
                break
            wanted = msgspec.structs.replace(entry, stop=True)
            if await self._shelf.replace(job.id, msgspec.json.encode(wanted), found.revision) is not None:
                break
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                while (known := self._others.get(job.id)) is not None and known.job.state == "running":
                    self._news.clear()
                    await self._news.wait()

    # What runs -----------------------------------------------------------------------------------------------------

    async def follow(self) -> None:
        """Learn of the jobs of others, for ever."""
        await self._shelf.follow(self._hear)

    def _hear(self, key: str, value: bytes | None, _revision: int) -> None:
        entry = _read(value) if value is not None else None
        if entry is None or entry.owner == self._owner():
            self._others.pop(key, None)
            self._heard.pop(key, None)
        else:
            self._others[key], self._heard[key] = entry, time.monotonic()
        self._news.set()

    async def beat(self) -> None:
        """Say that this process's jobs run, and end those whose process is gone, for ever."""
        while True:
            await asyncio.sleep(self._lost_after / 4)
            try:
                await self._look()
            except JournalError as error:
                log.warning("jobs of other processes are looked at later: %s", error)

    async def _look(self) -> None:
        for job, _ in list(self._mine.values()):
            if job.state == "running":
                with suppress(Stopped):  # which it finds out after its piece
                    await self.save(job)
        for key, entry in list(self._others.items()):
            # Clocks of other machines do not matter: it counts when something was heard here.
            if entry.job.state == "running" and time.monotonic() - self._heard[key] > self._lost_after:
                await self._bury(key)

    async def _bury(self, key: str) -> None:
        found = await self._shelf.get(key)
        entry = _read(found.value) if found else None
        if found is None or entry is None or entry.job.state != "running":
            return
        job = nameless(entry.job)
        job.state, job.ended, job.problem = (
            ("cancelled", self._clock(), "") if entry.stop else ("failed", self._clock(), _GONE)
        )
        buried = Entry(entry.owner, job, stop=True)
        if await self._shelf.replace(key, msgspec.json.encode(buried), found.revision) is not None:
            log.warning("replay %s ended after %d of %d: its process is gone", job.id, job.looked, job.total)
