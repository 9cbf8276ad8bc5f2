"""What every journal does for the outbox."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from pagewire.events import Conversation
from pagewire.graph.wire import Id
from pagewire_gateway.journal.port import OutboxMark, Reached, Untold
from tests.contracts.journal_world import (
    BOB,
    LANE,
    PAGE,
    START,
    TALK,
    World,
    append,
    ids_of,
    lease,
    mark,
    reply,
    said,
    sent,
    settle_with_replies,
)


class Outbox:
    """Rows on their way."""

    @pytest.fixture
    async def opened(self, world: World) -> World:
        """A world with the lane at work."""
        await world.journal.open_lanes([LANE])
        return world

    async def test_rows_come_in_order_and_in_pages(self, opened: World):
        await settle_with_replies(opened.journal, "r-1", "r-2")
        await settle_with_replies(opened.journal, "r-3")
        rows = await opened.journal.outbox()
        assert ids_of(rows) == ["r-1", "r-2", "r-3"]
        assert await opened.journal.outbox(limit=2) == rows[:2]
        assert await opened.journal.outbox(rows[1].seq) == rows[2:]

    @pytest.mark.parametrize("state", ["queued", "sending", "unknown"])
    async def test_open_rows_are_listed(self, opened: World, state):
        await settle_with_replies(opened.journal, "r-1")
        await opened.journal.record([OutboxMark(id="r-1", state=state)], await lease(opened.journal))
        (row,) = await opened.journal.outbox()
        assert row.state == state

    @pytest.mark.parametrize("state", ["sent", "refused", "parked", "dropped"])
    async def test_rows_at_an_end_are_not(self, opened: World, state):
        await settle_with_replies(opened.journal, "r-1", "r-2")
        await opened.journal.record([OutboxMark(id="r-1", state=state)], await lease(opened.journal))
        assert ids_of(await opened.journal.outbox()) == ["r-2"]

    async def test_an_id_as_an_answer_of_meta_names_it_is_kept(self, opened: World):
        await settle_with_replies(opened.journal, "r-1", "r-2")
        # Both in one turn: they share what is written.
        held = await lease(opened.journal)
        async with asyncio.timeout(60):
            await asyncio.gather(*(opened.journal.record([sent(f"r-{one}", Id(f"m_{one}"))], held) for one in (1, 2)))
        assert await opened.journal.mids(TALK, 0) == {"m_1", "m_2"}

    async def test_a_mark_changes_what_it_names_and_nothing_else(self, opened: World):
        await settle_with_replies(opened.journal, "r-1", "r-2")
        fence = await lease(opened.journal)
        facts = {"attempts": 2, "due": START + 5, "began": START + 1, "mid": "m_1", "error": "code 613"}
        await opened.journal.record([OutboxMark(id="r-1", state="queued", **facts)], fence)
        await opened.journal.record([OutboxMark(id="r-1", state="sending")], fence)
        row, other = await opened.journal.outbox()
        assert (row.state, row.attempts, row.due, row.began, row.mid, row.error) == ("sending", *facts.values())
        assert (other.state, other.attempts, other.due, other.began, other.mid, other.error) == (
            "queued",
            0,
            0,
            0,
            "",
            "",
        )

    async def test_marks_take_effect_in_the_order_asked(self, opened: World):
        await settle_with_replies(opened.journal, "r-1")
        fence = await lease(opened.journal)
        states = ("sending", "unknown", "queued", "sending")
        await asyncio.gather(*(opened.journal.record([OutboxMark(id="r-1", state=one)], fence) for one in states))
        assert [row.state for row in await opened.journal.outbox()] == ["sending"]

    async def test_a_row_that_goes_out_at_once_has_begun(self, opened: World):
        place = (await append(opened.journal, said("a"))).new[0].seq
        at_once = mark(place, "done", reply("r-1", state="sending"), at=START + 4)
        (row,) = await opened.journal.settle([at_once], await lease(opened.journal))
        assert (row.state, row.began) == ("sending", START + 4)

    async def test_message_ids_of_a_conversation(self, opened: World):
        await settle_with_replies(opened.journal, "r-1", "r-2", "r-3")
        theirs = (await append(opened.journal, said("b", person=BOB))).new[0].seq
        fence = await lease(opened.journal)
        await opened.journal.settle([mark(theirs, "done", reply("r-4"), at=START + 100)], fence)
        await opened.journal.record([sent("r-1", "m_1"), sent("r-2", "m_2"), sent("r-4", "m_4")], fence)
        assert await opened.journal.mids(TALK, 0) == {"m_1", "m_2"}
        assert await opened.journal.mids(TALK, START + 1) == set()
        assert await opened.journal.mids(Conversation("page", PAGE, BOB), START + 100) == {"m_4"}
        assert await opened.journal.mids(Conversation("instagram", PAGE, BOB), 0) == set()

    async def test_what_was_sent_is_known_of_the_conversation(self, opened: World):
        await settle_with_replies(opened.journal, "r-1", "r-2")
        fence = await lease(opened.journal)
        assert (await opened.journal.conversation(TALK)).last_outbound is None
        gone = OutboxMark(id="r-2", state="refused", code="unreachable", at=START + 9)
        await opened.journal.record([sent("r-1", "m_1"), gone], fence)
        known = await opened.journal.conversation(TALK)
        assert known.last_outbound == datetime.fromtimestamp(START / 1000, UTC)
        assert known.unreachable_since == datetime.fromtimestamp((START + 9) / 1000, UTC)
        await append(opened.journal, said("back", at=START + 10))
        assert (await opened.journal.conversation(TALK)).unreachable_since is None

    async def test_a_comment_has_one_private_reply(self, opened: World):
        comment = {"timestamp": START, "something": "a comment concerns no person"}
        place = (await append(opened.journal, comment)).new[0].seq
        fence = await lease(opened.journal)
        first, second = reply("r-1", target="c-1"), reply("r-2", 1, target="c-1")
        rows = await opened.journal.settle([mark(place, "done", first, second)], fence)
        assert [(row.target, row.conversation.person) for row in rows] == [("c-1", ""), ("c-1", "")]
        assert await opened.journal.private_replies("page", PAGE, "c-1") == set()
        await opened.journal.record([OutboxMark(id="r-1", state="unknown")], fence)
        assert await opened.journal.private_replies("page", PAGE, "c-1") == {"r-1"}
        await opened.journal.record([OutboxMark(id="r-1", state="refused", code="window_closed", error="x")], fence)
        assert await opened.journal.private_replies("page", PAGE, "c-1") == set()
        (left,) = await opened.journal.outbox()
        assert (left.id, left.code) == ("r-2", "")

    async def test_parked_requests_can_be_queued_again(self, opened: World):
        await settle_with_replies(opened.journal, "r-1", "r-2", "r-3")
        fence = await lease(opened.journal)
        parked = OutboxMark(id="r-1", state="parked", attempts=6, due=START + 10**6, error="code 100")
        await opened.journal.record([parked, sent("r-2", "m_2")], fence)
        assert await opened.journal.replay_outbound(["r-1", "r-1", "r-2", "r-3", "nobody"]) == 1
        first, last = await opened.journal.outbox()
        assert (first.id, first.state, first.attempts, first.due, first.error) == ("r-1", "queued", 0, 0, "")
        assert last.id == "r-3"

    async def test_the_rest_of_an_answer_is_queued_again_with_the_part_before_it(self, opened: World):
        await settle_with_replies(opened.journal, "r-1", "r-2", "r-3", "r-4")
        fence = await lease(opened.journal)
        ends = [
            OutboxMark(id="r-1", state="refused", code="earlier_part"),
            OutboxMark(id="r-2", state="parked", error="code 100"),
            OutboxMark(id="r-3", state="refused", code="earlier_part", error="an earlier part was not sent", owes=True),
            OutboxMark(id="r-4", state="refused", code="window_closed"),
        ]
        await opened.journal.record(ends, fence)
        assert await opened.journal.replay_outbound(["r-2"]) == 2
        assert [(row.id, row.state, row.code, row.error) for row in await opened.journal.outbox()] == [
            ("r-2", "queued", "", ""),
            ("r-3", "queued", "", ""),
        ]
        assert await opened.journal.owed() == []

    async def test_what_is_owed_is_kept_until_it_was_told(self, opened: World):
        await settle_with_replies(opened.journal, "r-1", "r-2", "r-3")
        fence = await lease(opened.journal)
        await opened.journal.record([sent("r-1", "m_1", owes=True), sent("r-2", "m_2")], fence)
        assert [(row.id, row.state, row.mid) for row in await opened.journal.owed()] == [("r-1", "sent", "m_1")]
        again = await opened.another()
        assert ids_of(await again.owed()) == ["r-1"]
        assert await again.owed(after=(await again.owed())[0].seq) == []
        await opened.journal.told(["r-1", "r-9"])
        assert await opened.journal.owed() == []

    async def test_what_could_not_be_told_is_parked_until_it_is_replayed(self, opened: World):
        place = await settle_with_replies(opened.journal, "r-1", "r-2")
        fence = await lease(opened.journal)
        refused = OutboxMark(id="r-1", state="refused", error="closed", owes=True, at=START)
        given_up = OutboxMark(id="r-2", state="parked", error="no", owes=True, at=START)
        await opened.journal.record([refused, given_up], fence)
        reports = [Untold(id=id_, attempts=3, error="ValueError", at=START + 7) for id_ in ("r-1", "r-2", "r-9")]
        await opened.journal.untold(reports)
        assert await opened.journal.owed() == []
        report, outbound = sorted(await opened.journal.parked(), key=lambda one: one.id)
        assert (report.what, report.id, report.event_seq, report.plugin) == ("report", "r-1", place, LANE)
        assert (report.attempts, report.error, report.at) == (3, "ValueError", START + 7)
        assert (outbound.what, outbound.id, outbound.error) == ("outbound", "r-2", "no"), "a request is listed once"
        assert await opened.journal.replay_outbound(["r-1", "r-1", "r-2"]) == 2
        assert [(row.id, row.state, row.error) for row in await opened.journal.owed()] == [("r-1", "refused", "closed")]
        assert ids_of(await opened.journal.outbox()) == ["r-2"]
        assert await opened.journal.parked() == []

    async def test_what_is_put_back_into_the_queue_owes_nothing(self, opened: World):
        await settle_with_replies(opened.journal, "r-1")
        fence = await lease(opened.journal)
        await opened.journal.record([OutboxMark(id="r-1", state="parked", error="no", owes=True, at=START)], fence)
        assert ids_of(await opened.journal.owed()) == ["r-1"]
        await opened.journal.replay_outbound(["r-1"])
        assert await opened.journal.owed() == []

    async def test_another_body_takes_the_place_of_the_one_that_was_asked_for(self, opened: World):
        await settle_with_replies(opened.journal, "r-1", "r-2")
        fence = await lease(opened.journal)
        await opened.journal.record([OutboxMark(id="r-1", state="queued", body=b"other", at=START)], fence)
        await opened.journal.record([OutboxMark(id="r-1", state="sending", at=START)], fence)
        first, second = await opened.journal.outbox()
        assert (first.body, first.altered, first.state) == (b"other", True, "sending")
        assert (second.altered, second.body == b"other") == (False, False)

    async def test_an_event_tells_of_messages_once_however_often_it_is_asked(self, opened: World):
        await settle_with_replies(opened.journal, "r-1", "r-2", "r-3")
        fence = await lease(opened.journal)
        marks = [sent(f"r-{number}", f"m_{number}", began=START + number) for number in (1, 2, 3)]
        await opened.journal.record(marks, fence)

        async def reached(seq: int, lane: str = LANE, **said: Any) -> list[str]:
            asked = Reached(plugin=lane, conversation=TALK, seq=seq, **said)
            return ids_of(await opened.journal.reached(asked))

        assert await reached(101, fact="arrived", mids=("m_2", "m_9")) == ["r-2"]
        assert await reached(102, fact="arrived", until=START + 2) == ["r-1"]
        assert await reached(103, fact="seen", until=START + 2) == ["r-1", "r-2"]
        assert await reached(103, fact="seen", until=START + 2) == ["r-1", "r-2"]
        assert await reached(104, fact="seen", until=START + 9) == ["r-3"]
        assert await reached(105, "another", fact="seen", until=START + 9) == []
        assert await reached(106, fact="arrived", mids=()) == []
