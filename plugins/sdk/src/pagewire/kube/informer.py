"""Objects of one kind, as they are now: listed once, then followed by a watch, for ever.

The last known state stays when the API server is away, and what changed meanwhile is told when it is back.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator
from typing import Final, Generic, NamedTuple, TypeVar

from .client import EVERYTHING, KubeClient, Selection
from .errors import KubeError
from .kinds import Object, ObjectKind, ObjectName, name_of, version_of
from .reflector import Reflector
from .watching import Heard

_log: Final = logging.getLogger(__name__)

T = TypeVar("T")


class Change(NamedTuple, Generic[T]):
    """Something came, changed or went.

    Attributes:
        before: what was known of it; None if it is new.
        after: what is known of it now; None if it is gone.
    """

    name: ObjectName
    before: T | None
    after: T | None


class _Known(NamedTuple, Generic[T]):
    version: str
    what: T


class Informer(Generic[T]):
    """Follows the objects of one kind.

    Args:
        client: the API server.
        kind: which kind.
        remember: what to keep of an object; keep little, there may be many.
        noticed: called with every change after it is stored; it must not wait or raise.
        of: which objects of the kind.

    Attributes:
        synced: set once all objects were read for the first time.
    """

    def __init__(
        self,
        client: KubeClient,
        kind: ObjectKind,
        remember: Callable[[Object], T],
        noticed: Callable[[Change[T]], None],
        of: Selection = EVERYTHING,
    ) -> None:
        self.kind = kind
        self._shelf = _Shelf(kind, remember, noticed)
        self._reflector = Reflector(client, kind, self._shelf, of)
        self.synced: asyncio.Event = self._reflector.synced

    @property
    def trouble(self) -> KubeError | None:
        """Why nothing can be read right now; None if all is well."""
        return self._reflector.trouble

    @property
    def heard(self) -> float:
        """`time.monotonic()` of the last sign of life."""
        return self._reflector.heard

    def __len__(self) -> int:
        return len(self._shelf.known)

    def __iter__(self) -> Iterator[ObjectName]:
        return iter(tuple(self._shelf.known))

    def get(self, name: ObjectName) -> T | None:
        """What is known of an object."""
        known = self._shelf.known.get(name)
        return known.what if known else None

    async def run(self) -> None:
        """Follow until cancelled. Never gives up: credentials, rights and servers come back."""
        await self._reflector.run()


class _Shelf(Generic[T]):
    """The store of an informer."""

    def __init__(self, kind: ObjectKind, remember: Callable[[Object], T], noticed: Callable[[Change[T]], None]) -> None:
        self._kind, self._remember, self._noticed = kind, remember, noticed
        self.known: dict[ObjectName, _Known[T]] = {}
        self._found: dict[ObjectName, _Known[T]] = {}

    def begin(self) -> None:
        self._found = {}

    async def found(self, objects: list[Object]) -> None:
        self._found.update((name_of(one), _Known(version_of(one), self._remember(one))) for one in objects)

    async def end(self) -> None:
        found, self._found = self._found, {}
        for name in [name for name in self.known if name not in found]:
            self._put(name, None)
        for name, known in found.items():
            self._put(name, known)

    async def changed(self, heard: Heard) -> None:
        one = heard.object
        gone = heard.type == "DELETED"
        self._put(name_of(one), None if gone else _Known(version_of(one), self._remember(one)))

    def troubled(self, error: KubeError | None) -> None:
        if error is None:
            _log.info("following %s again", self._kind)
        else:
            _log.warning("cannot follow %s for now, going on with the last known state: %s", self._kind, error)

    def _put(self, name: ObjectName, known: _Known[T] | None) -> None:
        before = self.known.get(name)
        if known is None:
            self.known.pop(name, None)
        else:
            self.known[name] = known
        if (before and before.version) != (known and known.version):
            self._noticed(Change(name, before and before.what, known and known.what))
