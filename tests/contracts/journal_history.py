"""What every journal tells of how work came to where it is, and what people do about it."""

import msgspec

from pagewire_gateway.journal.port import SUPPRESSED, Cause, EventFilter, OutboxMark, Piece
from tests.contracts.journal_world import (
    ANN,
    BOB,
    LANE,
    OTHER,
    PAGE,
    START,
    TALK,
    World,
    append,
    append_many,
    echo,
    lane_of,
    lease,
    mark,
    reply,
    said,
    sent,
    settle_with_replies,
)


class History:
    """Attempts, answers, causes, and work that is given up."""

    async def test_each_attempt_that_failed_is_told(self, world: World):
        await world.journal.open_lanes([LANE, OTHER])
        (event,) = (await append(world.journal, said("a"))).new
        fence = await lease(world.journal)
        later = {"due": START + 60, "error": "TryLater: closed", "took": 12}
        await world.journal.settle([mark(event.seq, "retry", at=START + 1, **later)], fence)
        gave_up = mark(event.seq, "parked", attempts=2, at=START + 2, error="builtins.ValueError", took=7)
        await world.journal.settle([gave_up, mark(event.seq, lane=OTHER, took=3)], fence)
        told = await world.journal.history(event.id)
        assert told is not None
        first, second = told.attempts
        assert (first.plugin, first.outcome, first.attempts, first.at, first.took) == (LANE, "retry", 1, START + 1, 12)
        assert (first.due, first.error) == (START + 60, "TryLater: closed")
        assert (second.outcome, second.attempts, second.error, second.took) == ("parked", 2, "builtins.ValueError", 7)
        (view,) = await world.journal.events(EventFilter(id=event.id))
        assert (view.lanes[OTHER].took, view.lanes[LANE].took) == (3, 7)
        assert await world.journal.history("00" * 16) is None

    async def test_a_replay_keeps_what_was_before(self, world: World):
        await world.journal.open_lanes([LANE])
        (event,) = (await append(world.journal, said("a"))).new
        fence = await lease(world.journal)
        await world.journal.settle([mark(event.seq, at=START + 1, took=5)], fence)
        world.clock.now = START + 2
        await world.journal.replay([event.id], LANE, True)
        await world.journal.settle([mark(event.seq, "parked", at=START + 3, error="x", generation=1)], fence)
        told = await world.journal.history(event.id)
        assert told is not None
        assert [(one.outcome, one.at, one.generation) for one in told.attempts] == [
            ("done", START + 1, 0),
            ("replayed", START + 2, 1),
            ("parked", START + 3, 1),
        ]

    async def test_of_very_many_attempts_the_last_are_told(self, world: World):
        await world.journal.open_lanes([LANE])
        (event,) = (await append(world.journal, said("a"))).new
        fence = await lease(world.journal)
        for number in range(1, 131):
            await world.journal.settle([mark(event.seq, "retry", attempts=number, at=START + number)], fence)
        told = await world.journal.history(event.id)
        assert told is not None
        assert [one.attempts for one in told.attempts] == list(range(31, 131))

    async def test_why_a_request_did_not_go_is_told_and_when_it_came_home(self, world: World):
        await world.journal.open_lanes([LANE])
        place = await settle_with_replies(world.journal, "r-1")
        (event,) = await world.journal.read([place])
        fence = await lease(world.journal)
        throttled = OutboxMark(id="r-1", state="queued", attempts=1, error="code 4", code="throttled", at=START + 1)
        await world.journal.record([throttled], fence)
        await world.journal.record([sent("r-1", "m_1")], fence)
        told = await world.journal.history(event.id)
        assert told is not None
        (answer,) = told.answers
        assert (answer.reply, answer.state, answer.attempts, answer.error) == ("r-1", "queued", 1, "code 4")
        assert (answer.code, answer.at, told.attempts) == ("throttled", START + 1, ())

    async def test_quiet_replays_send_nothing_and_leave_retries_alone(self, world: World):
        await world.journal.open_lanes([LANE])
        done, waiting, skipped = (await append(world.journal, said("a"), said("b"), said("c"))).new
        fence = await lease(world.journal)
        await world.journal.settle([mark(done.seq, "done", reply("r-1")), mark(waiting.seq, "retry")], fence)
        await world.journal.low_water({LANE: skipped.seq})
        ids = [done.id, waiting.id, skipped.id]
        assert await world.journal.replay(ids, LANE, resend=False, quiet=True) == 2
        found = await world.journal.pending(LANE, 0, 10)
        assert {one.stored.id: one.quiet for one in found} == {done.id: True, waiting.id: False, skipped.id: True}
        assert next(one for one in found if one.stored.id == done.id).generation == 1
        unsent = msgspec.structs.replace(reply("r-2", state="dropped"), code=SUPPRESSED, error="not asked for")
        await world.journal.settle([mark(done.seq, "done", unsent, generation=1)], fence)
        (view,) = await world.journal.events(EventFilter(id=done.id))
        assert [(row.state, row.code) for row in view.outbox] == [("queued", ""), ("dropped", SUPPRESSED)]
        assert [row.id for row in await world.journal.outbox()] == ["r-1"]

    async def test_a_loud_replay_after_a_quiet_one_is_loud(self, world: World):
        await world.journal.open_lanes([LANE])
        (event,) = (await append(world.journal, said("a"))).new
        fence = await lease(world.journal)
        await world.journal.settle([mark(event.seq)], fence)
        await world.journal.replay([event.id], LANE, resend=False, quiet=True)
        await world.journal.settle([mark(event.seq, generation=1)], fence)
        await world.journal.replay([event.id], LANE, resend=True)
        (found,) = await world.journal.pending(LANE, 0, 10)
        assert (found.quiet, found.generation) == (False, 2)

    async def test_a_piece_of_a_replay_that_is_asked_for_again_is_done_once(self, world: World):
        await world.journal.open_lanes([LANE, OTHER])
        first, second = (await append(world.journal, said("a"), said("b"))).new
        fence = await lease(world.journal)
        await world.journal.settle(
            [mark(one.seq, lane=lane) for one in (first, second) for lane in (LANE, OTHER)], fence
        )
        piece = Piece(job="a1", number=1)
        assert await world.journal.replay([first.id], None, True, piece=piece) == 2
        await world.journal.settle([mark(first.seq, lane=lane, generation=1) for lane in (LANE, OTHER)], fence)
        assert await world.journal.replay([first.id], None, True, piece=piece) == 2, "as it was told before"
        assert await world.journal.pending(LANE, 0, 10) == []
        assert await world.journal.replay([second.id], LANE, True, piece=Piece(job="a1", number=2)) == 1
        assert await world.journal.replay([first.id], LANE, True, piece=Piece(job="a2", number=1)) == 1
        found = await world.journal.pending(LANE, 0, 10)
        assert {one.stored.id: one.generation for one in found} == {first.id: 2, second.id: 1}

    async def test_parked_work_by_cause(self, world: World):
        await world.journal.open_lanes([LANE, OTHER])
        places = await append_many(world.journal, 4)
        fence = await lease(world.journal)
        errors = ("Refused: no words", "Refused: other words", "builtins.KeyError", "nobody, for 3.1 days")
        parked = [
            mark(place, "parked", error=error, at=START + number)
            for number, (place, error) in enumerate(zip(places, errors, strict=True))
        ]
        await world.journal.settle(parked, fence)
        answered = await settle_with_replies(world.journal, "r-1")
        outbound = OutboxMark(id="r-1", state="parked", error="it was refused", code="window_closed", at=START + 9)
        await world.journal.record([outbound], fence)
        assert await world.journal.causes() == [
            Cause("event", LANE, "Refused", 2, START, START + 1),
            Cause("event", LANE, "builtins.KeyError", 1, START + 2, START + 2),
            Cause("event", LANE, "nobody", 1, START + 3, START + 3),
            Cause("outbound", LANE, "window_closed", 1, START + 9, START + 9),
        ]
        refused = await world.journal.parked(plugin=LANE, what="event", cause="Refused")
        assert [one.event_seq for one in refused] == places[:2]
        (closed,) = await world.journal.parked(what="outbound", cause="window_closed")
        assert (closed.id, closed.event_seq) == ("r-1", answered)
        assert await world.journal.parked(what="report") == []

    async def test_parked_work_is_given_up_and_can_be_replayed_still(self, world: World):
        await world.journal.open_lanes([LANE])
        (event,) = (await append(world.journal, said("a"))).new
        fence = await lease(world.journal)
        await world.journal.settle([mark(event.seq, "parked", error="x")], fence)
        await settle_with_replies(world.journal, "r-1")
        await world.journal.record([OutboxMark(id="r-1", state="parked", error="y")], fence)
        world.clock.now = START + 1
        assert await world.journal.drop_parked([(event.id, OTHER), ("nope", LANE)], ["r-9"]) == 0
        assert await world.journal.drop_parked([(event.id, LANE)], ["r-1"]) == 2
        assert await world.journal.parked() == []
        told = await world.journal.history(event.id)
        assert told is not None
        assert [one.outcome for one in told.attempts] == ["parked", "dropped"]
        assert await world.journal.replay([event.id], LANE, False) == 1
        lane = await lane_of(world.journal, event.seq)
        assert lane is not None
        assert lane.state == "pending"

    async def test_the_oldest_that_fit_and_how_many(self, world: World):
        places = await append_many(world.journal, 12)
        oldest = await world.journal.events(EventFilter(oldest=True, limit=3, after=places[1]))
        assert [view.stored.seq for view in oldest] == places[2:5]
        assert await world.journal.count(EventFilter(limit=1000)) == 12
        assert await world.journal.count(EventFilter(limit=5)) == 5
        assert await world.journal.count(EventFilter(limit=1000, person=BOB)) == 0
        assert await world.journal.count(EventFilter(limit=1000, person=ANN, kind="message")) == 12

    async def test_who_was_at_work_last(self, world: World):
        await append(world.journal, said("a"), received=START)
        await append(world.journal, said("b", person=BOB), received=START + 1)
        await append(world.journal, echo("c"), received=START + 2)
        late = await world.journal.lately(10)
        assert [(one.conversation.person, one.received) for one in late] == [(ANN, START + 2), (BOB, START + 1)]
        assert [one.conversation for one in await world.journal.lately(1)] == [TALK]
        assert await world.journal.lately(10, "instagram", PAGE) == []

    async def test_a_person_who_is_forgotten_has_no_history(self, world: World):
        await world.journal.open_lanes([LANE])
        (event,) = (await append(world.journal, said("a"))).new
        await world.journal.settle([mark(event.seq, "parked", error="x")], await lease(world.journal))
        await world.journal.forget(TALK, event.seq, "d-1")
        told = await world.journal.history(event.id)
        assert told is not None
        assert told.attempts == ()
