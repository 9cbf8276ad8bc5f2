"""What the gateway relies on of a store of people, whoever shares it: processes of one machine, or of several.

A subclass gives one fixture, ``world``, that opens stores of the same people.
"""

import asyncio
from typing import Protocol

import apsw
import pytest

from pagewire.people import ScopedId
from pagewire_gateway.healing import state
from pagewire_gateway.people import identities
from pagewire_gateway.people.erasing import erase
from pagewire_gateway.people.profile_rows import Known, read, write
from pagewire_gateway.people.store import Store

ANNA = ScopedId("page", "1", "4711")
BERT = ScopedId("page", "1", "4712")


class World(Protocol):
    """Opens stores."""

    async def another(self) -> Store:
        """A process more."""

    async def agree(self, store: Store) -> None:
        """Return when the store knows what was written by others before."""

    def at_rest(self) -> bytes:
        """Everything that lies on disk."""


class StoreContract:
    """Every store of people keeps this."""

    async def test_what_one_writes_the_other_reads(self, world: World):
        one, other = await world.another(), await world.another()
        await one.run(lambda db: identities.saw(db, {ANNA: (5, 9)}, 3))
        await world.agree(other)
        found = await other.run(lambda db: identities.of(db, ANNA))
        assert found is not None
        assert (found.first_seen, found.last_seen) == (5, 9)
        assert await other.run(identities.observed) == 3

    async def test_both_give_a_person_the_same_name(self, world: World):
        one, other = await world.another(), await world.another()
        await asyncio.gather(
            one.run(lambda db: identities.ensure(db, ANNA, 1)), other.run(lambda db: identities.ensure(db, ANNA, 2))
        )
        await world.agree(one)
        await world.agree(other)
        names = [await store.run(lambda db: identities.of(db, ANNA)) for store in (one, other)]
        assert names[0] is not None
        assert names[0] == names[1]

    async def test_no_change_is_lost_between_two_that_write_at_once(self, world: World):
        stores = [await world.another() for _ in range(3)]
        await stores[0].run(lambda db: state.begin(db, "page", "1", 0))
        for store in stores:
            await world.agree(store)
        rounds = [store.run(_one_more) for _ in range(10) for store in stores]
        await asyncio.gather(*rounds)
        for store in stores:
            await world.agree(store)
            assert await store.run(_count) == 30

    async def test_work_that_fails_leaves_nothing(self, world: World):
        one, other = await world.another(), await world.another()

        def fails(db: apsw.Connection) -> None:
            identities.ensure(db, ANNA, 1)
            raise ValueError("no")

        with pytest.raises(ValueError, match="no"):
            await one.run(fails)
        await one.run(lambda db: identities.ensure(db, BERT, 1))
        await world.agree(other)
        assert await other.run(lambda db: identities.of(db, ANNA)) is None
        assert await other.run(lambda db: identities.of(db, BERT)) is not None

    async def test_hashes_are_the_same_for_all(self, world: World):
        one, other = await world.another(), await world.another()
        assert one.keyed.of(ANNA) == other.keyed.of(ANNA)
        assert one.keyed.of(ANNA) != one.keyed.of(BERT)

    async def test_who_comes_later_knows_what_was_before(self, world: World):
        one = await world.another()
        for at in range(20):
            who = ScopedId("page", "1", str(at))
            await one.run(lambda db, who=who: identities.ensure(db, who, 1))
        await one.scrub()
        await one.run(lambda db: identities.ensure(db, ANNA, 1))
        late = await world.another()
        assert await late.run(lambda db: identities.of(db, ScopedId("page", "1", "7"))) is not None
        assert await late.run(lambda db: identities.of(db, ANNA)) is not None

    async def test_a_change_larger_than_one_message_arrives_whole(self, world: World):
        one, other = await world.another(), await world.another()
        seen = {ScopedId("page", "1", f"{number:06}" + "x" * 200): (1, 1) for number in range(6000)}
        await one.run(lambda db: identities.saw(db, seen, 1))
        await world.agree(other)
        for who in (next(iter(seen)), list(seen)[-1]):
            assert await other.run(lambda db, who=who: identities.of(db, who)) is not None

    async def test_what_was_erased_is_nowhere_once_it_was_scrubbed(self, world: World):
        one, other = await world.another(), await world.another()
        secret = "Anna-Maria-Vermeer-of-Harbour-Street"
        known = Known(code=0, subcode=0, fetched=1, until=2, person=_person(secret))
        await one.run(lambda db: write(db, ANNA, known))
        await world.agree(other)
        assert (await other.run(lambda db: read(db, ANNA))) == known
        assert secret.encode() in world.at_rest()
        await other.run(lambda db: erase(db, [ANNA], "d-1"))
        assert await other.scrub()
        await world.agree(one)
        await one.scrub()
        assert secret.encode() not in world.at_rest()


def _one_more(db: apsw.Connection) -> None:
    db.execute("update healing set healed = healed + 1")


def _count(db: apsw.Connection) -> int:
    return int(db.execute("select healed from healing").fetchone()[0])


def _person(name: str):
    from pagewire.context import Person

    return Person(id=ANNA.id, name=name)
