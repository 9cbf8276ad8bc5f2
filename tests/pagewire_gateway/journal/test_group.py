"""Group commit: many callers, one commit; one failing operation, no failing neighbour; too many waiting, no more."""

import asyncio
from typing import Any

import msgspec
import pytest

from pagewire_gateway.journal.port import JournalError, JournalUnavailable, Stored
from tests.contracts.journal_world import APP, LANE, START, append, append_many, items, lease, mark, reply, said


async def test_what_waits_together_shares_a_commit(open_journal):
    journal = await open_journal()
    fed: list[tuple[Stored, ...]] = []
    journal.on_appended = fed.append
    await append_many(journal, 500)
    assert [len(events) for events in fed] == [500]


async def test_what_comes_meanwhile_goes_into_the_next(open_journal):
    journal = await open_journal()
    fed: list[int] = []
    journal.on_appended = lambda events: fed.append(len(events))
    first = asyncio.ensure_future(append(journal, said("a")))
    while not journal._group._in_flight:
        await asyncio.sleep(0)
    await asyncio.gather(first, *(append(journal, said(f"m-{number}")) for number in range(30)))
    assert fed == [1, 30]


async def test_one_commit_takes_a_bounded_number(open_journal):
    journal = await open_journal()
    fed: list[int] = []
    journal.on_appended = lambda events: fed.append(len(events))
    await append_many(journal, 2500)
    assert fed == [1024, 1024, 452]


async def test_one_delivery_too_many_is_refused_at_once(open_journal):
    journal = await open_journal(max_waiting=10)
    waiting = [journal.append(items(said(f"m-{number}")), START, APP) for number in range(10)]
    with pytest.raises(JournalUnavailable, match="10 deliveries wait for the journal already"):
        journal.append(items(said("z")), START, APP)
    assert len(await asyncio.gather(*waiting)) == 10
    assert len((await append(journal, said("z"))).new) == 1


async def test_so_are_too_many_bytes(open_journal):
    journal = await open_journal({"max_waiting_bytes": 100_000})
    waiting = [journal.append(items(said(f"m-{number}", text="x" * 60_000)), START, APP) for number in range(2)]
    with pytest.raises(JournalUnavailable):
        journal.append(items(said("z")), START, APP)
    await asyncio.gather(*waiting)
    assert len((await append(journal, said("z"))).new) == 1


async def test_settling_is_never_refused_for_want_of_a_place(open_journal):
    journal = await open_journal(max_waiting=1)
    await journal.open_lanes([LANE])
    fence = await lease(journal)
    waiting = journal.append(items(said("a")), START, APP)
    await asyncio.gather(*(journal.settle([], fence) for _ in range(50)))
    await waiting


async def test_closing_finishes_what_was_asked(open_journal, look):
    journal = await open_journal()
    waiting = [asyncio.ensure_future(append(journal, said(f"m-{number}"))) for number in range(50)]
    await asyncio.sleep(0)
    await journal.aclose()
    assert len({event.seq for done in await asyncio.gather(*waiting) for event in done.new}) == 50
    assert look("select count(*) from event") == [(50,)]


async def test_text_is_stored_to_the_last_character(open_journal):
    journal = await open_journal()
    (whole,) = items(said("a"))
    odd = msgspec.structs.replace(whole, kind="a\x00b", person="\x00", raw=b"\xff\x00\xfe", key="💙\x00")
    (stored,) = (await journal.append([odd], START, APP)).new
    assert (await journal.read([stored.seq]))[0].item == odd


async def test_an_operation_that_fails_leaves_its_neighbours_alone(open_journal):
    journal = await open_journal()
    await journal.open_lanes([LANE])
    first = (await append(journal, said("a"))).new[0].seq
    fence = await lease(journal)
    (whole,) = items(said("bad"))
    bad: Any = msgspec.structs.replace(whole, timestamp=2**70)
    done = await asyncio.gather(
        append(journal, said("b")),
        journal.append([bad], START, APP),
        journal.settle([mark(first, "nonsense")], fence),
        journal.settle([mark(first, "done", reply("r-1"))], fence),
        journal.low_water({LANE: object()}),  # type: ignore[dict-item]
        append(journal, said("c")),
        return_exceptions=True,
    )
    failed = [isinstance(one, JournalError) for one in done]
    assert failed == [False, True, True, False, True, False]
    assert [row.id for row in await journal.outbox()] == ["r-1"]
    places = [one.new[0].seq for one in (done[0], done[5])]  # type: ignore[union-attr]
    assert places == [first + 1, first + 2]


async def test_a_repeat_is_found_across_a_step(open_journal):
    journal = await open_journal()
    first, _, again = await asyncio.gather(
        append(journal, said("a")), journal.claim("b", "us", 1), append(journal, said("b"), said("a"))
    )
    assert (len(first.new), len(again.new), again.duplicates) == (1, 1, 1)


async def test_a_step_has_what_was_asked_before_it_done_and_nothing_after(open_journal):
    journal = await open_journal()
    done = await asyncio.gather(
        append(journal, said("a")), journal.open_lanes([LANE]), append(journal, said("b")), return_exceptions=False
    )
    assert done[1] == {LANE: done[0].new[0].seq}  # type: ignore[union-attr]
    assert [pending.stored.seq for pending in await journal.pending(LANE, 0, 9)] == [done[2].new[0].seq]  # type: ignore[union-attr]


async def settled(journal, order: list[str], place: int) -> None:
    await journal.settle([mark(place)], 1)
    order.append("settled")


async def test_what_holds_nothing_up_shares_the_commit_of_what_does(open_journal):
    journal = await open_journal()
    await journal.open_lanes([LANE])
    assert await lease(journal) == 1
    (event,) = (await append(journal, said("a"))).new
    commits: list[int] = []
    do, journal._group._work = journal._group._work, lambda batch: (commits.append(len(batch)), do(batch))
    patient = [asyncio.ensure_future(settled(journal, [], event.seq)) for _ in range(3)]
    await asyncio.sleep(0)
    await asyncio.gather(append(journal, said("b")), *patient)
    assert commits == [4]


async def test_it_does_not_wait_for_ever(open_journal):
    journal = await open_journal()
    await journal.open_lanes([LANE])
    assert await lease(journal) == 1
    (event,) = (await append(journal, said("a"))).new
    async with asyncio.timeout(10):
        await settled(journal, [], event.seq)


async def test_closing_waits_for_it(open_journal):
    journal = await open_journal()
    await journal.open_lanes([LANE])
    assert await lease(journal) == 1
    (event,) = (await append(journal, said("a"))).new
    order: list[str] = []
    patient = asyncio.ensure_future(settled(journal, order, event.seq))
    await asyncio.sleep(0)
    await journal.aclose()
    await patient
    assert order == ["settled"]
