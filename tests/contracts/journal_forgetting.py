"""What every journal does when a person has to be forgotten."""

import asyncio

from pagewire.context import ConversationState
from pagewire.events import Conversation
from pagewire_gateway.journal.port import EventFilter
from tests.contracts.journal_world import (
    ANN,
    BOB,
    LANE,
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
    seen,
    sent,
    waiting,
)

SECRET_WORDS = "planted words"


def commented(who: str = ANN):
    """An item without a person that names one."""
    return {"timestamp": START, "something": {"from": {"id": who}, "text": SECRET_WORDS}}


class Forgetting:
    """A person asks to be forgotten."""

    async def test_bodies_and_ids_of_the_person_are_gone_and_those_of_others_stay(self, world: World):
        mine = (await append(world.journal, said("a", text=SECRET_WORDS), echo("e"), seen())).new
        (other,) = (await append(world.journal, said("b", person=BOB))).new
        done = await world.journal.forget(TALK, other.seq, "d-1")
        assert done.events == 3
        for event in await world.journal.read([one.seq for one in mine]):
            assert (event.item.raw, event.item.person, event.item.key) == (b"", None, "")
        assert await world.journal.read([other.seq]) == [other]
        assert await world.journal.events(EventFilter(person=ANN)) == []

    async def test_what_names_the_person_is_erased_too(self, world: World):
        (named, strange) = (await append(world.journal, commented(), commented(BOB))).new
        assert (await world.journal.forget(TALK, strange.seq, "d-1")).events == 1
        assert [bool(event.item.raw) for event in await world.journal.read([named.seq, strange.seq])] == [False, True]

    async def test_an_id_that_is_a_part_of_another_one_names_nobody(self, world: World):
        events = (await append(world.journal, *(commented(f"{ANN}{place}") for place in range(70)), commented())).new
        assert (await world.journal.forget(TALK, events[-1].seq, "d-1")).events == 1
        kept = await world.journal.read([event.seq for event in events])
        assert [bool(event.item.raw) for event in kept] == [True] * 70 + [False]

    async def test_a_late_repeat_is_still_a_repeat(self, world: World):
        (event,) = (await append(world.journal, said("a"))).new
        await world.journal.forget(TALK, event.seq, "d-1")
        assert (await append(world.journal, said("a"))).duplicates == 1
        other = await world.another()
        assert (await append(other, said("a"))).duplicates == 1

    async def test_lanes_are_through_with_what_was_erased(self, world: World):
        await world.journal.open_lanes([LANE])
        places = await append_many(world.journal, 3)
        fence = await lease(world.journal)
        await world.journal.settle([mark(places[0], "parked", error="no"), mark(places[1], "retry", due=START)], fence)
        done = await world.journal.forget(TALK, places[-1], "d-1")
        assert done.deliveries == 3
        assert await waiting(world.journal) == []
        assert await world.journal.parked() == []
        assert (await lane_of(world.journal, places[0])).state == "done"  # type: ignore[union-attr]

    async def test_a_hook_that_ends_late_stores_no_reply(self, world: World):
        await world.journal.open_lanes([LANE])
        (place,) = await append_many(world.journal, 1)
        await world.journal.forget(TALK, place, "d-1")
        assert await world.journal.settle([mark(place, "done", reply("r"))], await lease(world.journal)) == []
        assert await world.journal.outbox() == []

    async def test_replies_are_ended_and_emptied(self, world: World):
        await world.journal.open_lanes([LANE])
        (place,) = await append_many(world.journal, 1)
        fence = await lease(world.journal)
        await world.journal.settle([mark(place, "done", reply("r-1"), reply("r-2", 1))], fence)
        await world.journal.record([sent("r-1", "m_out")], fence)
        assert (await world.journal.forget(TALK, place, "d-1")).outbound == 2
        assert await world.journal.outbox() == []
        assert await world.journal.mids(TALK, 0) == set()
        (view,) = await world.journal.events(EventFilter(after=place - 1, before=place + 1))
        assert [(row.state, row.body, row.conversation.person) for row in view.outbox] == [
            ("sent", b"", ""),
            ("refused", b"", ""),
        ]

    async def test_the_conversation_is_a_strangers_again(self, world: World):
        other = await world.another()
        (event,) = (await append(world.journal, said("a"))).new
        await append(other, said("b", person=BOB))
        assert (await world.journal.forget(TALK, event.seq, "d-1")).talks <= 1
        await append_many(other, 3, person=BOB)
        for journal in (world.journal, other):
            assert await journal.conversation(TALK) == ConversationState()
            assert (await journal.conversation(Conversation("page", PAGE, BOB))).first_event is not None

    async def test_what_the_person_does_later_begins_anew(self, world: World):
        (old,) = (await append(world.journal, said("a"))).new
        (new,) = (await append(world.journal, said("b", at=START + 9))).new
        await world.journal.forget(TALK, old.seq, "d-1")
        assert await world.journal.read([new.seq]) == [new]
        assert (await world.journal.conversation(TALK)).first_event == new.id

    async def test_forgetting_again_changes_nothing_and_tells_the_same(self, world: World):
        places = await append_many(world.journal, 150)
        first = await world.journal.forget(TALK, places[-1], "d-1")
        assert first.events == 150
        assert (await world.journal.forget(TALK, places[-1], "d-1")).events == 150
        assert (await world.journal.forget(TALK, places[-1], "d-2")).events == 0

    async def test_others_go_on_meanwhile(self, world: World):
        places = await append_many(world.journal, 200)
        forgetting = asyncio.ensure_future(world.journal.forget(TALK, places[-1], "d-1"))
        later = await append_many(world.journal, 100, "later", person=BOB)
        await forgetting
        assert len(await world.journal.read(later)) == 100
        assert await world.journal.scrub()
