"""Whatever a manifest says is refused, or answers whatever people say with what Meta takes."""

from contextlib import suppress
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from pagewire.context import Person
from pagewire.replies import check
from pagewire.surfaces import surface_of
from pagewire_auto_reply import Config, explain
from pagewire_auto_reply.answers import answers
from tests.pagewire_auto_reply.making import ADA, attached, config, event, first, message, referral, tap

TEXT = st.text(max_size=30)
MANY = TEXT | st.lists(TEXT, max_size=3)
PATTERN = st.text("ab()[]{}|*+?.^$\\d1,:<>=!P", max_size=12)
TEMPLATE = st.lists(
    st.sampled_from(["{first_name|there}", "{name}", "{1|?}", "{", "}}", "word ", "\n", "x" * 900]), max_size=8
)
WHEN = st.fixed_dictionaries(
    {},
    optional={
        "text": MANY,
        "regex": PATTERN,
        "postback": MANY,
        "quickReply": MANY,
        "referral": st.fixed_dictionaries({}, optional={"ref": MANY, "source": MANY, "adId": MANY}),
        "firstMessage": st.booleans(),
        "attachment": MANY,
        "unsupported": st.booleans(),
        "hours": st.sampled_from(["open", "closed", ""]),
        "object": st.sampled_from(["page", "instagram"]),
        "kind": st.sampled_from(["message", "postback", "referral"]),
        "any": st.booleans(),
    },
)
REPLY = st.fixed_dictionaries(
    {},
    optional={
        "text": TEMPLATE.map("".join),
        "texts": st.lists(TEMPLATE.map("".join), max_size=3),
        "quickReplies": st.lists(
            st.fixed_dictionaries({}, optional={"title": TEXT, "payload": TEXT, "imageUrl": TEXT})
        ),
        "media": st.fixed_dictionaries(
            {"type": st.just("image"), "url": st.sampled_from(["https://x.example/a", "x", "https://"])}
        ),
        "typing": st.booleans(),
    },
)
TAME_WHEN = st.sampled_from(
    [
        {"text": ["word", "a", "ab1"]},
        {"regex": "(a)|(b)"},
        {"regex": "."},
        {"postback": "*"},
        {"quickReply": "*"},
        {"referral": {}},
        {"firstMessage": True},
        {"attachment": "*"},
        {"unsupported": True},
        {"kind": "referral"},
        {"any": True, "object": "instagram"},
        {"any": True},
    ]
)
GOOD_PIECES = ["{first_name|there}", "{name}", "{username|you}", "{{", "word ", "\n\n", "😀" * 90, "x" * 900, "é. "]
TAME_REPLY = st.fixed_dictionaries(
    {
        "texts": st.lists(
            st.lists(st.sampled_from(GOOD_PIECES), max_size=8).map(lambda all_: "." + "".join(all_)),
            min_size=1,
            max_size=3,
        )
    },
    optional={
        "quickReplies": st.lists(
            st.fixed_dictionaries(
                {"title": st.text("ab😀", min_size=1, max_size=10) | st.text("ab", min_size=1, max_size=20)}
            ),
            max_size=13,
        ),
        "typing": st.booleans(),
        "markSeen": st.booleans(),
    },
)
NAMES = st.builds(Person, id=st.just("1"), first_name=st.none() | st.text(), name=st.none() | st.text(max_size=5000))
HOURS = st.fixed_dictionaries(
    {
        "timeZone": st.sampled_from(["Europe/Lisbon", "UTC"]) | TEXT,
        "open": st.dictionaries(
            st.sampled_from(["mon", "tue-fri", "sat,sun", ""]) | TEXT,
            st.lists(st.sampled_from(["09:00-12:00", "13:00-02:00"]) | TEXT, max_size=2),
            max_size=3,
        ),
        "holidays": st.lists(st.sampled_from(["2026-09-21", "--02-29", "0000-01-01"]) | TEXT, max_size=2),
    }
)
SAID = st.one_of(
    st.builds(message, TEXT | st.just("ab1 word"), on=st.sampled_from(["page", "instagram"])),
    st.builds(tap, TEXT),
    st.builds(referral, ref=TEXT),
    st.just(attached("image", "unsupported_type")),
    st.just(event(message={"mid": "m", "is_unsupported": True})),
)


def read(when: Any, reply: Any, hours: Any) -> Config | None:
    document = {
        "rules": [{"when": when, "reply": reply, "continue": True}, {"when": {"any": True}, "reply": {"text": "."}}]
    }
    with suppress(msgspec.ValidationError):
        return config(**document, **({"businessHours": hours} if hours is not None else {}))
    return None


@given(WHEN, REPLY, st.none() | HOURS, SAID)
def test_any_configuration_is_refused_or_answers(when: Any, reply: Any, hours: Any, happened: Any) -> None:
    found = read(when, reply, hours)
    if found is None:
        return
    explanation = explain(happened, first(happened), found, happened.received)
    for answer in answers(explanation, found, happened, ADA):
        check(answer, surface_of(happened.object))


@given(st.lists(st.tuples(TAME_WHEN, TAME_REPLY), min_size=1, max_size=4), SAID, st.none() | NAMES)
def test_a_good_configuration_answers_with_what_meta_takes(rules: Any, happened: Any, person: Person | None) -> None:
    found = config([{"when": when, "reply": reply, "continue": True} for when, reply in rules])
    explanation = explain(happened, first(happened), found, happened.received)
    replies = answers(explanation, found, happened, person)
    assert bool(replies) is bool(explanation.fired)
    for answer in replies:
        check(answer, surface_of(happened.object))


@given(PATTERN, st.text(max_size=200))
def test_any_pattern_is_refused_or_searched(pattern: str, text: str) -> None:
    found = read({"regex": pattern}, {"text": "yes"}, None)
    if found is not None:
        happened = message(text)
        assert explain(happened, None, found, happened.received).silence is None
