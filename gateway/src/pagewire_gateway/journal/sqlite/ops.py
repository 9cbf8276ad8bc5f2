"""What is asked of the writer thread: made on the event loop, done by the writer, answered on the loop again."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import apsw

from pagewire.wire import Item
from pagewire_gateway import traces
from pagewire_gateway.journal.port import Appended, Mark, Outbound, OutboxMark, Stored

Value = TypeVar("Value")
Row = tuple[Any, ...]
ID, CHANNEL, OBJECT, ACCOUNT, PERSON, AT, SIGN, RAW = 0, 2, 3, 4, 5, 6, 11, 13
"""Places in a row of the statement ``append``."""

_ROW_BYTES = 320
"""What a row takes besides body and key, with its share of every index; a guess on the safe side."""


_REPLY_BYTES = 600
"""The same for a row of the outbox."""


class Op(Generic[Value]):
    """One operation. Its neighbours in the batch never fail with it.

    Attributes:
        future: what the caller awaits.
        error: why it was not done; set by the writer.
        size: bytes it holds while it waits.
    """

    __slots__ = ("error", "future", "size")

    def __init__(self) -> None:
        self.future: asyncio.Future[Value]
        self.error: Exception | None = None
        self.size = 0

    def value(self) -> Value:
        """The answer, once it is done."""
        raise NotImplementedError

    def done(self) -> None:
        """Called on the loop after the commit, also when nobody waits any more."""


class Append(Op[Appended]):
    """Store the items of one delivery body.

    Attributes:
        places: for each item its place, 0 for a repeat; set by the writer.
        also: further ids by which an item may be known, by its own id.
    """

    __slots__ = ("_app", "_items", "_received", "also", "new", "places", "rows")

    def __init__(self, items: Sequence[Item], received: int, app: str, also: Sequence[Sequence[str]] = ()) -> None:
        # On the hot path, so spelt out.
        self.error = None
        self.also = _by_id(items, also) if also else {}
        self.places: Sequence[int] = ()
        self.new: tuple[Stored, ...] = ()
        self._items = items
        self._received = received
        self._app = app
        self.rows: list[Row] = []
        self.size = 0
        for item in items:
            key, raw = item.key, item.raw
            self.size += len(key) + len(raw) + _ROW_BYTES
            self.rows.append(
                (
                    item.digest,
                    item.kind,
                    item.channel,
                    item.object,
                    item.account,
                    item.person,
                    item.timestamp,
                    item.time_estimated,
                    item.via,
                    received,
                    app,
                    traces.sign(item),
                    key,
                    raw,
                    item.trace or None,
                )
            )

    def done(self) -> None:
        """Make what the dispatcher is fed with."""
        received, app, new = self._received, self._app, []
        for place, row, item in zip(self.places, self.rows, self._items, strict=True):
            if place:
                new.append(Stored(seq=place, id=row[ID].hex(), item=item, received=received, app=app))
        self.new = tuple(new)

    def value(self) -> Appended:
        """What is new, and how many were repeats."""
        return Appended(new=self.new, duplicates=len(self.rows) - len(self.new))


def _by_id(items: Sequence[Item], also: Sequence[Sequence[str]]) -> dict[bytes, tuple[bytes, ...]]:
    found = zip(items, also, strict=True)
    return {bytes.fromhex(item.id): tuple(bytes.fromhex(one) for one in ids if one != item.id) for item, ids in found}


class Settle(Op[list[Outbound]]):
    """Mark events as done, to be retried or parked, and store the replies.

    Attributes:
        newest: place and id of the newest event that whoever asks knew; ``None`` where places are never given anew.
    """

    __slots__ = ("fence", "marks", "newest", "rows")

    def __init__(self, marks: Sequence[Mark], fence: int, newest: tuple[int, str] | None = None) -> None:
        super().__init__()
        self.marks = marks
        self.fence = fence
        self.newest = newest
        self.rows: list[Outbound] = []
        self.size = sum(len(reply.body) + _REPLY_BYTES for mark in marks for reply in mark.replies)

    def value(self) -> list[Outbound]:
        """The outbox rows that are new."""
        return self.rows


class Record(Op[None]):
    """Change outbox rows, which have ids of their own and need no place."""

    __slots__ = ("fence", "marks")

    def __init__(self, marks: Sequence[OutboxMark], fence: int) -> None:
        super().__init__()
        self.marks = marks
        self.fence = fence

    def value(self) -> None:
        """Nothing."""


class Step(Op[Value]):
    """Anything else that writes; everything asked before it is done before it, everything after it after.

    Args:
        work: does it; raises to leave nothing behind.
        then: told the result on the loop after the commit.
    """

    __slots__ = ("_then", "_value", "work")

    def __init__(self, work: Callable[[apsw.Connection], Value], then: Callable[[Value], None] | None = None) -> None:
        super().__init__()
        self.work = work
        self._then = then
        self._value: Value

    def run(self, db: apsw.Connection) -> None:
        """Do it, within the writer's transaction."""
        self._value = self.work(db)

    def done(self) -> None:
        """Tell."""
        if self._then is not None:
            self._then(self._value)

    def value(self) -> Value:
        """What the work returned."""
        return self._value
