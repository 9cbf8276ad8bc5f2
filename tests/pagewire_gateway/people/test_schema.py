"""A database of people that an older program wrote goes on: nobody is lost, and who was forgotten stays so."""

from importlib.resources import files
from pathlib import Path

import pytest

from pagewire.people import ScopedId
from pagewire_gateway.journal.sqlite.connecting import make_file, open_writer
from pagewire_gateway.journal.sqlite.schema import bring_up_to_date, migrations
from pagewire_gateway.people import identities, links, statuses
from pagewire_gateway.people.store import APPLICATION, Store

STEPS = migrations(files("pagewire_gateway.people"))
ANN, ANN_IG = ScopedId("page", "1", "71"), ScopedId("instagram", "2", "81")
WRITTEN = """
insert into identity values (1, 'page', '1', '71', 'p-ann', 10, 20), (2, 'instagram', '2', '81', 'p-ann2', 15, 25);
insert into profile values ('page', '1', '71', x'7b7d', 0, 0, 20, 99);
insert into assertion values (1, 'a-1', 'instagram', '2', '81', 'page', '1', '71', 'operator', 'somebody', '', 30, '', 0, '');
insert into deletion (place, id, ground, requested, upto, state, removed, finished)
    values (1, 'd-1', 'operator', 40, 7, 'done', '{}', 50);
insert into deletion_subject (deletion, place, object, account, id, hash) values ('d-1', 0, 'page', '1', null, 'abcd');
insert into deletion_receipt values ('d-1', 0, 'crm-sync', 'done', 1, 0, 45, '', 'gone');
"""


@pytest.mark.parametrize("version", range(1, len(STEPS)))
async def test_people_of_an_older_schema_are_known_and_the_forgotten_stay_forgotten(tmp_path: Path, version: int):
    path = tmp_path / "people.db"
    make_file(path)
    db = open_writer(path)
    bring_up_to_date(db, path, STEPS[:version], application=APPLICATION)
    db.execute(WRITTEN)
    db.close()
    store = Store(tmp_path)
    await store.start()
    assert await store.run(lambda db: db.execute("pragma user_version").get) == len(STEPS)
    assert set(await store.run(lambda db: links.connected(db, [ANN]))) == {ANN, ANN_IG}
    known = await store.run(lambda db: identities.of(db, ANN))
    assert known is not None
    told = await store.run(lambda db: statuses.status(db, "d-1"))
    assert told is not None
    assert (told.state, [receipt.receipt for receipt in told.receipts]) == ("done", ["gone"])
    assert await store.run(lambda db: db.execute("select hash from deletion_subject").get) == "abcd"
    await store.aclose()
