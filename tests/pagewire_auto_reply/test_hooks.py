"""The plugin as the gateway calls it."""

from importlib.metadata import entry_points
from typing import Any

import pluggy
import pytest

import pagewire_auto_reply as plugin
from pagewire import hooks
from pagewire.events import Event, Message, Postback, Referral
from pagewire.replies import Text, normalise
from tests.pagewire_auto_reply.making import ADA, LATER, Desk, config, first, message, referral, rule, tap, texts


async def call(happened: Event, desk: Desk) -> list[str]:
    match happened:
        case Message():
            replies = await plugin.message_received(happened, desk)
        case Postback():
            replies = await plugin.postback_received(happened, desk)
        case Referral():
            replies = await plugin.referral_received(happened, desk)
        case _:
            raise AssertionError(happened.kind)
    return texts(normalise(replies))


def test_the_entry_point_leads_to_a_plugin_that_keeps_the_contract() -> None:
    (point,) = entry_points(group=hooks.ENTRY_POINT_GROUP, name="auto-reply")
    manager = pluggy.PluginManager("pagewire")
    manager.add_hookspecs(hooks)
    manager.register(point.load())
    manager.check_pending()
    assert {name for name in hooks.HOOKS if getattr(manager.hook, name).get_hookimpls()} == {
        "before_send",
        "comment_received",
        "echo_received",
        "feed_changed",
        "health",
        "live_comment_received",
        "message_received",
        "messages_read",
        "on_delivered",
        "on_refused",
        "postback_received",
        "referral_received",
        "standby_received",
    }


@pytest.mark.parametrize(
    ("happened", "expected"),
    [(message("hi"), ["Hello Ada"]), (tap("START"), ["Go"]), (referral(ref="poster"), ["Poster"]), (message("?"), [])],
)
async def test_each_hook_answers(happened: Event, expected: list[str]) -> None:
    rules = [
        rule({"text": "hi"}, "Hello {first_name}"),
        rule({"postback": "START"}, "Go"),
        rule({"referral": {"ref": "poster"}}, "Poster"),
    ]
    assert await call(happened, Desk(config(rules), ADA)) == expected


@pytest.mark.parametrize(
    ("rules", "asked"),
    [
        ([rule({"text": "hi"}, "Hello")], []),
        ([rule({"text": "hi"}, "Hello {first_name}")], ["person"]),
        ([rule({"text": "hi"}, "Hello"), rule({"any": True}, "Hello {first_name}")], []),
        ([rule({"firstMessage": True}, "Welcome"), rule({"text": "hi"}, "Hello")], ["conversation"]),
        ([rule({"text": "hi"}, "Hello", **{"continue": True}), rule({"any": True}, "{name|you}")], ["person"]),
        ([rule({"regex": "(?P<word>hi)"}, "{word|?}")], []),
    ],
)
async def test_look_ups_happen_only_when_the_answer_needs_them(rules: list[dict[str, Any]], asked: list[str]) -> None:
    desk = Desk(config(rules), ADA)
    assert await call(message("hi"), desk)
    assert desk.asked == asked


async def test_the_first_message_is_told_by_the_conversation() -> None:
    rules = config([rule({"firstMessage": True}, "Welcome"), rule({"any": True}, "Yes?")])
    happened = message("hi")
    assert await call(happened, Desk(rules, state=first(happened))) == ["Welcome"]
    assert await call(happened, Desk(rules, state=LATER)) == ["Yes?"]


async def test_another_attempt_gives_the_same_answer() -> None:
    rules = config(
        [rule({"hours": "open"}, "Hello {first_name}"), rule({"any": True}, "Closed")],
        businessHours={"timeZone": "UTC", "open": {"mon": ["14:00-14:14"]}},
    )
    assert [await call(message("hi"), Desk(rules, ADA, attempt=attempt)) for attempt in (1, 2, 9)] == [
        ["Hello Ada"]
    ] * 3


async def test_a_long_answer_comes_in_parts_with_the_buttons_under_the_last() -> None:
    long = "word " * 300
    rules = [{"when": {"any": True}, "reply": {"text": long, "quickReplies": [{"title": "Thanks"}]}}]
    replies = normalise(await plugin.message_received(message("hi", on="instagram"), Desk(config(rules))))  # type: ignore[arg-type]
    assert [len(reply.quick_replies) for reply in replies if isinstance(reply, Text)] == [0, 1]
