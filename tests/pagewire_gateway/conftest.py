"""Real parts for tests of the gateway."""

import pytest

from pagewire_gateway.app import now
from pagewire_gateway.journal.sqlite import SqliteJournal


@pytest.fixture
async def journal(tmp_path):
    journal = SqliteJournal(tmp_path / "journal.db", clock=now)
    await journal.start()
    yield journal
    await journal.aclose()
