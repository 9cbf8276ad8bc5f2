"""Whatever call Meta refuses a token to, whoever looks after the token is told: not only a send finds out."""

import pytest

from pagewire.people import ScopedId
from pagewire_gateway.app import now
from pagewire_gateway.people import identities
from pagewire_gateway.people.matching import MatchError
from tests.pagewire_gateway import making
from tests.pagewire_gateway.outbox.test_doubts import Speaker
from tests.pagewire_gateway.stage import plugins, staged


@pytest.fixture
async def stage(tmp_path):
    async with staged(tmp_path, plugins(speaker=Speaker), also={"id_matching": True}) as stage:
        yield stage


@pytest.fixture
def told(stage, monkeypatch):
    """What the registry is told; that of a folder has nobody to pass it on to."""
    heard = []
    monkeypatch.setattr(stage.gateway.registry, "token_refused", lambda *said: heard.append(said))
    return heard


def account_of(stage):
    return stage.gateway.registry.account("page", making.PAGE)


async def look_up(stage):
    assert await stage.gateway.profiles.person(account_of(stage), stage.sim.scoped_id(making.PAGE, "ann")) is None


async def heal(stage):
    assert "Reauth" in (await stage.gateway.healer.heal(account_of(stage), since=now() - 1000, until=now())).error


async def match(stage):
    who = ScopedId("page", making.PAGE, stage.sim.scoped_id(making.PAGE, "ann"))
    await stage.gateway.people.run(lambda db: identities.ensure(db, who, now()))
    with pytest.raises(MatchError):
        await stage.gateway.matcher.match(who)


@pytest.mark.parametrize("call", [look_up, heal, match])
async def test_a_call_that_only_reads_tells_of_a_refused_token(stage, told, call):
    stage.sim.meta.state.tokens.clear()
    await call(stage)
    assert [(account.id, code) for account, code, _ in told] == [(making.PAGE, 190)]


async def test_a_look_for_the_proof_of_a_send_tells_of_a_refused_token(stage, told):
    stage.sim.faults.inject(kind="echo_lost", times=None)
    stage.sim.faults.inject(kind="drop", accept=True, edge="messages")
    stage.sim.faults.inject(kind="error", code=190, subcode=460, edge="conversations", times=None)
    await stage.sim.say(making.PAGE, "ann", "text")
    await stage.until(lambda: told)
    assert {(account.id, code, subcode) for account, code, subcode in told} == {(making.PAGE, 190, 460)}


async def test_other_refusals_are_not_told(stage, told):
    stage.sim.faults.inject(kind="error", code=4, edge="*", times=None)
    await look_up(stage)
    assert told == []
