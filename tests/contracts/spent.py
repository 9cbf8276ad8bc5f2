"""What login pages rely on of what remembers used things. A subclass gives one fixture, ``world``, that opens them."""

import asyncio
from typing import Protocol

from pagewire_gateway.login.spent import Once

NOW = 1_790_000_000


class World(Protocol):
    """Opens what remembers."""

    async def another(self) -> Once:
        """A process more."""


class SpentContract:
    """Whatever remembers used things keeps this."""

    async def test_only_one_of_many_uses_a_thing(self, world: World):
        several = [await world.another() for _ in range(4)]
        won = await asyncio.gather(*(one.claim("link", NOW + 60, NOW) for one in several for _ in range(3)))
        assert won.count(True) == 1
        assert all([await one.used("link") for one in several])

    async def test_a_thing_given_back_can_be_used_once_more(self, world: World):
        one, other = await world.another(), await world.another()
        assert await one.claim("link", NOW + 60, NOW)
        await one.give_back("link")
        assert not await other.used("link")
        assert await other.claim("link", NOW + 60, NOW)
        assert not await one.claim("link", NOW + 60, NOW)

    async def test_what_has_ended_need_not_be_remembered(self, world: World):
        one = await world.another()
        assert await one.claim("link", NOW + 60, NOW)
        assert await one.claim("link", NOW + 200, NOW + 100)
        assert not await one.claim("link", NOW + 200, NOW + 100)

    async def test_other_things_are_not_used(self, world: World):
        one = await world.another()
        assert await one.claim("link", NOW + 60, NOW)
        assert not await one.used("another")
        assert await one.claim("another", NOW + 60, NOW)
