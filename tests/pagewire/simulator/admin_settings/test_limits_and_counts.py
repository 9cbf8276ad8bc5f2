"""The sliding window and the counts, without a network."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pagewire.simulator.settings.calls import Calls
from pagewire.simulator.settings.window import Windows

PAUSES = st.lists(st.floats(0, 200), max_size=60)


@given(pauses=PAUSES, amount=st.integers(1, 12))
def test_the_window_is_what_it_says(pauses: list[float], amount: int) -> None:
    """A call passes when no more than ``amount``, itself included, came within the last 600 seconds."""
    windows, now, seen = Windows(), 0.0, list[float]()
    for pause in pauses:
        now += pause
        seen.append(now)
        expected = sum(when > now - 600 for when in seen) <= amount
        assert windows.take("page", amount, 600, now) is expected


def test_everybody_has_a_window_and_none_is_no_limit() -> None:
    windows = Windows()
    assert [windows.take(who, 1, 600, 0.0) for who in ("a", "b", "a")] == [True, True, False]
    assert all(windows.take("a", None, 600, 0.0) for _ in range(3))
    windows.clear()
    assert windows.take("a", 1, 600, 0.0)


@given(st.lists(st.tuples(st.sampled_from(["GET", "POST"]), st.sampled_from("ab"), st.sampled_from("xy"))))
def test_counts_by_any_part(arrived: list[tuple[str, str, str]]) -> None:
    """Whatever part is named, the count is what counting the calls one by one gives."""
    calls = Calls()
    for method, edge, node in arrived:
        calls.arrived(method, edge, node, 0)
    for method in ("GET", "POST", None):
        for edge in ("a", "b", None):
            for node in ("x", "y", None):
                alike = [
                    (m, e, n) for m, e, n in arrived if method in (None, m) and edge in (None, e) and node in (None, n)
                ]
                expected = len(alike)
                assert calls.count(edge, method=method, node=node) == expected
    assert sum(row.count for row in calls.table()) == calls.total == len(arrived)
