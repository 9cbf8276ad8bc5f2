"""Tests without a gateway, and one with a whole one."""

import csv

import pagewire_survey
import pytest

from pagewire import Text
from pagewire.testing import assert_no_pii, contract_of, message

TestContract = contract_of(pagewire_survey, config={"csv": "/dev/null", "closing": ["goodbye"]})
THANKS = (Text(text="Thank you!"),)


@pytest.fixture
def config(tmp_path):
    return {"csv": str(tmp_path / "survey.csv"), "closing": ["goodbye"]}


def rows(config):
    with open(config["csv"], newline="") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize("echo", [False, True])
async def test_it_asks_when_either_side_closes(rehearse, config, echo):
    (asked,) = (await rehearse(pagewire_survey, config).play(message("Goodbye!", echo=echo))).replies
    assert asked.text == "How did we do?"
    assert [one.payload for one in asked.quick_replies] == [f"SURVEY_{number}" for number in range(1, 6)]


async def test_it_is_silent_otherwise(rehearse, config):
    assert (await rehearse(pagewire_survey, config).play(message("I said goodbye to it"))).replies == ()


async def test_it_asks_once_a_month_and_a_repeat_asks_the_same(rehearse, config, fake_clock):
    rehearsal = rehearse(pagewire_survey, config)
    first, second = message("goodbye", number=1), message("goodbye", number=2)
    asked = (await rehearsal.play(first)).replies
    assert len(asked) == 1
    assert (await rehearsal.play(first, attempt=2)).replies == asked
    assert (await rehearsal.play(second)).replies == ()
    fake_clock.advance(31 * pagewire_survey.DAY)
    assert (await rehearsal.play(second)).replies == asked


async def test_a_rating_is_one_row_that_names_nobody(rehearse, config):
    rehearsal = rehearse(pagewire_survey, config)
    tapped = message("★★★★", tapped="SURVEY_4")
    for attempt in (1, 2):
        assert (await rehearsal.play(tapped, attempt=attempt)).replies == THANKS
    head, row = rows(config)
    assert head == ["time", "account", "event", "rating"]
    assert row[2:] == [tapped.id, "4"]
    assert tapped.person not in str(row)


async def test_a_quick_reply_of_somebody_else_is_no_rating(rehearse, config):
    assert (await rehearse(pagewire_survey, config).play(message("Yes", tapped="ORDER_4"))).replies == ()


async def test_a_folder_that_is_missing_is_tried_again(rehearse, tmp_path):
    config = {"csv": str(tmp_path / "gone" / "survey.csv")}
    played = await rehearse(pagewire_survey, config).play(message("★", tapped="SURVEY_1"))
    assert played.outcome == "later"
    assert_no_pii(played.reason)


async def test_it_asks_and_thanks_through_a_whole_gateway(gateway, config):
    running = await gateway(survey=config)
    await running.say("goodbye")
    (asked,) = await running.replies(1)
    assert "How did we do?" in str(asked)
