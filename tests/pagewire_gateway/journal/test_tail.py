"""Late indices: whatever is folded in and whatever is not, each event is there once and each conversation is known."""

import asyncio
import random

import pytest

from pagewire.events import Conversation
from pagewire_gateway.journal.port import EventFilter, Retention, Stored
from tests.contracts.journal_world import LANE, PAGE, START, append, append_many, lease, mark, said


class Model:
    """What the journal has to know."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {}
        self.first: dict[str, Stored] = {}
        self.last: dict[str, int] = {}

    def take(self, mid: str, event: Stored) -> None:
        person, at = str(event.item.person), event.item.timestamp
        self.places[mid] = event.seq
        self.first[person] = min(event, self.first.get(person, event), key=lambda one: one.seq)
        self.last[person] = max(at, self.last.get(person, 0))


@pytest.mark.parametrize("seed", range(6))
async def test_any_history_of_appends_restarts_and_processes(open_journal, look, seed):
    chance = random.Random(seed)
    fold_at = chance.choice([1, 3, 20, 100])
    journals = [await open_journal({"fold_at": fold_at})]
    model, made = Model(), 0
    for _ in range(60):
        turn = chance.random()
        if turn < 0.08:
            await journals.pop(chance.randrange(len(journals))).aclose()
        if not journals or turn < 0.16:
            journals.append(await open_journal({"fold_at": fold_at}))
        known = list(model.places)
        bodies = []
        for _ in range(chance.randrange(1, 12)):
            made += 1
            again = known and chance.random() < 0.3
            mid = chance.choice(known) if again else f"m-{made}"
            item = said(mid, f"24{len(mid)}{mid[-1]}", START + chance.randrange(10**6))
            bodies.append((mid, append(chance.choice(journals), item)))
        done = await asyncio.gather(*(body for _, body in bodies))
        for (mid, _), appended in zip(bodies, done, strict=True):
            assert len(appended.new) == (mid not in model.places)
            for event in appended.new:
                model.take(mid, event)
    await agrees(journals[0] if journals else await open_journal(), model)
    assert look("select count(*), count(distinct id), max(seq) from event") == [(len(model.places),) * 3]


async def agrees(journal, model: Model) -> None:
    events = await journal.read(sorted(model.places.values()))
    assert {event.item.key.rpartition(":")[2]: event.seq for event in events} == model.places
    for person, first in model.first.items():
        known = await journal.conversation(Conversation("page", PAGE, person))
        assert known.first_event == first.id
        assert round(known.last_inbound.timestamp() * 1000) == model.last[person]


async def test_the_tail_is_read_again_after_a_restart(open_journal, look):
    journal = await open_journal()
    await append_many(journal, 300)
    await journal.aclose()
    assert look("select count(*) from seen") == [(0,)]
    journal = await open_journal()
    repeats = await asyncio.gather(*(append(journal, said(f"m-{number}")) for number in range(300)))
    assert [done.duplicates for done in repeats] == [1] * 300


async def test_folding_rides_along_and_ends(open_journal, look):
    journal = await open_journal({"fold_at": 200})
    await append_many(journal, 200)
    for _ in range(40):
        await journal.append((), START, "")
    assert look("select value from meta where name = 'folded'") == [(200,)]
    assert look("select count(*) from seen") == [(200,)]
    assert look("select count(*) from conversation") == [(1,)]


async def test_an_event_is_found_by_id_wherever_it_is(open_journal):
    journal = await open_journal({"fold_at": 50})
    await journal.open_lanes([LANE])
    await append_many(journal, 70)
    for _ in range(10):
        await journal.append((), START, "")
    other = await open_journal()
    late = (await append(other, said("late"))).new[0]
    for event in [*await journal.read([1, 30, 60, 70]), late]:
        assert await journal.replay([event.id], LANE, False) == 0
        assert [view.stored for view in await journal.events(EventFilter(id=event.id))] == [event]


async def test_what_another_process_folded_and_pruned_meanwhile_is_passed_over(open_journal, look):
    idle, busy = await open_journal(), await open_journal({"fold_at": 10})
    await busy.open_lanes([LANE])
    await append(idle, said("first"))
    places = await append_many(busy, 50)
    parked = places[10]
    await busy.settle([mark(parked, "parked")], await lease(busy))
    await busy.low_water({LANE: places[-1]})
    assert await busy.prune(Retention(max_age_ms=0, dedupe_ms=0), START + 1) == 49
    assert look("select count(*) from event") == [(2,)]
    await append_many(busy, 3, "later")
    done = await append(idle, said("later-1"), said("new"), said("m-10"))
    assert [event.seq for event in done.new] == [places[-1] + 4]
    for mid, place in (("later-0", places[-1] + 1), ("later-2", places[-1] + 3)):
        (event,) = await idle.read([place])
        assert event.item.key.endswith(mid)
        assert [view.stored.seq for view in await idle.events(EventFilter(id=event.id))] == [place]


async def test_two_tails_of_one_file_fold_without_harm(open_journal, look):
    one, other = await open_journal({"fold_at": 40}), await open_journal({"fold_at": 25})
    for turn in range(8):
        await asyncio.gather(append_many(one, 10, f"a{turn}"), append_many(other, 10, f"b{turn}"))
        for journal in (one, other):
            await journal.append((), START, "")
    again = [
        append(journal, said(f"{prefix}{turn}-3")) for journal in (one, other) for prefix in "ab" for turn in range(8)
    ]
    assert [done.duplicates for done in await asyncio.gather(*again)] == [1] * 32
    assert look("select count(*), count(distinct id) from event") == [(160, 160)]
    astray = "select * from seen s where not exists (select 1 from event e where e.seq = s.seq and e.id = s.id)"
    assert look(astray) == []
