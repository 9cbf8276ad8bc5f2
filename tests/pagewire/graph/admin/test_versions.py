"""The calendar of Graph API versions."""

from datetime import date

import pytest

from pagewire.graph.admin import versions
from pagewire.simulator.versions import LIFE

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("version", "end", "left"),
    [
        ("v26.0", None, None),
        ("v25.0", date(2028, 7, 29), 615),
        ("v21.0", date(2027, 1, 21), 60),
        ("v20.0", date(2026, 9, 24), -59),
        ("v99.0", None, None),
        ("v2.0", None, None),
    ],
)
def test_ends(version: str, end: date | None, left: int | None) -> None:
    assert (versions.ends(version), versions.days_left(version, TODAY)) == (end, left)


def test_the_last_day_is_zero() -> None:
    assert versions.days_left("v21.0", date(2027, 1, 21)) == 0


def test_known() -> None:
    assert versions.known(versions.NEWEST)
    assert not versions.known("v99.0")


def test_the_simulator_keeps_the_same_calendar() -> None:
    assert {version: str(end) if end else None for version, end in versions.ENDS.items()} == LIFE
