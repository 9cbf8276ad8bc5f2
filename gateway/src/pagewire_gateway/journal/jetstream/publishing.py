"""Publishing to one stream: what is asked while the server stores what was asked before makes the next shipment.

A shipment is one atomic batch of the server (2.12), or its messages go one behind the other; `pacing` chooses. Either way a
message is tried again under its id, so trying again stores nothing twice. A parcel of several messages is always a batch.
Where the server knows an id of a batch already, it refuses the batch as a whole; then it goes without ids, and whoever
applies it finds the repeats.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any, Final
from uuid import uuid4

import nats.errors
from msgspec import Struct

from pagewire_gateway.deadlines import cancelled
from pagewire_gateway.journal.jetstream.pacing import Pacing
from pagewire_gateway.journal.jetstream.provision import Refused, request, told, unavailable
from pagewire_gateway.journal.port import JournalError, JournalFull, JournalUnavailable
from pagewire_gateway.shared.connection import Nats

log = logging.getLogger(__name__)

_MOST: Final = 500
"""Messages of one batch; servers take 1,000."""
_MOST_BYTES: Final = 4 << 20
_DUPLICATE: Final = 10201
_PASSING: Final = (10008, 10199, 10200, 10202, 10203, 10204, 10205, 10206, 10207, 10208, 10209, 10210, 10211)
"""No leader now, or a batch that was cut off or did not get a place: worth trying again."""
_ATTEMPT: Final = 2.0
_PAUSE: Final = 0.1
_STUMBLE: Final = 0.5


class Letter(Struct, frozen=True, gc=False):
    """A message. Its id makes a repeat of it known to the server; empty for none."""

    subject: str
    payload: bytes
    id: str


class Receipt(Struct, frozen=True, gc=False):
    """What the server said of a message: where it is, and whether it was there before."""

    sequence: int
    repeat: bool


class Parcel:
    """Messages that are stored together or not at all.

    Attributes:
        letters: in order.
        receipts: resolved with one for each.
        until: loop time at which it is given up.
        ordered: is never stored before an ordered one that was asked before.
        size: in bytes.
    """

    __slots__ = ("letters", "ordered", "receipts", "size", "until")

    def __init__(
        self, letters: Sequence[Letter], receipts: "asyncio.Future[list[Receipt]]", until: float, *, ordered: bool
    ) -> None:
        self.letters = letters
        self.receipts = receipts
        self.until = until
        self.ordered = ordered
        self.size = sum(len(letter.payload) for letter in letters)


class Publisher:
    """Publishes parcels in the order given, one batch at a time.

    Args:
        link: the connection.
        patience: seconds after which a parcel is given up; it may have been stored all the same.
        sure: whether the stream is known to be the one that parcels are meant for; until then they wait.
    """

    def __init__(self, link: Nats, patience: float, sure: Callable[[], bool] = lambda: True) -> None:
        self._link = link
        self._sure = sure
        self._patience = patience
        self._attempt = min(_ATTEMPT, patience)
        self._last: JournalError | None = None
        self._waiting: list[Parcel] = []
        self._shipping: list[Parcel] = []
        self._asked = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin."""
        self._pacing = Pacing(asyncio.get_running_loop().time)
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def aclose(self) -> None:
        """Publish what was asked, then end."""
        if self._task is not None:
            await self._idle.wait()
            await cancelled(self._task)
            self._task = None

    def give_up(self, error: JournalError) -> None:
        """Give up what is ordered and not stored yet: it was asked for by somebody who saw another state of the stream."""
        _fail([parcel for parcel in (*self._shipping, *self._waiting) if parcel.ordered], error)

    def put(self, letters: Sequence[Letter], *, ordered: bool = False) -> "asyncio.Future[list[Receipt]]":
        """Publish these together.

        Args:
            letters: what.
            ordered: not before what was asked for in order earlier, also if that has to be tried again.

        Raises:
            JournalFull: one is larger than the server takes.
            JournalUnavailable: it is closed.
        """
        if self._task is None:
            raise JournalUnavailable("the journal is not open")
        largest = max(len(letter.payload) for letter in letters)
        if largest + 1024 > self._link.client.max_payload:
            raise JournalFull(
                f"a message of {largest} bytes is larger than NATS takes; raise max_payload of its servers, 8 MB are enough for "
                "everything that Meta sends"
            )
        loop = asyncio.get_running_loop()
        parcel = Parcel(letters, loop.create_future(), loop.time() + self._patience, ordered=ordered)
        self._waiting.append(parcel)
        self._idle.clear()
        self._asked.set()
        return parcel.receipts

    async def _run(self) -> None:
        while True:
            await self._asked.wait()
            # What else comes while the loop turns goes along.
            before = 0
            while before < len(self._waiting) < _MOST:
                before = len(self._waiting)
                await asyncio.sleep(0)
            self._shipping = self._take()
            await self._ship(self._shipping)
            self._shipping = []
            if not self._waiting:
                self._asked.clear()
                self._idle.set()

    def _take(self) -> list[Parcel]:
        count = letters = size = 0
        for parcel in self._waiting:
            letters, size = letters + len(parcel.letters), size + parcel.size
            if count and (letters > _MOST or size > _MOST_BYTES):
                break
            count += 1
        taken, self._waiting = self._waiting[:count], self._waiting[count:]
        return taken

    async def _ship(self, parcels: list[Parcel]) -> None:
        while parcels := self._in_time(parcels):
            try:
                await self._once(parcels)
            except JournalUnavailable as error:
                self._last = error
                log.info("%d deliveries or deeds are published again: %s", len(parcels), error)
                await asyncio.sleep(_PAUSE)
            except JournalError as error:
                _fail(parcels, error)
            except Exception as error:
                # Such as an answer that cannot be read. Nobody else publishes: it is tried again for as long as parcels may wait.
                self._last = JournalUnavailable(f"NATS answers oddly ({type(error).__name__}); look at its servers")
                log.exception("%d deliveries or deeds are published again", len(parcels))
                await asyncio.sleep(_STUMBLE)
            else:
                return

    def _in_time(self, parcels: list[Parcel]) -> list[Parcel]:
        now = asyncio.get_running_loop().time()
        late = [parcel for parcel in parcels if parcel.until <= now and not parcel.receipts.done()]
        if late:
            _fail(late, self._last or JournalUnavailable("NATS did not answer in time; look at its servers"))
        return [parcel for parcel in parcels if parcel.until > now and not parcel.receipts.done()]

    async def _once(self, parcels: list[Parcel]) -> None:
        if not self._link.connected:
            raise JournalUnavailable("there is no connection to NATS; look at its servers and the way to them")
        if not self._sure():
            raise JournalUnavailable("NATS was lost, and what it still has is being looked at")
        letters = _with_ids_once([letter for parcel in parcels for letter in parcel.letters])
        clock, together = asyncio.get_running_loop().time, self._pacing.together(len(letters))
        began = clock()
        if together and (receipts := await self._all_or_none(letters)) is not None:
            _deliver(parcels, receipts)
        else:
            together = False
            await self._one_by_one(parcels)
        self._pacing.took(len(letters), clock() - began, together=together)

    async def _all_or_none(self, letters: Sequence[Letter]) -> list[Receipt] | None:
        """As one batch; ``None`` if the server knows one of them already, and stored none."""
        try:
            return await self._batch(letters)
        except Refused as refused:
            if refused.code == _DUPLICATE:
                return None
            raise _explained(refused) from refused

    async def _one_by_one(self, parcels: Sequence[Parcel]) -> None:
        """Each is sent in its first step, one behind the other; those that are ordered wait for each other's answers."""
        ordered = [parcel for parcel in parcels if parcel.ordered]
        lanes = [[parcel] for parcel in parcels if not parcel.ordered] + ([ordered] if ordered else [])
        sent = [asyncio.ensure_future(self._in_turn(lane)) for lane in lanes]
        outcomes = await asyncio.gather(*sent, return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome

    async def _in_turn(self, parcels: Sequence[Parcel]) -> None:
        for parcel in parcels:
            if parcel.receipts.done():
                continue  # stored when this was tried before
            _deliver([parcel], await self._alone(parcel))

    async def _alone(self, parcel: Parcel) -> list[Receipt]:
        try:
            if len(parcel.letters) == 1:
                return [await self._single(parcel.letters[0])]
            receipts = await self._all_or_none(_with_ids_once(parcel.letters))
            return receipts or await self._batch([Letter(one.subject, one.payload, "") for one in parcel.letters])
        except Refused as refused:
            raise _explained(refused) from refused

    async def _single(self, letter: Letter) -> Receipt:
        answer = await self._request(letter, {"Nats-Msg-Id": letter.id} if letter.id else None)
        return Receipt(answer["seq"], bool(answer.get("duplicate")))

    async def _batch(self, letters: Sequence[Letter]) -> list[Receipt]:
        batch, last = uuid4().hex, len(letters)
        for place, letter in enumerate(letters, 1):
            headers = {"Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(place)}
            if letter.id:
                headers["Nats-Msg-Id"] = letter.id
            if place < last:
                await self._send(letter, headers)
        answer = await self._request(letters[-1], {**headers, "Nats-Batch-Commit": "1"})
        first = answer["seq"] - last + 1
        return [Receipt(first + offset, False) for offset in range(last)]

    async def _send(self, letter: Letter, headers: dict[str, str]) -> None:
        try:
            await self._link.client.publish(letter.subject, letter.payload, headers=headers)
        except (nats.errors.Error, OSError) as error:
            raise unavailable(error) from error

    async def _request(self, letter: Letter, headers: dict[str, str] | None) -> dict[str, Any]:
        return await request(self._link, letter.subject, letter.payload, self._attempt, headers)


def _with_ids_once(letters: Sequence[Letter]) -> list[Letter]:
    """Two of the same id in one batch would have all of it refused: the second goes without, and is found when it is applied."""
    seen: set[str] = set()
    once = []
    for letter in letters:
        once.append(Letter(letter.subject, letter.payload, "") if letter.id in seen else letter)
        seen.add(letter.id)
    return once


def _deliver(parcels: Sequence[Parcel], receipts: Sequence[Receipt]) -> None:
    start = 0
    for parcel in parcels:
        end = start + len(parcel.letters)
        if not parcel.receipts.done():
            parcel.receipts.set_result(list(receipts[start:end]))
        start = end


def _fail(parcels: Sequence[Parcel], error: JournalError) -> None:
    for parcel in parcels:
        if not parcel.receipts.done():
            parcel.receipts.set_exception(error)


def _explained(refused: Refused) -> JournalError:
    if refused.code in _PASSING:
        return JournalUnavailable(f"NATS could not store now ({refused}); look at its servers")
    return told(refused)
