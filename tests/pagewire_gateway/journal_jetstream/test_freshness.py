"""Whoever waits for the file of a partition waits for as long as it goes on, and not for one that stands."""

import asyncio

import pytest

from pagewire_gateway.journal.jetstream.freshness import Reached
from pagewire_gateway.journal.port import JournalUnavailable


async def test_a_file_that_stands_is_not_waited_for():
    reached = Reached()
    with pytest.raises(
        JournalUnavailable, match=r"stood at place 0 of its stream for 0\.01 seconds and is wanted at 5"
    ):
        await reached.wait(5, stalled=0.01)
    assert reached._waiting == []


async def test_a_file_that_goes_on_is_waited_for_however_long_it_takes():
    reached = Reached()
    waiting = asyncio.ensure_future(reached.wait(6, stalled=0.05))
    for place in range(1, 7):
        await asyncio.sleep(0.03)
        assert not waiting.done()
        reached.move(place)
    await waiting
