"""Quiet, disclosure and limit: what the plugin does beside answering."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
import pytest

import pagewire_auto_reply as plugin
from pagewire import Refused, SenderAction, Text
from pagewire.context import ConversationState
from pagewire.events import INBOX_APP_IDS, Conversation, instant_of
from pagewire.people import DeletedPerson
from pagewire.replies import normalise
from pagewire.sends import Refusal, Send
from pagewire_auto_reply.guard import CONVERSATIONS, Guard, Known, disclosing, held_back
from pagewire_auto_reply.shapes import Disclosure, Limit
from tests.pagewire_auto_reply.making import ACCOUNT, ADA, HAPPENED, PERSON, Desk, config, event, message, rule, texts

TALK = Conversation("page", ACCOUNT, PERSON)
RULES = [rule({"any": True}, "Yes?")]
HOOKS = ("before_send", "echo_received", "messages_read", "on_delivered", "on_refused", "standby_received")
FACTS = {"conversation": TALK, "event": "1", "at": instant_of(0)}


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    plugin._guard.__init__()  # type: ignore[misc]


@dataclass
class Sending(Desk):
    """A context of a reply on its way."""

    asked_by: str = "another"


def sending(key: str = "r-1", **others: Any) -> Sending:
    desk = Sending(config(RULES, **others), ADA)
    desk.idempotency_key = key
    return desk


async def answered(at: Any = HAPPENED, state: ConversationState | None = None, **quiet: Any) -> list[str]:
    desk = Desk(config(RULES, quiet=quiet), ADA, state=state or ConversationState())
    return texts(normalise(await plugin.message_received(message("hi", at=at), desk)))  # type: ignore[arg-type]


def inbox_echo(app_id: str) -> Any:
    return event(message={"mid": "m_9", "text": "let me see", "is_echo": True, "app_id": app_id}, sender=ACCOUNT)


async def test_rules_rest_after_a_person_at_the_inbox_wrote() -> None:
    echo = event(
        message={"mid": "m_9", "text": "let me see", "is_echo": True, "app_id": next(iter(INBOX_APP_IDS))},
        recipient={"id": PERSON},
        sender=ACCOUNT,
    )
    await plugin.echo_received(echo, Desk(config(RULES, quiet={"afterHuman": "30m"}), ADA))  # type: ignore[arg-type]
    assert await answered(HAPPENED + timedelta(minutes=29)) == []
    assert await answered(HAPPENED + timedelta(minutes=31)) == ["Yes?"]


async def test_echoes_of_programs_silence_nobody() -> None:
    echo = event(message={"mid": "m_9", "is_echo": True, "app_id": "42"}, recipient={"id": PERSON}, sender=ACCOUNT)
    await plugin.echo_received(echo, Desk(config(RULES, quiet={"afterHuman": "30m"}), ADA))  # type: ignore[arg-type]
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
    desk = Desk(config(RULES), ADA, state=state)
    assert texts(normalise(await plugin.message_received(missed, desk))) == said  # type: ignore[arg-type]


async def test_who_wrote_more_than_once_in_vain_gets_one_late_answer() -> None:
    found = HAPPENED + timedelta(hours=2)
    desk = Desk(config(RULES), ADA, state=ConversationState())

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
    await plugin.messages_read(event(read={"watermark": 1}))  # type: ignore[arg-type]
    assert await plugin.before_send(Text(text="2"), TALK, sending("r-2", **limit)) is None  # type: ignore[arg-type]


@pytest.mark.parametrize("reply", [Text(text="Hi", author="human"), SenderAction(action="typing_on")])
async def test_what_people_wrote_is_left_alone(reply: Any) -> None:
    desk = sending(disclosure={"text": "A program."}, limit={"messages": 1})
    for _ in range(3):
        assert await plugin.before_send(reply, TALK, desk) is None  # type: ignore[arg-type]


def test_a_disclosure_comes_again_after_its_time_and_only_where_it_fits() -> None:
    known, every = Known(), Disclosure(text="A program.", every="1h")
    assert disclosing(known, every, Text(text="x" * 2000), "page", "a", 0) is None
    assert disclosing(known, every, Text(text="é" * 490), "instagram", "b", 0) == Text(
        text="A program.\n\n" + "é" * 490
    )
    assert disclosing(known, every, Text(text="x"), "page", "c", 3599) is None
    assert disclosing(known, every, Text(text="x"), "page", "c", 3600) is not None
    assert disclosing(Known(), every, Text(text="é" * 499), "instagram", "d", 0) is None


def test_the_limit_holds_back_what_may_be_a_loop() -> None:
    known, limit = Known(), Limit(messages=2, within="10m")
    assert [held_back(known, limit, key, 0) for key in ("a", "b", "a", "b")] == [None] * 4
    found = held_back(known, limit, "c", 1)
    assert isinstance(found, Refused)
    assert found.reason == "2 automated messages within 10m and none was read: this may be a loop"
    assert held_back(known, limit, "c", 600) is None


async def test_whoever_reads_is_a_person() -> None:
    limit = {"limit": {"messages": 1}}
    assert await plugin.before_send(Text(text="1"), TALK, sending("r-1", **limit)) is None  # type: ignore[arg-type]
    held = await plugin.before_send(Text(text="2"), TALK, sending("r-2", **limit))  # type: ignore[arg-type]
    assert isinstance(held, Refused)
    await plugin.on_delivered(Send(id="r-1", state="delivered", mid="m", **FACTS))  # type: ignore[arg-type]
    held = await plugin.before_send(Text(text="3"), TALK, sending("r-3", **limit))  # type: ignore[arg-type]
    assert isinstance(held, Refused)
    await plugin.on_delivered(Send(id="r-1", state="read", mid="m", **FACTS))  # type: ignore[arg-type]
    assert await plugin.before_send(Text(text="4"), TALK, sending("r-4", **limit)) is None  # type: ignore[arg-type]


async def test_an_answer_that_was_not_sent_is_said_without_its_text(caplog: pytest.LogCaptureFixture) -> None:
    refusal = Refusal(id="r-1", reply=Text(text="secret"), code="window_closed", reason="the window closed", **FACTS)  # type: ignore[arg-type]
    with caplog.at_level(logging.WARNING):
        await plugin.on_refused(refusal, sending())  # type: ignore[arg-type]
    assert "window_closed" in caplog.text
    assert "secret" not in caplog.text


async def test_a_person_who_has_to_be_forgotten_is() -> None:
    plugin._guard.of(TALK).quiet_until = 1e12
    person = DeletedPerson(
        object="page", account=ACCOUNT, id=PERSON, request="d", ground="operator", requested=HAPPENED
    )
    await plugin.person_deleted(person)
    assert not plugin._guard.is_quiet(TALK, 0)


def test_memory_has_an_end() -> None:
    guard = Guard()
    guard.of(TALK).quiet_until = 1e12
    for number in range(CONVERSATIONS):
        guard.of(Conversation("page", ACCOUNT, str(number)))
    assert not guard.is_quiet(TALK, 0)


@pytest.mark.parametrize(
    ("others", "needed"),
    [
        ({}, {"on_refused"}),
        ({"disclosure": {"text": "A program."}}, {"before_send", "on_refused"}),
        ({"limit": {"messages": 1}}, {"before_send", "on_delivered", "messages_read", "on_refused"}),
        ({"quiet": {"afterHuman": "30m"}}, {"echo_received", "on_refused", "standby_received"}),
    ],
)
def test_hooks_that_have_nothing_to_do_are_not_called(others: dict[str, Any], needed: set[str]) -> None:
    made = config(RULES, **others)
    assert {hook for hook in HOOKS if made.needs(hook)} == needed


def test_a_limit_without_time_is_refused() -> None:
    with pytest.raises(Exception, match=r"limit\.within"):
        config(RULES, limit={"messages": 1, "within": "0s"})
