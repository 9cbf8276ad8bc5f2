"""What every journal does with events that may be known by several ids: what is healed, and what comes late."""

import asyncio

from pagewire.wire import Item, ids_of_message
from tests.contracts.journal_world import ANN, APP, PAGE, START, World, append, items, said


def tapped(mid: str):
    """A tap on a button, as a webhook brings it."""
    ends = {"sender": {"id": ANN}, "recipient": {"id": PAGE}, "timestamp": START}
    return {**ends, "postback": {"mid": mid, "title": "Get started", "payload": "START"}}


def healed(world: World, *mids: str):
    """Append what the Conversations API tells: that a message of this id is there, whatever it was."""
    found: tuple[Item, ...] = items(*(said(mid) for mid in mids))
    return world.journal.append(found, START, APP, [ids_of_message("page", PAGE, mid) for mid in mids])


class Healing:
    """Events by several ids."""

    async def test_what_is_known_by_another_id_is_a_repeat(self, world: World):
        await append(world.journal, tapped("m-1"), said("m-2"))
        done = await healed(world, "m-1", "m-2", "m-3")
        assert ([event.item.key.rpartition(":")[2] for event in done.new], done.duplicates) == (["m-3"], 2)

    async def test_what_comes_later_under_another_id_is_a_repeat(self, world: World):
        await healed(world, "m-1", "m-2")
        assert (await append(world.journal, tapped("m-1"), said("m-2"))).duplicates == 2
        assert (await append(await world.another(), tapped("m-2"), said("m-1"))).duplicates == 2

    async def test_both_at_once_are_one_event(self, world: World):
        done = await asyncio.gather(
            healed(world, "m-1"),
            append(world.journal, tapped("m-1")),
            append(world.journal, tapped("m-2")),
            healed(world, "m-2"),
        )
        new = [len(one.new) for one in done]
        assert (new[0] + new[1], new[2] + new[3]) == (1, 1)

    async def test_the_journal_tells_which_ids_it_knows(self, world: World):
        await append(world.journal, tapped("m-1"), said("m-2"))
        asked = [ids_of_message("page", PAGE, mid) for mid in ("m-1", "m-2", "m-3")]
        known = await world.journal.known([id_ for ids in asked for id_ in ids])
        assert [bool(known & set(ids)) for ids in asked] == [True, True, False]
        assert await (await world.another()).known([asked[0][2]]) == {asked[0][2]}
