"""Who was seen is written down, however much there is to catch up with."""

import pytest

from pagewire.wire import read
from pagewire_gateway.journal.sqlite import SqliteJournal
from pagewire_gateway.people import identities, sightings
from pagewire_gateway.people.sightings import Sightings
from pagewire_gateway.people.store import Store
from tests.pagewire_gateway import making

NOW = 1_790_000_000_000


@pytest.fixture
async def parts(tmp_path):
    store, journal = Store(tmp_path), SqliteJournal(tmp_path / "journal.db")
    await store.start()
    await journal.start()
    yield store, journal
    await journal.aclose()
    await store.aclose()


async def test_a_long_journal_is_caught_up_with_in_pieces_and_nobody_is_missing(parts, monkeypatch):
    store, journal = parts
    monkeypatch.setattr(sightings, "_MOST", 10)
    monkeypatch.setattr(sightings, "_PAGE", 5)
    await store.run(lambda db: identities.saw(db, {}, 0))
    for number in range(40):
        items = read(making.body(making.message("hi", person=f"2400000000000{number:04d}")), NOW).items
        await journal.append(items, NOW, "support/acme")
    seen = Sightings(store, journal, lambda _: False)
    most, take = 0, seen._take

    def watched(stored):
        nonlocal most
        take(stored)
        most = max(most, len(seen._seen))

    monkeypatch.setattr(seen, "_take", watched)
    await seen._catch_up()
    await seen.flush()
    known = await store.run(lambda db: identities.newest(db, 100, None, (None, None)))
    assert (len(known), most <= 15) == (40, True)
