"""Live views: whoever looks on (the chat page) is told what happens, at no cost while nobody does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec


class Happening(msgspec.Struct, kw_only=True):
    """Something to show.

    Attributes:
        kind: ``message``, ``typing``, ``seen``, ``receipt``, ``reaction``, ``webhook`` or ``request``.
        lane: the conversation it belongs to; empty for all.
        data: what to show, as JSON.
    """

    kind: str
    lane: str
    data: dict[str, Any]


class Hub:
    """Hands happenings to every onlooker; one that cannot keep up misses the oldest."""

    def __init__(self, *, backlog: int = 1000) -> None:
        self._backlog = backlog
        self._onlookers: set[asyncio.Queue[Happening | None]] = set()

    @property
    def watched(self) -> bool:
        """Whether anybody looks on; ask before building an expensive happening."""
        return bool(self._onlookers)

    def tell(self, kind: str, lane: str, data: dict[str, Any]) -> None:
        """Tell every onlooker."""
        for queue in self._onlookers:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(Happening(kind=kind, lane=lane, data=data))

    async def watch(self) -> AsyncIterator[Happening]:
        """What happens from now on, until the hub closes."""
        queue: asyncio.Queue[Happening | None] = asyncio.Queue(self._backlog)
        self._onlookers.add(queue)
        try:
            while (happening := await queue.get()) is not None:
                yield happening
        finally:
            self._onlookers.discard(queue)

    def close(self) -> None:
        """End every view."""
        for queue in self._onlookers:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(None)
