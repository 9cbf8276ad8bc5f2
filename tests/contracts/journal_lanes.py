"""What every journal does for lanes: handing out, settling, leases, low-water marks, replay."""

import asyncio

import pytest

from pagewire_gateway.journal.port import JournalError, LaneView, LeaseLost
from tests.contracts.journal_world import (
    LANE,
    OTHER,
    START,
    World,
    append,
    append_many,
    ids_of,
    lane_of,
    lease,
    mark,
    reply,
    said,
    states,
    waiting,
)


class Lanes:
    """Handing out."""

    async def test_a_new_lane_begins_at_the_end(self, world: World):
        before = await append_many(world.journal, 3)
        assert await world.journal.open_lanes([LANE]) == {LANE: before[-1]}
        after = await append_many(world.journal, 2, "n")
        assert await waiting(world.journal) == after
        assert await states(world.journal) == {**dict.fromkeys(before), **dict.fromkeys(after, "pending")}

    async def test_a_lane_goes_on_where_it_was(self, world: World):
        await world.journal.open_lanes([LANE])
        places = await append_many(world.journal, 3)
        await world.journal.low_water({LANE: places[0]})
        assert await world.journal.open_lanes([LANE, OTHER]) == {LANE: places[0], OTHER: places[2]}
        assert await waiting(world.journal) == places[1:]
        assert await waiting(world.journal, OTHER) == []

    async def test_a_lane_that_was_closed_begins_at_the_end_again(self, world: World):
        await world.journal.open_lanes([LANE])
        fence = await lease(world.journal)
        retried, parked, missed = await append_many(world.journal, 3)
        await world.journal.settle(
            [mark(retried, "retry", due=START + 5), mark(parked, "parked", error="broken")], fence
        )
        await world.journal.open_lanes([OTHER])
        missed_too = (await append_many(world.journal, 1, "n"))[0]
        assert await world.journal.open_lanes([LANE]) == {LANE: missed_too}
        assert await waiting(world.journal) == [retried]
        assert await states(world.journal) == {retried: "retry", parked: "parked", missed: None, missed_too: None}

    async def test_a_lane_nobody_opened_has_nothing(self, world: World):
        await append_many(world.journal, 2)
        assert await waiting(world.journal, "nobody") == []

    async def test_pending_pages_oldest_first(self, world: World):
        await world.journal.open_lanes([LANE])
        places = await append_many(world.journal, 25)
        paged: list[int] = []
        while page := await world.journal.pending(LANE, paged[-1] if paged else 0, 10):
            paged += [pending.stored.seq for pending in page]
        assert paged == places

    async def test_what_is_handed_out_is_the_event(self, world: World):
        await world.journal.open_lanes([LANE])
        new = (await append(world.journal, said("a"))).new
        (pending,) = await world.journal.pending(LANE, 0, 10)
        assert pending.stored == new[0]
        assert (pending.attempts, pending.due, pending.generation) == (0, 0, 0)

    async def test_the_low_water_mark_never_goes_back(self, world: World):
        await world.journal.open_lanes([LANE])
        places = await append_many(world.journal, 4)
        await world.journal.low_water({LANE: places[2]})
        await world.journal.low_water({LANE: places[0]})
        assert await world.journal.open_lanes([LANE]) == {LANE: places[2]}

    async def test_the_low_water_mark_never_runs_ahead_of_the_journal(self, world: World):
        await world.journal.open_lanes([LANE])
        await append_many(world.journal, 2)
        await world.journal.low_water({LANE: 1_000_000})
        later = await append_many(world.journal, 1, "n")
        assert await waiting(world.journal) == later

    async def test_what_was_passed_over_is_skipped(self, world: World):
        await world.journal.open_lanes([LANE])
        done, skipped, still = await append_many(world.journal, 3)
        await world.journal.settle([mark(done)], await lease(world.journal))
        await world.journal.low_water({LANE: skipped})
        assert await states(world.journal) == {done: "done", skipped: "skipped", still: "pending"}
        assert await waiting(world.journal) == [still]

    async def test_a_retry_below_the_low_water_mark_still_comes(self, world: World):
        await world.journal.open_lanes([LANE])
        retried, other = await append_many(world.journal, 2)
        await world.journal.settle([mark(retried, "retry", due=START)], await lease(world.journal))
        await world.journal.low_water({LANE: other})
        assert await waiting(world.journal) == [retried]


class Settling:
    """Marks and their replies."""

    @pytest.fixture
    async def place(self, world: World) -> int:
        await world.journal.open_lanes([LANE, OTHER])
        return (await append(world.journal, said("a"))).new[0].seq

    async def test_done_is_done_for_this_lane_only(self, world: World, place: int):
        await world.journal.settle([mark(place, attempts=2)], await lease(world.journal))
        assert await waiting(world.journal) == []
        assert await waiting(world.journal, OTHER) == [place]
        assert await lane_of(world.journal, place) == LaneView(state="done", attempts=2, at=START)

    async def test_replies_are_stored_with_the_mark(self, world: World, place: int):
        replies = reply("r-1", state="sending"), reply("r-2", 1)
        rows = await world.journal.settle([mark(place, "done", *replies, at=START + 3)], await lease(world.journal))
        assert [(row.id, row.index, row.state) for row in rows] == [("r-1", 0, "sending"), ("r-2", 1, "queued")]
        assert {(row.event_seq, row.plugin, row.created, row.mid) for row in rows} == {(place, LANE, START + 3, "")}
        assert rows[0].seq < rows[1].seq
        (stored,) = await world.journal.read([place])
        assert {(row.event_id, row.conversation) for row in rows} == {(stored.id, stored.item.conversation)}
        assert await world.journal.outbox() == rows

    async def test_a_late_mark_changes_nothing(self, world: World, place: int):
        fence = await lease(world.journal)
        await world.journal.settle([mark(place, "done", reply("r-1"))], fence)
        late = mark(place, "done", reply("r-1"), reply("r-2", 1), at=START + 9, attempts=3)
        assert await world.journal.settle([late], fence) == []
        assert await world.journal.settle([mark(place, "retry", due=START + 9)], fence) == []
        assert await lane_of(world.journal, place) == LaneView(state="done", attempts=1, at=START)
        assert ids_of(await world.journal.outbox()) == ["r-1"]

    async def test_only_new_rows_come_back(self, world: World, place: int):
        other = (await append(world.journal, said("b"))).new[0].seq
        fence = await lease(world.journal)
        await world.journal.settle([mark(place, "done", reply("r-1"))], fence)
        both = [mark(place, "done", reply("r-1")), mark(other, "done", reply("r-2"))]
        assert ids_of(await world.journal.settle(both, fence)) == ["r-2"]

    async def test_many_settle_in_one_commit_and_each_gets_its_own(self, world: World):
        await world.journal.open_lanes([LANE])
        places = await append_many(world.journal, 40)
        fence = await lease(world.journal)
        marks = (mark(seq, "done", reply(f"r-{seq}"), reply(f"s-{seq}", 1)) for seq in places)
        done = await asyncio.gather(*(world.journal.settle([one], fence) for one in marks))
        assert [ids_of(rows) for rows in done] == [[f"r-{seq}", f"s-{seq}"] for seq in places]

    async def test_a_repeat_of_another_settle_in_the_same_commit_stores_nothing(self, world: World, place: int):
        fence = await lease(world.journal)
        twice = [world.journal.settle([mark(place, "done", reply("r-1"))], fence) for _ in range(2)]
        assert [ids_of(rows) for rows in await asyncio.gather(*twice)] == [["r-1"], []]

    async def test_a_settle_is_all_or_nothing(self, world: World, place: int):
        marks = [mark(place, "done", reply("r-1")), mark(99_999, "done", reply("r-2"))]
        neighbour = (await append(world.journal, said("b"))).new[0].seq
        fence = await lease(world.journal)
        failed, stored, beside = await asyncio.gather(
            world.journal.settle(marks, fence),
            append(world.journal, said("c")),
            world.journal.settle([mark(neighbour, "done", reply("r-3"))], fence),
            return_exceptions=True,
        )
        assert isinstance(failed, JournalError)
        assert not isinstance(stored, BaseException)
        assert not isinstance(beside, BaseException)
        assert (len(stored.new), ids_of(beside)) == (1, ["r-3"])
        assert ids_of(await world.journal.outbox()) == ["r-3"]
        assert place in await waiting(world.journal)

    async def test_nobody_can_be_answered_where_nobody_spoke(self, world: World, place: int):
        nobody = (await append(world.journal, {"timestamp": START, "something": "new"})).new[0].seq
        fence = await lease(world.journal)
        with pytest.raises(JournalError):
            await world.journal.settle([mark(nobody, "done", reply("r-1"))], fence)
        assert await world.journal.settle([mark(nobody)], fence) == []
        assert await world.journal.outbox() == []

    async def test_a_retry_comes_back_with_its_due_time(self, world: World, place: int):
        fence = await lease(world.journal)
        retry = mark(place, "retry", attempts=3, due=START + 60_000, error="TryLater: busy")
        await world.journal.settle([retry], fence)
        (pending,) = await world.journal.pending(LANE, 0, 10)
        assert (pending.stored.seq, pending.attempts, pending.due) == (place, 3, START + 60_000)
        view = await lane_of(world.journal, place)
        assert view == LaneView(state="retry", attempts=3, due=START + 60_000, error="TryLater: busy", at=START)
        await world.journal.settle([mark(place, attempts=4)], fence)
        assert await waiting(world.journal) == []

    async def test_parked_is_not_handed_out(self, world: World, place: int):
        await world.journal.settle([mark(place, "parked", error="ValueError")], await lease(world.journal))
        assert await waiting(world.journal) == []
        assert (await states(world.journal)) == {place: "parked"}


class Leases:
    """One process at a time settles."""

    async def test_a_lease_is_renewed_by_its_holder_only(self, world: World):
        fence = await lease(world.journal, "us", 1_000)
        assert await world.journal.claim("dispatch", "them", 1_000) is None
        world.clock.now += 900
        assert await world.journal.claim("dispatch", "us", 1_000) == fence
        world.clock.now += 900
        assert await world.journal.claim("dispatch", "them", 1_000) is None

    async def test_a_lease_that_ran_out_goes_to_the_next_with_a_newer_fence(self, world: World):
        fence = await lease(world.journal, "us", 1_000)
        world.clock.now += 1_001
        assert await lease(world.journal, "them") > fence

    async def test_a_lease_given_back_is_free_at_once(self, world: World):
        fence = await lease(world.journal, "us")
        await world.journal.release("dispatch", "them")
        assert await world.journal.claim("dispatch", "them", 1_000) is None
        await world.journal.release("dispatch", "us")
        assert await lease(world.journal, "them") > fence

    async def test_leases_of_other_names_are_other_leases(self, world: World):
        await lease(world.journal, "us")
        assert await world.journal.claim("prune", "them", 1_000) is not None

    async def test_a_takeover_fences_the_old_holder_out(self, world: World):
        await world.journal.open_lanes([LANE])
        place = (await append(world.journal, said("a"))).new[0].seq
        ours = await lease(world.journal, "us", 1_000)
        other = await world.another()
        world.clock.now += 1_001
        theirs = await lease(other, "them")
        with pytest.raises(LeaseLost):
            await world.journal.settle([mark(place, "done", reply("r-1"))], ours)
        with pytest.raises(LeaseLost):
            await world.journal.record([], ours)
        assert await world.journal.outbox() == []
        assert ids_of(await other.settle([mark(place, "done", reply("r-1"))], theirs)) == ["r-1"]

    async def test_who_lost_the_lease_may_still_append(self, world: World):
        ours = await lease(world.journal, "us", 1_000)
        world.clock.now += 1_001
        await lease(world.journal, "them")
        lost, appended = await asyncio.gather(
            world.journal.settle([], ours), append(world.journal, said("a")), return_exceptions=True
        )
        assert isinstance(lost, LeaseLost)
        assert not isinstance(appended, BaseException)
        assert len(appended.new) == 1


class Replay:
    """Work is put back."""

    @pytest.fixture
    async def parked(self, world: World) -> str:
        """Id of an event that is parked in the lane, done in the other, with replies; the marks are beyond it."""
        await world.journal.open_lanes([LANE, OTHER])
        event = (await append(world.journal, said("a"))).new[0]
        fence = await lease(world.journal)
        marks = [mark(event.seq, "parked", error="broken"), mark(event.seq, "done", reply("r-1"), lane=OTHER)]
        await world.journal.settle(marks, fence)
        last = (await append_many(world.journal, 2, "n"))[-1]
        await world.journal.low_water({LANE: last, OTHER: last})
        return event.id

    async def test_one_lane_gets_it_again(self, world: World, parked: str):
        told: list[str] = []
        world.journal.on_replay = told.append
        assert await world.journal.replay([parked], LANE, False) == 1
        assert told == [LANE]
        (pending,) = await world.journal.pending(LANE, 0, 10)
        assert (pending.stored.id, pending.attempts, pending.due, pending.generation) == (parked, 0, 0, 0)
        assert await waiting(world.journal, OTHER) == []
        view = await lane_of(world.journal, pending.stored.seq)
        assert view is not None
        assert (view.state, view.error) == ("pending", "")

    async def test_every_lane_that_had_it_gets_it_again(self, world: World, parked: str):
        told: list[str] = []
        world.journal.on_replay = told.append
        assert await world.journal.replay([parked], None, False) == 2
        assert sorted(told) == [LANE, OTHER]

    async def test_without_resend_a_reply_that_exists_is_not_stored_anew(self, world: World, parked: str):
        await world.journal.replay([parked], OTHER, False)
        (pending,) = await world.journal.pending(OTHER, 0, 10)
        again = mark(pending.stored.seq, "done", reply("r-1"), lane=OTHER, generation=pending.generation)
        assert await world.journal.settle([again], await lease(world.journal)) == []
        assert await waiting(world.journal, OTHER) == []

    async def test_with_resend_the_generation_grows(self, world: World, parked: str):
        await world.journal.replay([parked], OTHER, True)
        (pending,) = await world.journal.pending(OTHER, 0, 10)
        assert pending.generation == 1
        again = mark(pending.stored.seq, "done", reply("r-1-again"), lane=OTHER, generation=1)
        assert ids_of(await world.journal.settle([again], await lease(world.journal))) == ["r-1-again"]
        view = await lane_of(world.journal, pending.stored.seq, OTHER)
        assert view is not None
        assert (view.state, view.generation) == ("done", 1)

    async def test_a_mark_from_before_a_replay_with_resend_changes_nothing(self, world: World, parked: str):
        await world.journal.replay([parked], OTHER, True)
        (pending,) = await world.journal.pending(OTHER, 0, 10)
        late = mark(pending.stored.seq, "done", reply("r-9"), lane=OTHER, generation=0)
        assert await world.journal.settle([late], await lease(world.journal)) == []
        assert await waiting(world.journal, OTHER) == [pending.stored.seq]

    async def test_what_waits_already_is_not_put_back(self, world: World, parked: str):
        fresh = (await append(world.journal, said("z"))).new[0]
        assert await world.journal.replay([fresh.id], LANE, False) == 0
        assert await world.journal.replay([parked, parked], LANE, False) == 1
        assert await world.journal.replay([parked], LANE, True) == 0

    async def test_a_named_lane_gets_what_it_skipped_or_came_too_late_for(self, world: World):
        early = (await append(world.journal, said("early"))).new[0]
        await world.journal.open_lanes([LANE])
        skipped = (await append(world.journal, said("skipped"))).new[0]
        await world.journal.low_water({LANE: skipped.seq})
        assert await world.journal.replay([early.id, skipped.id], None, False) == 0
        assert await world.journal.replay([early.id, skipped.id], LANE, False) == 2
        assert await waiting(world.journal) == [early.seq, skipped.seq]
        await world.journal.settle([mark(early.seq), mark(skipped.seq)], await lease(world.journal))
        assert await waiting(world.journal) == []

    async def test_a_retry_can_be_hastened(self, world: World, parked: str):
        event = (await append(world.journal, said("z"))).new[0]
        retry = mark(event.seq, "retry", attempts=5, due=START + 10**9)
        await world.journal.settle([retry], await lease(world.journal))
        assert await world.journal.replay([event.id], LANE, False) == 1
        (pending,) = await world.journal.pending(LANE, event.seq - 1, 1)
        assert (pending.attempts, pending.due) == (0, 0)

    async def test_unknown_events_and_lanes_are_passed_over(self, world: World, parked: str):
        assert await world.journal.replay(["00" * 16, "no id", parked], "nobody", False) == 0
        assert await world.journal.replay(["00" * 16, "no id", parked], LANE, False) == 1
