"""Every mistake a configuration can hold is refused where it is written, and the message says what to write."""

from typing import Any

import msgspec
import pytest

from pagewire_auto_reply import Config
from tests.pagewire_auto_reply.making import config, message, rule, said

SYNTAX = "write it in RE2's syntax, which has neither look-around nor back-references"
DAY = "is no day; write mon, tue, wed, thu, fri, sat or sun, as in mon-fri or sat,sun"
KNOWN = "known here: first_name, last_name, name, username"
NOTHING = "says nothing; give it a text, texts, variants, media, handOver, typing or markSeen"
LANGUAGES = "ar, de, el, en, es, fr, he, hi, it, ja, ko, nl, pt, ru, th, uk, zh"
HI = rule({"text": "hi"})


def when(**fields: Any) -> dict[str, Any]:
    return {"rules": [{"when": fields, "reply": {"text": "x"}}]}


def reply(**fields: Any) -> dict[str, Any]:
    return {"rules": [{"when": {"any": True}, "reply": fields}]}


def hours(**fields: Any) -> dict[str, Any]:
    return {"rules": [HI], "businessHours": {"timeZone": "Europe/Lisbon", "open": {"mon": ["09:00-17:00"]}, **fields}}


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("no rules", {}, "rules: is empty; say what is answered, with rules, faq, llm or otherwise"),
    (
        "an empty list of rules",
        {"rules": []},
        "rules: is empty; say what is answered, with rules, faq, llm or otherwise",
    ),
    (
        "a rule that leaves nothing for the faq",
        {"rules": [rule({"any": True})], "faq": {"entries": [{"questions": ["a"], "reply": {"text": "b"}}]}},
        "rules[0]: takes every message, so the faq is never asked; make its reply the top-level otherwise",
    ),
    (
        "an answer of the faq",
        {"faq": {"entries": [{"questions": ["a"], "reply": {"text": "{b}"}}]}},
        f"faq.entries[0].reply.text: unknown variable b; {KNOWN}",
    ),
    (
        "a model that takes longer than a hook has",
        {"rules": [HI], "llm": {"model": "m", "facts": ["a"], "budget": "30s"}},
        "llm.budget: is 1s to 20s, as people wait and a hook has 30 seconds",
    ),
    (
        "more questions than can be compared",
        {"faq": {"entries": [{"questions": ["a"] * 50, "reply": {"text": "b"}}] * 21}},
        "faq.entries: ask 1050 questions; every message is compared with all, so at most 1000",
    ),
    ("an otherwise that says nothing", {"rules": [HI], "otherwise": {}}, f"otherwise.reply: {NOTHING}"),
    (
        "variants beside a text",
        reply(text="a", variants=[{"name": "v", "text": "b"}]),
        "rules[0].reply.variants: stand in place of text and texts; make what they say one of the variants",
    ),
    (
        "a variant that says nothing",
        reply(variants=[{"name": "v"}]),
        "rules[0].reply.variants[0]: says nothing; give it a text or texts",
    ),
    (
        "translations of nothing",
        reply(typing=True, translations={"pt": "a"}),
        "rules[0].reply.translations: need a text for those whose language is another; add reply.text",
    ),
    (
        "a language nobody can tell",
        when(language="tlh"),
        f"rules[0].when.language: 'tlh' cannot be told; known are {LANGUAGES}",
    ),
    (
        "a private reply in two parts",
        {"rules": [{"when": {"comment": {}}, "reply": {"texts": ["a", "b"]}}]},
        "rules[0].reply: answers a comment, so it is one text: a private reply is one message and nothing else",
    ),
    (
        "a comment that is a tap",
        when(comment={}, postback="A"),
        "rules[0].when: can never hold: postback, comment ask for events of different kinds",
    ),
    ("an unknown field", {"rules": [HI], "rule": 1}, "Object contains unknown field `rule`"),
    ("an unknown condition", when(txt="x"), "Object contains unknown field `txt` - at `$.rules[0].when`"),
    ("a wrong type", when(text=24), "Expected `str | array | null`, got `int` - at `$.rules[0].when.text`"),
    ("an unknown object", when(object="messenger"), "Invalid enum value 'messenger' - at `$.rules[0].when.object`"),
    ("no condition", when(), "rules[0].when: is empty; say when the rule fires, or any: true for always"),
    (
        "any and more",
        when(any=True, text="a"),
        "rules[0].when.any: means no condition; leave it out beside others than kind, object and hours",
    ),
    (
        "a keyword of nothing",
        when(text=["hi", "?!"]),
        "rules[0].when.text[1]: '?!' holds neither letter, digit nor symbol, so no message has it",
    ),
    ("a broken pattern", when(regex="(a"), f"rules[0].when.regex: missing ): (a; {SYNTAX}"),
    ("look-ahead", when(regex=["a", "a(?=b)"]), f"rules[0].when.regex[1]: invalid perl operator: (?=; {SYNTAX}"),
    ("a back-reference", when(regex=r"(a)\1"), f"rules[0].when.regex: invalid escape sequence: \\1; {SYNTAX}"),
    (
        "a pattern too large",
        when(regex="((a{100}){100}){100}"),
        f"rules[0].when.regex: invalid repetition size: {{100}}; {SYNTAX}",
    ),
    (
        "a group with a taken name",
        when(regex="(?P<name>a)"),
        "rules[0].when.regex: the group name has the name of a variable; give it another",
    ),
    (
        "two kinds of event",
        when(text="a", postback="B"),
        "rules[0].when: can never hold: text, postback ask for events of different kinds",
    ),
    (
        "a kind and its opposite",
        when(quickReply="a", kind="postback"),
        "rules[0].when: can never hold: quickReply, kind ask for events of different kinds",
    ),
    ("hours without business hours", when(hours="open"), "rules[0].when.hours: needs businessHours beside rules"),
    (
        "a star within a payload",
        when(postback="A*B"),
        "rules[0].when.postback: a * stands for any ending, so it can only be the last character",
    ),
    (
        "a star within a ref",
        when(referral={"adId": ["1", "*2"]}),
        "rules[0].when.referral.adId: a * stands for any ending, so it can only be the last character",
    ),
    ("an empty reply", reply(), f"rules[0].reply: {NOTHING}"),
    (
        "text and texts",
        reply(text="a", texts=["b"]),
        "rules[0].reply: has both text and texts; put all messages into texts",
    ),
    (
        "an unknown variable",
        reply(text="Hi {firstname}"),
        "rules[0].reply.text: unknown variable firstname; did you mean first_name?",
    ),
    (
        "a variable of no pattern",
        reply(texts=["a", "{order}"]),
        "rules[0].reply.texts[1]: unknown variable order; known here: first_name, last_name, name, username",
    ),
    (
        "a variable that is none",
        reply(text="{a b}"),
        "rules[0].reply.text: {a b} is no variable; write one as in {first_name|there}, and a brace twice",
    ),
    (
        "a brace alone",
        reply(text="a } b"),
        "rules[0].reply.text: the } at character 3 stands alone; a brace is written twice",
    ),
    (
        "moustaches",
        reply(text="Hi {{first_name}}"),
        "rules[0].reply.text: variables have one brace on either side; write {first_name}",
    ),
    (
        "a text of nothing but a variable",
        reply(text="{first_name}"),
        "rules[0].reply.text: says nothing when its variables are unknown; add words, or a default as in {name|there}",
    ),
    (
        "blank text",
        reply(text="  "),
        "rules[0].reply.text: says nothing when its variables are unknown; add words, or a default as in {name|there}",
    ),
    (
        "buttons without text",
        reply(quickReplies=[{"title": "a"}]),
        "rules[0].reply.quickReplies: stand under a text; add reply.text",
    ),
    (
        "too many buttons",
        reply(text="a", quickReplies=[{"title": str(n)} for n in range(14)]),
        "rules[0].reply.quickReplies: has 14 entries; Messenger takes at most 13",
    ),
    (
        "a title too long",
        reply(text="a", quickReplies=[{"title": "a"}, {"title": "b" * 21}]),
        "rules[0].reply.quickReplies[1].title: has 21 characters; Messenger takes at most 20",
    ),
    (
        "a button without title",
        reply(text="a", quickReplies=[{}]),
        "rules[0].reply.quickReplies[0].title: must not be empty",
    ),
    (
        "a Messenger button anywhere",
        reply(text="a", quickReplies=[{"contentType": "user_email"}]),
        "rules[0].reply.quickReplies[0].contentType: user_email exists on Messenger only; add object: page to when",
    ),
    (
        "media over http",
        reply(media={"type": "image", "url": "http://x.example/a.png"}),
        "rules[0].reply.media.url: must be a public https address",
    ),
    (
        "a rule below one that takes all",
        {"rules": [rule({"any": True}), HI]},
        "rules[1]: can never fire: rules[0] takes all its events; move it up, or let that one continue",
    ),
    (
        "no time to answer",
        {"rules": [HI], "maxAge": "0s"},
        "maxAge: is 0, so nothing would be answered; write for example 24h",
    ),
    (
        "an unknown zone",
        hours(timeZone="Europe/Lisboa"),
        "businessHours.timeZone: 'Europe/Lisboa' is no IANA time zone; did you mean Europe/Lisbon?",
    ),
    (
        "a zone like nothing",
        hours(timeZone="../../etc/passwd"),
        "businessHours.timeZone: '../../etc/passwd' is no IANA time zone; write a name such as Europe/Lisbon",
    ),
    ("an unknown day", hours(open={"monday": []}), f"businessHours.open.monday: {DAY}"),
    ("a range of three days", hours(open={"mon-tue-wed": []}), f"businessHours.open.mon-tue-wed: {DAY}"),
    (
        "a day twice",
        hours(open={"mon-fri": ["09:00-17:00"], "wed": []}),
        "businessHours.open.wed: wed has its hours already; name each day once",
    ),
    (
        "no hours at all",
        hours(open={"mon": []}),
        "businessHours.open: names no hours; leave businessHours out if there are none",
    ),
    (
        "a range without end",
        hours(open={"mon": ["09:00"]}),
        "businessHours.open.mon[0]: '09:00' is no range of time; write it as in \"09:00-12:30\"",
    ),
    (
        "an hour too many",
        hours(open={"mon": ["09:00-12:00", "13:00-25:00"]}),
        "businessHours.open.mon[1]: '13:00-25:00' is no time of day; hours go from 00:00 to 24:00",
    ),
    (
        "a minute too many",
        hours(open={"mon": ["09:60-12:00"]}),
        "businessHours.open.mon[0]: '09:60-12:00' is no time of day; hours go from 00:00 to 24:00",
    ),
    (
        "no time between",
        hours(open={"mon": ["09:00-09:00"]}),
        "businessHours.open.mon[0]: '09:00-09:00' has no length; the whole day is 00:00-24:00",
    ),
    (
        "ranges that overlap",
        hours(open={"mon": ["13:00-18:00", "09:00-13:30"]}),
        "businessHours.open.mon: 13:00 lies within another range of the same day; join them",
    ),
    (
        "a date of another country",
        hours(holidays=["25.12.2026"]),
        'businessHours.holidays[0]: \'25.12.2026\' is no date; write "2026-12-25", or "--12-25" for every year',
    ),
    (
        "a day that never was",
        hours(holidays=["--12-25", "2027-02-29"]),
        "businessHours.holidays[1]: '2027-02-29' is no day of the calendar",
    ),
    (
        "a holiday twice",
        hours(holidays=["--12-25", {"date": "--12-25"}]),
        "businessHours.holidays[1]: --12-25 is named twice",
    ),
    (
        "holiday hours that are none",
        hours(holidays=[{"date": "2026-12-24", "open": ["nine"]}]),
        "businessHours.holidays[0].open[0]: 'nine' is no range of time; write it as in \"09:00-12:30\"",
    ),
    (
        "two mistakes at once",
        {"rules": [rule({"regex": "["}), rule({"text": "a"}, "{x}")]},
        f"rules[0].when.regex: missing ]: [; {SYNTAX}; rules[1].reply.text: unknown variable x; {KNOWN}",
    ),
]


@pytest.mark.parametrize(("document", "message"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_refused(document: dict[str, Any], message: str) -> None:
    with pytest.raises(msgspec.ValidationError) as refusal:
        msgspec.convert(document, Config, str_keys=True)
    assert str(refusal.value) == message


SHADOWS: list[tuple[str, dict[str, Any], dict[str, Any], bool]] = [
    ("the same rule", {"text": "hi"}, {"text": "HI!"}, True),
    ("a longer phrase", {"text": "hi"}, {"text": "hi there"}, True),
    ("a shorter phrase", {"text": "hi there"}, {"text": "hi"}, False),
    ("a part of the list", {"text": ["a", "b"]}, {"text": "b"}, True),
    ("more than the list", {"text": "b"}, {"text": ["a", "b"]}, False),
    ("one more condition below", {"text": "a"}, {"text": "a", "object": "page"}, True),
    ("one more condition above", {"text": "a", "object": "page"}, {"text": "a"}, False),
    ("the same pattern", {"regex": "a+"}, {"regex": "a+"}, True),
    ("another pattern", {"regex": "a+"}, {"regex": "aa"}, False),
    ("a prefix above", {"postback": "A*"}, {"postback": ["AB", "A*"]}, True),
    ("a prefix below", {"postback": "AB"}, {"postback": "A*"}, False),
    ("any payload above", {"postback": "*"}, {"postback": "X"}, True),
    ("any above a postback", {"any": True}, {"postback": "X"}, True),
    ("any above a referral, which it does not see", {"any": True}, {"referral": {"ref": "a"}}, False),
    ("any above the unsupported, which it does not see", {"any": True}, {"unsupported": True}, False),
    ("any referral above one", {"referral": {}}, {"referral": {"ref": "a"}}, True),
    ("one referral above another", {"referral": {"ref": "b"}}, {"referral": {"ref": "a"}}, False),
    ("one kind above another", {"kind": "message"}, {"kind": "postback"}, False),
    ("its kind above", {"kind": "message"}, {"text": "a"}, True),
    ("first messages above", {"firstMessage": True}, {"firstMessage": True, "text": "a"}, True),
    ("first messages above all", {"firstMessage": True}, {"any": True}, False),
    ("an attachment above", {"attachment": "*"}, {"attachment": "image"}, True),
    ("an attachment above what it does not see", {"attachment": "*"}, {"attachment": "unsupported_type"}, False),
]


@pytest.mark.parametrize(("above", "below", "taken"), [row[1:] for row in SHADOWS], ids=[row[0] for row in SHADOWS])
def test_rules_that_can_never_fire(above: dict[str, Any], below: dict[str, Any], taken: bool) -> None:
    def refused(goes_on: bool) -> bool:
        try:
            msgspec.convert({"rules": [{**rule(above), "continue": goes_on}, rule(below)]}, Config)
        except msgspec.ValidationError as error:
            return str(error).startswith("rules[1]: can never fire: rules[0]")
        return False

    assert (refused(goes_on=False), refused(goes_on=True)) == (taken, False)


def test_a_pattern_that_would_hold_up_other_engines_is_linear() -> None:
    # Exponential in a backtracking engine: this line would not end within the life of the universe.
    assert said(config([rule({"regex": "^(a+)+$"})]), message("a" * 5000 + "b")) == ()
