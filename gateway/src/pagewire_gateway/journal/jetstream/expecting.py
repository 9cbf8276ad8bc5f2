"""Who waits for what: outcomes come from the application of messages, and are told to those who published them."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

from pagewire_gateway.journal.jetstream.applying import Applied
from pagewire_gateway.journal.jetstream.messages import Said, Settled
from pagewire_gateway.journal.port import Appended, JournalError, Mark, Outbound, Stored
from pagewire_gateway.journal.sqlite.ops import Op

_MOST_LATE: Final = 10_000

Turn = tuple[int, str]
"""Place and plugin: what a mark is about."""


class Expected:
    """One operation somebody waits for.

    Attributes:
        future: what they wait for.
        asked: loop time.
        parts: outcomes that are still to come, by index; an append has one for each of its items.
        stored: of an append, what is new.
        repeats: of an append, how many were there before.
    """

    __slots__ = ("asked", "future", "parts", "repeats", "stored")

    def __init__(self, future: "asyncio.Future[Any]", asked: float, parts: int) -> None:
        self.future = future
        self.asked = asked
        self.parts = set(range(parts))
        self.stored: list[tuple[int, Stored]] = []
        self.repeats = 0


class Expecting:
    """All that is under way.

    A settle that was given up may be applied all the same. Its rows then go to whoever settles the same again: they are new
    to them.

    Args:
        origin: tells this journal's messages from others'.
    """

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self._next = 0
        self._open: dict[int, Expected] = {}
        self._late: dict[Turn, list[Outbound]] = {}
        self.idle = asyncio.Event()
        self.idle.set()

    def add(self, parts: int = 1) -> tuple[int, "asyncio.Future[Any]"]:
        """One operation; returns its number and its future."""
        loop = asyncio.get_running_loop()
        number, self._next = self._next, self._next + 1
        future: asyncio.Future[Any] = loop.create_future()
        self._open[number] = Expected(future, loop.time(), parts)
        self.idle.clear()
        return number, future

    def give_up(self, before: float, error: JournalError) -> None:
        """What was asked before a loop time is given up."""
        for number in [number for number, expected in self._open.items() if expected.asked < before]:
            self.fail(number, error)

    def fail(self, number: int, error: JournalError) -> None:
        """An operation is given up."""
        expected = self._end(number)
        if expected is not None and not expected.future.done():
            expected.future.set_exception(error)

    def repeated(self, number: int, index: int) -> None:
        """An item of an append was there before."""
        expected = self._open.get(number)
        if expected is not None and index in expected.parts:
            expected.repeats += 1
            self._part(number, index, expected)

    def applied(self, done: Applied) -> None:
        """A message was applied: tell those who wait for it."""
        message = done.message
        if message.origin != self.origin:
            return
        if isinstance(message, Said):
            self._appended(message, done.ops[0])
            return
        for number, doing, op in zip(message.numbers, message.doings, done.ops, strict=True):
            self._did(number, doing, op)

    def _appended(self, said: Said, op: Any) -> None:
        expected = self._open.get(said.number)
        if expected is None or said.index not in expected.parts:
            return
        if op.error is not None:
            self.fail(said.number, op.error)
            return
        if op.new:
            expected.stored.append((said.index, op.new[0]))
        else:
            expected.repeats += 1
        self._part(said.number, said.index, expected)

    def _part(self, number: int, index: int, expected: Expected) -> None:
        expected.parts.discard(index)
        if expected.parts:
            return
        self._end(number)
        if not expected.future.done():
            new = tuple(stored for _, stored in sorted(expected.stored, key=lambda one: one[0]))
            expected.future.set_result(Appended(new=new, duplicates=expected.repeats))

    def _did(self, number: int, doing: object, op: Op[Any]) -> None:
        expected = self._end(number)
        if op.error is not None:
            if expected is not None and not expected.future.done():
                expected.future.set_exception(op.error)
            return
        value = op.value()
        if isinstance(doing, Settled):
            if expected is None:
                self._keep(value)
            else:
                value = self._with_late(doing.marks, value)
        if expected is not None and not expected.future.done():
            expected.future.set_result(value)

    def _keep(self, rows: Sequence[Outbound]) -> None:
        for row in rows:
            if len(self._late) < _MOST_LATE:
                self._late.setdefault((row.event_seq, row.plugin), []).append(row)

    def _with_late(self, marks: Sequence[Mark], rows: list[Outbound]) -> list[Outbound]:
        late = [row for mark in marks for row in self._late.pop((mark.seq, mark.plugin), [])]
        return late + rows

    def _end(self, number: int) -> Expected | None:
        expected = self._open.pop(number, None)
        if not self._open:
            self.idle.set()
        return expected
