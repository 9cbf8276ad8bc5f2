"""What a plugin's process and the gateway say to each other.

To the process go pickles: they hold events, configurations and answers as they are, and come from the gateway alone. What comes
back is read by its types below, and nothing in it is run.
"""

from typing import Any

import msgspec
from msgspec import Struct

from pagewire.errors import Refused, TryLater
from pagewire.health import Health
from pagewire.people import ExternalKey, LinkError, ScopedId
from pagewire.replies import Reply, ReplyError, decode, encode, normalise
from pagewire.stores import StoreError


class Begin(Struct, frozen=True):
    """The first thing that a process is told: which plugin it is, and where to look for it and its secrets."""

    name: str
    point: str
    path: list[str]
    secrets: str


class Facts(Struct, frozen=True, kw_only=True):
    """What a context tells without being asked; what a kind of context does not have is left out."""

    known: dict[str, Any]
    names: dict[str, Any]


class Kept(Struct, frozen=True):
    """Stands for a configuration that the process keeps."""

    number: int


class Keep(Struct, frozen=True, kw_only=True):
    """Keep a configuration; ``anew``: and none of those before, as no call will name them."""

    number: int
    value: Any
    anew: bool = False


class Call(Struct, frozen=True, kw_only=True):
    """Call a hook."""

    id: int
    hook: str
    given: dict[str, Any]


class Cancel(Struct, frozen=True):
    """Nobody waits for the end of a call any more."""

    id: int


class Answer(Struct, frozen=True, kw_only=True):
    """What the gateway says to what a context was asked: a value, or what it raised."""

    id: int
    value: Any = None
    error: tuple[str, str, float | None] | None = None


class Ping(Struct, frozen=True):
    """Is the process's event loop free?"""


class Returned(Struct, frozen=True, kw_only=True, tag=True):
    """A hook returned replies, a state of health, words, or nothing."""

    id: int
    replies: tuple[bytes, ...] | None = None
    health: Health | None = None
    text: str | None = None
    refused: str | None = None


class Raised(Struct, frozen=True, kw_only=True, tag=True):
    """A hook raised something: its class, what it says if that may be shown, and a pause."""

    id: int
    what: tuple[str, str, float | None]


class Ask(Struct, frozen=True, kw_only=True, tag=True):
    """A context is asked: ``of`` a call, with ``id``."""

    id: int
    of: int
    part: str
    method: str
    given: list[Any] = []
    named: dict[str, Any] = {}


class Logged(Struct, frozen=True, kw_only=True, tag=True):
    """A line for the log, of a call if it is written within one."""

    of: int | None = None
    logger: str
    level: int
    text: str
    names: dict[str, str] = {}


class Span(Struct, frozen=True, kw_only=True, tag=True):
    """A stretch of work that is over; times in nanoseconds since 1970."""

    of: int
    name: str
    began: int
    ended: int
    attributes: dict[str, str | bool | int | float] = {}


class Pong(Struct, frozen=True, tag=True):
    """The loop is free; bytes of memory that the process has, and seconds of processor time that it had so far."""

    memory: int
    cpu: float


Told = Returned | Raised | Ask | Logged | Span | Pong

_told: msgspec.msgpack.Decoder[Told] = msgspec.msgpack.Decoder(Told)
heard = _told.decode


def returned(id_: int, value: Any) -> Returned:
    """What a hook returned, as it goes back.

    Raises:
        ReplyError: it is nothing that a hook returns.
    """
    match value:
        case None:
            return Returned(id=id_)
        case Health():
            return Returned(id=id_, health=value)
        case str():
            return Returned(id=id_, text=value)
        case Refused():
            return Returned(id=id_, refused=value.reason)
    return Returned(id=id_, replies=tuple(map(encode, normalise(value))))


def value_of(told: Returned) -> Any:
    """What the hook returned; one reply by itself, as ``before_send`` returns it."""
    if told.refused is not None:
        return Refused(told.refused)
    if told.replies is not None:
        found: tuple[Reply, ...] = tuple(map(decode, told.replies))
        return found[0] if len(found) == 1 else found
    return told.health if told.health is not None else told.text


_ERRORS: dict[str, type[Exception]] = {
    each.__name__: each for each in (Refused, ReplyError, StoreError, LinkError, TimeoutError)
}


def told_error(error: BaseException) -> tuple[str, str, float | None]:
    """An exception as it goes over the socket; the text of one that nobody foresaw may quote a message, so it stays."""
    if isinstance(error, TryLater):
        return "TryLater", error.reason, error.after
    for name, kind in _ERRORS.items():
        if isinstance(error, kind):
            return name, str(error), None
    return f"{type(error).__module__}.{type(error).__qualname__}", "", None


def error_of(what: tuple[str, str, float | None]) -> Exception:
    """The exception again. One of the plugin's own is remembered by its name."""
    name, text, after = what
    if name == "TryLater":
        return TryLater(after, text)
    if name in _ERRORS:
        return _ERRORS[name](text)
    module, _, called = name.rpartition(".")
    made: Exception = type(called, (Exception,), {"__module__": module})()
    return made


def linkable(other: Any) -> ScopedId | ExternalKey:
    """What is linked, out of the list that it became; three words are a scoped id, two an external key."""
    return ScopedId(*other) if len(other) == 3 else ExternalKey(*other)
