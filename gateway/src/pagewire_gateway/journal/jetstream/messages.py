"""What is published: an event, or what was done, as bytes."""

import zlib
from typing import Final, TypeVar

import msgspec
from msgspec import Struct

from pagewire.events import Channel
from pagewire.wire import Item
from pagewire_gateway.journal.port import JournalError, Mark, OutboxMark
from pagewire_gateway.journal.sqlite.deeds import AnyDeed

Message = TypeVar("Message")

_PLAIN: Final = b"\x00"
_PACKED: Final = b"\x01"
_PACK_ABOVE: Final = 32 << 10
"""Bytes above which a message is compressed: large bodies are rare, and the server has a limit."""


class Said(Struct, frozen=True, array_like=True, gc=False):
    """An event.

    Attributes:
        received: when the gateway had it, milliseconds since 1970.
        app: ``namespace/name`` of the MessengerApp that brought it.
        also: further ids by which it may be known.
        origin: the journal that published it; empty if it waits for no outcome.
        number: of the append.
        index: of the item in it.
        trace: W3C traceparent under which it came in; empty if nobody records that.
    """

    kind: str
    channel: Channel
    object: str
    account: str
    person: str | None
    at: int
    estimated: bool
    via: str
    key: str
    raw: bytes
    received: int
    app: str
    also: tuple[str, ...] = ()
    origin: str = ""
    number: int = 0
    index: int = 0
    trace: str = ""

    def item(self) -> Item:
        """The item it was made of."""
        return Item(
            self.kind,
            self.channel,
            self.object,
            self.account,
            self.person,
            self.at,
            self.estimated,
            self.via,
            self.key,
            self.raw,
            self.trace,
        )


class Settled(Struct, frozen=True, tag=True):
    """What became of events, with their replies."""

    marks: tuple[Mark, ...]
    fence: int


class Recorded(Struct, frozen=True, tag=True):
    """Changes of outbox rows."""

    marks: tuple[OutboxMark, ...]
    fence: int


class Pad(Struct, frozen=True, tag=True):
    """Nothing. It takes room, so that what is purged before it shares no file of the server with what stays."""

    room: bytes


Doing = Settled | Recorded | Pad | AnyDeed


Newest = tuple[int, str]
"""Place and id of an event."""


class Done(Struct, frozen=True, array_like=True):
    """What was done, in order; several that were asked for at the same time share a message.

    Attributes:
        origin: the journal that published it.
        numbers: of the operations.
        doings: what.
        newest: place and id of the newest event that the journal knew; it says of which history the places above are. Nothing
            from those who knew none, or wrote no such thing yet.
    """

    origin: str
    numbers: tuple[int, ...]
    doings: tuple[Doing, ...]
    newest: Newest | None = None


def _plain(value: object) -> str:
    """Texts of a kind of their own, such as the ids that Meta's answers name."""
    if isinstance(value, str):
        return str(value)
    raise TypeError(f"a {type(value).__name__} has no place in a message")


_encoder = msgspec.msgpack.Encoder(enc_hook=_plain)
_said = msgspec.msgpack.Decoder(Said)
_done = msgspec.msgpack.Decoder(Done)


def said(item: Item, received: int, app: str, also: tuple[str, ...], origin: str, number: int, index: int) -> Said:
    """The message of an event."""
    return Said(
        item.kind,
        item.channel,
        item.object,
        item.account,
        item.person,
        item.timestamp,
        item.time_estimated,
        item.via,
        item.key,
        item.raw,
        received,
        app,
        also,
        origin,
        number,
        index,
        item.trace,
    )


def encode(message: Said | Done) -> bytes:
    """As bytes; large ones are compressed.

    Raises:
        TypeError: something in it has no place in a message.
    """
    body = _encoder.encode(message)
    return _PLAIN + body if len(body) < _PACK_ABOVE else _PACKED + zlib.compress(body, 1)


def decode_said(payload: bytes) -> Said:
    """An event.

    Raises:
        JournalError: it is none.
    """
    return _decode(_said, payload)


def decode_done(payload: bytes) -> Done:
    """What was done.

    Raises:
        JournalError: it cannot be read.
    """
    return _decode(_done, payload)


def _decode(decoder: "msgspec.msgpack.Decoder[Message]", payload: bytes) -> Message:
    try:
        return decoder.decode(zlib.decompress(payload[1:]) if payload[:1] == _PACKED else memoryview(payload)[1:])
    except (msgspec.MsgspecError, zlib.error) as error:
        raise JournalError(
            "a message of the journal's stream cannot be read; it was written by a newer pagewire-gateway, or by another program"
        ) from error
