"""The SQLite journal keeps the contract, with ids and conversations folded in late, and at once."""

from pathlib import Path

import pytest

from pagewire_gateway.journal.sqlite import SqliteJournal, Tuning
from tests.contracts.journal import JournalContract
from tests.contracts.journal_world import Clock


class SqliteWorld:
    """One file, and as many journals on it as are asked for."""

    def __init__(self, path: Path, fold_at: int) -> None:
        self.clock = Clock()
        self._path = path
        self._tuning = Tuning(fold_at=fold_at)
        self._opened: list[SqliteJournal] = []
        self.journal: SqliteJournal

    async def another(self) -> SqliteJournal:
        journal = SqliteJournal(self._path, clock=self.clock, tuning=self._tuning)
        await journal.start()
        self._opened.append(journal)
        return journal

    async def aclose(self) -> None:
        for journal in reversed(self._opened):
            await journal.aclose()


class TestSqlite(JournalContract):
    @pytest.fixture(params=[1, 32_768], ids=["folds at once", "folds late"])
    async def world(self, tmp_path: Path, request: pytest.FixtureRequest):
        world = SqliteWorld(tmp_path / "journal.db", request.param)
        world.journal = await world.another()
        yield world
        await world.aclose()
