"""Asks whoever works on a partition."""

import asyncio
from typing import Any, Final

import msgspec
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

from pagewire_gateway.journal.port import JournalError, JournalUnavailable
from pagewire_gateway.shared.connection import Nats, explained
from pagewire_gateway.workers.answering import ERROR, MORE, PART, subject_of
from pagewire_gateway.workers.asks import Ask

_HANDOVER: Final = 5.0
"""Seconds for which a partition may be without a worker, as one hands it to another."""
_AGAIN: Final = 0.1
LARGEST: Final = 64 << 20
"""Bytes of an answer, all its parts together."""


class _Nobody(Exception):
    pass


class Asking:
    """Asks.

    Args:
        nats: the connection.
        partitions: how many there are.
    """

    def __init__(self, nats: Nats, partitions: int) -> None:
        self._nats = nats
        self.partitions = partitions

    async def all(self, ask: Ask) -> list[Any]:
        """The answers of all partitions, in their order.

        Raises:
            JournalError: one of them could not answer.
        """
        return await asyncio.gather(*(self.one(partition, ask) for partition in range(self.partitions)))

    async def one(self, partition: int, ask: Ask) -> Any:
        """The answer of one partition.

        Raises:
            JournalUnavailable: nobody works on it, or NATS does not answer.
            JournalError: whoever works on it said so.
        """
        until = asyncio.get_running_loop().time() + _HANDOVER
        while True:
            try:
                return await self._ask(partition, ask)
            except _Nobody:
                if asyncio.get_running_loop().time() > until:
                    raise JournalUnavailable(
                        f"no worker has partition {partition} right now; start `pagewire work`, or try again in a moment"
                    ) from None
                await asyncio.sleep(_AGAIN)

    async def _ask(self, partition: int, ask: Ask) -> Any:
        client = self._nats.client
        inbox = client.new_inbox()
        with explained():
            ear = await client.subscribe(inbox)
            try:
                await client.publish(subject_of(self._nats, partition), msgspec.msgpack.encode(ask), reply=inbox)
                body = await _whole(ear, ask.patience)
            finally:
                await ear.unsubscribe()
        return msgspec.msgpack.decode(body, type=ask.returns)


async def _whole(ear: Subscription, patience: float) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        part = await ear.next_msg(timeout=patience)
        headers = part.headers or {}
        if _is_nobody(part):
            raise _Nobody
        if ERROR in headers:
            raise JournalError(headers[ERROR])
        parts.append(part.data)
        size += len(part.data)
        if headers.get(PART, str(len(parts))) != str(len(parts)):
            raise JournalUnavailable("a part of a worker's answer was lost on the way; ask again")
        if size > LARGEST:
            raise JournalError(f"a worker's answer is larger than {LARGEST >> 20} MiB; ask for less at a time")
        if MORE not in headers:
            return b"".join(parts)


def _is_nobody(part: Msg) -> bool:
    return not part.data and (part.headers or {}).get("Status") == "503"
