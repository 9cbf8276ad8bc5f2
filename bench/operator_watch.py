"""What an onlooker sees of the Pages: which are Ready, and since when."""

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Self

from bench.operator_pages import NAMESPACE
from pagewire.kube import RESOURCES, Change, Informer, KubeClient, Object, Selection

_PATIENCE = 1800.0


def said(page: Object) -> str:
    """What a Page says of Ready for its newest generation; empty for nothing."""
    for one in page.get("status", {}).get("conditions", ()):
        if one["type"] == "Ready" and one["observedGeneration"] == page["metadata"]["generation"]:
            return str(one["status"])
    return ""


class Onlooker:
    """Watches all Pages as the admin. A context manager.

    Attributes:
        since: name to the `time.monotonic()` at which it last became what it says.
        came: name to when it was first seen.
    """

    def __init__(self, client: KubeClient) -> None:
        self._informer = Informer(
            client, RESOURCES["MessengerPage"], said, self._noticed, Selection(namespace=NAMESPACE)
        )
        self._news = asyncio.Event()
        self._ready: set[str] = set()
        self.says: dict[str, str] = {}
        self.since: dict[str, float] = {}
        self.came: dict[str, float] = {}

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._informer.run())
        await self._informer.synced.wait()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def until_ready(self, pages: int) -> float:
        """Wait until so many are; when the last one became so."""
        await self._until(lambda: len(self._ready) >= pages)
        return max(self.since.values())

    async def until_says(self, name: str, status: str) -> float:
        """Wait until one says so; since when it does."""
        await self._until(lambda: self.says.get(name) == status)
        return self.since[name]

    async def _until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(_PATIENCE):
            while not holds():
                self._news.clear()
                await self._news.wait()

    def _noticed(self, change: Change[str]) -> None:
        name, status = change.name.name, change.after or ""
        self.came.setdefault(name, monotonic())
        if self.says.get(name) == status:
            return
        self.says[name], self.since[name] = status, monotonic()
        (self._ready.add if status == "True" else self._ready.discard)(name)
        self._news.set()
