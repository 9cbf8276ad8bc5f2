"""Plugins that stand in the way of messages: in order, in time, each failure by the policy, and never a double send."""

import asyncio

import pytest
from msgspec.structs import replace

from pagewire import Refused, SenderAction, Text, TryLater, hookimpl
from pagewire_gateway.config import TellingSettings
from pagewire_gateway.journal.port import EventFilter
from tests.pagewire_gateway import making
from tests.pagewire_gateway.stage import OUTBOX, plugins, staged

OPEN = TellingSettings(before_send_timeout=0.3, before_send_failure="open")
CLOSED = TellingSettings(before_send_timeout=0.3)


class Greeter:
    """Answers what people write."""

    @hookimpl
    async def message_received(self, event):
        return [SenderAction(action="typing_on"), Text(text=f"Ahoy, {event.text}")]


def standing(answer):
    """A plugin whose ``before_send`` is what `answer` does, and the texts it was asked about."""

    class Standing:
        asked: list[str] = []

        @hookimpl
        async def before_send(self, reply, conversation, context):
            self.asked.append(reply.text)
            assert conversation.account == making.PAGE
            assert (context.asked_by, context.account.id) == ("greeter", making.PAGE)
            return await answer(reply, context)

    return Standing


def adding(word):
    async def answer(reply, context):
        return replace(reply, text=f"{reply.text} {word}")

    return answer


async def nothing(reply, context):
    return None


async def raising(reply, context):
    raise ValueError("call me on 555-0101")


async def hanging(reply, context):
    await asyncio.sleep(3600)


async def returning_refused(reply, context):
    return Refused("not before noon")


async def raising_refused(reply, context):
    raise Refused("not before noon")


async def too_long(reply, context):
    return Text(text="x" * 2001)


async def elsewhere(reply, context):
    return replace(reply, author="human")


async def no_reply(reply, context):
    return "hello"


async def said(stage, text="you"):
    """A message, and its last reply once it is at an end."""
    mid = await stage.sim.say(making.PAGE, "ann", text)

    async def ended():
        rows = await rows_of(stage, mid)
        return rows and all(row.state in {"sent", "refused", "parked", "dropped"} for row in rows)

    await stage.until(ended, 20)
    return (await rows_of(stage, mid))[-1]


async def rows_of(stage, mid):
    """Outbox rows of the event with this message id."""
    views = await stage.gateway.journal.events(EventFilter(kind="message"))
    return next((view.outbox for view in views if mid.encode() in view.stored.item.raw), ())


def texts(stage):
    return [send.message["text"] for send in stage.sim.sends if send.message and "text" in send.message]


async def test_an_altered_reply_arrives_altered_in_the_order_of_the_resource(tmp_path):
    found = plugins(greeter=Greeter, zebra=standing(adding("z")), ant=standing(adding("a")), still=standing(nothing))
    order = [{"name": name} for name in ("zebra", "greeter", "still", "ant")]
    async with staged(tmp_path, found, enabled=order, telling=CLOSED) as stage:
        row = await said(stage)
        assert (row.state, row.altered) == ("sent", True)
        assert texts(stage) == ["Ahoy, you z a"]
        assert b"Ahoy, you z a" in row.body
        asked = {name: found[name].hooks["before_send"].function.__self__.asked for name in ("zebra", "still", "ant")}
        assert asked == {"zebra": ["Ahoy, you"], "still": ["Ahoy, you z"], "ant": ["Ahoy, you z"]}


async def test_a_plugin_that_is_not_enabled_for_the_account_is_not_asked(tmp_path):
    found = plugins(greeter=Greeter, other=standing(raising))
    async with staged(tmp_path, found, enabled=[{"name": "greeter"}], telling=CLOSED) as stage:
        assert (await said(stage)).state == "sent"
        assert texts(stage) == ["Ahoy, you"]


@pytest.mark.parametrize("answer", [returning_refused, raising_refused])
async def test_a_reply_that_is_held_back_is_told_in_the_history(tmp_path, answer):
    found = plugins(greeter=Greeter, guard=standing(answer), last=standing(nothing))
    async with staged(tmp_path, found, telling=CLOSED) as stage:
        row = await said(stage)
        assert (row.state, row.code) == ("refused", "held_back")
        assert row.error == "held back by plugin guard: not before noon"
        assert texts(stage) == []
        assert found["last"].hooks["before_send"].function.__self__.asked == []


FAILURES = [
    (raising, "before_send of plugin guard failed: builtins.ValueError"),
    (hanging, "before_send of plugin guard failed: no answer within 0.3 s"),
    (too_long, "before_send of plugin guard failed: ReplyError: text has 2001 characters"),
    (elsewhere, "before_send of plugin guard failed: before_send changed whether a person or a program wrote"),
    (no_reply, "before_send of plugin guard failed: before_send returned str, which is no message"),
]


BUGS = [case for case in FAILURES if case[0] is not hanging]


@pytest.mark.parametrize(("answer", "why"), BUGS, ids=[case[0].__name__ for case in BUGS])
async def test_closed_sends_nothing_and_parks_in_the_end(tmp_path, caplog, answer, why):
    found = plugins(greeter=Greeter, guard=standing(answer))
    async with staged(tmp_path, found, telling=CLOSED) as stage:
        row = await said(stage)
        assert (row.state, row.code) == ("parked", "before_send")
        assert row.error.startswith(why)
        assert texts(stage) == []
        assert len(found["guard"].hooks["before_send"].function.__self__.asked) == 3
        assert [one.id for one in await stage.gateway.journal.parked()] == [row.id]
    assert "555-0101" not in caplog.text


async def later(reply, context):
    raise TryLater(0.05, reason="closed for lunch")


async def cut_off(reply, context):
    try:
        raise ConnectionRefusedError("10.0.0.7")
    except OSError as error:
        raise RuntimeError("cannot ask") from error


@pytest.mark.parametrize(
    ("answer", "why"), [(hanging, "no answer"), (later, "closed for lunch"), (cut_off, "builtins.RuntimeError")]
)
async def test_while_a_plugin_is_away_messages_wait_and_none_is_parked(tmp_path, answer, why):
    away, asked = [True], []

    async def sometimes(reply, context):
        if away:
            asked.append(reply.text)
            return await answer(reply, context)
        return None

    settings = TellingSettings(before_send_timeout=0.05)
    async with staged(tmp_path, plugins(greeter=Greeter, guard=standing(sometimes)), telling=settings) as stage:
        mid = await stage.sim.say(making.PAGE, "ann", "one")
        other = await stage.sim.say(making.PAGE, "bob", "two")
        await stage.until(lambda: len(asked) > 8)  # three failures that are about the message would park it
        for one in (mid, other):
            (_, row) = await rows_of(stage, one)
            assert (row.state, row.code, why in row.error or "not asked for a while" in row.error) == (
                "queued",
                "before_send",
                True,
            )
        away.clear()
        await stage.until(lambda: sorted(texts(stage)) == ["Ahoy, one", "Ahoy, two"], 30)


async def test_a_plugin_that_is_away_is_never_asked_again_without_a_pause(tmp_path):
    async def soon(reply, context):
        raise TryLater(0.001)

    async with staged(tmp_path, plugins(greeter=Greeter, guard=standing(soon)), telling=CLOSED) as stage:
        mid = await stage.sim.say(making.PAGE, "ann", "hi")

        async def put_back() -> bool:
            rows = await rows_of(stage, mid)
            return bool(rows) and rows[-1].code == "before_send"

        await stage.until(put_back)
        row = (await rows_of(stage, mid))[-1]
        assert row.due - row.at >= OUTBOX.retry.first * 1000


async def test_a_message_at_which_a_plugin_hangs_while_others_pass_is_parked(tmp_path):
    async def at_one(reply, context):
        return await hanging(reply, context) if "poison" in reply.text else None

    settings = TellingSettings(before_send_timeout=0.05)
    async with staged(tmp_path, plugins(greeter=Greeter, guard=standing(at_one)), telling=settings) as stage:
        mid = await stage.sim.say(making.PAGE, "ann", "poison")

        async def parked() -> bool:
            await stage.sim.say(making.PAGE, "bob", "fine")
            rows = await rows_of(stage, mid)
            return bool(rows) and rows[-1].state == "parked"

        await stage.until(parked)


async def test_a_replay_of_the_part_that_was_parked_brings_the_rest_of_its_answer(tmp_path):
    failing = [True]

    class Talker:
        @hookimpl
        async def message_received(self, event):
            return [Text(text="one"), Text(text="two"), Text(text="three")]

    async def sometimes(reply, context):
        if failing:
            raise ValueError

    async with staged(tmp_path, plugins(greeter=Talker, guard=standing(sometimes)), telling=CLOSED) as stage:
        await said(stage)
        (view,) = await stage.gateway.journal.events(EventFilter(kind="message"))
        assert [row.code for row in view.outbox] == ["before_send", "earlier_part", "earlier_part"]
        failing.clear()
        assert await stage.gateway.outbox.replay([view.outbox[0].id]) == 3
        await stage.until(lambda: texts(stage) == ["one", "two", "three"])


@pytest.mark.parametrize("answer", [case[0] for case in FAILURES], ids=[case[0].__name__ for case in FAILURES])
async def test_open_sends_it_as_it_was_before_this_plugin(tmp_path, answer):
    found = plugins(greeter=Greeter, first=standing(adding("1")), guard=standing(answer), last=standing(adding("3")))
    order = [{"name": name} for name in ("greeter", "first", "guard", "last")]
    async with staged(tmp_path, found, enabled=order, telling=OPEN) as stage:
        assert (await said(stage)).state == "sent"
        assert texts(stage) == ["Ahoy, you 1 3"]


async def test_a_parked_one_is_asked_about_again_when_people_replay_it(tmp_path):
    failing = [True]

    async def sometimes(reply, context):
        if failing:
            raise ValueError
        return replace(reply, text="mended")

    async with staged(tmp_path, plugins(greeter=Greeter, guard=standing(sometimes)), telling=CLOSED) as stage:
        row = await said(stage)
        failing.clear()
        assert await stage.gateway.outbox.replay([row.id]) == 1
        await stage.until(lambda: texts(stage) == ["mended"])


async def test_an_altered_reply_is_stored_before_it_is_sent_and_never_altered_twice(tmp_path):
    """Meta does not answer the first request: what is looked for, and sent again, is the altered message."""
    found = plugins(greeter=Greeter, guard=standing(adding("(automatic)")))
    async with staged(tmp_path, found, telling=CLOSED) as stage:
        stage.sim.faults.inject(kind="drop", accept=False)
        row = await said(stage)
        assert row.state == "sent"
        assert texts(stage) == ["Ahoy, you (automatic)"]
        assert found["guard"].hooks["before_send"].function.__self__.asked == ["Ahoy, you"]


async def test_the_rest_of_an_answer_whose_first_part_is_held_back_is_not_sent(tmp_path):
    class Talker:
        @hookimpl
        async def message_received(self, event):
            return [Text(text="one"), Text(text="two")]

    class Guard:
        @hookimpl
        async def before_send(self, reply):
            return Refused("never one") if reply.text == "one" else None

    async with staged(tmp_path, plugins(greeter=Talker, guard=Guard), telling=CLOSED) as stage:
        await said(stage)
        (view,) = await stage.gateway.journal.events(EventFilter(kind="message"))
        rows = view.outbox
        assert [(row.state, row.code) for row in rows] == [("refused", "held_back"), ("refused", "earlier_part")]
        assert texts(stage) == []


async def test_one_hanging_plugin_does_not_hold_up_other_conversations_for_long(tmp_path):
    """After a few failures of different messages it is not asked for a while, so that each does not wait for its time-out."""

    class Hanging:
        asked = 0

        @hookimpl
        async def before_send(self, reply):
            type(self).asked += 1
            await asyncio.sleep(3600)

    async with staged(tmp_path, plugins(greeter=Greeter, guard=Hanging), telling=OPEN) as stage:
        for number in range(20):
            await stage.sim.say(making.PAGE, "ann", str(number))
        await stage.until(lambda: len(texts(stage)) == 20, 20)
        assert Hanging.asked < 10
