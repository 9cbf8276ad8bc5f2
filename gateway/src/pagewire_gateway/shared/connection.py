"""The connection of a process to NATS."""

import asyncio
import hashlib
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import nats
from nats.aio.client import Client
from nats.js import JetStreamContext

from pagewire_gateway.journal.port import JournalUnavailable

log = logging.getLogger(__name__)

_TIMEOUT: Final = 5.0
_RECONNECT: Final = 0.25
_QUIET: Final = 10.0
"""Seconds in which the same failure is told once."""


class Nats:
    """One connection, opened again for as long as it takes.

    Args:
        url: servers, with commas between them, such as ``nats://a:4222,nats://b:4222``.
        prefix: begins the names of streams, buckets and subjects; installations that share servers differ in it.
        replicas: servers that hold each stream; 3 in production.
        credentials: path of a credentials file; empty for none.
    """

    def __init__(self, url: str, prefix: str = "pagewire", replicas: int = 1, credentials: str = "") -> None:
        self.url, self.prefix, self.replicas = url, prefix, replicas
        self._credentials = credentials
        self._closing = False
        self._told = ("", 0.0)
        self.losses = 0
        """How often the connection was lost. What a server said before may not hold after: it may have forgotten."""
        self.on_return: set[Callable[[], None]] = set()
        """Called when it is open again."""
        self.client = Client()
        self.js: JetStreamContext

    async def start(self) -> None:
        """Connect.

        Raises:
            JournalUnavailable: no server answers, or none takes us.
        """
        with explained():
            # Not `nats.connect`: what it has half opened could not be closed if this is cancelled.
            await self.client.connect(
                self.url.split(","),
                name=f"{self.prefix} gateway",
                connect_timeout=int(_TIMEOUT),
                reconnect_time_wait=_RECONNECT,  # type: ignore[arg-type] # fractions work as well
                max_reconnect_attempts=-1,
                allow_reconnect=True,
                user_credentials=self._credentials or None,
                error_cb=self._failed,
                disconnected_cb=self._lost,
                reconnected_cb=self._found,
            )
        self.js = self.client.jetstream(timeout=_TIMEOUT)

    async def aclose(self) -> None:
        """Close the connection; a server that stands still is not waited for."""
        self._closing = True
        if self.client.is_closed:
            return
        try:
            async with asyncio.timeout(_TIMEOUT):
                await self.client.close()
        except (TimeoutError, OSError, RuntimeError) as error:
            # It stands still; or it is lost, and what was still to be sent is written to a socket that is closed.
            log.warning("the connection to NATS ends with this process: %s", str(error) or "the server takes nothing")

    @property
    def connected(self) -> bool:
        """Whether a server is reached right now."""
        return bool(self.client.is_connected)

    async def _failed(self, error: Exception) -> None:
        said, now = str(error) or type(error).__name__, time.monotonic()
        if said != self._told[0] or now > self._told[1] + _QUIET:
            self._told = (said, now)
            log.warning("NATS is not reached, and is tried again: %s", said)

    async def _lost(self) -> None:
        self.losses += 1
        if not self._closing:
            log.warning("the connection to NATS is lost; it is opened again")

    async def _found(self) -> None:
        log.info("the connection to NATS is open again")
        for call in tuple(self.on_return):
            call()

    def named(self, what: str) -> str:
        """The name of a stream or bucket of ours."""
        return f"{self.prefix}-{what}"

    def subject(self, *parts: str) -> str:
        """A subject of ours."""
        return ".".join((self.prefix, *parts))


@contextmanager
def explained() -> Iterator[None]:
    """What NATS refuses, as the journal's own error."""
    try:
        yield
    except (nats.errors.Error, nats.js.errors.Error, OSError, TimeoutError) as error:
        said = str(error) or type(error).__name__
        raise JournalUnavailable(f"NATS does not answer as it should ({said}); look at its servers") from error


def digest(*parts: str) -> str:
    """A key that names nobody: 32 hex digits."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
