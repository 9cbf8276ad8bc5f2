"""Jobs at work: begun, gone on with after a restart, cancelled, and told of."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from secrets import token_hex
from typing import Final, TypeVar

from pagewire_gateway.deadlines import cancelled
from pagewire_gateway.journal.port import EventFilter, JournalError, JournalFront
from pagewire_gateway.replays.job import Job, JobState, Order, nameless
from pagewire_gateway.replays.keeping import Keeping, Stopped
from pagewire_gateway.replays.working import PIECE, Sending, Work

log = logging.getLogger(__name__)

Value = TypeVar("Value")

MOST: Final = 3
"""Jobs that run at the same time."""
_KEPT: Final = 50
"""Jobs that are over and still told of."""
_PAUSE: Final = 1.0
_PATIENCE: Final = 300
"""Times a job waits for a journal that does not answer."""


class Busy(Exception):
    """Three replays run already; wait for one to end, or cancel one."""


class Replays:
    """The jobs of this process, and what is known of those of others.

    Args:
        kept: where they are kept.
        journal: all events.
        sending: who sends parked requests again.
        clock: milliseconds since 1970.
    """

    def __init__(self, kept: Keeping, journal: JournalFront, sending: Sending, clock: Callable[[], int]) -> None:
        self._kept, self._work, self._clock = kept, Work(journal, sending), clock
        self._jobs: list[Job] = []
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def start(self) -> None:
        """Go on with what was running when the process ended."""
        self._jobs = await self._kept.load()
        for job in self._jobs:
            if job.state == "running":
                log.info("replay %s goes on after a restart, %d of %d done", job.id, job.looked, job.total)
                self._run(job)

    async def aclose(self) -> None:
        """Stop; what runs goes on with the next start."""
        tasks, self._tasks = list(self._tasks.values()), {}
        await cancelled(*tasks)

    def all(self) -> list[Job]:
        """The jobs that are known, the newest first."""
        return sorted([*self._jobs, *self._kept.others()], key=lambda job: job.started, reverse=True)

    def get(self, id_: str) -> Job | None:
        """The job with that id."""
        return next((job for job in self.all() if job.id == id_), None)

    async def count(self, order: Order) -> tuple[int, bool]:
        """How much an order would do, and whether it is more than can be counted."""
        return await self._work.count(order)

    async def begin(self, order: Order, by: str) -> Job:
        """Begin a job.

        Raises:
            Busy: too many run.
            OSError: it cannot be kept.
            JournalError: the journal does not answer.
        """
        if len(self._tasks) >= MOST:
            raise Busy
        job = Job(id=token_hex(6), order=order, by=by, started=self._clock())
        job.total, job.more = await self._work.count(order)
        await self._kept.save(job)
        self._jobs.append(job)
        self._run(job)
        await self._tidy()
        return job

    async def _tidy(self) -> None:
        for job in [one for one in self.all() if one.state != "running"][_KEPT:]:
            await self._kept.drop(job)
            self._jobs = [one for one in self._jobs if one is not job]

    async def cancel(self, id_: str) -> Job | None:
        """Stop a job where it is, whosever it is; what it did stays done. One of another process may need a moment.

        Raises:
            JournalError: the other process cannot be told.
        """
        job, task = self.get(id_), self._tasks.pop(id_, None)
        if job is not None and task is not None:
            await cancelled(task)
            if job.state == "running":
                await self._end(job, "cancelled")
        elif job is not None and job.state == "running":
            await self._kept.stop(job)
        return self.get(id_)

    def _run(self, job: Job) -> None:
        self._tasks[job.id] = task = asyncio.ensure_future(self._go(job))
        task.add_done_callback(lambda _: self._tasks.pop(job.id, None))

    async def _go(self, job: Job) -> None:
        try:
            query = job.order.query
            await (self._events(job, query) if query is not None else self._parked(job))
        except Stopped:
            await self._end(job, "cancelled")
        except (JournalError, OSError) as error:
            job.problem = str(error)
            await self._end(job, "failed")
        except Exception:
            log.exception("replay %s stumbled", job.id)
            job.problem = "it failed inside the gateway; the log has the details"
            await self._end(job, "failed")
        else:
            await self._end(job, "done")

    async def _events(self, job: Job, query: EventFilter) -> None:
        while await self._patiently(job, lambda: self._work.choose(job, query)):
            # Kept first: whoever goes on with it asks for this very piece again, which the journal does once.
            await self._patiently(job, lambda: self._kept.save(job))
            count = await self._patiently(job, lambda: self._work.events(job))
            await asyncio.sleep(count / job.order.rate)

    async def _parked(self, job: Job) -> None:
        chosen = await self._work.chosen(job)
        piece = min(PIECE, job.order.rate)
        for start in range(0, len(chosen), piece):
            some, job.number = chosen[start : start + piece], job.number + 1
            await self._patiently(job, lambda: self._kept.save(job))
            await self._work.parked(job, some)
            job.looked += len(some)
            await asyncio.sleep(len(some) / job.order.rate)

    async def _patiently(self, job: Job, work: Callable[[], Awaitable[Value]]) -> Value:
        for left in range(_PATIENCE, 0, -1):
            try:
                return await work()
            except JournalError as error:
                if left == 1:
                    raise
                log.warning("replay %s waits for the journal: %s", job.id, error)
                await asyncio.sleep(_PAUSE)
        raise AssertionError("the last time either returned or raised")

    async def _end(self, job: Job, state: JobState) -> None:
        job.state, job.ended, job.order, job.ids = state, self._clock(), nameless(job).order, ()
        log.info("replay %s: %s after %d of %d", job.id, state, job.looked, job.total)
        try:
            await self._kept.save(job)
        except (OSError, JournalError, Stopped) as error:
            log.warning("the end of replay %s is not kept: %s", job.id, error)
