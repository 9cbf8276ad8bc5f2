"""The journal on JetStream keeps the contract, partition by partition."""

from pathlib import Path

import pytest

from pagewire_gateway.journal.jetstream import Deployment, JetStreamJournal, Layout
from pagewire_gateway.shared.connection import Nats
from tests.contracts.journal import JournalContract
from tests.contracts.journal_world import Clock


class JetStreamWorld:
    """One partition, and as many journals on it as are asked for, each with a connection and a folder of its own."""

    def __init__(self, url: str, prefix: str, folder: Path) -> None:
        self.clock = Clock()
        self._url, self._prefix, self._folder = url, prefix, folder
        self._opened: list[tuple[JetStreamJournal, Nats]] = []
        self.journal: JetStreamJournal

    async def another(self) -> JetStreamJournal:
        link = Nats(self._url, self._prefix)
        await link.start()
        deployment = Deployment(link, Layout(partitions=1, max_bytes=64 << 20, patience=30.0), self.clock)
        await deployment.start()
        journal = deployment.journal(0, self._folder / str(len(self._opened)))
        self._opened.append((journal, link))
        await journal.start()
        return journal

    async def aclose(self) -> None:
        for journal, _ in self._opened:
            await journal.aclose()
        await self._opened[0][1].js.delete_stream(f"{self._prefix}-journal-0")
        for _, link in self._opened:
            await link.aclose()


class TestJetStream(JournalContract):
    @pytest.fixture
    async def world(self, tmp_path: Path, nats_url: str, nats_prefix: str):
        world = JetStreamWorld(nats_url, nats_prefix, tmp_path)
        world.journal = await world.another()
        yield world
        await world.aclose()
