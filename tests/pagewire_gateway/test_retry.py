"""When to try again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagewire_gateway.retry import Again, Park, RetryPolicy, decide, put_off

POLICY = RetryPolicy(attempts=4, first=1, factor=3, longest=5, jitter=0.5)


@pytest.mark.parametrize(
    ("attempt", "chance", "after", "expected"),
    [
        (1, 0.0, None, Again(1.0)),
        (2, 0.0, None, Again(3.0)),
        (3, 0.0, None, Again(5)),
        (1, 1.0, None, Again(0.5)),
        (4, 0.0, None, Park()),
        (4, 0.0, 1.0, Park()),
        (1, 0.0, 90.0, Again(90.0)),
    ],
)
def test_table(attempt, chance, after, expected):
    assert decide(POLICY, attempt, chance, after=after) == expected


@given(st.integers(1, 50), st.floats(0, 1), st.floats(0, 86_400))
def test_a_pause_that_was_asked_for_is_never_shortened(attempt, chance, after):
    decision = decide(RetryPolicy(attempts=60), attempt, chance, after=after)
    assert isinstance(decision, Again)
    assert decision.after >= after


@given(st.integers(1, 200), st.floats(0, 1))
def test_pauses_stay_within_bounds(attempt, chance):
    policy = RetryPolicy(attempts=1000)
    decision = decide(policy, attempt, chance)
    assert isinstance(decision, Again)
    assert policy.first * (1 - policy.jitter) <= decision.after <= policy.longest


def test_putting_off_uses_up_patience_not_attempts():
    policy = RetryPolicy(attempts=2, patience=60)
    assert put_off(policy, 500, 0.0, after=10, age=59) == Again(10)
    assert put_off(policy, 1, 0.0, after=10, age=61) == Park()
