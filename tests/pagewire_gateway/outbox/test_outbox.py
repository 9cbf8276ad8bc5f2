"""Replies go out once, in order, within the rules; what cannot go is kept with the reason."""

import asyncio

import msgspec
import pytest

from pagewire import Media, QuickReply, SenderAction, Text, hookimpl
from pagewire_gateway.app import now
from pagewire_gateway.config import OutboxSettings
from tests.pagewire_gateway import making
from tests.pagewire_gateway.stage import DISPATCH, LIMITS, OUTBOX, Stage, plugins, staged


class Parrot:
    """Answers with what it is told to, or with what it heard."""

    @hookimpl
    async def message_received(self, event):
        if event.text.startswith("many "):
            return [Text(text=f"{event.text} {part}") for part in range(3)]
        if event.text == "picture":
            return Media(media="image", url="https://cdn.example.com/a.png")
        if event.text == "typing":
            return [SenderAction(action="typing_on"), Text(text="there")]
        if event.text == "choose":
            return Text(
                text="which?", quick_replies=(QuickReply(title="A", payload="a"), QuickReply(title="B", payload="b"))
            )
        return Text(text=f"re {event.text}")


@pytest.fixture
async def stage(tmp_path):
    async with staged(tmp_path, plugins(parrot=Parrot)) as stage:
        yield stage


def texts(stage: Stage) -> list[str]:
    return [send.message["text"] for send in stage.sim.sends if send.message and "text" in send.message]


async def rows(stage: Stage, mid: str):
    """Outbox rows of the event with this message id."""
    from pagewire_gateway.journal.port import EventFilter

    views = await stage.gateway.journal.events(EventFilter(limit=1000, kind="message"))
    return next((view.outbox for view in views if mid.encode() in view.stored.item.raw), ())


async def until_rows(stage: Stage, mid: str, *states: str, seconds: float = 10.0):
    async def there() -> bool:
        return tuple(row.state for row in await rows(stage, mid)) == states

    await stage.until(there, seconds)
    return await rows(stage, mid)


@pytest.mark.parametrize("account", [making.PAGE, making.INSTAGRAM])
async def test_a_reply_goes_out_with_its_id_and_its_echo_comes_back(stage, account):
    mid = await stage.sim.say(account, "ann", "hello")
    row = (await until_rows(stage, mid, "sent"))[0]
    send = stage.sim.sends[0]
    assert (send.message["text"], send.mid) == ("re hello", row.mid)
    assert send.metadata == (row.id if account == making.PAGE else None)
    assert send.messaging_type == ("RESPONSE" if account == making.PAGE else None)


async def test_parts_of_an_answer_keep_their_order(stage):
    for number in range(10):
        await stage.sim.say(making.PAGE, "ann", f"many {number}")
    await stage.sim.wait_for_sends(30)
    assert texts(stage) == [f"many {number} {part}" for number in range(10) for part in range(3)]


async def test_quick_replies_media_and_typing(stage):
    for text in ("choose", "picture", "typing"):
        await stage.sim.say(making.PAGE, "ann", text)
    await stage.sim.wait_for_sends(3)
    first, second, third = (send.message for send in list(stage.sim.sends)[:3])
    assert [quick["title"] for quick in first["quick_replies"]] == ["A", "B"]
    assert second["attachment"] == {"type": "image", "payload": {"url": "https://cdn.example.com/a.png"}}
    assert third["text"] == "there"
    assert [action.sender_action for action in stage.sim.actions] == ["typing_on"]


UNCLEAR = {
    "connection lost": {"kind": "drop"},
    "no answer in time": {"kind": "hang", "seconds": 3.0},
    "500 in HTML": {"kind": "html"},
    "empty": {"kind": "empty", "status": 200},
    "no message id": {"kind": "no_message_id"},
    "code 1": {"kind": "error", "code": 1},
    "code 2": {"kind": "error", "code": 2},
}


@pytest.mark.parametrize("account", [making.PAGE, making.INSTAGRAM])
@pytest.mark.parametrize("echo", ["echo", "no echo"])
@pytest.mark.parametrize("accepted", [True, False], ids=["sent", "not sent"])
@pytest.mark.parametrize("fault", UNCLEAR.values(), ids=UNCLEAR)
async def test_an_unclear_answer_is_settled_by_proof_and_sent_exactly_once(stage, fault, accepted, echo, account):
    stage.sim.faults.inject(**fault, accept=accepted)
    if echo == "no echo":
        stage.sim.faults.inject(kind="echo_lost", times=None)
    mid = await stage.sim.say(account, "ann", "hello")
    row = (await until_rows(stage, mid, "sent", seconds=20))[0]
    assert texts(stage) == ["re hello"]
    assert row.mid == stage.sim.sends[0].mid
    assert row.attempts == (1 if accepted else 2)


async def test_two_unclear_answers_without_proof_are_parked_for_people(stage):
    stage.sim.faults.inject(kind="error", code=2, times=None)
    mid = await stage.sim.say(making.PAGE, "ann", "hello")
    row = (await until_rows(stage, mid, "parked", seconds=20))[0]
    assert (row.attempts, "no proof" in row.error) == (2, True)
    stage.sim.faults.clear()
    assert await stage.gateway.outbox.replay([row.id]) == 1
    await until_rows(stage, mid, "sent")


async def test_others_go_on_while_one_conversation_is_in_doubt(tmp_path):
    patient = msgspec.structs.replace(OUTBOX, echo_wait=5.0)
    async with staged(tmp_path, plugins(parrot=Parrot), outbox=patient) as stage:
        stage.sim.faults.inject(kind="echo_lost", times=None)
        stage.sim.faults.inject(kind="drop", accept=True)
        doubt = await stage.sim.say(making.PAGE, "ann", "one")
        await until_rows(stage, doubt, "unknown")
        other = await stage.sim.say(making.PAGE, "bob", "two")
        await until_rows(stage, other, "sent", seconds=4)
        assert [row.state for row in await rows(stage, doubt)] == ["unknown"]


async def test_a_throttled_page_waits_as_long_as_meta_says_and_uses_up_no_attempt(stage):
    stage.sim.faults.inject(kind="error", code=613)
    mid = await stage.sim.say(making.PAGE, "ann", "hello")
    await stage.until(lambda: any("Backoff" in status.reason for status in stage.gateway.outbox.status()))
    assert [row.attempts for row in await rows(stage, mid)] == [0]
    stage.gateway.outbox.registry_changed()
    await until_rows(stage, mid, "sent")


async def test_an_answer_in_parts_stops_at_the_part_that_does_not_go(stage):
    stage.sim.faults.inject(kind="error", code=100, after=1)
    mid = await stage.sim.say(making.PAGE, "ann", "many x")
    found = await until_rows(stage, mid, "sent", "parked", "refused")
    assert "earlier part" in found[2].error
    later = await stage.sim.say(making.PAGE, "ann", "hello")
    await until_rows(stage, later, "sent")


async def test_a_failed_sender_action_is_forgotten(stage):
    stage.sim.faults.inject(kind="error", code=2, only="sender_action")
    mid = await stage.sim.say(making.PAGE, "ann", "typing")
    await until_rows(stage, mid, "dropped", "sent")


async def test_what_may_have_gone_out_before_a_crash_is_looked_for_first(tmp_path):
    patient = msgspec.structs.replace(OUTBOX, echo_wait=60.0)
    async with staged(tmp_path, plugins(parrot=Parrot), outbox=patient) as stage:
        stage.sim.faults.inject(kind="drop", accept=True)
        stage.sim.faults.inject(kind="echo_lost")
        mid = await stage.sim.say(making.PAGE, "ann", "hello")
        await until_rows(stage, mid, "unknown")
        sim = stage.sim
        gateway = stage.gateway
        gateway.outbox._lines.stopped = True
        for task in gateway.outbox._lines._tasks.values():
            task.cancel()
        await gateway.__aexit__(None, None, None)
        async with staged(tmp_path, plugins(parrot=Parrot), sim=sim) as again:
            row = (await until_rows(again, mid, "sent"))[0]
            assert row.attempts == 1
            assert texts(again) == ["re hello"]


async def test_nobody_is_written_to_after_the_window(stage):
    day_old = now() - 25 * 3_600_000
    event = (await stage.deliver(making.message("late", at=day_old))).new[0]
    await stage.until_state(event.id, "parrot", "done")

    async def refused() -> bool:
        return [row.state for row in (await stage.view(event.id)).outbox] == ["refused"]

    await stage.until(refused)
    row = (await stage.view(event.id)).outbox[0]
    assert "standard messaging window closed at" in row.error
    assert not stage.sim.sends
    assert not stage.sim.refused


async def test_a_message_meta_refuses_for_good_is_parked_and_can_be_replayed(stage):
    event = (await stage.deliver(making.message("hi", person="99999999", at=now()))).new[0]

    async def ended() -> bool:
        return [row.state for row in (await stage.view(event.id)).outbox] in (["refused"], ["parked"])

    await stage.until(ended)
    assert "2018001" in (await stage.view(event.id)).outbox[0].error


async def test_a_dead_token_parks_nothing_and_goes_on_when_it_is_mended(stage):
    stage.sim.meta.state.tokens["EAAPAGE"].revoked = 460
    mid = await stage.sim.say(making.PAGE, "ann", "hello")
    await stage.until(lambda: any(status.reason for status in stage.gateway.outbox.status()))
    await until_rows(stage, mid, "queued")
    stage.sim.meta.state.tokens["EAAPAGE"].revoked = None
    await until_rows(stage, mid, "sent")
    assert texts(stage) == ["re hello"]


async def test_what_waited_for_a_token_goes_with_the_new_one_at_once(tmp_path):
    # Whoever tried the old token again would rest for an hour.
    patient = msgspec.structs.replace(OUTBOX, pause=3600.0)
    async with staged(tmp_path, plugins(parrot=Parrot), outbox=patient) as stage:
        tokens = stage.sim.meta.state.tokens
        tokens["EAAPAGE"].revoked = 460
        mid = await stage.sim.say(making.PAGE, "ann", "hello")
        await stage.until(lambda: any(status.trouble == "token" for status in stage.gateway.outbox.status()))
        await until_rows(stage, mid, "queued")
        tokens["EAANEW"] = msgspec.structs.replace(tokens["EAAPAGE"], value="EAANEW", revoked=None)
        file = stage.manifests / "all.yaml"
        file.write_text(file.read_text().replace("EAAPAGE", "EAANEW"))
        await until_rows(stage, mid, "sent")
        assert texts(stage) == ["re hello"]


async def test_a_page_is_paced(tmp_path):
    slow = msgspec.structs.replace(OUTBOX, limits=msgspec.structs.replace(LIMITS, rate=20.0, burst=1.0))
    async with staged(tmp_path, plugins(parrot=Parrot), outbox=slow) as stage:
        for number in range(10):
            await stage.sim.say(making.PAGE, f"p{number}", "hi")
        await stage.sim.wait_for_sends(10)
        times = [send.time for send in stage.sim.sends]
        assert times[-1] - times[0] >= 400


async def test_settings_default_stays_below_metas_cliff():
    limits = OutboxSettings().limits
    assert limits.rate + limits.burst < 40


async def test_a_repeated_settle_sends_nothing_twice(stage):
    mid = await stage.sim.say(making.PAGE, "ann", "hello")
    await until_rows(stage, mid, "sent")
    from pagewire_gateway.journal.port import EventFilter

    event = next(view for view in await stage.gateway.journal.events(EventFilter(kind="message")))
    await stage.gateway.journal.replay([event.stored.id], "parrot", resend=False)
    await stage.until_state(event.stored.id, "parrot", "done")
    await asyncio.sleep(0)
    assert texts(stage) == ["re hello"]
    await stage.gateway.journal.replay([event.stored.id], "parrot", resend=True)
    await stage.sim.wait_for_sends(2)
    assert texts(stage) == ["re hello", "re hello"]


async def test_a_standby_leaves_replays_to_the_leader(tmp_path):
    calm = msgspec.structs.replace(DISPATCH, lease_ttl=60.0)  # a slow machine must not make a leader of the standby
    async with staged(tmp_path, plugins(parrot=Parrot), dispatch=calm) as stage:
        stage.sim.faults.inject(kind="error", code=2, times=None)
        mid = await stage.sim.say(making.PAGE, "ann", "hello")
        row = (await until_rows(stage, mid, "parked", seconds=20))[0]
        stage.sim.faults.clear()
        async with staged(tmp_path, plugins(parrot=Parrot), sim=stage.sim, dispatch=calm) as standby:
            assert await standby.gateway.outbox.replay([row.id]) == 1
            assert standby.gateway.outbox.status() == []
        await until_rows(stage, mid, "sent")
        assert texts(stage) == ["re hello"]
