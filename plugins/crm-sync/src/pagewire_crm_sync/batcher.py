"""Upserts that wait at the same time travel together, and each gets its own outcome."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from pagewire_crm_sync.answer import Verdict
from pagewire_crm_sync.clock import Clock
from pagewire_crm_sync.cloudevent import Parcel
from pagewire_crm_sync.outcome import Outcome

REQUESTS = 8
"""Most requests under way to one sink; httpx keeps few connections cheaply."""

Send = Callable[[Sequence[Parcel]], Awaitable[Verdict]]
Waiting = tuple[Parcel, "asyncio.Future[Outcome]"]


class Batcher:
    """Gathers parcels into requests.

    While as many requests as may be are under way the next one gathers, so a slow sink gets larger batches.

    Args:
        send: makes one request.
        clock: the time.
        size: most parcels of one request.
        bytes_: most bytes of one request; a single parcel may exceed it.
        linger: seconds the first parcel waits for company.
        requests: most under way at a time.
    """

    def __init__(
        self, send: Send, clock: Clock, *, size: int, bytes_: int, linger: float, requests: int = REQUESTS
    ) -> None:
        self._send = send
        self._clock = clock
        self._size = size
        self._bytes = bytes_
        self._linger = linger
        self._waiting: deque[Waiting] = deque()
        self._full = asyncio.Event()
        self._slots = asyncio.Semaphore(requests)
        self._tasks: set[asyncio.Task[None]] = set()
        self._gathering: asyncio.Task[None] | None = None

    async def submit(self, parcel: Parcel) -> Outcome:
        """Send a parcel, with others if there are any, and wait for what becomes of it."""
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append((parcel, future))
        if len(self._waiting) >= self._size:
            self._full.set()
        if self._gathering is None or self._gathering.done():
            self._gathering = asyncio.create_task(self._gather())
        return await future

    async def aclose(self) -> None:
        """Give up what is still under way."""
        tasks = {*self._tasks, *(() if self._gathering is None else (self._gathering,))}
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _gather(self) -> None:
        while self._waiting:
            await self._linger_unless_full()
            await self._slots.acquire()
            task = asyncio.create_task(self._settle(self._cut()))
            self._tasks.add(task)
            task.add_done_callback(self._sent)

    async def _linger_unless_full(self) -> None:
        if self._linger <= 0 or self._full.is_set():
            return
        full = asyncio.create_task(self._full.wait())
        over = asyncio.create_task(self._clock.sleep(self._linger))
        try:
            await asyncio.wait((full, over), return_when=asyncio.FIRST_COMPLETED)
        finally:
            full.cancel()
            over.cancel()

    def _cut(self) -> list[Waiting]:
        found: list[Waiting] = []
        weight = 2
        while self._waiting and len(found) < self._size:
            weight += len(self._waiting[0][0].body) + 1
            if found and weight > self._bytes:
                break
            found.append(self._waiting.popleft())
        if len(self._waiting) < self._size:
            self._full.clear()
        return found

    async def _settle(self, batch: Sequence[Waiting]) -> None:
        """Send a batch and tell everyone; never leaves one waiting."""
        try:
            verdict = await self._send([parcel for parcel, _ in batch])
        except BaseException as error:
            for _, future in batch:
                if not future.done():
                    future.set_exception(_told(error))
            if not isinstance(error, Exception):
                raise
            return
        if verdict.divide:
            middle = len(batch) // 2
            await self._settle(batch[:middle])
            await self._settle(batch[middle:])
            return
        for (_, future), outcome in zip(batch, verdict.outcomes, strict=True):
            if not future.done():
                future.set_result(outcome)

    def _sent(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._slots.release()


def _told(error: BaseException) -> BaseException:
    """A cancelled request is a failure to those who wait, not their own cancellation."""
    return error if isinstance(error, Exception) else ConnectionError("the request was given up")
