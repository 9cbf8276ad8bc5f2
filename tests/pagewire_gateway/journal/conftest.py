"""Journals on a file that a test can look into."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import apsw
import pytest

from pagewire_gateway.journal.sqlite import SqliteJournal, Tuning
from tests.contracts.journal_world import Clock

Open = Callable[..., Awaitable[SqliteJournal]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "journal.db"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def open_journal(path: Path, clock: Clock) -> AsyncIterator[Open]:
    """Opens journals on the file; whatever is left open is closed at the end."""
    opened: list[SqliteJournal] = []

    async def open_one(tuning: dict[str, Any] | None = None, **options: Any) -> SqliteJournal:
        journal = SqliteJournal(path, clock=clock, tuning=Tuning(**(tuning or {})), **options)
        await journal.start()
        opened.append(journal)
        return journal

    yield open_one
    for journal in reversed(opened):
        await journal.aclose()


@pytest.fixture
def look(path: Path) -> Callable[..., list[tuple[Any, ...]]]:
    """Asks the file with a connection of its own."""

    def ask(sql: str, *bindings: Any) -> list[tuple[Any, ...]]:
        db = apsw.Connection(str(path))
        try:
            return db.execute(sql, bindings).fetchall()
        finally:
            db.close()

    return ask
