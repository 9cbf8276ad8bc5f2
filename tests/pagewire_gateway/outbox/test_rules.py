"""Rules, troubles and refusals on the running outbox, against the simulator."""

import itertools

import msgspec
import pytest

from pagewire import Text, hookimpl
from pagewire.replies import SenderAction, ToComment
from pagewire_gateway.app import now
from pagewire_gateway.budgets import Limits
from pagewire_gateway.journal.port import EventFilter
from pagewire_gateway.telemetry import metrics
from tests.pagewire_gateway import making
from tests.pagewire_gateway.stage import LIMITS, OUTBOX, Stage, plugins, staged

HOUR = 3_600_000
_people = itertools.count(100)
ACCOUNTS = pytest.mark.parametrize("account", [making.PAGE, making.INSTAGRAM])


class Speaker:
    """Answers as the message says."""

    @hookimpl
    async def message_received(self, event):
        if event.text == "typing":
            return SenderAction(action="typing_on")
        if event.text == "agent":
            return Text(text="a person wrote this", author="human")
        return Text(text=f"re {event.text}")


class Commenter:
    """Answers comments in private, once more than Meta allows."""

    @hookimpl
    async def feed_changed(self, event):
        return [Text(text="first", to=ToComment(comment_id=event.comment_id))]

    @hookimpl
    async def comment_received(self, event):
        return [Text(text="first", to=ToComment(comment_id=event.comment_id))]


@pytest.fixture
async def stage(tmp_path):
    async with staged(tmp_path, plugins(speaker=Speaker)) as stage:
        yield stage


async def rows_of(stage: Stage, mid: str):
    views = await stage.gateway.journal.events(EventFilter(limit=1000, kind="message"))
    return next((view.outbox for view in views if mid.encode() in view.stored.item.raw), ())


async def ended(stage: Stage, mid: str, *states: str, seconds: float = 15.0):
    async def there() -> bool:
        return tuple(row.state for row in await rows_of(stage, mid)) == states

    await stage.until(there, seconds)
    return await rows_of(stage, mid)


REFUSED = {
    "window (Messenger)": (10, 2018278, "window_closed"),
    "window (Instagram)": (10, 2534022, "window_closed"),
    "another app has the thread": (10, 2018300, "owned_elsewhere"),
    "another app has the thread (Instagram)": (100, 2534037, "owned_elsewhere"),
    "person gone": (551, 1545041, "unreachable"),
    "person gone, printed under 200": (200, 1545041, "unreachable"),
    "cannot receive now": (10, 2018108, "unreachable"),
    "no such person": (100, 2018001, "unreachable"),
    "stopped the topic": (10, 1893015, "refused_by_meta"),
    "tag misuse": (613, 2018338, "refused_by_meta"),
    "already answered": (10900, None, "already_answered"),
}


@pytest.mark.parametrize(("code", "subcode", "reason"), REFUSED.values(), ids=REFUSED)
async def test_what_meta_refuses_is_ended_with_its_reason_and_taught(stage, code, subcode, reason):
    before = metrics.refusals.values["page", reason]
    stage.sim.faults.inject(kind="error", code=code, subcode=subcode)
    (row,) = await ended(stage, await stage.sim.say(making.PAGE, "ann", "one"), "refused")
    assert (row.code, row.attempts) == (reason, 1)
    assert metrics.refusals.values["page", reason] == before + 1
    # The account is well all the same, and whoever writes again is answered.
    assert [status.trouble for status in stage.gateway.outbox.status()] in ([], [""])
    await ended(stage, await stage.sim.say(making.PAGE, "ann", "two"), "sent")


TROUBLES = {
    "dead token": (190, 460, "token"),
    "session": (102, None, "token"),
    "link between Page and account": (10, 2534077, "token"),
    "restricted": (10, 1893063, "config"),
    "blocked from Instagram messaging": (100, 2534029, "config"),
    "blocked for abuse": (368, None, "config"),
    "not live": (200, 2018028, "config"),
    "access switched off": (200, 2534041, "config"),
    "app limit": (4, None, "throttled"),
    "Page limit": (32, None, "throttled"),
    "rate": (613, None, "throttled"),
    "business use case": (80006, None, "throttled"),
}


@pytest.mark.parametrize(("code", "subcode", "trouble"), TROUBLES.values(), ids=TROUBLES)
async def test_a_trouble_of_the_account_parks_nothing_and_all_goes_on_in_order(stage, code, subcode, trouble):
    stage.sim.faults.inject(kind="error", code=code, subcode=subcode, times=3)
    first = await stage.sim.say(making.PAGE, "ann", "one")
    await stage.until(lambda: [status.trouble for status in stage.gateway.outbox.status()] == [trouble])

    async def waits() -> bool:
        return [(row.state, row.attempts, row.code) for row in await rows_of(stage, first)] == [("queued", 0, trouble)]

    await stage.until(waits)
    second = await stage.sim.say(making.PAGE, "ann", "two")
    other = await stage.sim.say(making.PAGE, "bob", "three")
    for mid in (first, second, other):
        await ended(stage, mid, "sent")
    texts = [send.message["text"] for send in stage.sim.sends]
    assert texts.index("re one") < texts.index("re two")
    assert [status.trouble for status in stage.gateway.outbox.status()] in ([], [""])


async def test_nobody_gone_is_written_to_until_they_write_also_after_a_restart(tmp_path):
    async with staged(tmp_path, plugins(speaker=Speaker)) as stage:
        stage.sim.faults.inject(kind="error", code=551, subcode=1545041)
        mid = await stage.sim.say(making.PAGE, "ann", "one")
        await ended(stage, mid, "refused")
        await stage.gateway.__aexit__(None, None, None)
        async with staged(tmp_path, plugins(speaker=Speaker), sim=stage.sim) as again:
            event = next(view for view in await again.gateway.journal.events(EventFilter(kind="message")))
            await again.gateway.journal.replay([event.stored.id], "speaker", resend=True)
            rows = await ended(again, mid, "refused", "refused")
            assert rows[1].code == "unreachable"
            assert "nothing automatic goes until they write" in rows[1].error
            assert not stage.sim.sends
            await ended(again, await stage.sim.say(making.PAGE, "ann", "two"), "sent")


@ACCOUNTS
async def test_what_a_person_wrote_goes_as_human_agent_after_a_day_if_the_app_may(tmp_path, account):
    approved = making.APP_MANIFESTS.replace("spec:\n  appId", "spec:\n  humanAgent: true\n  appId")
    async with staged(tmp_path, plugins(speaker=Speaker)) as stage:
        assert await _a_day_late(stage, account, "agent") == [("refused", "human_agent_not_approved")]
        path = stage.manifests / "all.yaml"
        path.write_text(path.read_text().replace(making.APP_MANIFESTS, approved))
        await stage.until(lambda: stage.gateway.registry.account("page", making.PAGE).human_agent)
        # Meta has the last word: the resource says yes, app review said no, so the tag is not tried again.
        assert await _a_day_late(stage, account, "agent") == [("refused", "human_agent_not_approved")]
        path.write_text(path.read_text() + "\n")
        stage.gateway.outbox.registry_changed()
        stage.sim.meta.state.apps[making.APP_ID].human_agent = True
        assert await _a_day_late(stage, account, "agent") == [("refused", "human_agent_not_approved")]
        for told in (making.APP_MANIFESTS, approved):
            path.write_text(
                path.read_text().replace(approved, making.APP_MANIFESTS).replace(making.APP_MANIFESTS, told)
            )
            await stage.until(
                lambda told=told: stage.gateway.registry.account("page", making.PAGE).human_agent == (told == approved)
            )
            stage.gateway.outbox.registry_changed()
        # Now it goes, with the tag; that nobody of that id ever wrote is another matter.
        assert await _a_day_late(stage, account, "agent") == [("refused", "unreachable")]
        assert await _a_day_late(stage, account, "hello") == [("refused", "window_closed")]


@ACCOUNTS
@pytest.mark.parametrize("fault", [None, {"kind": "drop", "accept": True}, {"kind": "drop", "accept": False}])
async def test_a_comment_gets_its_one_private_reply_whatever_the_answer(tmp_path, account, fault):
    async with staged(tmp_path, plugins(commenter=Commenter)) as stage:
        if fault:
            stage.sim.faults.inject(**fault)
        await stage.sim.comment(account, "ann", "How much?")
        event = await _commented(stage, "sent")
        assert [send.message["text"] for send in stage.sim.sends] == ["first"]
        await stage.gateway.journal.replay([event.stored.id], "commenter", resend=True)
        again = await _commented(stage, "sent", "refused")
        assert again.outbox[1].code == "already_answered"
        assert len(stage.sim.sends) == 1


async def _commented(stage: Stage, *states: str):
    found = []

    async def there() -> bool:
        views = await stage.gateway.journal.events(EventFilter(limit=100))
        found[:] = [view for view in views if tuple(row.state for row in view.outbox) == states]
        return bool(found)

    await stage.until(there, 20)
    return found[0]


async def test_typing_outside_the_window_is_dropped_without_a_call(stage):
    assert await _a_day_late(stage, making.PAGE, "typing") == [("dropped", "window_closed")]
    assert not stage.sim.refused


@pytest.mark.parametrize(
    ("trusting", "end"), [((), "parked"), (("speaker",), "sent")], ids=["at most once", "at least once"]
)
async def test_what_stays_unknown_is_parked_or_sent_again_as_the_plugin_wants(tmp_path, trusting, end):
    settings = msgspec.structs.replace(OUTBOX, at_least_once=trusting, echo_wait=0.05)
    async with staged(tmp_path, plugins(speaker=Speaker), outbox=settings) as stage:
        stage.sim.faults.inject(kind="drop", accept=False, method="POST")
        stage.sim.faults.inject(kind="error", code=36103, edge="*", method="GET", times=None)
        (row,) = await ended(stage, await stage.sim.say(making.PAGE, "ann", "one"), end, seconds=20)
        assert (row.code, len(stage.sim.sends)) == (("unproved", 0) if end == "parked" else ("", 1))


async def test_an_account_that_hangs_holds_up_no_other(tmp_path):
    few = msgspec.structs.replace(OUTBOX, concurrency=4, per_account=2, timeout=60.0)
    async with staged(tmp_path, plugins(speaker=Speaker), outbox=few) as stage:
        stage.sim.faults.inject(kind="hang", seconds=60, account=making.PAGE, times=None)
        for number in range(6):
            await stage.sim.say(making.PAGE, f"p{number}", "hi")
        await stage.sim.wait_for_calls(2, "messages")
        mid = await stage.sim.say(making.INSTAGRAM, "ann", "hello")
        await ended(stage, mid, "sent")
        hanging, *_ = (one for one in stage.gateway.outbox.status() if one.object == "page")
        assert (hanging.waiting, hanging.in_flight) == (6, 2)
        stage.sim.faults.clear()


async def test_one_thread_is_paced(tmp_path):
    limits = msgspec.structs.replace(LIMITS, thread_rate=0.001, thread_burst=2.0)
    async with staged(
        tmp_path, plugins(speaker=Speaker), outbox=msgspec.structs.replace(OUTBOX, limits=limits)
    ) as stage:
        for number in range(5):
            await stage.sim.say(making.PAGE, "ann", f"m{number}")
        await stage.until(lambda: sum(one.waiting for one in stage.gateway.outbox.status()) == 3)
        await stage.sim.say(making.PAGE, "bob", "other")
        await stage.sim.wait_for_sends(3)
        assert [send.message["text"] for send in stage.sim.sends] == ["re m0", "re m1", "re other"]


def test_the_limits_as_they_come_keep_a_page_below_the_cliff():
    assert Limits().rate + Limits().burst < 40


async def _a_day_late(stage: Stage, account: str, text: str) -> list[tuple[str, str]]:
    object_ = "page" if account == making.PAGE else "instagram"
    item = making.message(text, person=f"2400000000000{next(_people):04d}", account=account, at=now() - 25 * HOUR)
    event = (await stage.deliver(item, account=account, object_=object_)).new[0]

    async def there() -> bool:
        return [row.state for row in (await stage.view(event.id)).outbox] not in ([], ["queued"], ["sending"])

    await stage.until(there)
    return [(row.state, row.code) for row in (await stage.view(event.id)).outbox]
