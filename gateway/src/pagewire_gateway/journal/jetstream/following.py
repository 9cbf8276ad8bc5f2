"""A stream, message by message, in order and without gaps, over every loss of the connection.

An ordered consumer: ephemeral, without acknowledgements, its messages numbered. Whatever is odd (a number that is missing,
silence, a connection that was lost and is back) is answered with a new consumer behind the last message. A place of the
stream that is missing means that it was purged: whoever follows cannot go on from what it has.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

import nats.errors
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

from pagewire_gateway.deadlines import cancelled
from pagewire_gateway.journal.jetstream.provision import Refused, ask, state_of, stored_at, told
from pagewire_gateway.journal.port import JournalError, JournalUnavailable
from pagewire_gateway.shared.connection import Nats

log = logging.getLogger(__name__)

_HEARTBEAT: Final = 1.0
_SILENCE: Final = 3.5
_PAUSE: Final = 0.25
_SECOND: Final = 1_000_000_000

Took = Callable[[int, int, str, bytes], None]
"""Told the place of a message in the stream, when it was stored there in microseconds, its subject, and its payload."""


class Follower:
    """Follows a stream.

    Args:
        link: the connection.
        stream: its name.
        took: told each message.
        gap: told that messages are missing, before or behind what was taken, once; then nothing more comes.
        room: waited for before a message is taken, so that the server is not asked for more than can be worked on.
    """

    def __init__(self, link: Nats, stream: str, took: Took, gap: Callable[[], None], room: asyncio.Event) -> None:
        self._link = link
        self._stream = stream
        self._took = took
        self._gap = gap
        self._room = room
        self._place = 0
        self._losses = -1
        self._stored: int | None = None
        self._number = 0
        self._heard = 0.0
        self._round = 0
        self._odd = asyncio.Event()
        self._subscription: Subscription | None = None
        self._consumer = ""
        self._task: asyncio.Task[None] | None = None

    async def start(self, after: int) -> None:
        """Begin behind a place.

        Raises:
            JournalError: the stream cannot be followed now.
        """
        self._place = after
        self._link.on_return.add(self._odd.set)
        losses = self._link.losses
        await self._open()
        self._losses = losses
        self._task = asyncio.get_running_loop().create_task(self._watch())

    @property
    def sure(self) -> bool:
        """Whether the stream was looked at since the connection was lost last: its server may have forgotten what was taken."""
        return self._losses == self._link.losses

    async def aclose(self) -> None:
        """End."""
        self._losses = -1
        self._link.on_return.discard(self._odd.set)
        await cancelled(self._task)
        self._task = None
        await self._close()

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            odd = False
            try:
                async with asyncio.timeout(_HEARTBEAT):
                    await self._odd.wait()
                    odd = True
            except TimeoutError:
                odd = loop.time() - self._heard > _SILENCE
            if odd:
                await self._again()

    async def _again(self) -> None:
        losses = self._link.losses
        try:
            await self._close()
            if await self._astray():
                self._gap()
            else:
                await self._open()
                self._losses = losses
        except JournalError as error:
            log.warning("the stream %s is followed again in a moment: %s", self._stream, error)
            self._odd.set()
            await asyncio.sleep(_PAUSE)
        except Exception:
            # Nobody else looks after the stream: whatever it was, the partition must not stand still.
            log.exception("the stream %s is followed again in a moment", self._stream)
            self._odd.set()
            await asyncio.sleep(_SILENCE)

    async def _astray(self) -> bool:
        """Whether the stream ends before what was taken, or has something else in its place."""
        state = await state_of(self._link, self._stream)
        if not state.first <= self._place <= state.last:
            return self._place > state.last
        return self._stored is not None and self._stored != await stored_at(self._link, self._stream, self._place)

    async def _open(self) -> None:
        self._round += 1
        self._number = 0
        self._odd.clear()
        self._heard = asyncio.get_running_loop().time()
        inbox, turn = self._link.client.new_inbox(), self._round

        async def heard(message: Msg) -> None:
            if turn == self._round:
                await self._take(message)

        try:
            self._subscription = await self._link.client.subscribe(inbox, cb=heard, pending_bytes_limit=256 << 20)
        except (nats.errors.Error, OSError) as error:
            raise JournalUnavailable(f"NATS cannot be asked ({error}); look at its servers") from error
        config = {
            "deliver_subject": inbox,
            "deliver_policy": "by_start_sequence",
            "opt_start_seq": self._place + 1,
            "ack_policy": "none",
            "max_deliver": 1,
            "flow_control": True,
            "idle_heartbeat": int(_HEARTBEAT * _SECOND),
            "inactive_threshold": 30 * _SECOND,
            "mem_storage": True,
            "num_replicas": 1,
        }
        try:
            made = await ask(
                self._link, f"CONSUMER.CREATE.{self._stream}", {"stream_name": self._stream, "config": config}
            )
        except Refused as refused:
            raise told(refused) from refused
        self._consumer = made["name"]

    async def _close(self) -> None:
        self._round += 1
        subscription, self._subscription = self._subscription, None
        consumer, self._consumer = self._consumer, ""
        try:
            if subscription is not None:
                await subscription.unsubscribe()
            if consumer and self._link.connected:
                await self._link.client.publish(f"$JS.API.CONSUMER.DELETE.{self._stream}.{consumer}")
        except (nats.errors.Error, OSError) as error:
            log.debug("a consumer of %s ends by itself: %s", self._stream, error)

    async def _take(self, message: Msg) -> None:
        self._heard = asyncio.get_running_loop().time()
        if message.headers and not message.data and message.headers.get("Status") == "100":
            await self._control(message)
            return
        if self._odd.is_set():
            return  # It comes again once it is known whether what was taken is still there.
        place, number, stored = _numbers(message.reply)
        if number != self._number + 1:
            self._odd.set()
            return
        if place != self._place + 1:
            self._round += 1
            self._gap()
            return
        self._number, self._place, self._stored = number, place, stored
        self._took(place, stored, message.subject, message.data)
        if not self._room.is_set():
            await self._room.wait()

    async def _control(self, message: Msg) -> None:
        headers = message.headers or {}
        stalled = headers.get("Nats-Consumer-Stalled")
        answer = message.reply or stalled
        if answer:
            await self._link.client.publish(answer)
        last = headers.get("Nats-Last-Consumer")
        if last is not None and int(last) != self._number:
            self._odd.set()


def _numbers(reply: str) -> tuple[int, int, int]:
    """Places of a message in its stream and among those of its consumer, and when it was stored, in microseconds.

    Servers with a domain name it in front.
    """
    parts = reply.split(".")
    base = 2 if len(parts) == 9 else 4
    return int(parts[base + 3]), int(parts[base + 4]), int(parts[base + 5]) // 1000
