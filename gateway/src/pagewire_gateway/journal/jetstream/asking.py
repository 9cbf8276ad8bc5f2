"""What a journal is asked to store, on its way into the stream, and back to who waits for it."""

import asyncio
import functools
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from pagewire.wire import Item
from pagewire_gateway.journal.jetstream.expecting import Expecting
from pagewire_gateway.journal.jetstream.layout import Layout
from pagewire_gateway.journal.jetstream.messages import Doing, Done, Newest, encode, said
from pagewire_gateway.journal.jetstream.places import Map, key_of
from pagewire_gateway.journal.jetstream.publishing import Letter, Publisher, Receipt
from pagewire_gateway.journal.port import Appended, JournalError, JournalUnavailable
from pagewire_gateway.shared.connection import Nats

PATIENCE: Final = 0.02
"""Seconds for which what holds nothing up waits for company: each message costs whoever reads it, too."""
_MOST_BYTES: Final = 256 << 10
"""Bytes of a message with several doings."""


class Desk:
    """Publishes for one journal.

    Args:
        link: the connection.
        where: names.
        partition: whose.
        layout: how much may wait, and for how long.
        expecting: who waits.
        knows: whether an event is known once the stream was applied up to a place.
        sure: see `Publisher`.
        newest: see `Done`.
    """

    def __init__(
        self,
        link: Nats,
        where: Map,
        partition: int,
        layout: Layout,
        expecting: Expecting,
        knows: Callable[[str, int], Awaitable[bool]],
        sure: Callable[[], bool],
        newest: Callable[[], Newest | None],
    ) -> None:
        self._newest = newest
        self._where, self._partition, self._layout = where, partition, layout
        self._expecting = expecting
        self._knows = knows
        self._publisher = Publisher(link, layout.patience, sure)
        self._doings: list[tuple[int, Doing]] = []
        self._urgent = False
        self._later: asyncio.TimerHandle | None = None
        self._appends = self._bytes = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = True

    def start(self) -> None:
        """Begin."""
        self._closed = False
        self._publisher.start()

    async def aclose(self) -> None:
        """Take nothing more, and publish what was asked."""
        self._closed = True
        self._send()
        await self._publisher.aclose()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def give_up(self, error: JournalError) -> None:
        """Give up what was asked and is not stored: it was about another state of the stream. Events are tried on."""
        asked, self._doings = self._doings, []
        self._fail([number for number, _ in asked], error)
        self._publisher.give_up(error)

    # Events ------------------------------------------------------------------------------------------------------

    def append(
        self, items: Sequence[Item], received: int, app: str, also: Sequence[Sequence[str]]
    ) -> "asyncio.Future[Appended]":
        """Publish events.

        Raises:
            JournalUnavailable: too much waits already, or the journal is closed.
            JournalFull: an event is too large for the server.
        """
        self._admit()
        number, future = self._expecting.add(len(items))
        try:
            letters = self._letters(number, items, received, app, also)
            receipts = self._publisher.put(letters)
        except JournalError as error:
            self._expecting.fail(number, error)
            return future
        size = sum(len(letter.payload) for letter in letters)
        self._appends, self._bytes = self._appends + 1, self._bytes + size
        future.add_done_callback(functools.partial(self._ended, size))
        receipts.add_done_callback(functools.partial(self._stored, number, letters))
        return future

    def _admit(self) -> None:
        if self._closed:
            raise JournalUnavailable("the journal is not open")
        if self._appends >= self._layout.max_waiting or self._bytes >= self._layout.max_waiting_bytes:
            raise JournalUnavailable(
                f"{self._appends} deliveries wait for NATS already; its servers are too slow for this load, or away"
            )

    def _ended(self, size: int, _future: "asyncio.Future[Any]") -> None:
        self._appends, self._bytes = self._appends - 1, self._bytes - size

    def _letters(
        self, number: int, items: Sequence[Item], received: int, app: str, also: Sequence[Sequence[str]]
    ) -> list[Letter]:
        letters = []
        for index, item in enumerate(items):
            more = tuple(one for one in also[index] if one != item.id) if also else ()
            message = said(item, received, app, more, self._expecting.origin, number, index)
            subject = self._where.event(self._partition, self._where.token(key_of(item)))
            letters.append(Letter(subject, encode(message), item.id))
        return letters

    def _stored(self, number: int, letters: Sequence[Letter], receipts: "asyncio.Future[list[Receipt]]") -> None:
        error = receipts.exception()
        if isinstance(error, JournalError):
            self._expecting.fail(number, error)
        elif error is None:
            for index, receipt in enumerate(receipts.result()):
                if receipt.repeat:
                    self._spawn(self._repeated(number, index, letters[index], receipt))

    async def _repeated(self, number: int, index: int, letter: Letter, receipt: Receipt) -> None:
        """The server knows the id, for as long as its window is. The file decides: the event may be dropped since."""
        try:
            if await self._knows(letter.id, receipt.sequence):
                self._expecting.repeated(number, index)
            else:
                await self._publisher.put([Letter(letter.subject, letter.payload, "")])
        except JournalError as error:
            self._expecting.fail(number, error)

    # Everything else ---------------------------------------------------------------------------------------------

    def ask(self, doing: Doing, *, patient: bool = False) -> "asyncio.Future[Any]":
        """Publish something to do; what is asked in one turn of the loop shares a message.

        Args:
            doing: what.
            patient: nothing is held up by it: it waits a few milliseconds for one that is in a hurry, and shares its message.

        Raises:
            JournalUnavailable: the journal is closed.
        """
        if self._closed:
            raise JournalUnavailable("the journal is not open")
        number, future = self._expecting.add()
        self._doings.append((number, doing))
        loop = asyncio.get_running_loop()
        if not patient and not self._urgent:
            self._urgent = True
            loop.call_soon(self._send)
        elif patient and not self._urgent and self._later is None:
            self._later = loop.call_later(PATIENCE, self._send)
        return future

    def _send(self) -> None:
        self._urgent = False
        if self._later is not None:
            self._later.cancel()
            self._later = None
        asked, self._doings = self._doings, []
        start = 0
        for place, (_, doing) in enumerate(asked):
            if getattr(doing, "apart", False):
                self._put(asked[start:place])
                self._put(asked[place : place + 1])
                start = place + 1
        self._put(asked[start:])

    def _put(self, asked: Sequence[tuple[int, Doing]]) -> None:
        if not asked:
            return
        numbers = tuple(number for number, _ in asked)
        try:
            payload = encode(Done(self._expecting.origin, numbers, tuple(doing for _, doing in asked), self._newest()))
        except TypeError as error:
            self._put_apart(asked, error)
            return
        if len(payload) > _MOST_BYTES and len(asked) > 1:
            self._put_halves(asked)
            return
        letter = Letter(self._where.deed(self._partition), payload, f"{self._expecting.origin}.{numbers[0]}")
        try:
            receipts = self._publisher.put([letter], ordered=True)
        except JournalError as error:
            self._fail(numbers, error)
            return
        receipts.add_done_callback(functools.partial(self._did, numbers))

    def _put_halves(self, asked: Sequence[tuple[int, Doing]]) -> None:
        half = len(asked) // 2
        self._put(asked[:half])
        self._put(asked[half:])

    def _put_apart(self, asked: Sequence[tuple[int, Doing]], error: TypeError) -> None:
        """One that cannot be written fails alone: who shared a message with it would wait for ever."""
        if len(asked) > 1:
            self._put_halves(asked)
        else:
            self._fail(
                [asked[0][0]],
                JournalError(f"what was asked cannot be written to NATS, which is a fault of ours: {error}"),
            )

    def _did(self, numbers: Sequence[int], receipts: "asyncio.Future[list[Receipt]]") -> None:
        error = receipts.exception()
        if isinstance(error, JournalError):
            self._fail(numbers, error)

    def _fail(self, numbers: Sequence[int], error: JournalError) -> None:
        for number in numbers:
            self._expecting.fail(number, error)

    def _spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
