"""No clear answer, whatever was asked for: each kind of reply takes effect once, and is told as what became of it.

Messages are proved by their echo or by the conversation; private replies by Meta, who takes one a comment; what changes
a thread or keeps a person away is asked for again, as doing it twice changes nothing.
"""

import asyncio

import msgspec
import pytest

from pagewire import hookimpl
from pagewire.replies import (
    ButtonTemplate,
    Element,
    ExtendThread,
    GenericTemplate,
    Image,
    Images,
    LikeHeart,
    Media,
    MediaShare,
    Moderate,
    PassThread,
    PostbackButton,
    ProductTemplate,
    RawMessage,
    ReleaseThread,
    RequestThread,
    Sticker,
    TakeThread,
    Text,
    ToComment,
    UtilityMessage,
)
from pagewire.simulator.stored import Comment
from tests.pagewire_gateway import making
from tests.pagewire_gateway.outbox.test_outbox import until_rows
from tests.pagewire_gateway.stage import OUTBOX, Stage, plugins, staged

CDN = "https://cdn.example.com"
BUY = PostbackButton(title="Buy", payload="BUY")
ANYWHERE = {
    "text": Text(text="Ahoy!"),
    "picture": Media(media="image", url=f"{CDN}/a.png"),
    "bytes": Media(media="file", content=b"%PDF-1.7", filename="tides.pdf", content_type="application/pdf"),
    "film": Media(media="video", url=f"{CDN}/a.mp4"),
    "cards": GenericTemplate(elements=(Element(title="Mug", buttons=(BUY,)),)),
    "buttons": ButtonTemplate(text="What now?", buttons=(BUY,)),
    "product": ProductTemplate(product_ids=("4001",)),
    "raw": RawMessage(message={"text": "as it is"}),
}
MESSAGES = {
    making.PAGE: ANYWHERE | {"sticker": Sticker(sticker_id=5), "utility": UtilityMessage(name="left", language="en")},
    making.INSTAGRAM: ANYWHERE
    | {
        "images": Images(images=(Image(url=f"{CDN}/1.png"), Image(url=f"{CDN}/2.png"))),
        "heart": LikeHeart(),
        "share": MediaShare(post_id="17890000000000002"),
    },
}
DEEDS = {
    "pass": PassThread(target_app_id="263902037430900"),
    "take": TakeThread(),
    "request": RequestThread(),
    "release": ReleaseThread(),
    "extend": ExtendThread(duration=3600),
    "block": Moderate(actions=("block_user", "move_to_spam")),
    "unblock": Moderate(actions=("unblock_user",)),
}
SAID = {**MESSAGES[making.PAGE], **MESSAGES[making.INSTAGRAM], **DEEDS}


class Speaker:
    """Says what the person names, and the same to everybody who comments."""

    @hookimpl
    async def message_received(self, event):
        word, _, comment = event.text.partition(" ")
        return Text(text="As to your comment", to=ToComment(comment_id=comment)) if comment else SAID.get(word)

    @hookimpl
    async def event_received(self, event):
        comment = getattr(event, "comment_id", None)
        return Text(text="Thanks for asking!", to=ToComment(comment_id=comment)) if comment else None


@pytest.fixture
async def stage(tmp_path):
    async with staged(tmp_path, plugins(speaker=Speaker)) as stage:
        state = stage.sim.meta.state
        state.accounts[making.PAGE].templates = ("left/en",)
        yield stage


def sent_to(stage: Stage, person: str) -> list:
    return [send for send in stage.sim.sends if send.person == person]


@pytest.mark.parametrize("account", [making.PAGE, making.INSTAGRAM])
@pytest.mark.parametrize("echo", ["echo", "no echo"])
@pytest.mark.parametrize("accepted", [True, False], ids=["sent", "not sent"])
async def test_every_kind_of_message_goes_out_once(stage, account, echo, accepted):
    if echo == "no echo":
        stage.sim.faults.inject(kind="echo_lost", times=None)

    async def one(kind: str) -> None:
        person = stage.sim.scoped_id(account, kind)
        stage.sim.faults.inject(kind="drop", accept=accepted, person=person)
        mid = await stage.sim.say(account, kind, kind)
        [row] = await until_rows(stage, mid, "sent", seconds=30)
        [send] = sent_to(stage, person)
        assert (row.mid, row.attempts) == (send.mid, 1 if accepted else 2), kind

    await asyncio.gather(*(one(kind) for kind in MESSAGES[account]))


@pytest.mark.parametrize("account", [making.PAGE, making.INSTAGRAM])
async def test_it_is_said_once_whenever_the_echo_comes_and_wherever_the_answer_breaks_off(stage, account):
    echoes = {
        "first": {"kind": "echo_first"},
        "soon": {"kind": "echo_late", "seconds": 0.1},
        "after the look": {"kind": "echo_late", "seconds": 2.0},
        "twice": {"kind": "echo_twice"},
        "never": {"kind": "echo_lost"},
    }
    answers = {
        "whole": None,
        "lost": {"kind": "drop", "accept": True},
        "cut off": {"kind": "cut", "accept": True},
        "an error": {"kind": "error", "code": 1, "accept": True},
        "a page": {"kind": "html", "accept": True},
    }

    async def one(echo: str, answer: str) -> None:
        name = f"{echo} {answer}"
        person = stage.sim.scoped_id(account, name)
        for fault in (echoes[echo], answers[answer]):
            if fault is not None:
                stage.sim.faults.inject(person=person, **fault)
        mid = await stage.sim.say(account, name, "text")
        [row] = await until_rows(stage, mid, "sent", seconds=30)
        assert row.attempts == 1, name

    await asyncio.gather(*(one(echo, answer) for echo in echoes for answer in answers))
    await stage.sim.drained()
    assert len(stage.sim.sends) == len(echoes) * len(answers)
    assert len({send.person for send in stage.sim.sends}) == len(stage.sim.sends)


@pytest.mark.parametrize("accepted", [True, False], ids=["done", "not done"])
async def test_every_deed_is_done_and_told_as_done(stage, accepted):
    stage.sim.meta.state.accounts[making.PAGE].default_app = making.APP_ID

    async def one(deed: str, **where: str) -> None:
        stage.sim.faults.inject(kind="drop", accept=accepted, **where)
        mid = await stage.sim.say(making.PAGE, deed, deed)
        [row] = await until_rows(stage, mid, "sent", seconds=30)
        assert row.attempts == 2, deed

    threads = [deed for deed in DEEDS if not deed.endswith("block")]
    ids = {deed: stage.sim.scoped_id(making.PAGE, deed) for deed in threads}
    await asyncio.gather(*(one(deed, edge="thread_control", person=ids[deed]) for deed in threads))
    for deed in ("block", "unblock"):
        await one(deed, edge="moderation")


async def test_a_deed_that_a_crash_left_in_doubt_is_done_at_once(tmp_path):
    patient = msgspec.structs.replace(OUTBOX, echo_wait=60.0, timeout=60.0)
    async with staged(tmp_path, plugins(speaker=Speaker), outbox=patient) as stage:
        sim, gateway = stage.sim, stage.gateway
        sim.faults.inject(kind="hang", seconds=60, edge="thread_control")
        mid = await sim.say(making.PAGE, "ann", "extend")
        await sim.wait_for_calls(1, "thread_control")
        gateway.outbox._lines.stopped = True
        for task in gateway.outbox._lines._tasks.values():
            task.cancel()
        await gateway.__aexit__(None, None, None)
        async with staged(tmp_path, plugins(speaker=Speaker), sim=sim, outbox=patient) as again:
            [row] = await until_rows(again, mid, "sent")
            assert row.attempts == 2


async def test_a_person_who_was_blocked_too_soon_holds_up_nobody_else(tmp_path):
    slow = msgspec.structs.replace(OUTBOX, throttled=60.0)
    async with staged(tmp_path, plugins(speaker=Speaker), outbox=slow) as stage:
        stage.sim.faults.inject(kind="error", code=3802, edge="moderation", times=None)
        block = await stage.sim.say(making.PAGE, "ann", "block")
        [row] = await until_rows(stage, block, "parked")
        assert (row.attempts, row.code) == (3, "spent")
        text = await stage.sim.say(making.PAGE, "ben", "text")
        await until_rows(stage, text, "sent")


async def test_the_same_words_to_another_commenter_prove_nothing(tmp_path):
    patient = msgspec.structs.replace(OUTBOX, echo_wait=1.0)
    async with staged(tmp_path, plugins(speaker=Speaker), outbox=patient) as stage:
        stage.sim.faults.inject(kind="drop")
        first = await stage.sim.comment(making.INSTAGRAM, "ann", "How much?")
        comments = stage.sim.meta.state.comments
        await stage.until(lambda: len(stage.sim.refused) == 1)
        second = await stage.sim.comment(making.INSTAGRAM, "ben", "How much?")
        await stage.until(lambda: comments[second].answered)
        await stage.until(lambda: comments[first].answered)


async def test_a_conversation_that_meta_hides_proves_nothing(tmp_path):
    hasty = msgspec.structs.replace(OUTBOX, echo_wait=0.02)
    async with staged(tmp_path, plugins(speaker=Speaker), outbox=hasty) as stage:
        stage.sim.faults.inject(kind="echo_lost")
        stage.sim.faults.inject(kind="drop", accept=True)
        stage.sim.people.conversation(making.PAGE, "ann").folder = "spam"
        mid = await stage.sim.say(making.PAGE, "ann", "text")
        [row] = await until_rows(stage, mid, "parked")
        assert (row.code, len(stage.sim.sends)) == ("unproved", 1)


@pytest.mark.parametrize("account", [making.PAGE, making.INSTAGRAM])
@pytest.mark.parametrize("accepted", [True, False], ids=["sent", "not sent"])
async def test_a_private_reply_goes_out_once(stage, account, accepted):
    stage.sim.faults.inject(kind="echo_lost", times=None)
    stage.sim.faults.inject(kind="drop", accept=accepted)
    comment = await stage.sim.comment(account, "ann", "How much?")
    await stage.until(lambda: stage.sim.meta.state.comments[comment].answered)

    async def settled() -> bool:
        return not stage.gateway.outbox.status()

    await stage.until(settled)
    assert len(stage.sim.sends) == 1


@pytest.mark.parametrize("account", [making.PAGE, making.INSTAGRAM])
@pytest.mark.parametrize("accepted", [True, False], ids=["sent", "not sent"])
async def test_a_private_reply_to_somebody_else_is_proved_where_it_went(stage, account, accepted):
    ben, now = stage.sim.scoped_id(account, "ben"), stage.sim.clock.now_ms()
    stage.sim.meta.state.comments["7"] = Comment(id="7", account_id=account, person=ben, text="How much?", created=now)
    stage.sim.faults.inject(kind="drop", accept=accepted)
    mid = await stage.sim.say(account, "ann", "private 7")
    [row] = await until_rows(stage, mid, "sent")
    [send] = stage.sim.sends
    assert send.person == ben
    known = not accepted or account == making.PAGE  # on Instagram the refusal proves it, and names no message
    assert row.mid == (send.mid if known else "")


async def test_a_private_reply_is_asked_for_until_its_patience_ends(stage):
    stage.sim.faults.inject(kind="drop", times=2)
    comment = await stage.sim.comment(making.PAGE, "ann", "How much?")
    await stage.until(lambda: stage.sim.meta.state.comments[comment].answered)
    assert len(stage.sim.refused) == 2
