"""A journal moves from SQLite to NATS and back, whole, however often it is interrupted; and a gateway goes on with it."""

from collections import defaultdict
from pathlib import Path

import apsw
import msgspec
import pytest
from click.testing import CliRunner

from pagewire_gateway.cli.root import pagewire
from pagewire_gateway.journal.moving import leaving, splitting
from pagewire_gateway.journal.moving.columns import TABLES, fresh
from pagewire_gateway.journal.moving.digests import digest
from pagewire_gateway.journal.moving.leaving import to_nats
from pagewire_gateway.journal.moving.locations import AtNats, AtPath, located
from pagewire_gateway.journal.moving.merging import merge
from pagewire_gateway.journal.moving.returning import to_sqlite
from pagewire_gateway.journal.port import EventFilter, JournalError
from pagewire_gateway.journal.sqlite import SqliteJournal
from tests.contracts.journal_world import (
    LANE,
    OTHER,
    PAGE,
    START,
    append,
    ids_of,
    lease,
    mark,
    said,
    waiting,
)
from tests.pagewire_gateway.journal_jetstream.lived import PEOPLE, quiet
from tests.pagewire_gateway.journal_jetstream.world import Town


async def _by_person(journal: SqliteJournal, lane: str) -> dict[str | None, list[str]]:
    """What waits, in the order that counts."""
    found: dict[str | None, list[str]] = defaultdict(list)
    for one in await journal.pending(lane, 0, 1000):
        found[one.stored.item.person].append(one.stored.id)
    return found


async def test_there_and_back_it_is_the_same(wide: Town, source: Path, tmp_path: Path):
    back = tmp_path / "back.db"
    async with wide.deployment() as deployment:
        there = await to_nats(source, deployment, tmp_path / "going", quiet)
        returned = await to_sqlite(deployment, back, tmp_path / "coming", quiet)
    assert there == returned == digest([back])
    assert there["events"].count == 64
    assert there["outbox"].count == 30
    old, new = SqliteJournal(source), SqliteJournal(back)
    for journal in (old, new):
        await journal.start()
    for lane in (LANE, OTHER):
        assert await _by_person(new, lane) == await _by_person(old, lane)
    assert sorted(ids_of(await new.outbox())) == sorted(ids_of(await old.outbox()))
    assert {one.id for one in await new.parked()} == {one.id for one in await old.parked()}
    again = await append(new, said("before"), said(f"{PEOPLE[3]}-1", person=PEOPLE[3], at=START + 1))
    assert again.duplicates == 2, "also of a person who is forgotten"
    for journal in (old, new):
        await journal.aclose()


async def test_a_gateway_goes_on_with_what_moved(wide: Town, source: Path, tmp_path: Path):
    async with wide.deployment() as deployment:
        await to_nats(source, deployment, tmp_path / "going", quiet)
        seen: dict[int, list[str]] = {}
        for partition in range(4):
            journal = deployment.journal(partition, tmp_path / "worker")
            await journal.start()
            seen[partition] = [view.stored.id for view in await journal.events(EventFilter(limit=1000))]
            fence = await lease(journal)
            await journal.settle([mark(place) for place in await waiting(journal)], fence)
            assert await waiting(journal) == []
            # The key of a deployment is drawn anew, so now and then a partition has nobody.
            for who in (who for who in PEOPLE if deployment.partition_of(("page", PAGE, who)) == partition):
                assert (await append(journal, said(f"{who}-4", person=who, at=START + 4))).duplicates == 1
                assert len((await append(journal, said(f"{who}-more", person=who))).new) == 1
            await journal.aclose()
    assert sum(len(ids) for ids in seen.values()) == 64
    assert sum(map(bool, seen.values())) > 1, "the journal is shared out"


async def test_nothing_is_copied_over_something(wide: Town, source: Path, tmp_path: Path):
    async with wide.deployment() as deployment:
        await to_nats(source, deployment, tmp_path / "going", quiet)
        with pytest.raises(JournalError, match="not empty"):
            await to_nats(source, deployment, tmp_path / "again", quiet)
        with pytest.raises(JournalError, match="exists already"):
            await to_sqlite(deployment, source, tmp_path / "coming", quiet)


async def test_nobody_may_work_on_it_meanwhile(wide: Town, source: Path, tmp_path: Path):
    journal = SqliteJournal(source)
    await journal.start()
    await lease(journal, "gateway")
    async with wide.deployment() as deployment:
        with pytest.raises(JournalError, match="stop it"):
            await to_nats(source, deployment, tmp_path / "going", quiet)
        await deployment.claim(2, "dispatch", "a worker", 60_000)
        with pytest.raises(JournalError, match="partition 2"):
            await to_sqlite(deployment, tmp_path / "back.db", tmp_path / "coming", quiet)
    await journal.aclose()


async def test_what_does_not_arrive_as_it_was_sent_is_told(
    wide: Town, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def split(whole: Path, part: Path, partition: int, *rest) -> None:
        splitting.split(whole, part, partition, *rest)
        # In all of them: where an event goes is drawn anew each time, and one of a forgotten person has no text to lose.
        db = apsw.Connection(str(part))
        db.execute("update event set raw = null where seq = (select min(seq) from event where raw is not null)")
        db.close()

    monkeypatch.setattr(leaving, "split", split)
    async with wide.deployment() as deployment:
        with pytest.raises(JournalError, match="differ"):
            await to_nats(source, deployment, tmp_path / "going", quiet)


def test_a_copy_knows_every_table(tmp_path: Path):
    with fresh(tmp_path / "any.db") as db:
        found = {row[0] for row in db.execute("select name from sqlite_schema where type = 'table'")}
    assert found == set(TABLES), "tell splitting, merging and digests of it"


def test_parts_of_replays_that_are_done_stay_done(tmp_path: Path):
    whole, parts, back = tmp_path / "whole.db", [tmp_path / f"{number}.db" for number in range(2)], tmp_path / "back.db"
    with fresh(whole) as db:
        db.execute("insert into replay values ('a', 7, '{\"x\":3,\"y\":1}', 5), ('b', 1, '{}', 6)")
    for number, part in enumerate(parts):
        splitting.split(whole, part, number, lambda *_where: 0, quiet)
    assert [_replays(part)["a"][0] for part in parts] == [7, 7]
    merge(parts, back, quiet)
    assert _replays(back) == _replays(whole)


def test_of_a_replay_cut_short_the_newest_part_counts(tmp_path: Path):
    parts, back = [tmp_path / f"{number}.db" for number in range(3)], tmp_path / "back.db"
    for part, number in zip(parts, (7, 8, 8), strict=True):
        with fresh(part) as db:
            db.execute("insert into replay values ('a', ?, '{\"x\":2}', ?)", (number, number))
    merge(parts, back, quiet)
    assert _replays(back) == {"a": (8, {"x": 4}, 8)}


def _replays(file: Path) -> dict[str, tuple[int, dict[str, int], int]]:
    db = apsw.Connection(str(file))
    try:
        return {
            job: (number, msgspec.json.decode(got), at) for job, number, got, at in db.execute("select * from replay")
        }
    finally:
        db.close()


async def test_the_command_copies_and_tells_count_and_hash(wide: Town, source: Path, tmp_path: Path):
    from asyncio import to_thread

    servers = wide._url.replace("nats://", "")
    urls = f"sqlite://{source}", f"nats://{servers}/{wide.prefix}"
    command = ["journal", "copy", *urls, "--partitions", "4", "--replicas", "1", "-o", "json"]
    result = await to_thread(CliRunner().invoke, pagewire, command)
    assert result.exit_code == 0, result.output
    rows = {row["what"]: row["count"] for row in msgspec.json.decode(result.stdout)}
    assert rows["events"] == 64
    assert "who asked to be forgotten" in result.stderr
    back = ["journal", "copy", urls[1], f"sqlite://{tmp_path / 'back.db'}", "--partitions", "4", "--replicas", "1"]
    assert (await to_thread(CliRunner().invoke, pagewire, back)).exit_code == 0
    assert digest([tmp_path / "back.db"])["events"].count == 64


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("sqlite:///data/journal.db", AtPath(Path("/data/journal.db"))),
        ("nats://a:4222,b:4222/acme", AtNats("nats://a:4222,nats://b:4222", "acme")),
        ("tls://a:4222", AtNats("tls://a:4222", "pagewire")),
    ],
)
def test_where_a_journal_is(text: str, where: object):
    assert located(text) == where


@pytest.mark.parametrize("text", ["journal.db", "sqlite://journal.db", "http://a/b", "nats:///acme"])
def test_what_names_no_journal(text: str):
    with pytest.raises(JournalError, match="sqlite:///absolute"):
        located(text)
