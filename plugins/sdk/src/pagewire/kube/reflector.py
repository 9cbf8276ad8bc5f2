"""All objects of a kind, listed once and then followed by a watch, for ever. Keeps none of them: a store does.

`Informer` is the store most want. Bring one of your own where there are too many objects to keep a copy beside it.
"""

import asyncio
from contextlib import aclosing
from random import uniform
from time import monotonic
from typing import Final, Protocol

from .client import EVERYTHING, KubeClient, Selection
from .errors import Gone, KubeError
from .kinds import Object, ObjectKind, version_of
from .watching import Heard

_FIRST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 15.0
_AGAIN: Final = 0.1
"""Seconds between two watches that ended well, so that a server that hangs up at once is not flooded."""


class Store(Protocol):
    """Where a `Reflector` puts what it is told. It is told one thing at a time."""

    def begin(self) -> None:
        """A list begins, perhaps after one that broke off."""

    async def found(self, objects: list[Object]) -> None:
        """These exist: a piece of the list. The next piece is asked for after this returns."""

    async def end(self) -> None:
        """The list is complete: what was not found since it began is gone."""

    async def changed(self, heard: Heard) -> None:
        """An object came, changed or went; never a bookmark."""

    def troubled(self, error: KubeError | None) -> None:
        """Nothing can be read for now, and why; None once something can be again. Told when it changes."""


class Reflector:
    """Tells a store of the objects of one kind.

    Args:
        client: the API server.
        kind: which kind.
        store: told of everything.
        of: which objects of the kind.

    Attributes:
        synced: set once all objects were told for the first time.
        trouble: why nothing can be read right now; None if all is well, or if it broke off only this moment.
        heard: `time.monotonic()` of the last sign of life. Bookmarks come each minute.
    """

    def __init__(self, client: KubeClient, kind: ObjectKind, store: Store, of: Selection = EVERYTHING) -> None:
        self._client, self.kind, self._store, self.of = client, kind, store, of
        self._since = ""
        self._failures = 0
        self.synced = asyncio.Event()
        self.trouble: KubeError | None = None
        self.heard = monotonic()

    async def run(self) -> None:
        """Follow until cancelled. Never gives up: credentials, rights and servers come back."""
        while True:
            try:
                await self._go_on()
            except Gone:
                self._since = ""
                await asyncio.sleep(_AGAIN)
            except KubeError as error:
                await self._rest(error)

    async def _go_on(self) -> None:
        if not self._since:
            await self._read_all()
        async with aclosing(self._client.watch(self.kind, self._since, self.of, self._alive)) as watch:
            async for heard in watch:
                self._alive()
                if heard.type != "BOOKMARK":
                    await self._store.changed(heard)
                self._since = version_of(heard.object)
                del heard  # nothing more may come for a minute, and what it told may be a Secret
        await asyncio.sleep(_AGAIN)

    async def _read_all(self) -> None:
        version = ""
        self._store.begin()
        async for page in self._client.pages(self.kind, self.of):
            self._alive()
            version = page.version
            await self._store.found(page.items)
        await self._store.end()
        self._since = version
        self.synced.set()

    def _alive(self) -> None:
        self._failures, self.heard = 0, monotonic()
        self._trouble(None)

    async def _rest(self, error: KubeError) -> None:
        self._failures += 1
        if self._failures > 1 or not error.passing:
            self._trouble(error)  # that a watch breaks off once is everyday life: proxies cut, servers restart in turn
        pause = min(_FIRST_PAUSE * 2 ** min(self._failures - 1, 10), _LONGEST_PAUSE)
        await asyncio.sleep(uniform(pause / 2, pause))  # noqa: S311 - spreads load, guards nothing

    def _trouble(self, error: KubeError | None) -> None:
        before, self.trouble = self.trouble, error
        if type(before) is not type(error):
            self._store.troubled(error)
