"""Streams: made when they are not there, and asked how they are."""

import json
from datetime import datetime
from secrets import token_hex
from typing import Any, Final

import nats.errors
from msgspec import Struct

from pagewire_gateway.journal.jetstream.layout import Layout
from pagewire_gateway.journal.port import JournalError, JournalFull, JournalUnavailable
from pagewire_gateway.shared.connection import Nats

NOT_FOUND: Final = 10059
_NO_MESSAGE: Final = 10037
NOT_FOUND_CONSUMER: Final = 10014
_IN_USE: Final = (10058, 10065)
_FULL: Final = (10023, 10047, 10077)
"""Insufficient resources, insufficient storage, and the stream that could not store, which says why."""
_TIMEOUT: Final = 5.0
_SECOND: Final = 1_000_000_000
_IDENTITY: Final = "pagewire.identity"
_MADE: Final = "pagewire.made"
"""When the stream was made, as its server told. A restore keeps the mark and makes the stream anew: then they differ."""


class Refused(Exception):
    """The server said no.

    Attributes:
        code: its ``err_code``.
    """

    def __init__(self, code: int, said: str) -> None:
        super().__init__(said)
        self.code = code


class StreamState(Struct, frozen=True):
    """How a stream is.

    Attributes:
        first: sequence of its first message; one more than `last` if it has none.
        last: sequence of the last message it ever had.
        size: its bytes.
        limit: bytes it may have.
        identity: tells it from another stream of the same name. It is kept by the server's backup and restore.
        restored: when it was restored from a backup and nobody has taken note of that, milliseconds since 1970; else ``None``.
    """

    first: int
    last: int
    size: int
    limit: int
    identity: str
    restored: int | None = None


async def ask(link: Nats, what: str, asked: dict[str, Any] | None = None, patience: float = _TIMEOUT) -> dict[str, Any]:
    """Ask JetStream's own interface.

    Raises:
        Refused: it said no.
        JournalUnavailable: nobody answers.
    """
    return await request(link, f"$JS.API.{what}", json.dumps(asked or {}).encode(), patience)


async def request(
    link: Nats, subject: str, payload: bytes, patience: float, headers: dict[str, str] | None = None
) -> dict[str, Any]:
    """Send what the server answers in JSON: questions to it, and messages that it stores.

    Raises:
        Refused: it said no.
        JournalUnavailable: nobody answers.
    """
    try:
        answer = await link.client.request(subject, payload, timeout=patience, headers=headers)
    except (nats.errors.Error, TimeoutError, OSError) as error:
        raise unavailable(error) from error
    found: dict[str, Any] = json.loads(answer.data)
    if "error" in found:
        raise Refused(found["error"].get("err_code", 0), found["error"].get("description", ""))
    return found


async def make_stream(link: Nats, name: str, subjects: str, layout: Layout) -> None:
    """Make a partition's stream, unless it is there.

    Raises:
        JournalError: the server cannot hold it.
    """
    config = {
        "name": name,
        "subjects": [subjects],
        "storage": "file",
        "num_replicas": link.replicas,
        "retention": "limits",
        "discard": "new",
        "max_bytes": layout.max_bytes,
        "duplicate_window": int(layout.duplicate_window * _SECOND),
        "allow_direct": True,
        "allow_atomic": True,
        "metadata": {_IDENTITY: token_hex(16)},
    }
    try:
        found = await ask(link, f"STREAM.INFO.{name}")
    except Refused as missing:
        if missing.code != NOT_FOUND:
            raise told(missing) from missing
        try:
            found = await ask(link, f"STREAM.CREATE.{name}", config)
        except Refused as refused:
            if refused.code not in _IN_USE:
                raise told(refused) from refused
            return  # Whoever was faster marks it.
    if _MADE not in found["config"].get("metadata", {}):
        await take_note(link, name)


async def take_note(link: Nats, name: str) -> None:
    """Let a stream that was restored be one like any other from now on.

    Raises:
        JournalError: the server cannot change it, or nobody answers.
    """
    try:
        await _mark(link, name, await ask(link, f"STREAM.INFO.{name}"))
    except Refused as refused:
        raise told(refused) from refused


async def _mark(link: Nats, name: str, found: dict[str, Any]) -> None:
    config = found["config"]
    config["metadata"] = config.get("metadata", {}) | {_MADE: found["created"]}
    await ask(link, f"STREAM.UPDATE.{name}", config)


async def state_of(link: Nats, name: str, patience: float = _TIMEOUT) -> StreamState:
    """How a stream is now.

    Raises:
        JournalError: it is not there, or nobody answers.
    """
    try:
        found = await ask(link, f"STREAM.INFO.{name}", patience=patience)
    except Refused as refused:
        raise told(refused) from refused
    state, config = found["state"], found["config"]
    first = state["first_seq"] if state["messages"] else state["last_seq"] + 1
    # Streams of the first versions have no mark. When they were made tells them apart too, but a restore makes them anew.
    marks, created = config.get("metadata", {}), found["created"]
    identity = marks.get(_IDENTITY) or created
    restored = None if marks.get(_MADE, created) == created else _microseconds(created) // 1000
    return StreamState(first, state["last_seq"], state["bytes"], config["max_bytes"], identity, restored)


async def stored_at(link: Nats, name: str, place: int) -> int | None:
    """When a message was stored in a stream, microseconds since 1970; ``None`` if it is not there.

    Raises:
        JournalError: nobody answers.
    """
    try:
        found = await ask(link, f"STREAM.MSG.GET.{name}", {"seq": place})
    except Refused as refused:
        if refused.code == _NO_MESSAGE:
            return None
        raise told(refused) from refused
    return _microseconds(found["message"]["time"])


def _microseconds(time: str) -> int:
    """A time as the server writes it, with up to nine digits behind the point, as microseconds since 1970."""
    whole, _, fraction = time.rstrip("Z").partition(".")
    seconds = datetime.fromisoformat(f"{whole}+00:00").timestamp()
    return int(seconds) * 1_000_000 + int(fraction[:6].ljust(6, "0"))


def told(refused: Refused) -> JournalError:
    """A refusal as the caller's error."""
    if refused.code in _FULL:
        return JournalFull(
            f"NATS has no room for the journal ({refused}); free space on its servers, or raise the limit of the stream"
        )
    return JournalUnavailable(f"NATS refuses the journal ({refused}); look at its servers")


def unavailable(error: BaseException) -> JournalUnavailable:
    """Nobody answered."""
    said = str(error) or type(error).__name__
    return JournalUnavailable(f"NATS does not answer ({said}); look at its servers and the way to them")
