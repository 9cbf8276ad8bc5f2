"""Plugins are told what became of their replies: the one that asked, at least once, also after a restart."""

import asyncio

import msgspec
import pytest

from pagewire import Refused, Text, TryLater, hookimpl
from pagewire.events import Delivery, Read, instant_of
from pagewire.people import ScopedId
from pagewire.sends import Refusal, Send
from pagewire_gateway.config import TellingSettings
from pagewire_gateway.journal.port import EventFilter, Reached
from pagewire_gateway.telling import reports
from pagewire_gateway.telling.facts import asked_of
from tests.pagewire_gateway import making
from tests.pagewire_gateway.stage import DISPATCH, plugins, staged


def listener(prefix="", answers=True, raises=()):
    """A plugin that answers and writes down what it is told; it raises what it is given, call by call."""

    class Listener:
        told: list[tuple[str, str]] = []
        facts: list[Refusal | Send] = []
        attempts: list[int] = []
        left = list(raises)

        @hookimpl
        async def message_received(self, event):
            return Text(text=f"{prefix}{event.text}") if answers else None

        @hookimpl
        async def on_refused(self, refusal, context):
            self.note(refusal.code, refusal, context)

        @hookimpl
        async def on_delivered(self, send, context):
            self.note(send.state, send, context)

        def note(self, what, fact, context):
            self.attempts.append(context.attempt)
            if self.left:
                raise self.left.pop(0)
            self.facts.append(fact)
            self.told.append((what, context.asked_by))

    return Listener


async def test_each_of_many_messages_has_the_whole_time_and_none_is_told_twice(tmp_path):
    """One read tells of five messages, which together take longer than a call may; the fourth fails at first."""
    told, failing = [], [ValueError()]

    class Slow:
        @hookimpl
        async def message_received(self, event):
            return [Text(text=str(number)) for number in range(5)]

        @hookimpl
        async def on_delivered(self, send):
            if send.state != "read":
                return
            await asyncio.sleep(0.25)
            if len(told) == 3 and failing:
                raise failing.pop()
            told.append(send.id)

    quick = msgspec.structs.replace(DISPATCH, hook_timeout=1.0)
    async with staged(tmp_path, plugins(slow=Slow), dispatch=quick) as stage:
        await stage.sim.say(making.PAGE, "ann", "hello")
        await stage.sim.wait_for_sends(5)
        await stage.sim.read(making.PAGE, "ann")
        await stage.until(lambda: len(told) >= 5)

        async def settled() -> bool:
            (view,) = await stage.gateway.journal.events(EventFilter(kind="read"))
            return view.lanes["slow"].state == "done"

        await stage.until(settled)
        assert len(set(told)) == len(told) == 5


async def test_sent_delivered_and_read_reach_the_plugin_that_asked_and_nobody_else(tmp_path):
    asking, idle = listener(), listener(answers=False)
    async with staged(tmp_path, plugins(asking=asking, idle=idle)) as stage:
        await stage.sim.say(making.PAGE, "ann", "hello")
        await stage.until(lambda: {what for what, _ in asking.told} >= {"sent", "delivered"})
        await stage.sim.say(making.PAGE, "bob", "other")
        await stage.until(lambda: len(asking.told) == 4)
        await stage.sim.read(making.PAGE, "ann")
        await stage.until(lambda: ("read", "asking") in asking.told)
        assert sorted(what for what, _ in asking.told) == ["delivered", "delivered", "read", "sent", "sent"]
        assert idle.told == []
        assert await stage.gateway.journal.owed() == []
    read = next(fact for fact in asking.facts if fact.state == "read")
    sent = next(fact for fact in asking.facts if fact.state == "sent" and fact.conversation == read.conversation)
    assert (sent.id, sent.mid, sent.event) == (read.id, read.mid, read.event)
    assert stage.sim.sends[0].mid == sent.mid


async def test_what_was_read_before_is_not_told_with_the_next_read(tmp_path):
    asking = listener()
    async with staged(tmp_path, plugins(asking=asking)) as stage:
        for text in ("one", "two"):
            await stage.sim.say(making.PAGE, "ann", text)
            await stage.until(lambda text=text: sum(what == "sent" for what, _ in asking.told) == 1 + (text == "two"))
            await stage.sim.read(making.PAGE, "ann")
            await stage.until(lambda text=text: sum(what == "read" for what, _ in asking.told) == 1 + (text == "two"))
        ids = [fact.id for fact in asking.facts if fact.state == "read"]
        assert len(set(ids)) == len(ids) == 2


async def test_a_refusal_by_the_rules_reaches_the_plugin_that_asked_and_nobody_else(tmp_path):
    asking, idle = listener("re "), listener(answers=False)
    async with staged(tmp_path, plugins(asking=asking, idle=idle)) as stage:
        (event,) = (await stage.deliver(making.message("too late", at=making.NOW))).new
        await stage.until(lambda: asking.told)
        (refusal,) = asking.facts
        assert (refusal.code, refusal.event, refusal.reply) == ("window_closed", event.id, Text(text="re too late"))
        assert "24" in refusal.reason or "window" in refusal.reason
        assert "too late" not in refusal.reason
        assert idle.told == []
        assert list(stage.sim.sends) == []


async def test_a_message_held_back_by_another_plugin_is_told(tmp_path):
    class Guard:
        @hookimpl
        async def before_send(self, reply):
            return Refused("not on Sundays")

    asking = listener()
    async with staged(tmp_path, plugins(asking=asking, guard=Guard)) as stage:
        await stage.sim.say(making.PAGE, "ann", "hello")
        await stage.until(lambda: asking.told == [("held_back", "asking")])
        assert asking.facts[0].reason == "held back by plugin guard: not on Sundays"


async def test_what_cannot_be_told_now_is_told_later_and_does_not_hold_up_others(tmp_path):
    failing = listener(raises=[TryLater(after=0.05), ValueError("555-0101")])
    well = listener("well ")
    async with staged(tmp_path, plugins(failing=failing, well=well)) as stage:
        await stage.deliver(making.message("too late", at=making.NOW))
        await stage.until(lambda: failing.told == [("window_closed", "failing")])
        assert failing.attempts == [1, 2, 3]
        assert well.told == [("window_closed", "well")]


@pytest.mark.parametrize(("error", "code"), [(100, "permanent"), (36000, "media")])
async def test_what_people_may_replay_is_told_by_its_code(tmp_path, error, code):
    well = listener("well ")
    async with staged(tmp_path, plugins(well=well)) as stage:
        stage.sim.faults.inject(kind="error", code=error)
        await stage.sim.say(making.PAGE, "ann", "hello")
        await stage.until(lambda: well.told == [(code, "well")])


async def test_after_the_last_attempt_it_is_parked_and_told_once_it_is_replayed(tmp_path, caplog):
    hopeless = listener(raises=[ValueError("555-0101")] * 3)
    async with staged(tmp_path, plugins(hopeless=hopeless)) as stage:
        (event,) = (await stage.deliver(making.message("too late", at=making.NOW))).new
        (parked,) = await until_parked(stage)
        assert (parked.what, parked.plugin, parked.event_id, parked.attempts) == ("report", "hopeless", event.id, 3)
        assert parked.error == "on_refused: builtins.ValueError"
        assert hopeless.attempts == [1, 2, 3]
        assert await stage.gateway.journal.owed() == []
        assert await stage.gateway.outbox.replay([parked.id]) == 1
        await stage.until(lambda: hopeless.told == [("window_closed", "hopeless")])
        await stage.until(stage_owes_nothing(stage))
        assert await stage.gateway.journal.parked() == []
        assert list(stage.sim.sends) == []
    assert "555-0101" not in caplog.text


async def test_nobody_is_told_of_a_person_who_asked_to_be_forgotten(tmp_path):
    waiting = listener(raises=[TryLater(after=0.2)] * 3)
    async with staged(tmp_path, plugins(waiting=waiting)) as stage:
        (event,) = (await stage.deliver(making.message("too late", at=making.NOW))).new
        await stage.until(lambda: waiting.attempts)
        await stage.gateway.deletion.request([ScopedId(*event.item.conversation)], "operator")
        await stage.until(stage_owes_nothing(stage))
        calls = len(waiting.attempts)
    assert waiting.facts == []
    again = listener()
    async with staged(tmp_path, plugins(waiting=again)) as stage:
        assert await stage.gateway.journal.owed() == []
    assert again.attempts == []
    assert calls <= 3


async def until_parked(stage):
    async def there():
        return await stage.gateway.journal.parked()

    await stage.until(there)
    return await there()


async def test_what_has_no_room_in_memory_is_told_in_order_once_there_is(tmp_path, monkeypatch):
    monkeypatch.setattr(reports, "_MOST", 4)
    opened = asyncio.Event()

    class Slow(listener()):
        @hookimpl
        async def on_refused(self, refusal, context):
            await opened.wait()
            self.note(refusal.reply.text, refusal, context)

    async with staged(tmp_path, plugins(slow=Slow)) as stage:
        new = [(await stage.deliver(making.message(str(number), at=making.NOW))).new[0] for number in range(7)]

        async def refused():
            return [row.state for row in (await stage.view(new[-1].id)).outbox] == ["refused"]

        await stage.until(refused)
        opened.set()
        await stage.until(lambda: len(Slow.told) == 7, 60)
        assert [text for text, _ in Slow.told] == [str(number) for number in range(7)]
        await stage.until(stage_owes_nothing(stage))


def stage_owes_nothing(stage):
    async def nothing():
        return await stage.gateway.journal.owed() == []

    return nothing


async def test_what_was_not_told_before_a_stop_is_told_after_the_start(tmp_path):
    class Stuck(listener()):
        @hookimpl
        async def on_refused(self, refusal, context):
            await asyncio.sleep(3600)

    async with staged(tmp_path, plugins(one=Stuck)) as stage:
        (event,) = (await stage.deliver(making.message("too late", at=making.NOW))).new

        async def refused():
            return [row.state for row in (await stage.view(event.id)).outbox] == ["refused"]

        await stage.until(refused)
        assert [row.event_id for row in await stage.gateway.journal.owed()] == [event.id]
    second = listener()
    async with staged(tmp_path, plugins(one=second)) as stage:
        await stage.until(lambda: second.told == [("window_closed", "one")])
        assert second.facts[0].event == event.id
        await stage.until(stage_owes_nothing(stage))


async def test_nothing_is_kept_for_plugins_that_do_not_ask_to_be_told(tmp_path):
    class Quiet:
        @hookimpl
        async def message_received(self, event):
            return Text(text="hello")

    async with staged(tmp_path, plugins(quiet=Quiet)) as stage:
        (event,) = (await stage.deliver(making.message("too late", at=making.NOW))).new

        async def refused():
            return [row.state for row in (await stage.view(event.id)).outbox] == ["refused"]

        await stage.until(refused)
        assert await stage.gateway.journal.owed() == []


BASE = {
    "id": "1",
    "channel": "messaging",
    "object": "page",
    "account": "2",
    "person": "3",
    "timestamp": instant_of(making.NOW),
    "received": instant_of(making.NOW),
}


@pytest.mark.parametrize(
    ("event", "fact", "mids", "until"),
    [
        (Delivery(kind="delivery", mids=("m_1",), watermark=instant_of(5000), **BASE), "arrived", ("m_1",), 0),
        (Delivery(kind="delivery", watermark=instant_of(5000), **BASE), "arrived", (), 5000),
        (Read(kind="read", watermark=instant_of(5000), **BASE), "seen", (), 5000),
        (Read(kind="read", mid="m_1", **BASE), "seen", ("m_1",), 0),
    ],
    ids=["named deliveries", "deliveries up to", "read up to", "read on Instagram"],
)
def test_what_an_event_tells_of(event, fact, mids, until):
    assert asked_of(event, 7, "greeter") == Reached(
        plugin="greeter", conversation=event.conversation, seq=7, fact=fact, mids=mids, until=until
    )


def test_an_event_without_anything_tells_nothing():
    assert asked_of(Read(kind="read", **BASE), 7, "greeter") is None
    assert asked_of(Read(kind="read", mid="m", **{**BASE, "person": None}), 7, "greeter") is None


def test_the_policy_for_failures_is_closed_unless_said_otherwise():
    assert TellingSettings().before_send_failure == "closed"
