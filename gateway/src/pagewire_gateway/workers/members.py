"""Which workers are alive: each says so in a bucket from time to time."""

import asyncio
import logging
import os
import socket
import time
from importlib.metadata import version
from typing import Final

import msgspec
from msgspec import Struct

from pagewire_gateway.journal.port import JournalError
from pagewire_gateway.shared.connection import Nats
from pagewire_gateway.shared.shelf import Shelf

log = logging.getLogger(__name__)

_BEATS: Final = 3
_BRIEFLY: Final = 2.0
"""Seconds for saying good-bye."""


class Member(Struct, frozen=True):
    """A worker.

    Attributes:
        host: name of its machine, or pod.
        pid: its process.
        version: of the gateway.
    """

    host: str
    pid: int
    version: str


_read = msgspec.json.Decoder(Member)


class Members:
    """All workers.

    Args:
        nats: the connection.
        ttl: seconds after which one that says nothing counts as gone.

    Attributes:
        me: the name of this worker, once started. A process that follows a dead one in its folder has the same, so for the
            others nobody came or went.
        changed: set when one came or went.
    """

    def __init__(self, nats: Nats, ttl: float) -> None:
        self._shelf = Shelf(nats, "workers", ttl=max(60.0, 10 * ttl))
        self._ttl, self.changed = ttl, asyncio.Event()
        self.me = ""
        self._heard: dict[str, float] = {}
        self._known: dict[str, Member] = {}
        self._told: frozenset[str] = frozenset()

    async def start(self, me: str) -> None:
        """Open the bucket, and be known by a name from now on."""
        self.me = me
        await self._shelf.start()

    def alive(self) -> dict[str, Member]:
        """Who is alive, by name. Clocks of other machines do not matter: it counts when something was heard here."""
        oldest = time.monotonic() - self._ttl
        return {name: self._known[name] for name, heard in self._heard.items() if heard >= oldest}

    async def follow(self) -> None:
        """Listen, for ever."""
        await self._shelf.follow(self._hear)

    async def beat(self) -> None:
        """Say that this process is alive, for ever, and look who else is."""
        body = msgspec.json.encode(Member(socket.gethostname(), os.getpid(), version("pagewire-gateway")))
        while True:
            try:
                await self._shelf.put(self.me, body)
            except JournalError as error:
                log.warning("other workers may think that this one is gone: %s", error)
            self.look()
            await asyncio.sleep(self._ttl / _BEATS)

    async def leave(self) -> None:
        """Say that this process is gone, so that others take over at once."""
        try:
            async with asyncio.timeout(_BRIEFLY):
                await self._shelf.delete(self.me)
        except (JournalError, TimeoutError) as error:
            log.warning("other workers find out by themselves that this one is gone: %s", str(error) or "NATS is away")

    def look(self) -> None:
        """Tell if somebody came or went, and forget who is gone: every start of a pod may bring a new name."""
        alive = self.alive()
        for name in self._known.keys() - alive.keys():
            del self._known[name]
            self._heard.pop(name, None)
        now = frozenset(alive)
        if now != self._told:
            self._told = now
            self.changed.set()

    def _hear(self, name: str, value: bytes | None, _revision: int) -> None:
        if value is None:
            self._heard.pop(name, None)
        else:
            self._known[name] = _read.decode(value)
            self._heard[name] = time.monotonic()
        self.look()
