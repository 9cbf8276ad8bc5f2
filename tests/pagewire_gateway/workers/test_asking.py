"""Partitions are asked over a real server of NATS: large answers, errors, and nobody there."""

import asyncio
from types import SimpleNamespace

import pytest

from pagewire_gateway.journal.port import JournalError, JournalUnavailable, ParkedView
from pagewire_gateway.shared.connection import Nats
from pagewire_gateway.workers import asking
from pagewire_gateway.workers.answering import Answering
from pagewire_gateway.workers.asking import Asking
from pagewire_gateway.workers.asks import Known, Parked
from pagewire_gateway.workers.lock import FolderLock


class Journal:
    """Answers from memory; what a partition's journal says is tested with it."""

    def __init__(self) -> None:
        self.parked_views: list[ParkedView] = []

    async def parked(self, limit: int, plugin: str | None) -> list[ParkedView]:
        return self.parked_views[:limit]

    async def known(self, ids: tuple[str, ...]) -> set[str]:
        raise JournalUnavailable(f"the disk has {len(ids)} reasons")


@pytest.fixture
async def link(nats_url: str, nats_prefix: str):
    nats = Nats(nats_url, nats_prefix)
    await nats.start()
    yield nats
    await nats.aclose()


@pytest.fixture
async def journal(link: Nats):
    journal = Journal()
    answering = Answering(link, 0, SimpleNamespace(journal=journal))
    await answering.start()
    yield journal
    await answering.stop()


def parked(number: int) -> ParkedView:
    return ParkedView(
        what="event", id=f"{number}", event_id=f"{number}", event_seq=number, kind="message", conversation=None,
        account="1", plugin="p", attempts=1, error="x" * 1000, at=number,
    )  # fmt: skip


async def test_an_answer_larger_than_a_message_arrives_whole(link: Nats, journal: Journal):
    journal.parked_views = [parked(number) for number in range(5000)]
    found = await Asking(link, 1).one(0, Parked(5000, None))
    assert found == journal.parked_views


async def test_what_went_wrong_there_is_said_here(link: Nats, journal: Journal):
    with pytest.raises(JournalError, match="the disk has 2 reasons"):
        await Asking(link, 1).one(0, Known(("a", "b")))


async def test_a_partition_without_a_worker_is_named(link: Nats, journal: Journal, monkeypatch):
    monkeypatch.setattr(asking, "_HANDOVER", 0.1)
    with pytest.raises(JournalUnavailable, match="no worker has partition 1 right now; start `pagewire work`"):
        await Asking(link, 2).all(Parked(1, None))


async def test_a_partition_that_changes_hands_is_waited_for(link: Nats):
    asked = asyncio.ensure_future(Asking(link, 1).one(0, Parked(1, None)))
    await asyncio.wait([asked], timeout=0.3)
    assert not asked.done()
    answering = Answering(link, 0, SimpleNamespace(journal=Journal()))
    await answering.start()
    assert await asyncio.wait_for(asked, 30) == []
    await answering.stop()


def test_a_folder_is_for_one_process(tmp_path):
    one, other = FolderLock(tmp_path), FolderLock(tmp_path)
    one.acquire()
    with pytest.raises(JournalError, match="give each process on NATS a --data folder of its own"):
        other.acquire()
    one.release()
    other.acquire()
    other.release()
