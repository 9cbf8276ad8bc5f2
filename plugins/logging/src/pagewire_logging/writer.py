"""From the event loop to a thread: lines that come together are written, and fsynced, together."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Generic, TypeVar

from pagewire_logging.sinks.errors import SinkError

T = TypeVar("T")
R = TypeVar("R")

_LINGER: Final = 0.005
"""Seconds a line waits for company: handing lines to the thread costs more than making one."""


def _nothing() -> None:
    pass


class Writer(Generic[T]):
    """One destination, one thread.

    Args:
        append: writes all it is given, or raises `OSError` or `SinkError`; then all may be given again.
        close: called in the thread when nothing more comes.
        most: lines that are written together at most.
    """

    def __init__(
        self, append: Callable[[Sequence[T]], None], close: Callable[[], None] = _nothing, most: int = 1_000_000
    ) -> None:
        self._append = append
        self._close = close
        self._most = most
        self._thread = ThreadPoolExecutor(1, "pagewire-logging")
        self._waiting: dict[asyncio.Future[None], T] = {}
        self._draining: asyncio.Task[None] | None = None

    async def write(self, line: T) -> None:
        """Come back when the line is written. A caller that gives up before its turn takes its line back.

        Raises:
            OSError: it could not be written.
            SinkError: it could not be written.
        """
        written = asyncio.get_running_loop().create_future()
        self._waiting[written] = line
        if self._draining is None:
            self._draining = asyncio.create_task(self._drain())
        try:
            await written
        finally:
            self._waiting.pop(written, None)

    async def close(self) -> None:
        """Write what waits, and end the thread."""
        if self._draining is not None:
            await self._draining
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        self._thread.shutdown(wait=False)

    async def run(self, work: Callable[[], R]) -> R:
        """Do something else at the destination, in the thread, between two batches."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def _drain(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            await asyncio.sleep(_LINGER)
            batch = self._taken()
            if not batch:
                continue
            work = loop.run_in_executor(self._thread, self._append, list(batch.values()))
            await asyncio.wait([work])
            _settle(batch, work.exception())
        self._draining = None

    def _taken(self) -> dict[asyncio.Future[None], T]:
        if len(self._waiting) <= self._most:
            batch, self._waiting = self._waiting, {}
            return batch
        return {one: self._waiting.pop(one) for one in list(self._waiting)[: self._most]}


def _settle(batch: Iterable[asyncio.Future[None]], error: BaseException | None) -> None:
    for written in batch:
        if written.done():
            continue
        if error is None:
            written.set_result(None)
        else:
            written.set_exception(_own(error))


def _own(error: BaseException) -> BaseException:
    """Each caller gets an exception of its own; a shared one would collect all their tracebacks."""
    if isinstance(error, SinkError):
        return SinkError(error.reason)
    return OSError(error.errno, error.strerror) if isinstance(error, OSError) else error
