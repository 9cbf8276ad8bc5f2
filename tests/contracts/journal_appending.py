"""What every journal does with delivery bodies: durable, in order, all or none, and each event once."""

import asyncio

import pytest

from pagewire.context import ConversationState
from pagewire.events import Conversation
from pagewire_gateway import window
from pagewire_gateway.journal.port import EventFilter, Stored
from tests.contracts.journal_world import (
    ANN,
    APP,
    BOB,
    PAGE,
    START,
    TALK,
    World,
    append,
    append_many,
    arrived,
    echo,
    handed,
    items,
    opted,
    said,
    seen,
)


class Appending:
    """Events come in."""

    async def test_an_event_is_stored_as_it_came(self, world: World):
        (item,) = items(said("m-1", text="grüße 💙"))
        (stored,) = (await world.journal.append([item], START + 7, APP)).new
        assert stored == Stored(seq=stored.seq, id=item.id, item=item, received=START + 7, app=APP)
        assert await world.journal.read([stored.seq]) == [stored]

    async def test_kinds_without_a_person_are_stored_too(self, world: World):
        done = await append(world.journal, {"timestamp": START, "something": "new"})
        assert [event.item.kind for event in done.new] == ["unknown"]
        assert await world.journal.read([done.new[0].seq]) == list(done.new)

    async def test_a_repeat_is_no_new_event(self, world: World):
        first = await append(world.journal, said("m-1"))
        again = await append(world.journal, said("m-1"), received=START + 99)
        assert (len(first.new), first.duplicates) == (1, 0)
        assert (again.new, again.duplicates) == ((), 1)

    async def test_a_repeat_that_waits_for_the_same_commit_is_no_new_event(self, world: World):
        bodies = [append(world.journal, said(mid)) for mid in ("a", "b", "a", "b", "a")]
        done = await asyncio.gather(*bodies)
        assert [len(one.new) for one in done] == [1, 1, 0, 0, 0]
        assert [one.duplicates for one in done] == [0, 0, 1, 1, 1]

    async def test_a_repeat_within_one_body_is_no_new_event(self, world: World):
        done = await append(world.journal, said("a"), said("b"), said("a"))
        assert [event.item.key.rpartition(":")[2] for event in done.new] == ["a", "b"]
        assert done.duplicates == 1

    async def test_what_is_new_beside_a_repeat_is_stored(self, world: World):
        await append(world.journal, said("a"))
        done = await append(world.journal, said("a"), said("b"))
        assert (len(done.new), done.duplicates) == (1, 1)

    async def test_places_grow_without_gaps_in_the_order_asked(self, world: World):
        bodies = [append(world.journal, said(f"{n}-1"), said(f"{n}-2")) for n in range(40)]
        done = [event for one in await asyncio.gather(*bodies) for event in one.new]
        first = done[0].seq
        assert [event.seq for event in done] == list(range(first, first + 80))
        mids = [event.item.key.rpartition(":")[2] for event in done]
        assert mids == [f"{n}-{m}" for n in range(40) for m in (1, 2)]

    async def test_repeats_leave_no_gaps(self, world: World):
        first = (await append(world.journal, said("a"))).new[0].seq
        await append(world.journal, said("a"), said("b"), said("b"))
        await append(world.journal, said("b"))
        assert [event.seq for event in (await append(world.journal, said("c"))).new] == [first + 2]

    async def test_an_empty_body_asks_whether_the_journal_works(self, world: World):
        done = await world.journal.append((), START, APP)
        assert (done.new, done.duplicates) == ((), 0)

    async def test_readers_are_fed_in_order_before_anybody_is_answered(self, world: World):
        seen_by_then: list[int] = []
        fed: list[Stored] = []
        world.journal.on_appended = fed.extend

        async def one(number: int) -> None:
            await append(world.journal, said(f"m-{number}"))
            seen_by_then.append(len(fed))

        await asyncio.gather(*(one(number) for number in range(50)))
        assert [event.seq for event in fed] == sorted(event.seq for event in fed)
        assert len({event.id for event in fed}) == len(fed) == 50
        assert all(count >= number for number, count in enumerate(seen_by_then, 1))

    async def test_repeats_are_not_fed(self, world: World):
        fed: list[Stored] = []
        world.journal.on_appended = fed.extend
        await append(world.journal, said("a"))
        await append(world.journal, said("a"))
        assert len(fed) == 1

    async def test_what_nobody_waits_for_any_more_is_stored_and_fed(self, world: World):
        fed: list[Stored] = []
        world.journal.on_appended = fed.extend
        waiting = asyncio.ensure_future(append(world.journal, said("a")))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        await append(world.journal, said("b"))
        assert [event.item.key.rpartition(":")[2] for event in fed] == ["a", "b"]

    async def test_a_listener_that_stumbles_stops_nobody(self, world: World):
        told: list[object] = []
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: told.append(context["exception"]))

        def stumble(_events: tuple[Stored, ...]) -> None:
            raise ZeroDivisionError

        world.journal.on_appended = stumble
        assert len((await append(world.journal, said("a"))).new) == 1
        assert [type(error) for error in told] == [ZeroDivisionError]

    async def test_missing_events_are_left_out_of_a_read(self, world: World):
        places = await append_many(world.journal, 3)
        wanted = [places[2], 9_999, places[0]]
        assert [event.seq for event in await world.journal.read(wanted)] == [places[2], places[0]]

    async def test_echoes_are_found_oldest_first(self, world: World):
        await append(world.journal, said("a"), echo("e-1"))
        await append(world.journal, echo("e-2"), said("b"), echo("e-3"))
        found = await world.journal.echoes(0)
        assert [event.item.key.rpartition(":")[2] for event in found] == ["e-1", "e-2", "e-3"]
        assert await world.journal.echoes(found[0].seq, 1) == found[1:2]

    async def test_another_process_appends_to_the_same_journal(self, world: World):
        other = await world.another()
        first = await append(world.journal, said("a"))
        second = await append(other, said("a"), said("b"))
        third = await append(world.journal, said("b"), said("c"))
        assert [len(done.new) for done in (first, second, third)] == [1, 1, 1]
        places = [done.new[0].seq for done in (first, second, third)]
        assert places == list(range(places[0], places[0] + 3))
        assert len(await other.events(EventFilter())) == 3


class Conversations:
    """What is remembered of each conversation."""

    async def test_nothing_is_known_of_a_stranger(self, world: World):
        assert await world.journal.conversation(TALK) == ConversationState()

    async def test_the_first_event_and_the_window(self, world: World):
        first = (await append(world.journal, said("a", at=START))).new[0]
        await append(world.journal, said("b", at=START + 5_000))
        known = await world.journal.conversation(TALK)
        assert (known.first_event, _millis(known.first_seen)) == (first.id, START)
        assert _millis(known.last_inbound) == START + 5_000
        assert _millis(known.window_until) == window.closes_at(START + 5_000)

    async def test_disorder_moves_neither_the_window_back_nor_the_first_event(self, world: World):
        first = (await append(world.journal, said("b", at=START + 5_000))).new[0]
        await append(world.journal, said("a", at=START))
        known = await world.journal.conversation(TALK)
        assert (known.first_event, _millis(known.first_seen)) == (first.id, START + 5_000)
        assert _millis(known.last_inbound) == START + 5_000

    async def test_what_opens_no_window_is_no_contact(self, world: World):
        await append(world.journal, seen(), echo("e-1"))
        known = await world.journal.conversation(TALK)
        assert (known.first_event, known.first_seen, known.last_inbound, known.window_until) == (None, None, None, None)

    async def test_what_was_said_read_and_delivered(self, world: World):
        await append(world.journal, echo("e-1", at=START + 3), seen(at=START + 5), arrived(at=START + 4))
        await append(world.journal, echo("e-0", at=START + 1), seen(at=START + 2), arrived(at=START + 1), said("a"))
        known = await world.journal.conversation(TALK)
        times = (known.last_outbound, known.last_read, known.last_delivered, known.last_inbound)
        assert [_millis(one) for one in times] == [START + 3, START + 5, START + 4, START]

    async def test_who_has_the_thread(self, world: World):
        await append(world.journal, said("a", at=START), handed("pass", "222", at=START + 20))
        await append(world.journal, handed("take", "111", at=START + 10))
        await append(world.journal, said("b", at=START + 30), standby=True)
        known = await world.journal.conversation(TALK)
        assert (known.owner, _millis(known.owner_since)) == ("222", START + 20)
        assert (_millis(known.last_direct), _millis(known.last_standby)) == (START, START + 30)
        assert _millis(known.last_inbound) == START + 30
        await append(world.journal, handed("pass", None, at=START + 40))
        assert (await world.journal.conversation(TALK)).owner is None

    async def test_opt_ins_are_kept_by_token_and_the_latest_answer_counts(self, world: World):
        await append(world.journal, opted("t-1", at=START + 2), opted("t-2", at=START))
        await append(world.journal, opted("t-1", at=START + 1, status="STOP_NOTIFICATIONS"))
        await append(world.journal, opted("t-2", at=START + 3, status="STOP_NOTIFICATIONS"))
        known = await world.journal.conversation(TALK)
        assert {one.token: one.stopped for one in known.opt_ins} == {"t-1": False, "t-2": True}
        assert known.last_inbound is None

    async def test_conversations_are_told_apart_by_person_account_and_object(self, world: World):
        await append(world.journal, said("a", person=BOB, at=START + 1))
        await append(world.journal, said("a", at=START + 2), account="108000000000002")
        await append(world.journal, said("a", at=START + 3), object_="instagram")
        for talk, at in (
            (Conversation("page", PAGE, BOB), START + 1),
            (Conversation("page", "108000000000002", ANN), START + 2),
            (Conversation("instagram", PAGE, ANN), START + 3),
        ):
            assert _millis((await world.journal.conversation(talk)).last_inbound) == at
        assert await world.journal.conversation(TALK) == ConversationState()

    async def test_many_conversations_keep_their_first_and_last(self, world: World):
        people = [f"2400000000000{number:04d}" for number in range(60)]
        turns = []
        for turn in range(3):
            bodies = (append(world.journal, said(f"{who}-{turn}", person=who, at=START + turn)) for who in people)
            turns.append(await asyncio.gather(*bodies))
        for who, first in zip(people, turns[0], strict=True):
            known = await world.journal.conversation(Conversation("page", PAGE, who))
            assert (known.first_event, _millis(known.last_inbound)) == (first.new[0].id, START + 2)

    async def test_what_another_process_appended_counts(self, world: World):
        other = await world.another()
        first = (await append(world.journal, said("a"))).new[0]
        await append(other, said("b", at=START + 9_000))
        for journal in (world.journal, other):
            known = await journal.conversation(TALK)
            assert (known.first_event, _millis(known.last_inbound)) == (first.id, START + 9_000)


def _millis(when: object) -> int:
    return round(when.timestamp() * 1000)  # type: ignore[attr-defined]
