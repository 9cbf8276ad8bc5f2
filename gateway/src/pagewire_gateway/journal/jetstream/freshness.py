"""Reads see whatever was acknowledged to anybody before they were asked, as they do in one file.

The stream is asked for its last place, and the read waits until the file has reached it. Reads that are asked while one
question is under way share the next.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import apsw

from pagewire_gateway.journal.port import JournalError, JournalUnavailable
from pagewire_gateway.journal.sqlite.readers import Reads

Value = TypeVar("Value")

STALLED: Final = 30.0
"""Seconds in which a file that is waited for has to have moved."""


class Reached:
    """How far the file is.

    Attributes:
        place: in the stream.
    """

    def __init__(self) -> None:
        self.place = 0
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []

    def move(self, place: int) -> None:
        """The file has reached a place."""
        self.place = place
        if self._waiting:
            for wanted, future in self._waiting:
                if wanted <= place and not future.done():
                    future.set_result(None)
            self._waiting = [one for one in self._waiting if not one[1].done()]

    async def wait(self, place: int, stalled: float = STALLED) -> None:
        """Wait until it is there, as long as it takes if only the file goes on.

        Args:
            place: in the stream.
            stalled: seconds in which the file has to have moved.

        Raises:
            JournalUnavailable: it has not.
        """
        while place > self.place:
            before = self.place
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append((place, future))
            try:
                async with asyncio.timeout(stalled):
                    await future
            except TimeoutError:
                self._waiting = [one for one in self._waiting if one[1] is not future]
                if self.place == before:
                    raise _stands(before, place, stalled) from None


def _stands(at: int, wanted: int, seconds: float) -> JournalUnavailable:
    return JournalUnavailable(
        f"the journal's file has stood at place {at} of its stream for {seconds:g} seconds and is wanted at {wanted}; "
        "look at NATS and at this machine's disk"
    )


class Freshness:
    """Lets reads wait for what was acknowledged.

    Args:
        ask: how far the stream is.
        reached: how far the file is.
        patience: seconds after which a read fails.
    """

    def __init__(self, ask: Callable[[], Awaitable[int]], reached: Reached, patience: float) -> None:
        self._ask = ask
        self._reached = reached
        self._patience = patience
        self._next: list[asyncio.Future[None]] = []
        self._asking: asyncio.Task[None] | None = None

    async def fresh(self) -> None:
        """Wait until the file has everything that is acknowledged now.

        Raises:
            JournalUnavailable: NATS does not answer, or the file does not keep up.
        """
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._next.append(future)
        if self._asking is None or self._asking.done():
            self._asking = asyncio.ensure_future(self._ask_on())
        await future

    async def _ask_on(self) -> None:
        while self._next:
            asked, self._next = self._next, []
            error: JournalError | None = None
            try:
                async with asyncio.timeout(self._patience):
                    await self._reached.wait(await self._ask())
            except TimeoutError:
                error = JournalUnavailable("the file of the journal does not keep up with its stream; look at its disk")
            except JournalError as found:
                error = found
            for future in asked:
                if future.done():
                    continue
                if error is None:
                    future.set_result(None)
                else:
                    future.set_exception(error)


class FreshReaders:
    """Reads that wait first.

    Args:
        readers: read.
        fresh: waits.
    """

    def __init__(self, readers: Reads, fresh: Callable[[], Awaitable[None]]) -> None:
        self._readers = readers
        self._fresh = fresh

    async def run(self, work: Callable[[apsw.Connection], Value]) -> Value:
        """Do something with a connection, all of it seeing one state of the journal."""
        await self._fresh()
        return await self._readers.run(work)
