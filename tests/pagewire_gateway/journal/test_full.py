"""No room: events are refused, and everything that makes room goes on."""

import asyncio
import resource

import pytest

from pagewire_gateway.journal.port import JournalError, JournalFull, OutboxMark, Retention
from tests.contracts.journal_world import LANE, START, append, append_many, lease, mark, reply, said

SMALL = 2_000_000


async def fill(journal, prefix: str) -> list[int]:
    """Append until there is no room; returns the places."""
    places: list[int] = []

    async def go_on() -> None:
        for number in range(10_000):
            places.extend(
                event.seq for event in (await append(journal, said(f"{prefix}-{number}", text="x" * 4000))).new
            )

    with pytest.raises(JournalFull, match="has reached its limit of 2000000 bytes"):
        await go_on()
    return places


async def test_a_full_journal_refuses_whole_bodies_and_stays_within_its_limit(open_journal, path):
    journal = await open_journal(max_bytes=SMALL)
    places = await fill(journal, "m")
    assert len(places) > 100
    with pytest.raises(JournalFull):
        await append(journal, *(said(f"n-{number}", text="x" * 4000) for number in range(5)))
    stats = await journal.stats()
    assert (stats.events, stats.free_bytes < 16_384) == (len(places), True)
    await journal.aclose()
    assert path.stat().st_size <= SMALL


async def test_a_body_larger_than_the_room_leaves_the_others_in(open_journal):
    journal = await open_journal(max_bytes=SMALL)
    small, large, last = await asyncio.gather(
        append(journal, said("a")),
        append(journal, said("b", text="x" * SMALL)),
        append(journal, said("c")),
        return_exceptions=True,
    )
    assert isinstance(large, JournalFull)
    assert not isinstance(small, BaseException)
    assert not isinstance(last, BaseException)
    assert [len(small.new), len(last.new)] == [1, 1]


async def test_a_full_journal_settles_and_is_emptied_by_retention(open_journal):
    journal = await open_journal(max_bytes=SMALL)
    await journal.open_lanes([LANE])
    places = await fill(journal, "m")
    fence = await lease(journal)
    for seq in places:
        await journal.settle([mark(seq, "done", reply(f"r-{seq}"))], fence)
        await journal.record([OutboxMark(id=f"r-{seq}", state="sent", mid=f"m_{seq}")], fence)
    await journal.low_water({LANE: places[-1]})
    assert await journal.prune(Retention(max_age_ms=0, dedupe_ms=0), START + 1) == len(places) - 1
    assert len(await fill(journal, "n")) > 100


async def test_retention_makes_room_before_the_journal_is_full_whatever_its_own_limit(open_journal):
    journal = await open_journal(max_bytes=SMALL)
    await journal.open_lanes([LANE])
    places = await fill(journal, "m")
    await journal.low_water({LANE: places[-1]})
    assert await journal.prune(Retention(max_bytes=10**12), START + 1) > 0
    await append_many(journal, 10)


async def test_replies_are_refused_before_what_makes_room_is(open_journal):
    journal = await open_journal(max_bytes=SMALL)
    await journal.open_lanes([LANE])
    places = await fill(journal, "m")
    fence = await lease(journal)
    marks = [mark(seq, "done", *(reply(f"r-{seq}-{index}", index) for index in range(20))) for seq in places]
    settled = await asyncio.gather(*(journal.settle([one], fence) for one in marks), return_exceptions=True)
    assert {type(one) for one in settled} == {list, JournalFull}
    for seq in places:
        await journal.settle([mark(seq, "parked")], fence)
    await journal.replay([(await journal.read(places[:1]))[0].id], LANE, False)


async def test_a_disk_that_takes_nothing_fails_the_batch_and_the_journal_recovers(open_journal, path):
    journal = await open_journal()
    first = await append_many(journal, 5)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    wal = path.with_name("journal.db-wal").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (wal, hard))
    try:
        bodies = (append(journal, said(f"x-{number}", text="x" * 20_000)) for number in range(40))
        failed = await asyncio.gather(*bodies, journal.claim("a", "b", 1), return_exceptions=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert {isinstance(one, JournalError) for one in failed} == {True}
    second = await append_many(journal, 5, "n")
    assert second == [seq + 5 for seq in first]
    assert (await append(journal, said("x-1"), said("m-1"))).duplicates == 1
    assert (await journal.stats()).events == 11
