"""Replays in the background: counted, paced, cancelled, and gone on with after a restart."""

import contextlib
import json
from collections import Counter as Counts

import pytest

from pagewire import Refused, Text, hookimpl
from pagewire.simulator import Simulator, unlimited
from tests.pagewire_gateway import making
from tests.pagewire_gateway.playing import client_of
from tests.pagewire_gateway.stage import plugins, staged, world

PATH = "/api/v1/replays"
PERSON = "24000000000000081"


class Counter:
    """Counts what it is handed, in a class of its own for each test."""

    seen: list[str]

    @hookimpl
    async def message_received(self, event):
        type(self).seen.append(event.id)


class Failing:
    """Refuses everything until somebody mends it."""

    seen: list[str]
    mended = False

    @hookimpl
    async def message_received(self, event):
        if not type(self).mended:
            raise Refused("not now")
        type(self).seen.append(event.id)


def counting():
    return type("Counting", (Counter,), {"seen": []})


async def begun(admin, **wish):
    answer = await admin.post(PATH, json=wish)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def filled(stage, counter, count):
    await stage.deliver(*(making.message(f"number {one}", PERSON) for one in range(count)))
    await stage.until(lambda: len(counter.seen) == count)
    await stage.until(lambda: stage.gateway.dispatcher.lanes()[0].handled >= count)


async def over(stage):
    await stage.until(lambda: not any(job.state == "running" for job in stage.gateway.replays.all()))


async def test_a_replay_is_counted_paced_and_followed(tmp_path):
    counter = counting()
    async with staged(tmp_path, plugins(counter=counter)) as stage, client_of(stage) as admin:
        await filled(stage, counter, 30)
        wish = {"filter": {"person": PERSON}, "rate": 1000}
        assert await begun(admin, **wish, dry_run=True) == {"total": 30, "more": False, "replay": None}
        assert await begun(admin, filter={"kind": "postback"}, dry_run=True) == {
            "total": 0,
            "more": False,
            "replay": None,
        }
        job = (await begun(admin, **wish))["replay"]
        assert (job["state"], job["total"], job["asked"]["filter"]["person"]) == ("running", 30, PERSON)
        await over(stage)
        await stage.until(lambda: len(counter.seen) == 60)
        told = (await admin.get(f"{PATH}/{job['id']}")).json()
        assert (told["state"], told["looked"], told["replayed"]) == ("done", 30, 30)
        assert counter.seen[30:] == counter.seen[:30], "oldest first"
        assert PERSON not in (await admin.get(PATH)).text
        assert PERSON not in "".join(file.read_text() for file in (tmp_path / "data" / "replays").iterdir())


async def test_a_replay_is_cancelled_and_leaves_the_rest_alone(tmp_path):
    counter = counting()
    async with staged(tmp_path, plugins(counter=counter)) as stage, client_of(stage) as admin:
        await filled(stage, counter, 40)
        job = (await begun(admin, filter={}, rate=1))["replay"]
        await stage.until(lambda: len(counter.seen) > 40)
        answer = await admin.post(f"{PATH}/{job['id']}/cancel")
        told = answer.json()
        assert (told["state"], told["total"]) == ("cancelled", 40)
        assert 1 <= told["looked"] < 40
        assert (await admin.post(f"{PATH}/{job['id']}/cancel")).json() == told


async def test_a_replay_goes_on_after_a_restart(tmp_path):
    counter = counting()
    async with staged(tmp_path, plugins(counter=counter)) as stage, client_of(stage) as admin:
        await filled(stage, counter, 8)
        await begun(admin, filter={}, rate=1)
        await stage.until(lambda: len(counter.seen) > 8)
    (file,) = (tmp_path / "data" / "replays").glob("*.json")
    kept = json.loads(file.read_text())
    assert kept["state"] == "running"
    file.write_text(json.dumps({**kept, "order": {**kept["order"], "rate": 1000}}))
    async with staged(tmp_path, plugins(counter=counter)) as again:
        await over(again)
        (job,) = again.gateway.replays.all()
        assert (job.state, job.looked) == ("done", 8)
        await again.until(lambda: len(set(counter.seen[8:])) == 8)


class Answerer(Counter):
    """Answers, too."""

    @hookimpl
    async def message_received(self, event):
        type(self).seen.append(event.id)
        return Text(text=f"re {event.text}")


async def test_who_goes_on_with_a_replay_sends_nothing_twice(tmp_path):
    """What is kept while a piece is being put back does not know yet that it is, as after a kill between the two."""
    answerer = type("Answering", (Answerer,), {"seen": []})
    async with contextlib.AsyncExitStack() as stack:
        sim = await stack.enter_async_context(Simulator(world("http://127.0.0.1:9/"), limits=unlimited()))
        async with staged(tmp_path, plugins(answerer=answerer), sim=sim) as stage, client_of(stage) as admin:
            for number in range(3):
                await sim.say(making.PAGE, f"somebody {number}", f"number {number}")
            await sim.wait_for_sends(3)
            await begun(admin, filter={"kind": "message"}, sends="all", rate=1)
            await sim.wait_for_sends(4)
        (file,) = (tmp_path / "data" / "replays").glob("*.json")
        before = json.loads(file.read_text())
        assert (before["number"], before["looked"], len(before["ids"])) == (1, 0, 1)
        async with staged(tmp_path, plugins(answerer=answerer), sim=sim) as again:
            await over(again)
            (job,) = again.gateway.replays.all()
            assert (job.state, job.looked, job.done, job.ids) == ("done", 3, 3, ())
            await sim.wait_for_sends(6)
            await again.until(lambda: not again.gateway.outbox.status())
        texts = Counts(send.message["text"] for send in sim.sends)
        assert texts == {"re number 0": 2, "re number 1": 2, "re number 2": 2}


async def test_who_goes_on_with_parked_work_counts_what_was_taken_up(tmp_path):
    fails = type("Failing", (Failing,), {"seen": []})
    async with staged(tmp_path, plugins(fails=fails)) as stage, client_of(stage) as admin:
        await stage.deliver(*(making.message(f"number {one}", PERSON) for one in range(3)))
        await stage.until(lambda: _parked(stage, 3))
        fails.mended = True
        await begun(admin, parked={"plugin": "fails"}, rate=1)
        await stage.until(lambda: len(fails.seen) == 1)
    async with staged(tmp_path, plugins(fails=fails)) as again:
        await over(again)
        (job,) = again.gateway.replays.all()
        assert (job.state, job.total, job.looked, job.done) == ("done", 3, 3, 3)
        await again.until(lambda: len(fails.seen) == 3)
        assert len(set(fails.seen)) == 3


async def _parked(stage, count):
    return len(await stage.gateway.journal.parked()) == count


async def test_no_more_than_three_run(tmp_path):
    counter = counting()
    async with staged(tmp_path, plugins(counter=counter)) as stage, client_of(stage) as admin:
        await filled(stage, counter, 20)
        for _ in range(3):
            await begun(admin, filter={}, rate=1)
        answer = await admin.post(PATH, json={"filter": {}})
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "busy")


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ({}, 400),
        ({"filter": {}, "parked": {}}, 400),
        ({"filter": {}, "drop": True}, 400),
        ({"filter": {"conversation": "page/1"}}, 400),
        ({"filter": {}, "rate": 0}, 400),
        ({"filter": {}, "rate": 5000}, 400),
        ({"filter": {}, "sends": "some"}, 400),
        ({"filter": {}, "plugin": "nobody"}, 404),
        ({"parked": {"plugin": "nobody"}}, 404),
    ],
)
@pytest.mark.asyncio(loop_scope="module")
async def test_a_replay_that_makes_no_sense_is_refused(shared, wish, status):
    answer = await shared.post(PATH, json=wish)
    assert answer.status_code == status, answer.text
    assert answer.json()["error"]["message"]
