"""kill -9 at random moments under load: no acknowledged delivery is lost, no reply doubled, order held."""

import pytest

from tests.chaos.ledger import close_books
from tests.chaos.run import run


@pytest.mark.slow(150)
@pytest.mark.timeout(900)
async def test_twenty_kills_break_no_promise():
    ledger = await run(rounds=20, seed=7)
    assert ledger.clean, str(ledger)
    assert ledger.said > 200


BOOKS = {
    "said": {1: "a", 2: "a", 3: "b"},
    "acknowledged": {1, 2, 3},
    "journal": [1, 2, 3],
    "hook_calls": [("a", 1), ("b", 3), ("a", 1), ("a", 2)],
    "replies": [("a", 1), ("a", 2), ("b", 3)],
}


def test_the_ledger_sees_a_clean_run():
    ledger = close_books(**BOOKS)
    assert (ledger.clean, ledger.repeated_hook_calls) == (True, 1)


@pytest.mark.parametrize(
    ("entry", "value", "found"),
    [
        ("journal", [1, 2], "lost_events"),
        ("hook_calls", [("a", 1), ("b", 3)], "lost_hook_calls"),
        ("hook_calls", [("a", 2), ("a", 1), ("b", 3)], "order_violations"),
        ("replies", [("a", 1), ("b", 3)], "lost_replies"),
        ("replies", [("a", 1), ("a", 2), ("a", 2), ("b", 3)], "doubled_replies"),
        ("replies", [("a", 2), ("a", 1), ("b", 3)], "order_violations"),
    ],
)
def test_the_ledger_sees_what_is_broken(entry, value, found):
    ledger = close_books(**{**BOOKS, entry: value})
    assert (ledger.clean, getattr(ledger, found)) == (False, 1)
