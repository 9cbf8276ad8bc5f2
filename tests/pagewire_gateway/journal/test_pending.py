"""Handing out where the low-water mark lies far behind: whatever the pieces, nothing is missed."""

import pytest

from pagewire_gateway.journal.sqlite import pending
from tests.contracts.journal_world import LANE, START, append_many, lease, mark, waiting


@pytest.mark.parametrize("piece", [1, 2, 3, 7, 1000])
async def test_what_is_done_above_the_mark_is_passed_over(open_journal, monkeypatch, piece):
    monkeypatch.setattr(pending, "_PIECE", piece)
    journal = await open_journal()
    await journal.open_lanes([LANE])
    places = await append_many(journal, 60)
    left = [places[0], places[1], places[17], places[40], places[59]]
    retried = places[30]
    marks = [mark(seq) for seq in places if seq not in left and seq != retried]
    await journal.settle([*marks, mark(retried, "retry", due=START + 5)], await lease(journal))
    assert await waiting(journal) == sorted([*left, retried])
    assert await waiting(journal, after=places[1]) == [places[17], retried, places[40], places[59]]
    assert [one.stored.seq for one in await journal.pending(LANE, 0, 3)] == [places[0], places[1], places[17]]
    (lane,) = (await journal.stats()).lanes
    assert (lane.low_water, lane.pending, lane.retry, lane.oldest_pending) == (places[0] - 1, 6, 1, START)
