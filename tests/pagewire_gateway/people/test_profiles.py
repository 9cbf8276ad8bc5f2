"""Profiles are kept over a restart, read again behind the scenes, and asked for no more often than it helps."""

import pytest

from pagewire import ScopedId, hookimpl
from pagewire.simulator import Simulator, unlimited
from pagewire_gateway.app import now
from pagewire_gateway.people import identities, lives, profile_rows
from tests.pagewire_gateway import making
from tests.pagewire_gateway.stage import plugins, staged, world


class Quiet:
    """Does nothing."""

    @hookimpl
    async def event_received(self, event):
        return None


@pytest.fixture
async def sim():
    async with Simulator(world("http://127.0.0.1:9/"), limits=unlimited()) as sim:
        yield sim


def met(sim, person="ann", *, wrote=True) -> str:
    """Somebody the simulator knows; their scoped id."""
    conversation = sim.people.conversation(making.PAGE, person)
    conversation.consented = wrote
    return conversation.person


def page(stage):
    return stage.gateway.registry.account("page", making.PAGE)


async def test_a_profile_outlives_the_gateway_and_a_stale_one_is_told_at_once(tmp_path, sim):
    ann = met(sim)
    who = ScopedId("page", making.PAGE, ann)
    async with staged(tmp_path, plugins(quiet=Quiet), sim=sim) as stage:
        told = await stage.gateway.profiles.person(page(stage), ann)
        assert (told.first_name, bool(told.picture_url)) == ("Ann", True)
    (token,) = sim.meta.state.tokens.values()
    sim.meta.state.tokens.clear()
    async with staged(tmp_path, plugins(quiet=Quiet), sim=sim) as stage:
        profiles, store = stage.gateway.profiles, stage.gateway.people
        assert await profiles.person(page(stage), ann) == told
        old = now() - 3 * lives.DAY
        stale = profile_rows.Known(person=told, fetched=old, until=old + lives.FRESH_MS)
        await store.run(lambda db: profile_rows.write(db, who, stale))
        profiles.forget(who)
        again = await profiles.person(page(stage), ann)
        assert (again.first_name, again.picture_url) == ("Ann", None)
    assert token is not None


async def test_a_refusal_is_remembered_and_forgotten_when_the_person_writes(tmp_path, sim):
    bob = met(sim, "bob", wrote=False)
    who = ScopedId("page", making.PAGE, bob)
    async with staged(tmp_path, plugins(quiet=Quiet), sim=sim) as stage:
        profiles = stage.gateway.profiles
        no_consent = profile_rows.Known(person=None, code=lives.NO_CONSENT, fetched=now(), until=now() + lives.DAY)
        await stage.gateway.people.run(lambda db: profile_rows.write(db, who, no_consent))
        assert await profiles.person(page(stage), bob) is None
        met(sim, "bob")
        assert await profiles.person(page(stage), bob) is None
        await stage.deliver(making.message("hello", bob, at=now()))
        assert (await profiles.person(page(stage), bob)).first_name == "Bob"


@pytest.mark.parametrize(
    ("code", "subcode", "life", "everybody"),
    [
        (230, 0, lives.DAY, False),
        (100, 2018218, 7 * lives.DAY, False),
        (100, 2018247, lives.HOUR, True),
        (2018247, 0, lives.HOUR, True),
        (2, 0, 10 * lives.MINUTE, False),
        (0, 0, 10 * lives.MINUTE, False),
    ],
)
def test_how_long_a_refusal_is_good_for(code, subcode, life, everybody):
    assert (lives.life_of(code, subcode), lives.concerns_all(code, subcode)) == (life, everybody)


async def test_people_are_known_since_their_first_event_also_through_a_restart_and_other_processes(tmp_path, sim):
    who = ScopedId("page", making.PAGE, "24000000000000001")
    async with staged(tmp_path, plugins(quiet=Quiet), sim=sim) as stage:
        await stage.deliver(making.message(at=making.NOW + 5))
        await stage.deliver(making.message(at=making.NOW))
        await stage.until(lambda: sighted(stage, who, (making.NOW, making.NOW + 5)))
        origin = (await stage.gateway.people.run(lambda db: identities.of(db, who))).origin
        await stage.deliver(making.message(at=making.NOW + 9))
    async with staged(tmp_path, plugins(quiet=Quiet), sim=sim) as stage:
        await stage.until(lambda: sighted(stage, who, (making.NOW, making.NOW + 9)))
        assert (await stage.gateway.people.run(lambda db: identities.of(db, who))).origin == origin


async def sighted(stage, who, expected) -> bool:
    await stage.gateway.sightings.flush()
    found = await stage.gateway.people.run(lambda db: identities.of(db, who))
    return found is not None and (found.first_seen, found.last_seen) == expected
