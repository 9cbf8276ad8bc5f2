"""Outcomes go into the journal together, and what keeps one of them out keeps out no other."""

import asyncio

import pytest

from pagewire_gateway.dispatch import settler as module
from pagewire_gateway.dispatch.settler import Settler
from pagewire_gateway.journal.port import Mark, NewReply
from pagewire_gateway.journal.sqlite import SqliteJournal
from tests.pagewire_gateway.dispatch.test_outcome import item_of


@pytest.fixture
async def journal(tmp_path):
    journal = SqliteJournal(tmp_path / "journal.db")
    await journal.start()
    await journal.append([item_of("messenger/message_text")], 1, "shop/app")
    yield journal
    await journal.aclose()


def mark(seq: int = 1, plugin: str = "one", replies: tuple[NewReply, ...] = ()) -> Mark:
    return Mark(seq=seq, plugin=plugin, state="done", attempts=1, at=1, replies=replies)


def reply(text: str) -> NewReply:
    return NewReply(id=f"pw{text}", index=0, body=b'{"type":"text","text":"%b"}' % text.encode())


async def settled(settler: Settler, *marks: Mark) -> list[list[str] | None]:
    """Put marks, and wait until each was told: the ids of its new rows, or ``None``."""
    told: dict[int, list[str] | None] = {}
    for place, one in enumerate(marks):
        settler.put(one, lambda rows, place=place: told.update({place: rows and [row.id for row in rows]}))
    while len(told) < len(marks):
        await asyncio.sleep(0.001)
    return [told[place] for place in range(len(marks))]


async def test_each_is_told_its_own_rows(journal):
    marks = mark(plugin="a", replies=(reply("a"),)), mark(plugin="b"), mark(plugin="c", replies=(reply("c"),))
    assert await settled(Settler(journal), *marks) == [["pwa"], [], ["pwc"]]


async def test_one_that_cannot_be_stored_keeps_out_no_other(journal, monkeypatch):
    monkeypatch.setattr(module, "_JOURNAL_PAUSE", 0.0)
    settler, told = Settler(journal), []
    settler.put(mark(seq=99, replies=(reply("nobody"),)), told.append)
    assert await settled(settler, mark(plugin="b", replies=(reply("b"),))) == [["pwb"]]
    assert told == []
    await settler.stop(0)
    assert told == [None]


async def test_without_the_lease_nothing_is_stored_and_all_are_told(journal):
    old = await journal.claim("dispatch", "old", 0)
    await asyncio.sleep(0.002)
    assert await journal.claim("dispatch", "new", 1000) == old + 1
    settler = Settler(journal)
    settler.fence = old
    assert await settled(settler, mark(plugin="a", replies=(reply("a"),)), mark(plugin="b")) == [None, None]
    assert await journal.outbox() == []


async def test_stopping_waits_for_what_is_under_way(journal):
    settler, told = Settler(journal), []
    settler.put(mark(replies=(reply("last"),)), told.append)
    await settler.stop(10)
    assert [row.id for row in told[0]] == ["pwlast"]
