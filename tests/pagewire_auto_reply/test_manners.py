"""Quiet, disclosure and limits: what the plugin does beside answering, remembered in the gateway's own file."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import pytest

import pagewire_auto_reply as plugin
from pagewire import Refused, SenderAction, Text
from pagewire.context import ConversationState
from pagewire.events import INBOX_APP_IDS, Conversation, instant_of
from pagewire.replies import normalise
from pagewire.sends import Refusal, Send
from pagewire_auto_reply.manners import disclosing, held_back
from pagewire_auto_reply.shapes import Disclosure, Limit
from pagewire_gateway.app import now
from pagewire_gateway.means.file import PluginFile
from tests.pagewire_auto_reply.making import (
    ACCOUNT,
    ADA,
    HAPPENED,
    PERSON,
    TALK,
    Desk,
    config,
    event,
    message,
    rule,
    stored,
    texts,
)

RULES = [rule({"any": True}, "Yes?")]
HOOKS = ("before_send", "echo_received", "messages_read", "on_delivered", "on_refused", "standby_received")
FACTS = {"conversation": TALK, "event": "1", "at": instant_of(0)}


@pytest.fixture(autouse=True)
async def data(tmp_path: Path) -> AsyncIterator[PluginFile]:
    data = PluginFile(tmp_path, now)
    await data.start()
    Sending.data = data
    yield data
    await data.aclose()


@dataclass
class Sending(Desk):
    """A context of an event, or of a reply on its way, over the file of the running test."""

    data: ClassVar[PluginFile]
    asked_by: str = "another"

    def __post_init__(self) -> None:
        self.store = stored(self.data)


def sending(key: str = "r-1", **others: Any) -> Sending:
    desk = Sending(config(RULES, **others), ADA)
    desk.idempotency_key = key
    return desk


async def answered(at: Any = HAPPENED, state: ConversationState | None = None, **quiet: Any) -> list[str]:
    desk = Sending(config(RULES, quiet=quiet), ADA, state=state or ConversationState())
    return texts(normalise(await plugin.message_received(message("hi", at=at), desk)))  # type: ignore[arg-type]


def inbox_echo(app_id: str) -> Any:
    return event(message={"mid": "m_9", "text": "let me see", "is_echo": True, "app_id": app_id}, sender=ACCOUNT)


async def test_rules_rest_after_a_person_at_the_inbox_wrote() -> None:
    echo = event(
        message={"mid": "m_9", "text": "let me see", "is_echo": True, "app_id": next(iter(INBOX_APP_IDS))},
        recipient={"id": PERSON},
        sender=ACCOUNT,
    )
    await plugin.echo_received(echo, Sending(config(RULES, quiet={"afterHuman": "30m"}), ADA))  # type: ignore[arg-type]
    assert await answered(HAPPENED + timedelta(minutes=29), afterHuman="30m") == []
    assert await answered(HAPPENED + timedelta(minutes=31), afterHuman="30m") == ["Yes?"]


async def test_echoes_of_programs_silence_nobody() -> None:
    echo = event(message={"mid": "m_9", "is_echo": True, "app_id": "42"}, recipient={"id": PERSON}, sender=ACCOUNT)
    await plugin.echo_received(echo, Sending(config(RULES, quiet={"afterHuman": "30m"}), ADA))  # type: ignore[arg-type]
    assert await answered(HAPPENED) == ["Yes?"]


@pytest.mark.parametrize(("owner", "said"), [("another", []), (None, ["Yes?"]), ("99", ["Yes?"])])
async def test_rules_rest_while_another_app_has_the_conversation(owner: str | None, said: list[str]) -> None:
    assert await answered(state=ConversationState(owner=owner), whenOwned=True) == said
    assert await answered(state=ConversationState(owner=owner)) == ["Yes?"]


@pytest.mark.parametrize(("later", "said"), [(-1, []), (1, ["Yes?"])])
async def test_a_message_after_the_hand_over_says_that_the_conversation_came_back(later: int, said: list[str]) -> None:
    direct = HAPPENED + timedelta(seconds=later)
    state = ConversationState(owner="another", owner_since=HAPPENED, last_direct=direct)
    assert await answered(state=state, whenOwned=True) == said


@pytest.mark.parametrize(
    ("via", "after", "said"),
    [
        ("healed", None, ["Yes?"]),
        ("healed", timedelta(hours=-1), ["Yes?"]),
        ("healed", timedelta(hours=1), []),
        ("healed", timedelta(hours=3), ["Yes?"]),
        ("messaging", timedelta(hours=1), ["Yes?"]),
    ],
)
async def test_what_was_missed_is_answered_unless_somebody_did_meanwhile(
    via: str, after: timedelta | None, said: list[str]
) -> None:
    found = HAPPENED + timedelta(hours=2)
    missed = msgspec.structs.replace(message("hi"), via=via, received=found)
    state = ConversationState(last_outbound=None if after is None else HAPPENED + after)
    desk = Sending(config(RULES), ADA, state=state)
    assert texts(normalise(await plugin.message_received(missed, desk))) == said  # type: ignore[arg-type]


async def test_who_wrote_more_than_once_in_vain_gets_one_late_answer() -> None:
    found = HAPPENED + timedelta(hours=2)
    desk = Sending(config(RULES), ADA, state=ConversationState())

    async def late(id_: str, after: timedelta, via: str = "healed") -> list[str]:
        facts = {"id": id_, "via": via, "received": found, "timestamp": HAPPENED + after}
        missed = msgspec.structs.replace(message("hi"), **facts)
        return texts(normalise(await plugin.message_received(missed, desk)))  # type: ignore[arg-type]

    assert await late("e-1", timedelta(0)) == ["Yes?"]
    assert await late("e-2", timedelta(minutes=1)) == []
    assert await late("e-1", timedelta(0)) == ["Yes?"]  # another attempt at the same event says the same
    assert await late("e-3", timedelta(hours=1), via="messaging") == [
        "Yes?"
    ]  # a webhook that comes is answered as ever
    assert await late("e-4", timedelta(hours=3)) == ["Yes?"]  # another gap


async def test_the_first_automated_text_tells_that_a_program_writes() -> None:
    desk = sending(disclosure={"text": "A program."})
    first = await plugin.before_send(Text(text="Hi"), TALK, desk)  # type: ignore[arg-type]
    assert first == Text(text="A program.\n\nHi")
    again = sending("r-2", disclosure={"text": "A program."})
    assert await plugin.before_send(Text(text="Again"), TALK, again) is None  # type: ignore[arg-type]


async def test_a_message_that_did_not_go_has_told_nothing() -> None:
    others: dict[str, Any] = {"disclosure": {"text": "A program."}, "limit": {"messages": 1}}
    first, told = sending("r-1:auto-reply", **others), Text(text="A program.\n\nHi")
    for _ in range(2):  # asked again, as another plugin failed after this one
        assert await plugin.before_send(Text(text="Hi"), TALK, first) == told  # type: ignore[arg-type]
    refusal = Refusal(id="r-1", reply=told, code="window_closed", reason="the window closed", **FACTS)  # type: ignore[arg-type]
    await plugin.on_refused(refusal, first)  # type: ignore[arg-type]
    second = sending("r-2:auto-reply", **others)
    assert await plugin.before_send(Text(text="Hi"), TALK, second) == told  # type: ignore[arg-type]


async def test_messages_of_other_plugins_that_were_read_count_no_longer() -> None:
    limit = {"limit": {"messages": 1}}
    assert await plugin.before_send(Text(text="1"), TALK, sending("r-1", **limit)) is None  # type: ignore[arg-type]
    await plugin.messages_read(event(read={"watermark": 1}), sending(**limit))  # type: ignore[arg-type]
    assert await plugin.before_send(Text(text="2"), TALK, sending("r-2", **limit)) is None  # type: ignore[arg-type]


@pytest.mark.parametrize("reply", [Text(text="Hi", author="human"), SenderAction(action="typing_on")])
async def test_what_people_wrote_is_left_alone(reply: Any) -> None:
    desk = sending(disclosure={"text": "A program."}, limit={"messages": 1})
    for _ in range(3):
        assert await plugin.before_send(reply, TALK, desk) is None  # type: ignore[arg-type]


async def test_a_disclosure_comes_again_after_its_time_and_only_where_it_fits(data: PluginFile) -> None:
    known, other, every = stored(data), Conversation("page", ACCOUNT, "2"), Disclosure(text="A program.", every="1h")
    assert await disclosing(known, every, Text(text="x" * 2000), "page", "a", 0) is None
    assert await disclosing(known, every, Text(text="é" * 490), "instagram", "b", 0) == Text(
        text="A program.\n\n" + "é" * 490
    )
    assert await disclosing(known, every, Text(text="x"), "page", "c", 3599) is None
    assert await disclosing(known, every, Text(text="x"), "page", "c", 3600) is not None
    assert await disclosing(stored(data, other), every, Text(text="é" * 499), "instagram", "d", 0) is None


async def test_a_private_reply_to_a_comment_always_tells_that_a_program_writes() -> None:
    nobody = Conversation("page", ACCOUNT, "")
    for key in ("r-1", "r-2"):
        desk = sending(key, disclosure={"text": "A program."}, limit={"messages": 1})
        assert await plugin.before_send(Text(text="Hi"), nobody, desk) == Text(text="A program.\n\nHi")  # type: ignore[arg-type]


async def test_the_limit_holds_back_what_may_be_a_loop(data: PluginFile) -> None:
    known, limit = stored(data), Limit(messages=2, within="10m")
    assert [await held_back(known, limit, key, 0) for key in ("a", "b", "a", "b")] == [None] * 4
    found = await held_back(known, limit, "c", 1)
    assert isinstance(found, Refused)
    assert found.reason == "2 automated messages within 10m and none was read: this may be a loop"
    assert await held_back(known, limit, "c", 600) is None


async def test_what_is_counted_is_known_to_other_processes_and_after_a_restart(tmp_path: Path) -> None:
    limit = {"limit": {"messages": 1}}
    assert await plugin.before_send(Text(text="1"), TALK, sending("r-1", **limit)) is None  # type: ignore[arg-type]
    Sending.data = PluginFile(tmp_path, now)
    await Sending.data.start()
    held = await plugin.before_send(Text(text="2"), TALK, sending("r-2", **limit))  # type: ignore[arg-type]
    await Sending.data.aclose()
    assert isinstance(held, Refused)


async def test_whoever_reads_is_a_person() -> None:
    limit = {"limit": {"messages": 1}}
    assert await plugin.before_send(Text(text="1"), TALK, sending("r-1", **limit)) is None  # type: ignore[arg-type]
    held = await plugin.before_send(Text(text="2"), TALK, sending("r-2", **limit))  # type: ignore[arg-type]
    assert isinstance(held, Refused)
    await plugin.on_delivered(Send(id="r-1", state="delivered", mid="m", **FACTS), sending(**limit))  # type: ignore[arg-type]
    held = await plugin.before_send(Text(text="3"), TALK, sending("r-3", **limit))  # type: ignore[arg-type]
    assert isinstance(held, Refused)
    await plugin.on_delivered(Send(id="r-1", state="read", mid="m", **FACTS), sending(**limit))  # type: ignore[arg-type]
    assert await plugin.before_send(Text(text="4"), TALK, sending("r-4", **limit)) is None  # type: ignore[arg-type]


async def test_an_answer_that_was_not_sent_is_said_without_its_text(caplog: pytest.LogCaptureFixture) -> None:
    refusal = Refusal(id="r-1", reply=Text(text="secret"), code="window_closed", reason="the window closed", **FACTS)  # type: ignore[arg-type]
    with caplog.at_level(logging.WARNING):
        await plugin.on_refused(refusal, sending())  # type: ignore[arg-type]
    assert "window_closed" in caplog.text
    assert "secret" not in caplog.text


async def test_two_processes_count_together(tmp_path: Path) -> None:
    limit, other = {"limit": {"messages": 5}}, PluginFile(tmp_path, now)
    await other.start()
    desks = [sending(f"r-{number}", **limit) for number in range(20)]
    for desk in desks[::2]:
        desk.store = stored(other)
    said = await asyncio.gather(*(plugin.before_send(Text(text="1"), TALK, desk) for desk in desks))  # type: ignore[arg-type]
    await other.aclose()
    assert sum(answer is None for answer in said) == 5
    assert sum(isinstance(answer, Refused) for answer in said) == 15


async def test_the_highest_limit_fits_into_what_is_kept(data: PluginFile) -> None:
    store = stored(data)
    await store.put("sent", [[1_796_069_405, f"pw{number:030}:auto-re"[:40]] for number in range(999)])
    key = f"pw{'f' * 30}:{'a-long-name' * 5}"
    assert await held_back(store, Limit(messages=1000), key, 1_796_069_406) is None
    assert isinstance(await held_back(store, Limit(messages=1000), "pw-another", 1_796_069_406), Refused)


async def said(text: str, id_: str, **limit: Any) -> list[str]:
    happened = msgspec.structs.replace(message(text), id=id_)
    desk = Sending(config(RULES, limit=limit), ADA)
    return texts(normalise(await plugin.message_received(happened, desk)))  # type: ignore[arg-type]


async def test_who_says_the_same_again_and_again_is_not_answered() -> None:
    texts_ = ["Yes?", "yes", "YES!", "yes", "no", "yes"]
    found = [await said(text, f"e-{number}", sameText=2) for number, text in enumerate(texts_)]
    assert [bool(answer) for answer in found] == [True, True, False, False, True, True]
    assert await said("yes", "e-2", sameText=2) == ["Yes?"]


async def test_one_person_is_answered_so_often_a_day() -> None:
    found = [await said(f"text {number}", f"e-{number}", perDay=2) for number in (0, 1, 1, 2)]
    assert [bool(answer) for answer in found] == [True, True, True, False]


@pytest.mark.parametrize(("app_id", "silent"), [("42", True), ("99", False), (None, False)])
async def test_rules_rest_after_another_app_wrote(app_id: str | None, silent: bool) -> None:
    named = {} if app_id is None else {"app_id": app_id}
    echo = event(message={"mid": "m_9", "is_echo": True, **named}, recipient={"id": PERSON}, sender=ACCOUNT)
    await plugin.echo_received(echo, Sending(config(RULES, quiet={"afterOtherApp": "1h"}), ADA))  # type: ignore[arg-type]
    found = await answered(HAPPENED + timedelta(minutes=59), afterOtherApp="1h")
    assert (found == []) is silent
    assert await answered(HAPPENED + timedelta(minutes=61), afterOtherApp="1h") == ["Yes?"]


@pytest.mark.parametrize(("wrote", "silent"), [(timedelta(hours=11), True), (timedelta(hours=12), False)])
async def test_who_has_the_conversation_and_writes_nothing_lets_it_go(wrote: timedelta, silent: bool) -> None:
    state = ConversationState(owner="another", owner_since=HAPPENED - timedelta(days=2), last_outbound=HAPPENED - wrote)
    assert (await answered(state=state, whenOwned=True, idle="12h") == []) is silent


@pytest.mark.parametrize(
    ("others", "needed"),
    [
        ({}, {"on_refused"}),
        ({"disclosure": {"text": "A program."}}, {"before_send", "on_refused"}),
        ({"limit": {"messages": 1}}, {"before_send", "on_delivered", "messages_read", "on_refused"}),
        ({"limit": {"sameText": 3, "perDay": 50}}, {"on_refused"}),
        ({"quiet": {"afterHuman": "30m"}}, {"echo_received", "on_refused", "standby_received"}),
    ],
)
def test_hooks_that_have_nothing_to_do_are_not_called(others: dict[str, Any], needed: set[str]) -> None:
    made = config(RULES, **others)
    assert {hook for hook in HOOKS if made.needs(hook)} == needed


def test_a_limit_without_time_is_refused() -> None:
    with pytest.raises(Exception, match=r"limit\.within"):
        config(RULES, limit={"messages": 1, "within": "0s"})


@pytest.mark.parametrize(
    ("others", "wrong"), [({"limit": {}}, "limit: limits nothing"), ({"quiet": {"idle": "12h"}}, r"quiet\.idle")]
)
def test_manners_without_use_are_refused(others: dict[str, Any], wrong: str) -> None:
    with pytest.raises(Exception, match=wrong):
        config(RULES, **others)
