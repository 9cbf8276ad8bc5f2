"""Which events are written."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagewire_logging.selection import is_written, rate_of
from tests.pagewire_logging.making import config, message

RATES: list[tuple[dict[str, Any], str, float]] = [
    ({}, "message", 1.0),
    ({"sample": 0.1}, "message", 0.1),
    ({"sample": 0.1, "sampleByKind": {"message": 1}}, "message", 1.0),
    ({"sample": 0.1, "sampleByKind": {"message": 1}}, "message_echo", 0.1),
    ({"sampleByKind": {"change.*": 0.5, "change.feed": 0.2}}, "change.feed", 0.2),
    ({"sampleByKind": {"change.*": 0.5, "change.feed": 0.2}}, "change.novelty", 0.5),
    ({"kinds": ["message"]}, "message", 1.0),
    ({"kinds": ["message"]}, "read", 0.0),
    ({"kinds": ["call.*"]}, "call.connect", 1.0),
    ({"kinds": ["change.*"], "excludeKinds": ["change.feed"]}, "change.feed", 0.0),
    ({"excludeKinds": ["read", "change.*"]}, "change.feed", 0.0),
    ({"excludeKinds": ["read"]}, "message", 1.0),
    ({"excludeKinds": ["read"], "sampleByKind": {"read": 1}}, "read", 0.0),
]


@pytest.mark.parametrize(("document", "kind", "rate"), RATES)
def test_rate(document: dict[str, Any], kind: str, rate: float) -> None:
    assert rate_of(config(**document), kind) == rate


def test_a_tenth_is_about_a_tenth_and_always_the_same() -> None:
    numbers = [number for number in range(2000) if is_written(message(number), 0.1)]
    assert 140 < len(numbers) < 260
    assert numbers == [number for number in range(2000) if is_written(message(number), 0.1)]


@given(st.integers(0, 10**6), st.floats(0, 1), st.floats(0, 1))
def test_who_is_in_at_one_rate_is_in_at_every_higher_one(number: int, one: float, other: float) -> None:
    happened = message(number)
    assert is_written(happened, max(one, other)) or not is_written(happened, min(one, other))
    assert is_written(happened, 1.0)
    assert not is_written(happened, 0.0)
