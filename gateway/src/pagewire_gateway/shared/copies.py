"""Whole copies of what is known of people, so that a new process need not read every change there ever was."""

import contextlib

from nats.js import errors
from nats.js.object_store import ObjectStore

from pagewire_gateway.journal.port import JournalUnavailable
from pagewire_gateway.shared.connection import Nats, explained
from pagewire_gateway.shared.shelf import Shelf


class Copies:
    """The newest copy.

    Args:
        nats: the connection.

    Attributes:
        newest: up to which place of the stream the newest one goes that is known here.
    """

    def __init__(self, nats: Nats) -> None:
        self._nats = nats
        self._pointer = Shelf(nats, "people-copy")
        self._objects: ObjectStore
        self.newest = 0

    async def start(self) -> None:
        """Open what holds them."""
        await self._pointer.start()
        name = self._nats.named("people-copies")
        with explained():
            try:
                self._objects = await self._nats.js.object_store(name)
            except errors.NotFoundError:
                self._objects = await self._nats.js.create_object_store(name, replicas=self._nats.replicas)
        await self.look()

    async def look(self) -> None:
        """See how far the newest one goes."""
        there = await self._pointer.get("newest")
        self.newest = int(there.value) if there else 0

    async def put(self, seq: int, copy: bytes) -> None:
        """Keep a copy that goes up to a place, and drop the one before."""
        before = await self._pointer.get("newest")
        if before is not None and int(before.value) >= seq:
            return
        with explained():
            await self._objects.put(f"copy-{seq}", copy)
        revision = before.revision if before else 0
        if await self._pointer.replace("newest", str(seq).encode(), revision) is None:
            await self.look()
            if self.newest != seq:
                await self._drop(seq)
            return
        self.newest = seq
        if before is not None:
            await self._drop(int(before.value))

    async def get(self) -> bytes:
        """The newest copy.

        Raises:
            JournalUnavailable: there is none.
        """
        there = await self._pointer.get("newest")
        if there is None:
            raise JournalUnavailable("NATS has neither the changes to people nor a copy; restore its streams")
        self.newest = int(there.value)
        with explained():
            return (await self._objects.get(f"copy-{self.newest}")).data or b""

    async def _drop(self, seq: int) -> None:
        with explained(), contextlib.suppress(errors.NotFoundError):
            await self._objects.delete(f"copy-{seq}")
