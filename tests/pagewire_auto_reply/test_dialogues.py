"""What is said to what: the behaviour of the rules, one row each."""

from datetime import timedelta
from typing import Any

import pytest

from pagewire.context import ConversationState, Person
from pagewire.events import Event
from pagewire.replies import QuickReply, Text
from pagewire_auto_reply import explain
from tests.pagewire_auto_reply.making import (
    ACCOUNT,
    HAPPENED,
    LATER,
    attached,
    config,
    event,
    first,
    message,
    referral,
    rule,
    said,
    tap,
    texts,
)

HOURS = [rule({"text": "hours"}, "9 to 5")]
LISBON = {"timeZone": "Europe/Lisbon", "open": {"mon-fri": ["09:00-18:00"]}}

WHAT_FIRES: list[tuple[str, list[dict[str, Any]], Event, list[str]]] = [
    ("a keyword", HOURS, message("hours"), ["9 to 5"]),
    ("a keyword inside a sentence", HOURS, message("What are your HOURS?"), ["9 to 5"]),
    ("not a part of a word", HOURS, message("happyhours"), []),
    ("nor a plural of it", [rule({"text": "hour"})], message("hours"), []),
    ("a phrase", [rule({"text": "opening hours"})], message("Your opening -- hours, please"), ["yes"]),
    ("a phrase in order only", [rule({"text": "opening hours"})], message("hours opening"), []),
    ("a phrase without gaps only", [rule({"text": "opening hours"})], message("opening the hours"), []),
    ("any keyword of a list", [rule({"text": ["hours", "open"]})], message("are you open"), ["yes"]),
    ("curly quotes", [rule({"text": "what's on"})], message("What’s on?"), ["yes"]),
    ("composed and decomposed letters", [rule({"text": "été"})], message("E\u0301TE\u0301!"), ["yes"]),
    ("sharp s", [rule({"text": "strasse"})], message("Welche Straße?"), ["yes"]),
    ("full-width letters", [rule({"text": "sale"})], message("ＳＡＬＥ"), ["yes"]),
    ("an emoji, whatever its skin", [rule({"text": "👍"})], message("ok👍🏽"), ["yes"]),
    ("a script without spaces", [rule({"text": "营业时间"})], message("请问营业时间是什么"), ["yes"]),
    ("a script with combining marks, whole words", [rule({"text": "हिन"})], message("हिन्दी"), []),
    ("a symbol is part of the word", [rule({"text": "c++"})], message("plain c"), []),
    ("a symbol that is there", [rule({"text": "c++"})], message("do you teach C++?"), ["yes"]),
    ("a quick reply says its title", HOURS, message("Hours", quick_reply={"payload": "H"}), ["9 to 5"]),
    ("a text beside a picture", HOURS, attached("image", text="hours?"), ["9 to 5"]),
    ("no text, no keyword", HOURS, attached("image"), []),
    ("a postback's title is not a message", [rule({"text": "tap"})], tap("X", title="Tap"), []),
    ("a pattern", [rule({"regex": r"order #?\d+"})], message("my order #42"), ["yes"]),
    ("a pattern minds case", [rule({"regex": "order"})], message("ORDER"), []),
    ("unless it says not to", [rule({"regex": "(?i)order"})], message("ORDER"), ["yes"]),
    (
        "a pattern with a group",
        [rule({"regex": r"#(?P<no>\d+)"}, "Looking for {no}")],
        message("#42"),
        ["Looking for 42"],
    ),
    (
        "a pattern's group by number",
        [rule({"regex": r"#(\d+)"}, "Looking for {1}")],
        message("#42"),
        ["Looking for 42"],
    ),
    (
        "a group that captured nothing",
        [rule({"regex": r"order( \d+)?"}, "Order {1|number please}")],
        message("order"),
        ["Order number please"],
    ),
    ("the first pattern that matches", [rule({"regex": ["a(x)", "b(x)"]}, "{1|?}")], message("bx"), ["x"]),
    ("a payload", [rule({"postback": "START"})], tap("START"), ["yes"]),
    ("another payload", [rule({"postback": "START"})], tap("STARTED"), []),
    ("a payload in another case", [rule({"postback": "START"})], tap("start"), []),
    ("a payload's beginning", [rule({"postback": "MENU_*"})], tap("MENU_2"), ["yes"]),
    ("any payload", [rule({"postback": "*"})], tap("WHATEVER"), ["yes"]),
    ("any payload, even none", [rule({"postback": "*"})], tap(None), ["yes"]),
    ("a message is no postback", [rule({"postback": "*"})], message("START"), []),
    ("a quick reply's payload", [rule({"quickReply": "H*"})], message("Hi", quick_reply={"payload": "H1"}), ["yes"]),
    ("another quick reply", [rule({"quickReply": "H"})], message("Hi", quick_reply={"payload": "I"}), []),
    ("no quick reply", [rule({"quickReply": "*"})], message("Hi"), []),
    ("any referral", [rule({"referral": {}})], referral(ref="poster", source="SHORTLINK"), ["yes"]),
    ("a ref", [rule({"referral": {"ref": "poster-*"}})], referral(ref="poster-lisbon"), ["yes"]),
    ("another ref", [rule({"referral": {"ref": "poster-*"}})], referral(ref="flyer"), []),
    (
        "a source and a ref",
        [rule({"referral": {"source": "ADS", "ref": "a"}})],
        referral(ref="a", source="SHORTLINK"),
        [],
    ),
    ("an ad, its id a number", [rule({"referral": {"adId": "12"}})], referral(ad_id=12, source="ADS"), ["yes"]),
    ("a referral in a message", [rule({"referral": {"ref": "a"}})], message("hi", referral={"ref": "a"}), ["yes"]),
    ("a referral in a postback", [rule({"referral": {"ref": "a"}})], tap("START", referral={"ref": "a"}), ["yes"]),
    ("a message without referral", [rule({"referral": {}})], message("hi"), []),
    ("who only opened a link said nothing", [rule({"any": True})], referral(ref="a"), []),
    ("unless asked for", [rule({"kind": "referral"})], referral(ref="a"), ["yes"]),
    ("a type of attachment", [rule({"attachment": "image"})], attached("image"), ["yes"]),
    ("one of several", [rule({"attachment": ["audio", "video"]})], attached("image", "video"), ["yes"]),
    ("another attachment", [rule({"attachment": "audio"})], attached("image"), []),
    ("any attachment", [rule({"attachment": "*"})], attached("ig_reel"), ["yes"]),
    ("no attachment", [rule({"attachment": "*"})], message("hi"), []),
    ("unsupported content", [rule({"any": True})], message(is_unsupported=True), []),
    ("unsupported content, asked for", [rule({"unsupported": True})], message(is_unsupported=True), ["yes"]),
    ("unsupported, told by its attachment", [rule({"attachment": "*"})], attached("unsupported_type"), []),
    ("that attachment, asked for", [rule({"attachment": "unsupported_type"})], attached("unsupported_type"), ["yes"]),
    ("supported content for such a rule", [rule({"unsupported": True})], message("hi"), []),
    ("a Messenger rule on Messenger", [rule({"text": "hi", "object": "page"})], message("hi"), ["yes"]),
    ("a Messenger rule on Instagram", [rule({"text": "hi", "object": "page"})], message("hi", on="instagram"), []),
    ("an Instagram rule there", [rule({"any": True, "object": "instagram"})], message("hi", on="instagram"), ["yes"]),
    ("messages only", [rule({"any": True, "kind": "message"})], tap("X"), []),
    ("the fallback", [*HOURS, rule({"any": True}, "Pardon?")], message("blah"), ["Pardon?"]),
    ("the fallback below a rule that fired", [*HOURS, rule({"any": True}, "Pardon?")], message("hours"), ["9 to 5"]),
    ("the fallback takes taps too", [rule({"any": True}, "Pardon?")], tap("OLD_BUTTON"), ["Pardon?"]),
    ("the order of rules", [rule({"text": "a"}, "1"), rule({"text": "b"}, "2")], message("b a"), ["1"]),
    (
        "a rule that continues",
        [rule({"text": "a"}, "1", **{"continue": True}), rule({"text": "b"}, "2"), rule({"any": True}, "3")],
        message("a b"),
        ["1", "2"],
    ),
    (
        "every condition must hold",
        [rule({"text": "price", "attachment": "image"}), rule({"text": "price"}, "of what?")],
        message("price"),
        ["of what?"],
    ),
    ("no rule fires", HOURS, message("hello"), []),
]


@pytest.mark.parametrize(
    ("rules", "happened", "expected"), [row[1:] for row in WHAT_FIRES], ids=[row[0] for row in WHAT_FIRES]
)
def test_dialogue(rules: list[dict[str, Any]], happened: Event, expected: list[str]) -> None:
    assert texts(said(config(rules), happened)) == expected


FIRST = [rule({"firstMessage": True}, "Welcome"), rule({"text": "hi", "firstMessage": False}, "Again")]
FIRST_ROWS: list[tuple[str, Event, bool, list[str]]] = [
    ("the first message", message("hi"), True, ["Welcome"]),
    ("a later one", message("hi"), False, ["Again"]),
    ("a first tap", tap("START"), True, ["Welcome"]),
    ("a first referral", referral(ref="a"), True, ["Welcome"]),
    ("a later referral", referral(ref="a"), False, []),
]


@pytest.mark.parametrize(
    ("happened", "is_first", "expected"), [row[1:] for row in FIRST_ROWS], ids=[row[0] for row in FIRST_ROWS]
)
def test_first_message(happened: Event, is_first: bool, expected: list[str]) -> None:
    assert texts(said(config(FIRST), happened, first(happened) if is_first else LATER)) == expected


ANY = [rule({"any": True}), rule({"referral": {}}, "r")]
NEVER_ANSWERED: list[tuple[str, Event, str]] = [
    ("standby", event(channel="standby", message={"mid": "m", "text": "hi"}), "another app owns the thread (standby)"),
    ("an echo", message("hi", is_echo=True), "events of kind message_echo are not answered"),
    ("a deletion", message(is_deleted=True), "events of kind message_deleted are not answered"),
    ("a read", event(read={"watermark": 1}), "events of kind read are not answered"),
    ("to itself", message("hi", is_self=True), "the account wrote to itself"),
    ("a tap by itself", event(is_self=True, postback={"title": "a", "payload": "b"}), "the account wrote to itself"),
    ("from its own id", event(sender=ACCOUNT, message={"mid": "m", "text": "a"}), "the account wrote to itself"),
    ("from nobody", event(sender=None, message={"mid": "m", "text": "a"}), "the event names no person to answer"),
    (
        "too late",
        event(received=HAPPENED + timedelta(hours=24, seconds=1), message={"mid": "m", "text": "a"}),
        "the event is 86401 seconds old, older than maxAge",
    ),
]


@pytest.mark.parametrize(
    ("happened", "why"), [row[1:] for row in NEVER_ANSWERED], ids=[row[0] for row in NEVER_ANSWERED]
)
def test_never_answered(happened: Event, why: str) -> None:
    found = explain(happened, LATER, config(ANY), happened.received)
    assert (found.silence, found.fired, said(config(ANY), happened)) == (why, (), ())


@pytest.mark.parametrize(
    ("late", "answered"), [(timedelta(minutes=10), True), (timedelta(minutes=10, seconds=1), False)]
)
def test_max_age_is_the_last_age_that_is_answered(late: timedelta, answered: bool) -> None:
    happened = event(received=HAPPENED + late, message={"mid": "m", "text": "a"})
    assert bool(said(config([rule({"any": True})], maxAge="10m"), happened)) is answered


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (HAPPENED, ["We are there"]),
        (HAPPENED.replace(hour=22), ["Closed, Ada"]),
        (HAPPENED + timedelta(days=5), ["Closed, Ada"]),
    ],
)
def test_business_hours(at: Any, expected: list[str]) -> None:
    rules = [rule({"hours": "closed"}, "Closed, {first_name}"), rule({"any": True}, "We are there")]
    assert texts(said(config(rules, businessHours=LISBON), message("hi", at=at))) == expected


NAMES: list[tuple[str, str, Person | None, str]] = [
    ("the first name", "Hi {first_name}!", Person(id="1", first_name="Ada"), "Hi Ada!"),
    ("no profile, a default", "Hi {first_name|there}!", None, "Hi there!"),
    ("no profile, no default", "Hi {first_name}, welcome", None, "Hi, welcome"),
    ("a profile without that part", "Hi {username|you}", Person(id="1", first_name="Ada"), "Hi you"),
    ("Instagram's name", "Hi {name}", Person(id="1", name="Ada Quay", username="adaq"), "Hi Ada Quay"),
    ("a name in two parts", "Hi {name}", Person(id="1", first_name="Ada", last_name="Quay"), "Hi Ada Quay"),
    ("a name over two lines", "Hi {name}", Person(id="1", name="Ada\n\u202eQuay"), "Hi Ada Quay"),
    ("a name like a variable", "Hi {name}", Person(id="1", name="{username}", username="x"), "Hi {username}"),
    ("an empty default", "Hi {first_name|}!", None, "Hi !"),
    ("braces", "{{ {first_name} }}", Person(id="1", first_name="Ada"), "{ Ada }"),
]


@pytest.mark.parametrize(("template", "person", "expected"), [row[1:] for row in NAMES], ids=[row[0] for row in NAMES])
def test_names(template: str, person: Person | None, expected: str) -> None:
    assert texts(said(config([rule({"any": True}, template)]), message("hi"), LATER, person)) == [expected]


def test_everything_of_a_reply_in_its_order() -> None:
    reply = {
        "texts": ["One", "Two"],
        "quickReplies": [{"title": "Yes"}, {"title": "No", "payload": "N", "imageUrl": "https://x.example/n.png"}],
        "media": {"type": "image", "url": "https://x.example/map.png"},
        "typing": True,
        "markSeen": True,
    }
    rules = [{"when": {"any": True}, "reply": reply, "continue": True}, {"when": {"text": "hi"}, "reply": reply}]
    replies = said(config(rules), message("hi"))
    one = ["typing_on", "https://x.example/map.png", "One", "Two"]
    assert texts(replies) == ["mark_seen", *one, *one]
    buttons = [part.quick_replies if isinstance(part, Text) else () for part in replies]
    assert [[(quick.title, quick.payload) for quick in part] for part in buttons[-2:]] == [
        [],
        [("Yes", "Yes"), ("No", "N")],
    ]
    assert buttons[-1][1].image_url == "https://x.example/n.png"


def test_instagram_gets_no_pictures_in_buttons() -> None:
    reply = {"text": "Well?", "quickReplies": [{"title": "No", "imageUrl": "https://x.example/n.png"}]}
    (answer,) = said(config([{"when": {"any": True}, "reply": reply}]), message("hi", on="instagram"))
    assert answer == Text(text="Well?", quick_replies=(QuickReply(title="No", payload="No"),))


def test_the_reasons_name_the_condition_and_hold_no_message_text() -> None:
    rules = [
        rule({"text": "hours"}, name="hours"),
        rule({"regex": r"order \d+"}),
        rule({"postback": "START"}),
        rule({"quickReply": "X"}),
        rule({"referral": {"ref": "a"}}),
        rule({"attachment": "image"}),
        rule({"hours": "closed"}),
        rule({"firstMessage": True}),
        rule({"object": "instagram"}),
        rule({"kind": "postback"}),
        rule({"text": "sesame"}, name="door"),
        rule({"any": True}),
    ]
    happened = message("open sesame")
    found = explain(happened, LATER, config(rules, businessHours=LISBON), happened.received)
    assert [(verdict.rule, verdict.name, verdict.why_not) for verdict in found.verdicts] == [
        (0, "hours", "text: the message holds none of these words"),
        (1, None, "regex: no pattern matches"),
        (2, None, "postback: no button was tapped"),
        (3, None, "quickReply: none was tapped"),
        (4, None, "referral: the event has none"),
        (5, None, "attachment: there is none"),
        (6, None, "hours: the business is open"),
        (7, None, "firstMessage: the person has reached out before"),
        (8, None, "object: this is page"),
        (9, None, "kind: this is a message"),
        (10, "door", None),
    ]
    assert [verdict.rule for verdict in found.fired] == [10]


@pytest.mark.parametrize("state", [None, ConversationState()])
def test_the_first_message_is_unknown_without_a_conversation(state: ConversationState | None) -> None:
    assert texts(said(config(FIRST), message("hi"), state)) == ["Again"]
