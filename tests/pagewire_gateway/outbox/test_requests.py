"""What each kind of reply comes to at Meta, and which attachments are uploaded only once."""

import itertools

import pytest

from pagewire import hookimpl
from pagewire.events import Conversation
from pagewire.replies import (
    ButtonTemplate,
    ExtendThread,
    Media,
    PassThread,
    PostbackButton,
    RawMessage,
    React,
    ReleaseThread,
    TakeThread,
    Text,
    ToComment,
    Unreact,
)
from pagewire_gateway.journal.port import Outbound
from pagewire_gateway.telemetry import metrics
from tests.pagewire_gateway import making
from tests.pagewire_gateway.outbox.test_outbox import rows, until_rows
from tests.pagewire_gateway.stage import Stage, plugins, staged

INBOX = "263902037430900"
PNG = Media(media="image", content=b"\x89PNG tide", filename="tide.png", content_type="image/png")
FETCHED = Media(media="image", url="https://cdn.example.com/a.png", reuse=True)
SAID = {
    "png": PNG,
    "fetched": FETCHED,
    "buttons": ButtonTemplate(text="What now?", buttons=(PostbackButton(title="Buy", payload="BUY"),)),
    "raw": RawMessage(message={"text": "as it is"}),
    "pass": [Text(text="A colleague takes over."), PassThread(target_app_id=INBOX, metadata="a refund")],
    "extend": ExtendThread(duration=3600),
    "release": ReleaseThread(),
}


class Speaker:
    """Says what the person names."""

    @hookimpl
    async def message_received(self, event):
        if event.text == "hearts":
            return [
                React(message_id=event.mid, reaction="❤"),
                Unreact(message_id=event.mid),
                Text(text="!"),
            ]
        return SAID[event.text]

    @hookimpl
    async def standby_received(self, event):
        return TakeThread(metadata="ours again") if event.kind == "message" else None

    @hookimpl
    async def event_received(self, event):
        comment = getattr(event, "comment_id", None)
        if event.kind.startswith("change.") and comment:
            return Text(text="Thanks for asking!", to=ToComment(comment_id=comment))
        return None


@pytest.fixture
async def stage(tmp_path):
    async with staged(tmp_path, plugins(speaker=Speaker)) as stage:
        yield stage


async def say(stage: Stage, text: str, account: str = making.PAGE, *states: str) -> str:
    mid = await stage.sim.say(account, "ann", text)
    await until_rows(stage, mid, *(states or ("sent",)))
    return mid


def attachment_ids(stage: Stage) -> list[str]:
    """Of the messages that named a saved attachment."""
    payloads = [(send.message or {}).get("attachment", {}).get("payload", {}) for send in stage.sim.sends]
    return [payload["attachment_id"] for payload in payloads if "attachment_id" in payload]


async def test_templates_and_raw_messages_go_out_with_their_proof(stage):
    for text in ("buttons", "raw"):
        mid = await say(stage, text)
        [row] = await rows(stage, mid)
        assert stage.sim.sends[-1].metadata == row.id


async def test_on_standby_a_plugin_may_take_the_thread_back(stage):
    stage.sim.meta.state.accounts[making.PAGE].default_app = making.APP_ID
    await say(stage, "raw")
    stage.sim.people.take_over(making.PAGE, "ann")
    await say(stage, "anybody there?")
    conversation = stage.sim.meta.state.conversation(making.PAGE, stage.sim.scoped_id(making.PAGE, "ann"))
    assert conversation.owner == making.APP_ID
    assert len(stage.sim.sends) == 1


@pytest.mark.parametrize("account", [making.PAGE, making.INSTAGRAM])
async def test_a_comment_is_answered_in_private(stage, account):
    comment = await stage.sim.comment(account, "ann", "How much?")
    await stage.sim.wait_for_sends(1)
    [send] = stage.sim.sends
    assert send.message["text"] == "Thanks for asking!"
    assert stage.sim.meta.state.comments[comment].answered


async def test_reactions_come_and_go(stage):
    await say(stage, "hearts", making.PAGE, "sent", "sent", "sent")
    assert [act.sender_action for act in stage.sim.actions] == ["react", "unreact"]


async def test_a_thread_is_passed_after_what_was_said_before(stage):
    stage.sim.meta.state.accounts[making.PAGE].default_app = making.APP_ID
    await say(stage, "pass", making.PAGE, "sent", "sent")
    conversation = stage.sim.meta.state.conversation(making.PAGE, stage.sim.scoped_id(making.PAGE, "ann"))
    assert conversation.owner == INBOX
    assert stage.sim.sends[-1].message["text"] == "A colleague takes over."


@pytest.mark.parametrize("deed", ["extend", "release"])
async def test_a_thread_is_kept_or_given_up_also_after_no_clear_answer(stage, deed):
    stage.sim.meta.state.accounts[making.PAGE].default_app = making.APP_ID
    stage.sim.faults.inject(kind="error", code=2, edge="thread_control")
    mid = await say(stage, deed)
    [row] = await rows(stage, mid)
    assert row.attempts == 2


@pytest.mark.parametrize("account", [making.PAGE, making.INSTAGRAM])
async def test_bytes_are_uploaded_once_and_sent_as_often_as_one_likes(stage, account):
    for _ in range(3):
        await say(stage, "png", account)
    [attachment] = stage.sim.meta.state.attachments
    assert attachment_ids(stage) == [attachment] * 3


async def test_what_meta_fetched_once_it_need_not_fetch_again(stage):
    for _ in range(2):
        await say(stage, "fetched")
    [attachment] = stage.sim.meta.state.attachments
    assert attachment_ids(stage) == [attachment]


@pytest.mark.parametrize("text", ["png", "fetched"])
async def test_what_meta_no_longer_keeps_is_saved_once_more(stage, text):
    await say(stage, text)
    stage.sim.meta.state.attachments.clear()
    mid = await say(stage, text)
    assert (await rows(stage, mid))[0].attempts == 1
    assert len(stage.sim.meta.state.attachments) == 1


async def test_an_upload_without_a_clear_answer_is_made_again(stage):
    stage.sim.faults.inject(kind="drop", edge="message_attachments")
    await say(stage, "png")
    assert len(stage.sim.sends) == 1


async def test_what_a_newer_version_stored_is_parked_and_the_next_goes_out(stage):
    mid = await say(stage, "raw")
    [row] = await rows(stage, mid)
    numbers = itertools.count(10_000)
    talk = Conversation("page", making.PAGE, stage.sim.scoped_id(making.PAGE, "ann"))
    strange = Outbound(
        id=row.id,
        seq=next(numbers),
        event_seq=1,
        event_id="e",
        plugin="speaker",
        index=0,
        conversation=talk,
        body=b'{"type":"hologram"}',
        state="queued",
        attempts=0,
        due=0,
        created=0,
        began=0,
        mid="",
        error="",
    )
    stage.gateway.outbox.take([strange])
    [parked] = await until_rows(stage, mid, "parked")
    assert "a newer one stored it" in parked.error
    await say(stage, "raw")


async def test_each_request_is_measured_under_its_own_route(stage):
    before = {key: sum(row[:-1]) for key, row in metrics.send_duration.rows.items()}
    stage.sim.faults.inject(kind="error", code=613, edge="message_attachments")
    for text, states in (("png", ("sent",)), ("pass", ("sent", "sent"))):
        await until_rows(stage, await stage.sim.say(making.PAGE, "ann", text), *states)

    def grown(route: str, status: str, error: str = "") -> int:
        key = ("POST", f"/{{id}}/{route}", "graph.facebook.com", status, error)
        return sum(metrics.send_duration.rows[key][:-1]) - before.get(key, 0)

    assert grown("message_attachments", "400", "backoff") == 1
    assert grown("message_attachments", "200") == 1
    assert grown("pass_thread_control", "200") == 1
    assert grown("messages", "200") == 2
