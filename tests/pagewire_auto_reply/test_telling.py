"""What people at a terminal read, and what one person always gets."""

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pagewire.replies import Text
from pagewire_auto_reply import explain_event
from pagewire_auto_reply.manners import pause
from pagewire_auto_reply.memory import rest
from pagewire_auto_reply.shapes import Pace
from pagewire_gateway.app import now
from pagewire_gateway.means.file import PluginFile
from tests.pagewire_auto_reply.making import HAPPENED, Desk, config, message, rule, said, stored, texts

VARIANTS = [{"name": "a", "text": "A"}, {"name": "b", "weight": 3, "text": "B"}]
RULES: list[dict[str, Any]] = [
    rule({"text": "hours"}, name="hours"),
    {"when": {"text": "offer"}, "reply": {"variants": VARIANTS}, "name": "offer"},
    rule({"language": "pt"}),
]
FAQ = {"entries": [{"questions": ["what does shipping cost"], "reply": {"text": "5 euros"}, "name": "shipping"}]}


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Any]:
    data = PluginFile(tmp_path, now)
    await data.start()
    yield Desk(config(RULES, faq=FAQ, otherwise={"text": "Pardon?"}), store=stored(data))
    await data.aclose()


async def test_it_says_what_fires_and_why_the_others_do_not(desk: Any) -> None:
    assert await explain_event(message("how much does shipping cost"), desk) == (
        "language: unknown",
        "no   rules[0] hours: text: the message holds none of these words",
        "no   rules[1] offer: text: the message holds none of these words",
        "no   rules[2]: language: nothing tells which it is",
        "FIRE faq.entries[0] shipping (0.96 alike)",
    )


@pytest.mark.parametrize(("text", "why"), [("?!...", "the message holds no words"), (None, "there is no text")])
async def test_punctuation_is_text_without_words(desk: Any, text: str | None, why: str) -> None:
    assert (await explain_event(message(text), desk))[1] == f"no   rules[0] hours: text: {why}"


async def test_it_says_which_variant_a_person_gets_and_what_the_rules_below_would_say(desk: Any) -> None:
    found = await explain_event(message("an offer?"), desk)
    assert found[-2:] == ("FIRE rules[1] offer, variant b", "no   rules[2]: language: nothing tells which it is")
    desk.config = config([rule({"text": "hours"}, **{"continue": True}), *RULES, rule({"text": "shipping"})])
    assert (await explain_event(message("hours of the offer?"), desk))[1:] == (
        "FIRE rules[0]",
        "FIRE rules[1] hours",
        "late rules[2] offer: its conditions hold, but rules[1] hours answers first",
        "no   rules[3]: language: nothing tells which it is",
        "no   rules[4]: text: the message holds none of these words",
    )


async def test_it_says_when_nobody_may_be_answered_and_what_is_left_to_the_last(desk: Any) -> None:
    assert await explain_event(message("secret", is_echo=True), desk) == (
        "no rule was asked: events of kind message_echo are not answered",
    )
    assert (await explain_event(message("zzz"), desk))[-1] == "FIRE otherwise"


async def test_it_says_that_people_talk_and_changes_nothing(desk: Any) -> None:
    desk.config = config(RULES, quiet={"afterHuman": "30m"}, limit={"perDay": 1})
    for _ in range(2):
        assert (await explain_event(message("hours"), desk))[1].startswith("FIRE rules[0]")
    await rest(desk.store, HAPPENED.timestamp() + 60, HAPPENED.timestamp())
    assert await explain_event(message("hours"), desk) == (
        "no rule was asked: a person at the inbox, or another app, wrote a short while ago",
    )


def test_a_person_always_gets_the_same_variant_and_each_gets_its_share() -> None:
    found = config(RULES)
    people = [msgspec.structs.replace(message("offer"), person=str(number)) for number in range(400)]
    first = [texts(said(found, one)) for one in people]
    assert first == [texts(said(found, one)) for one in people]
    shares = Counter(text for answer in first for text in answer)
    assert 60 < shares["A"] < 140
    assert shares.total() == 400


@pytest.mark.parametrize(
    ("reply", "pace", "seconds"),
    [
        (Text(text="x" * 100), Pace(characters_per_second=200), 0.5),
        (Text(text="x" * 1000), Pace(characters_per_second=200), 1.5),
        (Text(text="x" * 1000), None, 0.0),
    ],
)
def test_writing_takes_its_time(reply: Text, pace: Pace | None, seconds: float) -> None:
    assert pause(reply, pace) == seconds
