"""What contexts rely on of whatever keeps what plugins want kept. A subclass gives one fixture, ``world``, that opens it."""

import asyncio
import time
from typing import Protocol

import pytest

from pagewire.people import ScopedId
from pagewire_gateway.means.data import Crowded, Held, Place, PluginData

ANN, BEN = ScopedId("page", "108", "71"), ScopedId("page", "108", "72")


def of(who: ScopedId, plugin: str = "survey") -> Place:
    return Place(plugin, *who)


ACCOUNT = Place("survey", "page", "108")


class World(Protocol):
    """Opens what keeps."""

    async def another(self) -> PluginData:
        """A process more."""


class PluginDataContract:
    """Whatever keeps what plugins want kept keeps this."""

    async def test_what_one_process_keeps_another_reads(self, world: World):
        one, other = await world.another(), await world.another()
        revision = await one.write(of(ANN), "asked.today", b"1")
        assert await other.read(of(ANN), "asked.today") == Held(b"1", revision)

    async def test_places_and_plugins_are_apart(self, world: World):
        data = await world.another()
        await data.write(of(ANN), "k", b"ann")
        assert await data.read(of(BEN), "k") is None
        assert await data.read(of(ANN, "other"), "k") is None
        assert await data.read(ACCOUNT, "k") is None
        assert await data.keys(ACCOUNT) == []

    async def test_keys_are_listed_without_what_went(self, world: World):
        data = await world.another()
        for key in ("b", "a.x", "c"):
            await data.write(ACCOUNT, key, b"1")
        assert await data.remove(ACCOUNT, "c")
        assert not await data.remove(ACCOUNT, "c")
        assert await data.keys(ACCOUNT) == ["a.x", "b"]
        assert await data.read(ACCOUNT, "c") is None

    async def test_only_the_first_of_many_makes_a_key(self, world: World):
        several = [await world.another() for _ in range(3)]
        done = await asyncio.gather(*(one.write(of(ANN), "once", b"1", at=0) for one in several for _ in range(4)))
        assert len([revision for revision in done if revision is not None]) == 1

    async def test_a_change_counts_only_on_top_of_the_revision_it_was_made_from(self, world: World):
        one, other = await world.another(), await world.another()
        first = await one.write(of(ANN), "k", b"1")
        second = await other.write(of(ANN), "k", b"2", at=first)
        assert second is not None
        assert await one.write(of(ANN), "k", b"3", at=first) is None
        assert await one.read(of(ANN), "k") == Held(b"2", second)

    async def test_a_key_that_went_and_came_again_has_another_revision(self, world: World):
        data = await world.another()
        first = await data.write(of(ANN), "k", b"1")
        await data.remove(of(ANN), "k")
        assert await data.write(of(ANN), "k", b"1", at=first) is None
        assert await data.write(of(ANN), "k", b"1", at=0) != first

    async def test_a_value_goes_when_its_time_is_over(self, world: World):
        data = await world.another()
        await data.write(of(ANN), "short", b"1", until=int(time.time() * 1000) + 1000)
        await data.write(of(ANN), "long", b"1", until=int(time.time() * 1000) + 600_000)
        async with asyncio.timeout(30):
            while await data.read(of(ANN), "short") is not None:
                await asyncio.sleep(0.1)
        assert await data.keys(of(ANN)) == ["long"]
        assert await data.write(of(ANN), "short", b"2", at=0) is not None

    async def test_a_place_takes_no_more_keys_than_it_has_room_for(self, world: World):
        data = await world.another()
        for number in range(of(ANN).room):
            await data.write(of(ANN), f"k{number}", b"1")
        with pytest.raises(Crowded):
            await data.write(of(ANN), "one-more", b"1")
        assert await data.write(of(ANN), "k0", b"2") is not None
        assert await data.write(of(BEN), "k0", b"2") is not None

    async def test_a_person_is_erased_from_the_disk_and_nobody_else(self, world: World):
        data = await world.another()
        await data.write(of(ANN), "k", b'"the-secret-of-ann"')
        await data.write(of(ANN, "other"), "k", b'"more-of-ann"')
        await data.write(of(BEN), "k", b'"kept-of-ben"')
        await data.write(ACCOUNT, "k", b"1")
        assert await data.forget(ANN) == 2
        assert await data.read(of(ANN), "k") is None
        assert await data.read(of(BEN), "k") is not None
        assert await data.keys(ACCOUNT) == ["k"]
        assert await data.forget(ANN) == 0

    async def test_the_keys_of_plugins_that_are_spared_stay_until_they_alone_go(self, world: World):
        data = await world.another()
        for plugin in ("survey", "other"):
            await data.write(of(ANN, plugin), "k", b"1")
        assert await data.forget(ANN, spare={"survey"}) == 1
        assert await data.keys(of(ANN)) == ["k"]
        assert await data.forget(ANN, only="other") == 0
        assert await data.forget(ANN, only="survey") == 1
