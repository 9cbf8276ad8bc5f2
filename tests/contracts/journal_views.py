"""What every journal tells people, keeps, and copies."""

from pathlib import Path
from typing import Any

import pytest

from pagewire_gateway.journal.port import EventFilter, JournalError, OutboxMark, Restored, Retention
from tests.contracts.journal_world import (
    ANN,
    BOB,
    LANE,
    OTHER,
    PAGE,
    START,
    World,
    append,
    append_many,
    echo,
    ids_of,
    lease,
    mark,
    reply,
    said,
    sent,
    settle_with_replies,
    states,
    waiting,
)

NOTHING_STAYS = Retention(max_age_ms=0, dedupe_ms=0)
LATER = START + 1_000_000


class Views:
    """Events, parked work, figures."""

    @pytest.fixture
    async def mixed(self, world: World) -> list[int]:
        """Places of five events of several kinds, people and accounts."""
        await world.journal.open_lanes([LANE, OTHER])
        done = [
            await append(world.journal, said("a")),
            await append(world.journal, said("b", person=BOB), received=START + 10),
            await append(world.journal, echo("c"), received=START + 20),
            await append(world.journal, said("d"), received=START + 30, account="108000000000002"),
            await append(world.journal, said("e"), received=START + 40, object_="instagram"),
        ]
        return [one.new[0].seq for one in done]

    async def test_when_each_account_was_last_heard_of_among_the_newest_events(self, world: World, mixed: list[int]):
        assert await world.journal.last_received(100) == {
            ("page", PAGE): START + 20,
            ("page", "108000000000002"): START + 30,
            ("instagram", PAGE): START + 40,
        }
        assert await world.journal.last_received(2) == {
            ("page", "108000000000002"): START + 30,
            ("instagram", PAGE): START + 40,
        }

    async def test_an_empty_journal_has_heard_of_nobody(self, world: World):
        assert await world.journal.last_received(100) == {}

    async def test_an_event_with_its_lanes_and_what_went_out(self, world: World):
        await world.journal.open_lanes([LANE, OTHER])
        place = await settle_with_replies(world.journal, "r-1", "r-2")
        (view,) = await world.journal.events(EventFilter())
        assert [view.stored] == await world.journal.read([place])
        assert {name: lane.state for name, lane in view.lanes.items()} == {LANE: "done", OTHER: "pending"}
        assert list(view.outbox) == await world.journal.outbox()

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({}, [0, 1, 2, 3, 4]),
            ({"limit": 2}, [3, 4]),
            ({"limit": 0}, []),
            ({"kind": "message"}, [0, 1, 3, 4]),
            ({"kind": "message_echo"}, [2]),
            ({"kind": "postback"}, []),
            ({"object": "instagram"}, [4]),
            ({"account": PAGE}, [0, 1, 2, 4]),
            ({"person": BOB}, [1]),
            ({"person": ANN, "object": "page", "account": PAGE}, [0, 2]),
            ({"since": START + 20}, [2, 3, 4]),
            ({"until": START + 20}, [0, 1]),
            ({"since": START + 10, "until": START + 40, "limit": 2}, [2, 3]),
            ({"plugin": LANE}, [0, 1, 2, 3, 4]),
            ({"plugin": "nobody"}, []),
            ({"state": "pending"}, [0, 1, 2, 3, 4]),
            ({"state": "parked"}, []),
        ],
    )
    async def test_filters(self, world: World, mixed: list[int], query: dict[str, Any], found: list[int]):
        views = await world.journal.events(EventFilter(**query))
        assert [view.stored.seq for view in views] == [mixed[index] for index in found]

    async def test_places_page_back_and_follow(self, world: World):
        places = await append_many(world.journal, 30)
        pages, before = [], None
        while page := await world.journal.events(EventFilter(limit=7, before=before)):
            pages.append([view.stored.seq for view in page])
            before = pages[-1][0]
        assert pages[0] == places[-7:]
        assert [seq for page in reversed(pages) for seq in page] == places
        after = await world.journal.events(EventFilter(after=places[27], limit=10))
        assert [view.stored.seq for view in after] == places[28:]

    async def test_an_event_is_found_by_its_id(self, world: World, mixed: list[int]):
        (wanted,) = await world.journal.read([mixed[1]])
        for query in (EventFilter(id=wanted.id), EventFilter(id=wanted.id, kind="message", limit=1)):
            assert [view.stored for view in await world.journal.events(query)] == [wanted]
        for query in (
            EventFilter(id=wanted.id, kind="postback"),
            EventFilter(id=wanted.id, after=wanted.seq),
            EventFilter(id="00" * 16),
            EventFilter(id="no id"),
        ):
            assert await world.journal.events(query) == []

    async def test_states_of_lanes_are_filters(self, world: World, mixed: list[int]):
        fence = await lease(world.journal)
        done, retried, parked, skipped, pending = mixed
        await world.journal.settle([mark(done), mark(retried, "retry"), mark(parked, "parked")], fence)
        await world.journal.settle([mark(parked, "parked", lane=OTHER), mark(skipped, lane=OTHER)], fence)
        await world.journal.low_water({LANE: skipped})
        for state, places in {"done": [done], "retry": [retried], "parked": [parked], "skipped": [skipped]}.items():
            assert list(await states(world.journal, plugin=LANE, state=state)) == places
        assert list(await states(world.journal, plugin=LANE, state="pending")) == [pending]
        assert list(await states(world.journal, state="done")) == [done, skipped]
        assert list(await states(world.journal, plugin=OTHER, state="pending")) == [done, retried, pending]
        assert list(await states(world.journal, state="parked", kind="message")) == []
        assert list(await states(world.journal, state="parked", before=parked)) == []

    async def test_many_parked_events_are_found(self, world: World):
        await world.journal.open_lanes([LANE])
        places = await append_many(world.journal, 600)
        marks = [mark(seq, "parked", error="broken") for seq in places[::2]]
        await world.journal.settle(marks, await lease(world.journal))
        assert list(await states(world.journal, state="parked")) == places[::2]
        newest = await world.journal.events(EventFilter(state="parked", limit=3))
        assert [view.stored.seq for view in newest] == places[::2][-3:]

    async def test_parked_work_of_both_kinds(self, world: World):
        await world.journal.open_lanes([LANE, OTHER])
        first = await settle_with_replies(world.journal, "r-1")
        second = (await append(world.journal, said("b"))).new[0]
        fence = await lease(world.journal)
        parked = OutboxMark(id="r-1", state="parked", attempts=6, error="code 100", at=START + 2)
        await world.journal.record([parked], fence)
        gave_up = mark(second.seq, "parked", lane=OTHER, attempts=5, error="ValueError", at=START + 1)
        await world.journal.settle([gave_up], fence)
        outbound, event = await world.journal.parked()
        assert (outbound.what, outbound.id, outbound.event_seq, outbound.plugin) == ("outbound", "r-1", first, LANE)
        assert (outbound.attempts, outbound.error, outbound.at) == (6, "code 100", START + 2)
        assert (event.what, event.id, event.event_id, event.event_seq) == ("event", second.id, second.id, second.seq)
        assert (event.kind, event.account, event.conversation) == ("message", PAGE, second.item.conversation)
        assert (event.plugin, event.attempts, event.error, event.at) == (OTHER, 5, "ValueError", START + 1)
        assert await world.journal.parked(plugin=OTHER) == [event]
        assert await world.journal.parked(limit=1) == [outbound]

    async def test_figures(self, world: World):
        before = await world.journal.stats()
        assert (before.events, before.oldest_received, before.lanes, before.outbox) == (0, 0, (), {}), before
        await world.journal.open_lanes([LANE, OTHER])
        places = await append_many(world.journal, 5)
        fence = await lease(world.journal)
        marks = [
            mark(places[0]),
            mark(places[1], "retry"),
            mark(places[2], "parked"),
            mark(places[3], "done", reply("r-1")),
        ]
        await world.journal.settle(marks, fence)
        await world.journal.record([sent("r-1", "m_1")], fence)
        await world.journal.low_water({LANE: places[0]})
        found = await world.journal.stats()
        assert (found.events, found.last_seq, found.oldest_received) == (5, places[-1], START)
        assert found.size_bytes > before.size_bytes > 0
        assert found.free_bytes > 0
        assert {name: count for name, count in found.outbox.items() if count} == {"sent": 1}
        lanes = {lane.plugin: lane for lane in found.lanes}
        ours = lanes[LANE]
        assert (ours.low_water, ours.pending, ours.retry, ours.parked, ours.oldest_pending) == (
            places[0],
            2,
            1,
            1,
            START,
        )
        assert (lanes[OTHER].pending, lanes[OTHER].retry, lanes[OTHER].parked) == (5, 0, 0)

    async def test_figures_count_what_was_put_back(self, world: World):
        await world.journal.open_lanes([LANE])
        event = (await append(world.journal, said("a"))).new[0]
        await world.journal.settle([mark(event.seq)], await lease(world.journal))
        await world.journal.low_water({LANE: event.seq})
        assert (await world.journal.stats()).lanes[0].pending == 0
        await world.journal.replay([event.id], LANE, False)
        (lane,) = (await world.journal.stats()).lanes
        assert (lane.pending, lane.oldest_pending) == (1, START)


class Keeping:
    """Retention."""

    async def test_what_is_settled_and_old_goes(self, world: World):
        await world.journal.open_lanes([LANE])
        old = await append_many(world.journal, 5)
        await append(world.journal, said("young"), received=LATER)
        await world.journal.low_water({LANE: old[-1] + 1})
        week = Retention(max_age_ms=1_000, dedupe_ms=1_000)
        assert await world.journal.prune(week, LATER) == 5
        assert [view.stored.received for view in await world.journal.events(EventFilter())] == [LATER]
        assert (await world.journal.stats()).events == 1
        assert await world.journal.prune(week, LATER) == 0

    async def test_waiting_parked_and_unsent_work_stays(self, world: World):
        await world.journal.open_lanes([LANE, OTHER])
        done, retried, parked, unsent, parked_out, other, fresh = await append_many(world.journal, 7)
        fence = await lease(world.journal)
        await world.journal.settle([mark(done), mark(retried, "retry"), mark(parked, "parked"), mark(other)], fence)
        await world.journal.settle([mark(unsent, "done", reply("r-1")), mark(parked_out, "done", reply("r-2"))], fence)
        await world.journal.record([OutboxMark(id="r-2", state="parked")], fence)
        lower = [mark(seq, lane=OTHER) for seq in (done, retried, parked, unsent, parked_out)]
        await world.journal.settle(lower, fence)
        assert await world.journal.prune(NOTHING_STAYS, LATER) == 1
        assert list(await states(world.journal)) == [retried, parked, unsent, parked_out, other, fresh]
        assert await waiting(world.journal) == [retried, fresh]
        assert ids_of(await world.journal.outbox()) == ["r-1"]

    async def test_it_stays_below_the_low_water_mark_and_in_closed_lanes_too(self, world: World):
        await world.journal.open_lanes([LANE, OTHER])
        done, retried, parked, put_back, parked_out, last = await append_many(world.journal, 6)
        fence = await lease(world.journal)
        await world.journal.settle([mark(retried, "retry"), mark(parked, "parked"), mark(put_back)], fence)
        await world.journal.settle([mark(parked_out, "done", reply("r-1"))], fence)
        await world.journal.record([OutboxMark(id="r-1", state="parked")], fence)
        await world.journal.settle([mark(last, "done", reply("r-2"))], fence)
        await world.journal.low_water({LANE: last, OTHER: last})
        (again,) = await world.journal.read([put_back])
        await world.journal.replay([again.id], LANE, False)
        await world.journal.open_lanes([OTHER])
        assert await world.journal.prune(NOTHING_STAYS, LATER) == 1
        assert done not in await states(world.journal)
        assert list(await states(world.journal)) == [retried, parked, put_back, parked_out, last]

    async def test_keys_are_remembered_longer_than_bodies(self, world: World):
        await world.journal.open_lanes([LANE])
        event = (await append(world.journal, said("a"))).new[0]
        await append(world.journal, said("b"), received=LATER)
        await world.journal.low_water({LANE: event.seq + 1})
        assert await world.journal.prune(Retention(max_age_ms=0, dedupe_ms=10**9), LATER) == 1
        (bare,) = await world.journal.events(EventFilter(id=event.id))
        assert (bare.stored.item.raw, bare.stored.item.key) == (b"", event.item.key)
        assert (await append(world.journal, said("a"))).duplicates == 1
        assert await world.journal.replay([event.id], LANE, False) == 0
        assert await world.journal.prune(NOTHING_STAYS, LATER) == 1
        assert await world.journal.events(EventFilter(id=event.id)) == []
        assert (await append(world.journal, said("a"))).duplicates == 0

    async def test_the_oldest_bodies_go_when_there_is_no_room(self, world: World):
        await world.journal.open_lanes([LANE])
        places = await append_many(world.journal, 300, text="x" * 4_000)
        await world.journal.low_water({LANE: places[-1]})
        size = (await world.journal.stats()).size_bytes
        tight = Retention(max_bytes=size // 2)
        assert await world.journal.prune(tight, START + 1) > 50
        bodies = [bool(view.stored.item.raw) for view in await world.journal.events(EventFilter(limit=1000))]
        assert len(bodies) == 300
        assert bodies == sorted(bodies)
        assert 0 < sum(bodies) < 250

    async def test_a_conversation_outlives_its_events(self, world: World):
        await world.journal.open_lanes([LANE])
        event = (await append(world.journal, said("a"))).new[0]
        await append(world.journal, echo("b"))
        await world.journal.low_water({LANE: event.seq + 1})
        assert await world.journal.prune(NOTHING_STAYS, LATER) == 1
        assert event.item.conversation is not None
        known = await world.journal.conversation(event.item.conversation)
        assert known.first_event == event.id

    async def test_places_are_never_used_twice(self, world: World):
        await world.journal.open_lanes([LANE])
        last = (await append_many(world.journal, 3))[-1]
        await world.journal.low_water({LANE: last})
        await world.journal.prune(NOTHING_STAYS, LATER)
        assert (await append(world.journal, said("n"))).new[0].seq == last + 1


class Backups:
    """Copies."""

    async def test_a_journal_is_no_copy_unless_it_was_one(self, world: World):
        assert world.journal.restored == Restored()

    async def test_a_backup_never_overwrites(self, world: World, tmp_path: Path):
        target = tmp_path / "copy"
        target.write_text("precious")
        with pytest.raises(JournalError, match="exists"):
            await world.journal.backup(target)
        assert target.read_text() == "precious"

    async def test_a_backup_that_cannot_be_written_says_so(self, world: World, tmp_path: Path):
        with pytest.raises(JournalError):
            await world.journal.backup(tmp_path / "nowhere" / "copy")
