"""Durations as Kubernetes writes them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagewire.resources import parse_duration


@pytest.mark.parametrize(
    ("text", "hours"), [("168h", 168), ("1h30m", 1.5), ("90m", 1.5), ("5400s", 1.5), ("0s", 0), ("1h0m1800s", 1.5)]
)
def test_a_duration_is_read(text: str, hours: float):
    assert parse_duration(text) == timedelta(hours=hours)


@pytest.mark.parametrize("text", ["", "h", "7d", "1.5h", "-1h", "1h ", "1h\n", "1 h", "10", "١h", "1000000h"])
def test_anything_else_is_refused_with_examples(text: str):
    with pytest.raises(ValueError, match="168h"):
        parse_duration(text)


@given(hours=st.integers(0, 999_999), minutes=st.integers(0, 999_999), seconds=st.integers(0, 999_999))
def test_parts_add_up(hours: int, minutes: int, seconds: int):
    expected = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    assert parse_duration(f"{hours}h{minutes}m{seconds}s") == expected
