"""Who is one person by Meta's word: asked on demand, off unless switched on, and a refusal told as it is."""

import pytest

from pagewire.people import ScopedId
from pagewire.simulator.identity.model import Business
from pagewire.simulator.world import Account
from pagewire_gateway.app import now
from pagewire_gateway.people import identities, links
from tests.pagewire_gateway import making
from tests.pagewire_gateway.cli.conftest import invoke
from tests.pagewire_gateway.people.test_deletion import until_state
from tests.pagewire_gateway.stage import plugins, staged

OTHER = "108000000000002"
ELSEWHERE = "108000000000003"
ON = {"id_matching": True}


async def matched(stage, who, **environment):
    admin = f"http://127.0.0.1:{stage.gateway.admin_port}"
    return await invoke("people", "match", "/".join(who), admin=admin, **environment)


async def meet(stage, page=making.PAGE) -> ScopedId:
    """Ann writes to the Page; one business has all of them."""
    state = stage.sim.meta.state
    for one in (OTHER, ELSEWHERE):
        state.accounts.setdefault(one, Account(id=one, object="page"))
    state.identity.businesses["55"] = Business(id="55", owned_pages={making.PAGE, OTHER, ELSEWHERE})
    for one in (OTHER, ELSEWHERE):
        stage.sim.scoped_id(one, "ann")
    who = ScopedId("page", page, stage.sim.scoped_id(page, "ann"))
    await stage.gateway.people.run(lambda db: identities.ensure(db, who, now()))
    return who


@pytest.fixture
async def stage(tmp_path):
    async with staged(tmp_path, plugins(), also=ON) as stage:
        (stage.manifests / "other.yaml").write_text(making.page_manifest(page=OTHER, name="other"))
        await stage.until(lambda: stage.gateway.registry.account("page", OTHER))
        yield stage


async def people_of(stage, who):
    return set(await stage.gateway.people.run(lambda db: links.everyone(db, [who])))


async def test_ids_on_pages_that_are_served_are_linked_once(stage):
    who = await meet(stage)
    there = ScopedId("page", OTHER, stage.sim.scoped_id(OTHER, "ann"))
    for _ in range(2):
        done = await matched(stage, who)
        assert done.exit_code == 0, done.output
        assert "/".join(there) in done.stdout
        assert ELSEWHERE not in done.stdout
    assert await people_of(stage, who) == {who, there}
    (said,) = await stage.gateway.people.run(lambda db: links.history(db, [who]))
    assert (said.ground, said.by) == ("id_matching", "meta")


async def test_what_an_operator_took_apart_stays_apart(stage):
    who = await meet(stage)
    await matched(stage, who)
    there = ScopedId("page", OTHER, stage.sim.scoped_id(OTHER, "ann"))
    await stage.gateway.people.run(lambda db: links.take_back(db, (who, there), links.OPERATOR, now()))
    assert "taken back" in (await matched(stage, who)).stdout
    assert await people_of(stage, who) == {who}


async def test_nobody_comes_back_who_asked_to_be_forgotten(stage):
    who = await meet(stage)
    there = await meet(stage, OTHER)
    request = await stage.gateway.deletion.request([there], "operator", alone=True)
    await until_state(stage, request, "done")
    assert "asked to be forgotten" in (await matched(stage, who)).stdout
    assert await stage.gateway.people.run(lambda db: identities.of(db, there)) is None


async def test_a_refusal_is_told_with_what_to_do(stage):
    who = await meet(stage)
    stage.sim.meta.state.identity.businesses.clear()
    done = await matched(stage, who)
    assert done.exit_code != 0
    assert "Meta does not say" in done.output
    assert "pagewire people link" in done.output
    assert (await matched(stage, ScopedId("page", making.PAGE, "1"))).exit_code == 4
    assert "ids of Pages only" in (await matched(stage, ScopedId("instagram", making.INSTAGRAM, "7"))).output


async def test_it_is_off_unless_it_is_switched_on(tmp_path):
    async with staged(tmp_path, plugins()) as stage:
        who = await meet(stage)
        done = await matched(stage, who)
        assert done.exit_code != 0
        assert "PAGEWIRE_ID_MATCHING=true" in done.output
        assert await people_of(stage, who) == {who}
