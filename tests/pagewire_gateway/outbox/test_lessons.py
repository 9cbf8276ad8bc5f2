"""What Meta taught by refusing holds over a restart: nobody breaks the same rule again to learn it."""

import itertools

import msgspec
import pytest

from pagewire import Text, hookimpl
from pagewire.events import Conversation
from pagewire.people import ScopedId
from pagewire_gateway.app import now
from pagewire_gateway.journal.port import EventFilter
from pagewire_gateway.outbox.lessons import Lesson
from pagewire_gateway.people.lessons import StoredLessons
from pagewire_gateway.people.store import Store
from pagewire_gateway.traces import DIRECT, INBOUND
from tests.pagewire_gateway import making
from tests.pagewire_gateway.outbox.test_rules import HOUR, _a_day_late, ended, rows_of
from tests.pagewire_gateway.stage import OUTBOX, plugins, staged

COUNT = itertools.count(1)
LONG = msgspec.structs.replace(OUTBOX, pause=600.0, throttled=600.0, echo_wait=0.05)
HUMAN_AGENT = making.APP_MANIFESTS.replace("spec:\n  appId", "spec:\n  humanAgent: true\n  appId")


class Speaker:
    """Answers everything; as a person where it is asked to."""

    @hookimpl
    async def message_received(self, event):
        return Text(text=f"re {event.text}", author="human" if event.text == "agent" else "automation")


@pytest.fixture
def speaker():
    return plugins(speaker=Speaker)


@pytest.mark.parametrize(
    ("code", "subcode", "reason"), [(10, 2018278, "window_closed"), (10, 2018300, "owned_elsewhere")]
)
async def test_what_a_conversation_taught_is_known_to_the_next_process(tmp_path, speaker, code, subcode, reason):
    async with staged(tmp_path, speaker) as stage:
        stage.sim.faults.inject(kind="error", code=code, subcode=subcode)
        mid = await stage.sim.say(making.PAGE, "ann", "one")
        await ended(stage, mid, "refused")
        await stage.gateway.__aexit__(None, None, None)
        async with staged(tmp_path, speaker, sim=stage.sim) as again:
            (view,) = await again.gateway.journal.events(EventFilter(kind="message"))
            await again.gateway.journal.replay([view.stored.id], "speaker", resend=True)
            rows = await ended(again, mid, "refused", "refused")
            assert rows[1].code == reason
            assert (rows[1].attempts, len(again.sim.sends)) == (0, 0)
            # A new act opens the window, and brings the thread, as before.
            await ended(again, await again.sim.say(making.PAGE, "ann", "two"), "sent")


async def test_a_feature_that_meta_denied_is_not_tried_again_after_a_restart(tmp_path, speaker):
    async with staged(tmp_path, speaker) as stage:
        path = stage.manifests / "all.yaml"
        path.write_text(path.read_text().replace(making.APP_MANIFESTS, HUMAN_AGENT))
        await stage.until(lambda: stage.gateway.registry.account("page", making.PAGE).human_agent)
        assert await _a_day_late(stage, making.PAGE, "agent") == [("refused", "human_agent_not_approved")]
        tried = len(stage.sim.refused)
        assert tried == 1
        await stage.gateway.__aexit__(None, None, None)
        async with staged(tmp_path, speaker, sim=stage.sim) as again:
            path.write_text(path.read_text().replace(making.APP_MANIFESTS, HUMAN_AGENT))
            await again.until(lambda: again.gateway.registry.account("page", making.PAGE).human_agent)
            assert await _a_day_late(again, making.PAGE, "agent") == [("refused", "human_agent_not_approved")]
            assert len(again.sim.refused) == tried


@pytest.mark.parametrize(
    ("code", "subcode", "trouble"), [(10, 1893063, "config"), (613, None, "throttled"), (4, None, "throttled")]
)
async def test_an_account_rests_on_after_a_restart(tmp_path, speaker, code, subcode, trouble):
    async with staged(tmp_path, speaker, outbox=LONG) as stage:
        stage.sim.faults.inject(kind="error", code=code, subcode=subcode)
        mid = await stage.sim.say(making.PAGE, "ann", "one")
        await stage.until(lambda: [one.trouble for one in stage.gateway.outbox.status()] == [trouble])
        await stage.gateway.__aexit__(None, None, None)
        asked = len(stage.sim.refused)
        async with staged(tmp_path, speaker, sim=stage.sim, outbox=LONG) as again:
            await again.sim.say(making.PAGE, "bob", "two")
            if code == 4:  # the whole app rests
                await again.sim.say(making.INSTAGRAM, "cyd", "three")
            waiting = 3 if code == 4 else 2

            def resting() -> bool:
                told = again.gateway.outbox.status()
                return trouble in {one.trouble for one in told} and sum(one.waiting for one in told) == waiting

            await again.until(resting)
            assert (len(again.sim.refused), len(again.sim.sends)) == (asked, 0)
            assert [row.state for row in await rows_of(again, mid)] == ["queued"]


@pytest.mark.parametrize("action", ["block", "unblock"])
async def test_what_meta_said_of_a_page_is_known_after_a_restart(tmp_path, speaker, action):
    async with staged(tmp_path, speaker) as stage:
        said = [{"policy_enforcement": {"action": one, "reason": "spam"}} for one in dict.fromkeys(("block", action))]
        for number, sentence in enumerate(said):
            head = {"sender": {"id": making.PAGE}, "recipient": {"id": making.PAGE}}
            await stage.deliver({**head, "timestamp": now() + number, **sentence})
        await stage.gateway.__aexit__(None, None, None)
        async with staged(tmp_path, speaker, sim=stage.sim) as again:
            mid = await again.sim.say(making.PAGE, "ann", "one")
            if action == "unblock":
                await ended(again, mid, "sent")
                return

            async def waits() -> bool:
                return [(row.state, row.code) for row in await rows_of(again, mid)] == [
                    ("queued", "account_restricted")
                ]

            await again.until(waits)
            assert not again.sim.sends


async def test_a_warning_of_misused_tags_ends_tagged_sends_to_that_person(tmp_path, speaker):
    async with staged(tmp_path, speaker) as stage:
        path = stage.manifests / "all.yaml"
        path.write_text(path.read_text().replace(making.APP_MANIFESTS, HUMAN_AGENT))
        await stage.until(lambda: stage.gateway.registry.account("page", making.PAGE).human_agent)
        stage.sim.meta.state.apps[making.APP_ID].human_agent = True
        ann = stage.sim.scoped_id(making.PAGE, "ann")
        await ended(stage, await stage.sim.say(making.PAGE, "ann", "hello"), "sent")
        stage.sim.faults.inject(kind="error", code=613, subcode=2018338)

        async def a_day_old(stage) -> list[tuple[str, str]]:
            talk = Conversation("page", making.PAGE, ann)
            stage.gateway.outbox._judge.memory._of(talk).trace[INBOUND] = now() - 25 * HOUR
            stage.gateway.outbox._judge.memory._of(talk).trace[DIRECT] = now() - 25 * HOUR
            stage.gateway.outbox._judge.memory._of(talk).whole = True
            (event,) = (await stage.deliver(making.message("agent", ann, at=now() - 25 * HOUR - next(COUNT)))).new

            async def there() -> bool:
                rows = (await stage.view(event.id)).outbox
                return bool(rows) and rows[0].state in {"sent", "refused"}

            await stage.until(there)
            return [(row.state, row.code) for row in (await stage.view(event.id)).outbox]

        assert await a_day_old(stage) == [("refused", "refused_by_meta")]
        asked = len(stage.sim.refused)
        assert await a_day_old(stage) == [("refused", "tag_warned")]
        await stage.gateway.__aexit__(None, None, None)
        async with staged(tmp_path, speaker, sim=stage.sim) as again:
            path.write_text(path.read_text().replace(making.APP_MANIFESTS, HUMAN_AGENT))
            await again.until(lambda: again.gateway.registry.account("page", making.PAGE).human_agent)
            assert await a_day_old(again) == [("refused", "tag_warned")]
            assert len(again.sim.refused) == asked
            # What needs no tag goes as ever.
            await ended(again, await again.sim.say(making.PAGE, "ann", "agent"), "sent")


@pytest.mark.parametrize("others", [True, False], ids=["others are served", "nobody is served"])
async def test_error_2_again_and_again_for_one_person_makes_them_suspect(tmp_path, speaker, others):
    settings = msgspec.structs.replace(OUTBOX, echo_wait=2.0 if others else 0.05)
    async with staged(tmp_path, speaker, outbox=settings) as stage:
        ann = stage.sim.scoped_id(making.PAGE, "ann")
        stage.sim.faults.inject(kind="error", code=2, person=ann, only="message", times=None)
        mid = await stage.sim.say(making.PAGE, "ann", "one")

        async def doubtful() -> bool:
            return [row.state for row in await rows_of(stage, mid)] == ["unknown"]

        if others:
            await stage.until(doubtful)
            await ended(stage, await stage.sim.say(making.PAGE, "bob", "hi"), "sent")
        (row,) = await ended(stage, mid, "parked")
        assert (row.code, "blocked" in row.error) == (("unreachable", True) if others else ("unproved", False))
        stage.sim.faults.clear()
        talk = await stage.gateway.journal.conversation(Conversation("page", making.PAGE, ann))
        assert (talk.unreachable_since is not None) == others
        await stage.gateway.outbox.replay([row.id])
        (row,) = await ended(stage, mid, "refused" if others else "sent")
        await ended(stage, await stage.sim.say(making.PAGE, "ann", "two"), "sent")


async def test_what_a_conversation_taught_is_forgotten_with_its_person(tmp_path, speaker):
    async with staged(tmp_path, speaker) as stage:
        stage.sim.faults.inject(kind="error", code=10, subcode=2018278)
        await ended(stage, await stage.sim.say(making.PAGE, "ann", "one"), "refused")
        lessons = StoredLessons(stage.gateway.people)
        assert [one.topic for one in await lessons.current(now())] == ["window_closed"]
        person = ScopedId("page", making.PAGE, stage.sim.scoped_id(making.PAGE, "ann"))
        id_ = await stage.gateway.deletion.request([person], "operator")

        async def done() -> bool:
            status = await stage.gateway.deletion.status(id_)
            return status is not None and status.state == "done" and status.removed["lessons"] == 1

        await stage.until(done)
        assert await lessons.current(now()) == []


async def test_lessons_hold_for_their_time_only(tmp_path):
    store = Store(tmp_path)
    await store.start()
    lessons = StoredLessons(store)
    for at in (1, 2):
        await lessons.keep(Lesson(topic="config", object="page", account="1", at=at, until=100 * at))
    assert [one.at for one in await lessons.current(150)] == [2]
    await lessons.drop("config", "page", "1")
    assert await lessons.current(150) == []
    await lessons.keep(Lesson(topic="human_agent", object="app", account="9", at=5, until=200))
    assert await lessons.current(200) == []
    await store.aclose()
