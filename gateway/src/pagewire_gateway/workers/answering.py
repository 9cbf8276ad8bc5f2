"""Answers what other processes ask of a partition."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, Final

import msgspec
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

from pagewire_gateway.deadlines import cancelled
from pagewire_gateway.journal.port import JournalError
from pagewire_gateway.shared.connection import Nats, explained
from pagewire_gateway.workers.asks import AnyAsk, Desk

log = logging.getLogger(__name__)

MORE: Final = "Pagewire-More"
"""Header of a part of an answer that others follow."""
PART: Final = "Pagewire-Part"
"""Header of every part of an answer that has several: its number, from 1 on. Workers of before did not say it."""
ERROR: Final = "Pagewire-Error"
"""Header of an answer that says why there is none."""
_PART: Final = 512 * 1024

_asks = msgspec.msgpack.Decoder(AnyAsk)


def subject_of(nats: Nats, partition: int) -> str:
    """Where a partition is asked."""
    return nats.subject("ask", str(partition))


class Answering:
    """One partition's answers, from `start` to `stop`.

    Args:
        nats: the connection.
        partition: which.
        desk: who knows.
    """

    def __init__(self, nats: Nats, partition: int, desk: Desk) -> None:
        self._nats, self._partition, self._desk = nats, partition, desk
        self._ear: Subscription | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Answer until this is cancelled."""
        await self.start()
        try:
            await asyncio.Event().wait()
        finally:
            await self.stop()

    async def start(self) -> None:
        """Answer from now on."""
        with explained():
            self._ear = await self._nats.client.subscribe(subject_of(self._nats, self._partition), cb=self._hear)

    async def stop(self) -> None:
        """Answer nothing more; what is being answered is given up."""
        if self._ear is not None and self._nats.connected:
            with explained():
                await self._ear.unsubscribe()
        self._ear = None
        await cancelled(*self._tasks)

    async def _hear(self, message: Msg) -> None:
        self._spawn(self._answer(message))

    async def _answer(self, message: Msg) -> None:
        try:
            said = await _asks.decode(message.data).answer(self._desk)
        except (JournalError, msgspec.MsgspecError, KeyError) as error:
            await self._send(message, b"", {ERROR: f"{type(error).__name__}: {error}"[:500]})
            return
        body = msgspec.msgpack.encode(said)
        parts = [body[at : at + _PART] for at in range(0, len(body), _PART)]
        for number, part in enumerate(parts[:-1], 1):
            await self._send(message, part, {MORE: "1", PART: str(number)})
        await self._send(message, parts[-1], {PART: str(len(parts))} if len(parts) > 1 else None)

    async def _send(self, message: Msg, body: bytes, headers: dict[str, str] | None) -> None:
        with explained():
            await self._nats.client.publish(message.reply, body, headers=headers)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.warning("a question of another process was not answered: %s", error)
