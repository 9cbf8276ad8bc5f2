"""Slots: never more than there are, whoever came first goes first, and no place is lost with somebody who gives up."""

import asyncio

import pytest

from pagewire.graph.slots import Slots


async def test_what_is_free_is_taken_at_once():
    slots = Slots(2)
    assert [slots.took(), slots.full, slots.took(), slots.full, slots.took()] == [True, False, True, True, False]
    slots.give_back()
    assert slots.took()


async def test_first_come_first_served_and_nobody_slips_in_between():
    slots = Slots(1)
    assert slots.took()
    order: list[int] = []

    async def wait(number: int) -> None:
        await slots.wait()
        order.append(number)

    waiting = [asyncio.ensure_future(wait(number)) for number in range(3)]
    await asyncio.sleep(0)
    for _ in waiting:
        slots.give_back()
        assert not slots.took()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    assert order == [0, 1, 2]
    slots.give_back()
    assert slots.took()


@pytest.mark.parametrize("granted", [False, True])
async def test_who_gives_up_leaves_the_place_to_the_next(granted):
    slots = Slots(1)
    assert slots.took()
    first, second = asyncio.ensure_future(slots.wait()), asyncio.ensure_future(slots.wait())
    await asyncio.sleep(0)
    if granted:
        slots.give_back()
        first.cancel()
    else:
        first.cancel()
        slots.give_back()
    async with asyncio.timeout(10):
        await second
    assert first.cancelled() or first.done()
    assert not slots.took()
