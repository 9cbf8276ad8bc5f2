"""Journals of one partition on a server, opened and closed as processes come and go, and what stands in their files."""

import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import apsw
from nats.js.errors import NotFoundError

from pagewire_gateway.journal.jetstream import Deployment, JetStreamIngest, JetStreamJournal, Layout
from pagewire_gateway.shared.connection import Nats
from tests.contracts.journal_world import Clock

SMALL = Layout(partitions=1, max_bytes=64 << 20, patience=30.0)
TABLES = ("event", "seen", "conversation", "lane", "delivery", "attempt", "outbox", "answer", "forgetting")


class Town:
    """One deployment.

    Args:
        url: of the server.
        prefix: of the deployment.
        folder: for files.
        layout: of the deployment.
    """

    def __init__(self, url: str, prefix: str, folder: Path, layout: Layout = SMALL, replicas: int = 1) -> None:
        self.clock = Clock()
        self.prefix, self.folder, self.layout = prefix, folder, layout
        self._url, self._replicas = url, replicas

    async def raze(self) -> None:
        """Give the server its room back."""
        link = Nats(self._url, self.prefix)
        await link.start()
        kept = [f"KV_{self.prefix}-{bucket}" for bucket in ("claims", "journal")]
        kept += [f"{self.prefix}-journal-{partition}" for partition in range(4)]
        for name in (*kept, f"OBJ_{self.prefix}-journal-snapshots"):
            with contextlib.suppress(NotFoundError):
                await link.js.delete_stream(name)
        await link.aclose()

    @asynccontextmanager
    async def deployment(self) -> AsyncIterator[Deployment]:
        link = Nats(self._url, self.prefix, self._replicas)
        await link.start()
        try:
            deployment = Deployment(link, self.layout, self.clock)
            await deployment.start()
            yield deployment
        finally:
            await link.aclose()

    @asynccontextmanager
    async def journal(self, name: str) -> AsyncIterator[JetStreamJournal]:
        """The journal with its file in a folder of this name, as a process of its own would have it."""
        async with self.deployment() as deployment:
            journal = deployment.journal(0, self.folder / name)
            await journal.start()
            try:
                yield journal
            finally:
                await journal.aclose()

    @asynccontextmanager
    async def ingest(self) -> AsyncIterator[JetStreamIngest]:
        """A process that only appends."""
        async with self.deployment() as deployment:
            ingest = deployment.ingest()
            await ingest.start()
            try:
                yield ingest
            finally:
                await ingest.aclose()


async def contents(journal: JetStreamJournal) -> dict[str, list[Any]]:
    """Everything that stands in the file of a journal, with what is in memory written down first."""
    await journal.stats()
    applier, projection = journal._replica.applier, journal._replica.projection

    def fold(db: apsw.Connection) -> None:
        projection.tail.freeze()
        projection.tail.fold(db, 1 << 30)

    await applier.write(fold)
    await applier.write(fold)
    return await projection.readers.run(lambda db: {name: _rows(db, name) for name in TABLES})


def _rows(db: apsw.Connection, table: str) -> list[Any]:
    return sorted((tuple(row) for row in db.execute(f"select * from {table}")), key=repr)
