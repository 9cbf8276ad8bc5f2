"""Partitions are asked over a real server of NATS: large answers, errors, and nobody there."""

import asyncio
from types import SimpleNamespace

import msgspec
import pytest

from pagewire_gateway.journal.port import JournalError, JournalUnavailable, ParkedView
from pagewire_gateway.shared.connection import Nats
from pagewire_gateway.workers import asking
from pagewire_gateway.workers.answering import PART, Answering
from pagewire_gateway.workers.asking import Asking
from pagewire_gateway.workers.asks import Disturbed, Known, Parked
from pagewire_gateway.workers.lock import FolderLock
from pagewire_gateway.workers.members import Member, Members
from pagewire_gateway.workers.places import Places


class Journal:
    """Answers from memory; what a partition's journal says is tested with it."""

    def __init__(self) -> None:
        self.parked_views: list[ParkedView] = []

    async def parked(self, limit: int, *_asked: str | None) -> list[ParkedView]:
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


async def test_an_answer_of_which_a_part_was_lost_is_no_answer(link: Nats, journal: Journal, monkeypatch):
    journal.parked_views = [parked(number) for number in range(2000)]
    send = Answering._send
    lost: list[bytes] = []

    async def lose_the_second(self, message, body, headers):
        if (headers or {}).get(PART) == "2":
            lost.append(body)
        else:
            await send(self, message, body, headers)

    monkeypatch.setattr(Answering, "_send", lose_the_second)
    with pytest.raises(JournalUnavailable, match="a part of a worker's answer was lost on the way; ask again"):
        await Asking(link, 1).one(0, Parked(5000, None))
    assert len(lost) == 1


async def test_an_answer_without_an_end_is_given_up(link: Nats, journal: Journal, monkeypatch):
    monkeypatch.setattr(asking, "LARGEST", 1 << 20)
    journal.parked_views = [parked(number) for number in range(5000)]
    with pytest.raises(JournalError, match="larger than 1 MiB; ask for less at a time"):
        await Asking(link, 1).one(0, Parked(5000, None))


async def test_whoever_heals_hears_that_another_process_refused_deliveries(link: Nats):
    heard: list[bool] = []
    answering = Answering(link, 0, SimpleNamespace(disturbed=lambda: heard.append(True)))
    await answering.start()
    assert await Asking(link, 1).one(0, Disturbed()) is None
    await answering.stop()
    assert heard == [True]


async def test_workers_that_are_gone_are_forgotten(link: Nats):
    members = Members(link, 0.05)
    for number in range(100):
        members._hear(f"pod-{number}", msgspec.json.encode(Member("host", number, "1")), number)
    assert len(members.alive()) == 100
    await asyncio.sleep(0.06)
    members._hear("pod-new", msgspec.json.encode(Member("host", 1, "1")), 101)
    assert list(members.alive()) == ["pod-new"]
    assert (len(members._known), len(members._heard)) == (1, 1)


async def test_places_are_known_for_as_long_as_their_bucket_keeps_them(link: Nats, monkeypatch):
    places = Places(link)
    monkeypatch.setattr("pagewire_gateway.workers.places.monotonic", lambda: 0.0)
    places._hear("a", b'{"0": 7}', 1)
    monkeypatch.setattr("pagewire_gateway.workers.places.monotonic", lambda: 91 * 86_400.0)
    places._hear("b", b'{"0": 9}', 2)
    assert (await places.of(2))[0] == 9
    assert list(places._known) == [2]


def test_a_folder_is_for_one_process(tmp_path):
    one, other = FolderLock(tmp_path), FolderLock(tmp_path)
    one.acquire()
    with pytest.raises(JournalError, match="give each process on NATS a --data folder of its own"):
        other.acquire()
    one.release()
    other.acquire()
    other.release()
