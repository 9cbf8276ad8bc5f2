"""A copy of a journal that is interrupted, wherever that is, goes on with the same command, and brings nothing that is over."""

import asyncio
import functools
from pathlib import Path

import pytest

from pagewire_gateway.journal.moving import claiming, leaving, splitting
from pagewire_gateway.journal.moving.claiming import HOLDER, claimed
from pagewire_gateway.journal.moving.leaving import to_nats
from pagewire_gateway.journal.moving.returning import to_sqlite
from pagewire_gateway.journal.moving.steps import Steps
from pagewire_gateway.journal.port import JournalError
from pagewire_gateway.journal.sqlite import SqliteJournal
from tests.contracts.journal_world import PAGE, START, append, lease, said, sent
from tests.pagewire_gateway.journal_jetstream.lived import PEOPLE, quiet
from tests.pagewire_gateway.journal_jetstream.world import Town


async def test_an_interrupted_copy_goes_on_where_it_was(
    wide: Town, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    splits: list[int] = []

    def split(whole: Path, part: Path, partition: int, *rest) -> None:
        splits.append(partition)
        if len(splits) == 3:
            raise KeyboardInterrupt
        splitting.split(whole, part, partition, *rest)

    monkeypatch.setattr(leaving, "split", split)
    async with wide.deployment() as deployment:
        with pytest.raises(KeyboardInterrupt):
            await to_nats(source, deployment, tmp_path / "going", quiet)
        done = await to_nats(source, deployment, tmp_path / "going", quiet)
    assert splits == [0, 1, 2, 2, 3]
    assert done["events"].count == 64
    assert not (tmp_path / "going").exists()


async def test_a_copy_that_was_interrupted_before_all_was_folded_in_begins_it_anew(
    wide: Town, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(leaving, "_fold", _interrupt)
        async with wide.deployment() as deployment:
            await to_nats(source, deployment, tmp_path / "going", quiet)
    async with wide.deployment() as deployment:
        await to_nats(source, deployment, tmp_path / "going", quiet)
        partition = deployment.partition_of(("page", PAGE, PEOPLE[0]))
        journal = deployment.journal(partition, tmp_path / "worker")
        await journal.start()
        assert (await append(journal, said(f"{PEOPLE[0]}-1", person=PEOPLE[0], at=START + 1))).duplicates == 1
        await journal.aclose()


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("step", ["sent", "remove"])
async def test_a_copy_that_was_interrupted_after_something_arrived_goes_on(
    wide: Town, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
):
    async with wide.deployment() as deployment:
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(Steps, step, _interrupt)
            await to_nats(source, deployment, tmp_path / "going", quiet)
        for left in (tmp_path / "going").glob("*.db"):
            left.unlink()
        assert (await to_nats(source, deployment, tmp_path / "going", quiet))["events"].count == 64
        back = tmp_path / "back.db"
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(Steps, "remove", _interrupt)
            await to_sqlite(deployment, back, tmp_path / "coming", quiet)
        assert (await to_sqlite(deployment, back, tmp_path / "coming", quiet))["events"].count == 64
    assert not (tmp_path / "going").exists()
    assert not (tmp_path / "coming").exists()


async def _worked_in_between(source: Path) -> None:
    """A gateway goes on with the source, and what waited goes out."""
    journal = SqliteJournal(source)
    await journal.start()
    fence = await lease(journal, "gateway")
    await journal.record([sent(row.id, f"late-{row.id}") for row in await journal.outbox()], fence)
    await journal.release("dispatch", "gateway")
    await journal.aclose()


async def test_what_was_sent_since_an_interruption_does_not_wait_again(
    wide: Town, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    async with wide.deployment() as deployment:
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(leaving, "split", _interrupt)
            await to_nats(source, deployment, tmp_path / "going", quiet)
        await _worked_in_between(source)
        await to_nats(source, deployment, tmp_path / "going", quiet)
        await to_sqlite(deployment, tmp_path / "back.db", tmp_path / "coming", quiet)
    back = SqliteJournal(tmp_path / "back.db")
    await back.start()
    assert await back.outbox() == []
    await back.aclose()


async def test_a_half_sent_copy_of_a_source_that_was_worked_on_since_is_refused(
    wide: Town, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    async with wide.deployment() as deployment:
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(Steps, "sent", _interrupt)
            await to_nats(source, deployment, tmp_path / "going", quiet)
        await _worked_in_between(source)
        with pytest.raises(JournalError, match="changed since"):
            await to_nats(source, deployment, tmp_path / "going", quiet)


async def test_two_copies_do_not_share_a_folder(wide: Town, source: Path, tmp_path: Path):
    with Steps(tmp_path / "going", "another", "elsewhere"):
        async with wide.deployment() as deployment:
            with pytest.raises(JournalError, match="another copy is at work"):
                await to_nats(source, deployment, tmp_path / "going", quiet)


async def _journal(path: Path) -> SqliteJournal:
    journal = SqliteJournal(path)
    await journal.start()
    return journal


async def test_a_long_copy_keeps_its_lease_and_a_killed_one_nobody_waiting_for_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(claiming, "_TTL", 0.3)
    journal, renewals = await _journal(tmp_path / "journal.db"), asyncio.Semaphore(0)

    async def claim(ttl_ms: int) -> int | None:
        fence = await journal.claim("dispatch", HOLDER, ttl_ms)
        renewals.release()
        return fence

    async with claimed(claim, functools.partial(journal.release, "dispatch", HOLDER), "taken") as held:
        for _ in range(8):
            await renewals.acquire()
        held.sure()
        assert await journal.claim("dispatch", "gateway", 1000) is None
    assert await journal.claim("dispatch", "gateway", 60_000)
    with pytest.raises(JournalError, match="taken"):
        async with claimed(claim, functools.partial(journal.release, "dispatch", HOLDER), "taken"):
            pass
    await journal.aclose()


async def test_a_copy_whose_lease_somebody_took_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(claiming, "_TTL", 0.3)
    journal = await _journal(tmp_path / "journal.db")
    claim = functools.partial(journal.claim, "dispatch", HOLDER)
    async with claimed(claim, functools.partial(journal.release, "dispatch", HOLDER), "taken") as held:
        await journal.release("dispatch", HOLDER)
        assert await journal.claim("dispatch", "gateway", 60_000)
        await asyncio.wait([held._keeping])
        with pytest.raises(JournalError, match="somebody took the lease"):
            held.sure()
    await journal.aclose()
