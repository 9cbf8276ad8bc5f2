"""The hooks."""

import errno
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from pagewire.context import Context, PageContext
from pagewire.errors import TryLater
from pagewire.events import Event
from pagewire.hooks import hookimpl
from pagewire.logins import EndedLogin
from pagewire.people import DeletedPerson
from pagewire_logging.config import S3, HashIds, Otlp, Postgres, Rotation
from pagewire_logging.config import Config as LoggingConfig
from pagewire_logging.entries import AnyLine, Entry, entry_of
from pagewire_logging.forgotten import deletion_line
from pagewire_logging.line import Occasion, line_of
from pagewire_logging.logins import login_line
from pagewire_logging.pages import What, page_line
from pagewire_logging.selection import is_written, rate_of
from pagewire_logging.sinks import Sink
from pagewire_logging.sinks.errors import SinkError
from pagewire_logging.sinks.making import sink_of
from pagewire_logging.writer import Writer

_PAUSE: Final = 30.0
"""Seconds until a line that could not be written is tried again."""

_FULL: Final = "; free some space, or keep fewer and smaller files with rotation"
_HINTS: Final = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: _FULL,
    errno.ENOENT: "; make its folder",
    errno.EACCES: "; let the gateway's user write there",
    errno.EROFS: "; name a folder on a volume that can be written",
    errno.ELOOP: "; it is a symbolic link, give the path it leads to",
}

Destination = tuple[str, Rotation | None, bool, Otlp | None, Postgres | None, S3 | None, str | None]


class _Lane(NamedTuple):
    sink: Sink
    writer: Writer[Entry]


class Logging:
    """Writes one JSON line for every event, on either channel.

    Args:
        clock: seconds since 1970.
    """

    Config = LoggingConfig
    api_version = 1

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._lanes: dict[Destination, _Lane] = {}

    @hookimpl
    async def event_received(self, event: Event, context: Context[LoggingConfig]) -> None:
        """Write the event's line.

        Raises:
            TryLater: the line could not be written; the reason tells what to do.
        """
        config = context.config
        rate = rate_of(config, event.kind)
        if not is_written(event, rate):
            return
        occasion = Occasion(
            account=context.account,
            attempt=context.attempt,
            time=datetime.fromtimestamp(self._clock(), UTC),
            rate=rate,
            key=_key(config.hash_ids),
            person=await context.person() if config.include.profile else None,
        )
        await self._write(config, line_of(event, occasion, config.include))

    @hookimpl
    async def person_deleted(self, person: DeletedPerson, context: Context[LoggingConfig]) -> str:
        """Remove the person's lines, or write which lines have to go where whoever keeps the log has to do it.

        Raises:
            TryLater: it could not be done; the reason tells what to do.
        """
        config = context.config
        line = deletion_line(person, context.account, self._now(), _key(config.hash_ids))
        removed = await self._forget(config, line.account, line.person or line.person_hash or "")
        if removed is not None:
            return f"{removed} lines removed"
        await self._write(config, line)
        return "line written"

    @hookimpl
    async def login_ended(self, login: EndedLogin, context: Context[LoggingConfig]) -> str:
        """Write that nothing is sent in the account's name any more, and why; who had logged in is left out.

        Raises:
            TryLater: the line could not be written; the reason tells what to do.
        """
        await self._write(context.config, login_line(login, context.account, self._now()))
        return "line written"

    @hookimpl
    async def page_added(self, context: PageContext[LoggingConfig]) -> None:
        """Write that events of an account are written from now on."""
        await self._tell("page_added", context)

    @hookimpl
    async def page_removed(self, context: PageContext[LoggingConfig]) -> None:
        """Write that they are written no longer."""
        await self._tell("page_removed", context)

    async def _forget(self, config: LoggingConfig, account: str, who: str) -> int | None:
        try:
            lane = self._lane(config)
            return await lane.writer.run(lambda: lane.sink.forget(account, who))
        except SinkError as error:
            raise TryLater(_PAUSE, error.reason) from error

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)

    async def _tell(self, what: What, context: PageContext[LoggingConfig]) -> None:
        if not context.config.pages:
            return
        line = page_line(what, context.account, self._now())
        try:
            await self._write(context.config, line)
        except TryLater as later:
            context.log.warning("%s", later.reason)

    @hookimpl
    async def plugin_stopped(self) -> None:
        """Write what waits."""
        lanes, self._lanes = self._lanes, {}
        for lane in lanes.values():
            await lane.writer.close()

    async def _write(self, config: LoggingConfig, line: AnyLine) -> None:
        try:
            await self._lane(config).writer.write(entry_of(line))
        except OSError as error:
            raise TryLater(_PAUSE, _reason(config.destination, error)) from error
        except SinkError as error:
            raise TryLater(_PAUSE, error.reason) from error

    def _lane(self, config: LoggingConfig) -> _Lane:
        destination = _destination(config)
        if destination not in self._lanes:
            sink = sink_of(config, self._clock)
            self._lanes[destination] = _Lane(sink, Writer(sink.append, sink.close, sink.most))
        return self._lanes[destination]


def _destination(config: LoggingConfig) -> Destination:
    network = (config.otlp, config.postgres, config.s3)
    return (config.destination, config.rotation, config.fsync, *network, config.retain)


def _reason(destination: str, error: OSError) -> str:
    hint = _HINTS.get(error.errno or 0, "")
    return f"the event log {destination} cannot be written: {error.strerror}{hint}"


def _key(hash_ids: HashIds | None) -> bytes | None:
    if hash_ids is None:
        return None
    return hash_ids.key.encode() if hash_ids.key else _key_of(hash_ids.key_file or "")


@lru_cache
def _key_of(path: str) -> bytes:
    try:
        key = Path(path).read_bytes().strip()
    except OSError as error:
        raise TryLater(_PAUSE, f"the key file {path} of hashIds cannot be read: {error.strerror}") from error
    if len(key) < 16:
        raise TryLater(_PAUSE, f"the key file {path} of hashIds holds fewer than 16 bytes; write a longer key into it")
    return key
