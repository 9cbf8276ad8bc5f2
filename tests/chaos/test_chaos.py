"""A bounded part of ``make chaos``, and whether the ledger, the steps and the kept results are what they say."""

import pytest

from tests.chaos import report
from tests.chaos.ledger import Ledger, close_books
from tests.chaos.run import play
from tests.chaos.scenarios import TABLE, scenario_of
from tests.chaos.steps import NATS_STEPS, STEPS

SHORT = {
    "kill-step": 4,
    "rolling-restart": 1,
    "disk-full": 1,
    "clock-jump": 1,
    "poison": 1,
    "graph-unclear": 1,
    "kill-no-echoes": 2,
    "nats-kill-step": 2,
    "nats-kill-no-echoes": 1,
}
"""Scenarios and rounds of every test run; `make chaos` plays all of them, and longer."""


@pytest.mark.slow(150)
@pytest.mark.timeout(900)
async def test_twenty_kills_break_no_promise():
    outcome = await play(scenario_of("kill-random"), rounds=20, seed=7)
    assert outcome.clean, report.line(outcome)
    assert outcome.ledger.said > 200


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", SHORT)
async def test_a_scenario_breaks_no_promise(name):
    told = []
    outcome = await play(scenario_of(name), rounds=SHORT[name], seed=7, tell=told.append)
    assert outcome.clean, "\n".join([report.line(outcome), *told])
    assert outcome.rounds >= SHORT[name]


def test_names_are_said_once():
    assert len({scenario.name for scenario in TABLE}) == len(TABLE)
    steps = [step.name for step in (*STEPS, *NATS_STEPS)]
    assert len(set(steps)) == len(steps)


BOOKS = {
    "said": {1: "a", 2: "a", 3: "b"},
    "acknowledged": {1, 2, 3},
    "journal": [1, 2, 3],
    "hook_calls": {"one": [1, 3, 1, 2], "other": [3, 1, 2]},
    "replies": [1, 2, 3],
}


def test_the_ledger_sees_a_clean_run():
    ledger = close_books(**BOOKS)
    assert (ledger.clean, ledger.repeated_hook_calls, ledger.hook_calls) == (True, 1, {"one": 4, "other": 3})


@pytest.mark.parametrize(
    ("entry", "value", "found"),
    [
        ("journal", [1, 2], "lost_events"),
        ("journal", [1, 2, 3, 2], "doubled_events"),
        ("hook_calls", {"one": [1, 3], "other": [1, 2, 3]}, "lost_hook_calls"),
        ("hook_calls", {"one": [2, 1, 3]}, "order_violations"),
        ("replies", [1, 3], "lost_replies"),
        ("replies", [1, 2, 2, 3], "doubled_replies"),
        ("replies", [2, 1, 3], "order_violations"),
    ],
)
def test_the_ledger_sees_what_is_broken(entry, value, found):
    ledger = close_books(**{**BOOKS, entry: value})
    assert (ledger.clean, getattr(ledger, found)) == (False, 1)


def test_a_message_that_was_not_acknowledged_is_no_clean_run():
    assert not close_books(**{**BOOKS, "acknowledged": {1, 2}}).clean


def test_books_add_up():
    once = close_books(**BOOKS)
    twice = once + once
    assert (twice.said, twice.hook_calls, twice.clean) == (6, {"one": 8, "other": 6}, True)
    assert not (once + close_books(**{**BOOKS, "replies": [1, 3]})).clean
    assert (Ledger() + once) == once


def test_the_kept_results_are_of_every_scenario_and_clean():
    kept = {outcome.name: outcome for outcome in report.kept()}
    assert kept.keys() == {scenario.name for scenario in TABLE}
    assert all(outcome.clean for outcome in kept.values())


def test_results_of_other_scenarios_stay(tmp_path):
    path = tmp_path / "results.json"
    first, second = report.kept()[:2]
    report.keep([first], path)
    report.keep([second], path)
    assert report.kept(path) == [first, second]
