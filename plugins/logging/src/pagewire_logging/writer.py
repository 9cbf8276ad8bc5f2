"""From the event loop to a thread: lines that come together are written, and fsynced, together."""

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

Append = Callable[[bytes], None]

_LINGER: Final = 0.005
"""Seconds a line waits for company: handing lines to the thread costs more than making one."""


class Writer:
    """One destination, one thread.

    Args:
        append: writes whole lines, or raises `OSError` and writes none.
    """

    def __init__(self, append: Append) -> None:
        self._append = append
        self._thread = ThreadPoolExecutor(1, "pagewire-logging")
        self._waiting: dict[asyncio.Future[None], bytes] = {}
        self._draining: asyncio.Task[None] | None = None

    async def write(self, line: bytes) -> None:
        """Come back when the line is written. A caller that gives up before its turn takes its line back.

        Raises:
            OSError: it could not be written.
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
        self._thread.shutdown(wait=False)

    async def _drain(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            await asyncio.sleep(_LINGER)
            batch, self._waiting = self._waiting, {}
            work = loop.run_in_executor(self._thread, self._append, b"".join(batch.values()))
            await asyncio.wait([work])
            _settle(batch, work.exception())
        self._draining = None


def _settle(batch: Iterable[asyncio.Future[None]], error: BaseException | None) -> None:
    for written in batch:
        if written.done():
            continue
        if error is None:
            written.set_result(None)
        else:
            # Each caller gets an exception of its own; a shared one would collect all their tracebacks.
            written.set_exception(OSError(error.errno, error.strerror) if isinstance(error, OSError) else error)
