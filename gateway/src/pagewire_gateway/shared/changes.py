"""The stream of changes to what is known of people: one order for all processes."""

from collections.abc import Callable
from secrets import token_hex
from typing import Final

from msgspec import Struct
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.js import api, errors

from pagewire_gateway.journal.port import JournalUnavailable
from pagewire_gateway.shared.connection import Nats, explained

_MOST: Final = 512 * 1024
"""Bytes of one message; NATS takes 1 MiB."""
_PART: Final = "Pagewire-Part"
_WRONG_LAST: Final = (10071, 10164)
_IN_USE: Final = 10058
_IDENTITY: Final = "pagewire.identity"


class Overtaken(Exception):
    """Somebody else's change came first; take it in, and do the work again."""


class Part(Struct, frozen=True):
    """A message: a change, or a piece of one that is too large for one message.

    Attributes:
        seq: place in the stream.
        data: the piece.
        first: begins a change; what was gathered before belongs to one that was given up.
        last: ends it.
    """

    seq: int
    data: bytes
    first: bool
    last: bool


class Bounds(Struct, frozen=True):
    """How the stream is now.

    Attributes:
        first: the first place there is.
        last: the last one there was.
        identity: tells it from another stream of the same name; kept by the server's backup and restore, and empty for
            streams of the first versions.
    """

    first: int
    last: int
    identity: str


class Changes:
    """The stream.

    Args:
        nats: the connection.
    """

    def __init__(self, nats: Nats) -> None:
        self._nats = nats
        self._stream, self._subject = nats.named("people"), nats.subject("people")
        self._ear: Subscription | None = None

    async def start(self, news: Callable[[], None]) -> None:
        """Open the stream; make it if it is not there. `news` is called when something was published."""
        wanted = api.StreamConfig(
            name=self._stream,
            subjects=[self._subject],
            storage=api.StorageType.FILE,
            num_replicas=self._nats.replicas,
            duplicate_window=1,
            metadata={_IDENTITY: token_hex(16)},
        )

        async def heard(_: Msg) -> None:
            news()

        with explained():
            try:
                await self._nats.js.stream_info(self._stream)
            except errors.NotFoundError:
                await self._make(wanted)
            self._ear = await self._nats.client.subscribe(self._subject, cb=heard)

    async def _make(self, wanted: api.StreamConfig) -> None:
        try:
            await self._nats.js.add_stream(wanted)
        except errors.APIError as error:
            if error.err_code != _IN_USE:
                raise
            # Another process was faster, with a mark of its own.

    async def stop(self) -> None:
        """Listen no more."""
        if self._ear is not None and self._nats.connected:
            await self._ear.unsubscribe()

    async def bounds(self) -> Bounds:
        """Where it begins and ends, and which one it is."""
        with explained():
            found = await self._nats.js.stream_info(self._stream)
        return Bounds(found.state.first_seq, found.state.last_seq, (found.config.metadata or {}).get(_IDENTITY, ""))

    async def read(self, seq: int) -> Part:
        """The message at a place."""
        with explained():
            raw = await self._nats.js.get_msg(self._stream, seq)
        part, of = (raw.headers or {}).get(_PART, "1/1").split("/")
        return Part(seq, raw.data or b"", part == "1", part == of)

    async def publish(self, changed: bytes, after: int) -> int:
        """Publish a change as the next one after a place; returns its own place.

        Raises:
            Overtaken: something else came after that place.
            JournalUnavailable: NATS does not answer; whether the change counts is told by the stream.
        """
        pieces = [changed[at : at + _MOST] for at in range(0, len(changed), _MOST)]
        for number, piece in enumerate(pieces, 1):
            after = await self._publish(piece, f"{number}/{len(pieces)}", after)
        return after

    async def _publish(self, piece: bytes, part: str, after: int) -> int:
        headers = {_PART: part, api.Header.EXPECTED_LAST_SEQUENCE.value: str(after)}
        with explained():
            try:
                return (await self._nats.js.publish(self._subject, piece, headers=headers)).seq
            except errors.APIError as error:
                if error.err_code in _WRONG_LAST:
                    raise Overtaken from error
                raise

    async def drop_up_to(self, seq: int) -> None:
        """Take everything up to a place out of the stream."""
        with explained():
            if seq and not await self._nats.js.purge_stream(self._stream, seq=seq + 1):
                raise JournalUnavailable("NATS did not purge the changes to people")
