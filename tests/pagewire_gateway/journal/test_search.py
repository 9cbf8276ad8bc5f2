"""Searches find the same with the index of full blocks as without it, from either end, and it forgets whom it has to."""

import itertools
import random
from typing import Any

import apsw
import pytest

from pagewire_gateway.journal.port import EventFilter
from pagewire_gateway.journal.sqlite.listing import BLOCK
from tests.contracts.journal_world import ANN, BOB, LANE, OTHER, PAGE, START, TALK, append, echo, lease, mark, said

SECOND = "108000000000002"
EVENTS = 2 * BLOCK + 300


@pytest.fixture
async def journal(open_journal, look):
    """Two full blocks and some: rare kinds, people and states strewn in."""
    journal = await open_journal()
    await journal.open_lanes([LANE, OTHER])
    for number in range(0, EVENTS, 50):
        items = [_item(place) for place in range(number, number + 50)]
        for account, some in itertools.groupby(items, lambda one: one[0]):
            await append(journal, *(item for _, item in some), received=START + number, account=account)
    marks = [mark(seq, lane=LANE) for seq in range(1, EVENTS) if seq % 7]
    fence = await lease(journal)
    await journal.settle(marks, fence)
    await journal.settle([mark(seq, "parked", lane=OTHER, error="x") for seq in range(3, EVENTS, 500)], fence)
    await journal.settle([mark(seq, "retry", lane=OTHER) for seq in range(9, EVENTS, 700)], fence)
    await journal.low_water({LANE: 2 * BLOCK - 5, OTHER: 0})
    while look("select ifnull(max(number), -1) from block")[0][0] < 1:
        await append(journal)
    return journal


def _item(place: int) -> tuple[str, dict[str, Any]]:
    chosen = random.Random(place)
    person = BOB if chosen.random() < 0.01 else ANN
    make = echo if chosen.random() < 0.02 else said
    return (
        (SECOND, said(f"m-{place}", person, account=SECOND)) if place % 97 == 0 else (PAGE, make(f"m-{place}", person))
    )


QUERIES: list[dict[str, Any]] = [
    {"kind": "message_echo"},
    {"kind": "postback"},
    {"account": SECOND},
    {"account": PAGE, "kind": "message_echo"},
    {"object": "instagram"},
    {"object": "page", "account": SECOND, "kind": "message"},
    {"person": BOB},
    {"person": BOB, "object": "page", "account": PAGE},
    {"person": ANN, "account": PAGE, "kind": "message_echo"},
    {"state": "parked"},
    {"state": "parked", "kind": "message_echo"},
    {"state": "retry", "plugin": OTHER},
    {"state": "done", "plugin": OTHER},
    {"state": "done", "account": SECOND},
    {"state": "skipped"},
    {"state": "skipped", "plugin": LANE, "person": BOB},
    {"state": "pending", "plugin": LANE},
    {"state": "pending", "plugin": OTHER, "kind": "message_echo"},
    {"since": START + 2500, "until": START + 2600},
    {"since": START + 1000, "kind": "message_echo"},
    {"until": START + 3000, "account": SECOND},
    {"since": START + 10_000_000},
    {"until": START},
    {"before": BLOCK + 5, "after": BLOCK - 5},
    {"before": BLOCK + 50, "kind": "message_echo"},
]


async def test_the_index_changes_no_answer(journal, look, path):
    found = [await _both_ways(journal, query) for query in QUERIES]
    db = apsw.Connection(str(path))
    db.execute("pragma busy_timeout = 5000; delete from posting; delete from block")
    journal._listing.cancel()  # it would list them anew
    without = [await _both_ways(journal, query) for query in QUERIES]
    db.close()
    for query, one, other in zip(QUERIES, found, without, strict=True):
        assert one == other, query
    assert sum(map(bool, found)) > 15, "most of them find something"


async def _both_ways(journal, query: dict[str, Any]) -> list[int]:
    newest = [view.stored.seq for view in await journal.events(EventFilter(**query, limit=10_000))]
    few = [view.stored.seq for view in await journal.events(EventFilter(**query, limit=7))]
    oldest = [view.stored.seq for view in await journal.events(EventFilter(**query, limit=7, oldest=True))]
    assert few == newest[-7:], query
    assert oldest == newest[:7], query
    assert await journal.count(EventFilter(**query, limit=10_000)) == len(newest)
    return newest


async def test_the_index_forgets_a_person(journal, look):
    assert look("select count(*) from posting where person = ?", BOB)[0][0] > 10
    await journal.forget(TALK._replace(person=BOB), EVENTS + 100, "d-1")
    assert look("select count(*) from posting where person = ?", BOB) == [(0,)]
    assert await journal.events(EventFilter(person=BOB)) == []
    assert look("select count(*) from posting") == [(2 * BLOCK - 1,)]
