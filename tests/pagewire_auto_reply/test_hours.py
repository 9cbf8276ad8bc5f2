"""Business hours by the clock on the wall: summer time, nights, holidays."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagewire_auto_reply.hours import DAYS, calendar_of
from pagewire_auto_reply.shapes import BusinessHours

OFFICE = {"mon-fri": ["09:00-12:30", "13:30-18:00"], "sat": ["10:00-14:00"]}
BAR = {"fri,sat": ["22:00-02:00"]}
HOLIDAYS = [
    "2026-12-25",
    {"date": "2026-12-24", "name": "Christmas Eve", "open": ["09:00-12:00"]},
    {"date": "--01-01", "name": "New Year"},
    "--02-29",
]


def is_open(opening: dict[str, list[str]], zone: str, when: str, holidays: list[Any] | None = None) -> bool:
    hours = msgspec.convert({"timeZone": zone, "open": opening, "holidays": holidays or []}, BusinessHours)
    return calendar_of(hours).is_open(datetime.fromisoformat(when))


ROWS: list[tuple[str, dict[str, list[str]], str, str, bool]] = [
    ("opening minute", OFFICE, "Europe/Lisbon", "2026-09-21T09:00:00+01:00", True),
    ("the second before", OFFICE, "Europe/Lisbon", "2026-09-21T08:59:59+01:00", False),
    ("the last second of the morning", OFFICE, "Europe/Lisbon", "2026-09-21T12:29:59+01:00", True),
    ("lunch", OFFICE, "Europe/Lisbon", "2026-09-21T12:30:00+01:00", False),
    ("closing time", OFFICE, "Europe/Lisbon", "2026-09-21T18:00:00+01:00", False),
    ("Saturday", OFFICE, "Europe/Lisbon", "2026-09-26T13:59:00+01:00", True),
    ("Sunday", OFFICE, "Europe/Lisbon", "2026-09-27T11:00:00+01:00", False),
    ("another zone's instant", OFFICE, "Europe/Lisbon", "2026-09-21T08:00:00+00:00", True),
    ("Monday there, Sunday here", OFFICE, "Pacific/Auckland", "2026-09-20T21:30:00+00:00", True),
    ("a zone of half an hour", OFFICE, "Asia/Kolkata", "2026-09-21T03:30:00+00:00", True),
    ("before the half hour", OFFICE, "Asia/Kolkata", "2026-09-21T03:29:59+00:00", False),
    ("Lisbon, the last Friday of summer time", OFFICE, "Europe/Lisbon", "2026-10-23T08:00:00+00:00", True),
    ("Lisbon, the first Monday of winter time", OFFICE, "Europe/Lisbon", "2026-10-26T08:00:00+00:00", False),
    ("and an hour later", OFFICE, "Europe/Lisbon", "2026-10-26T09:00:00+00:00", True),
    ("New York changes a week later", OFFICE, "America/New_York", "2026-10-26T13:00:00+00:00", True),
    (
        "the hour that comes twice, first time",
        {"sun": ["01:30-01:45"]},
        "Europe/Lisbon",
        "2026-10-25T00:30:00+00:00",
        True,
    ),
    ("the hour that comes twice, again", {"sun": ["01:30-01:45"]}, "Europe/Lisbon", "2026-10-25T01:30:00+00:00", True),
    ("between the two", {"sun": ["01:30-01:45"]}, "Europe/Lisbon", "2026-10-25T00:50:00+00:00", False),
    ("before the hour that never comes", {"sun": ["00:00-01:30"]}, "Europe/Lisbon", "2026-03-29T00:59:59+00:00", True),
    ("after the hour that never came", {"sun": ["00:00-01:30"]}, "Europe/Lisbon", "2026-03-29T01:00:00+00:00", False),
    (
        "the whole of an hour that never comes",
        {"sun": ["01:00-02:00"]},
        "Europe/Lisbon",
        "2026-03-29T01:00:00+00:00",
        False,
    ),
    ("late at night", BAR, "UTC", "2026-09-25T23:59:00+00:00", True),
    ("past midnight", BAR, "UTC", "2026-09-26T01:59:00+00:00", True),
    ("at the end of the night", BAR, "UTC", "2026-09-26T02:00:00+00:00", False),
    ("Sunday, still Saturday's night", BAR, "UTC", "2026-09-27T01:00:00+00:00", True),
    ("Friday, nobody's night", BAR, "UTC", "2026-09-25T01:00:00+00:00", False),
    ("the whole day", {"mon-sun": ["00:00-24:00"]}, "UTC", "2026-09-27T23:59:59+00:00", True),
    ("a week that turns: Sunday", {"sat-mon": ["09:00-10:00"]}, "UTC", "2026-09-27T09:00:00+00:00", True),
    ("a week that turns: Tuesday", {"sat-mon": ["09:00-10:00"]}, "UTC", "2026-09-22T09:00:00+00:00", False),
]


@pytest.mark.parametrize(
    ("opening", "zone", "when", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_open(opening: dict[str, list[str]], zone: str, when: str, expected: bool) -> None:
    assert is_open(opening, zone, when) is expected


HOLIDAY_ROWS: list[tuple[str, dict[str, list[str]], str, bool]] = [
    ("Christmas", OFFICE, "2026-12-25T10:00:00+00:00", False),
    ("Christmas of another year", OFFICE, "2028-12-25T10:00:00+00:00", True),
    ("Christmas Eve, in its hours", OFFICE, "2026-12-24T11:59:00+00:00", True),
    ("Christmas Eve, after them", OFFICE, "2026-12-24T14:00:00+00:00", False),
    ("New Year", OFFICE, "2027-01-01T10:00:00+00:00", False),
    ("New Year of another year", OFFICE, "2029-01-01T10:00:00+00:00", False),
    ("leap day", OFFICE, "2028-02-29T10:00:00+00:00", False),
    ("the night into a holiday", {"mon-sun": ["22:00-02:00"]}, "2027-01-01T01:00:00+00:00", True),
    ("the night that would begin on it", {"mon-sun": ["22:00-02:00"]}, "2027-01-01T23:00:00+00:00", False),
    ("and its end", {"mon-sun": ["22:00-02:00"]}, "2027-01-02T01:00:00+00:00", False),
]


@pytest.mark.parametrize(
    ("opening", "when", "expected"), [row[1:] for row in HOLIDAY_ROWS], ids=[row[0] for row in HOLIDAY_ROWS]
)
def test_holidays(opening: dict[str, list[str]], when: str, expected: bool) -> None:
    assert is_open(opening, "Europe/Lisbon", when, HOLIDAYS) is expected


def test_a_dated_holiday_goes_before_a_yearly_one() -> None:
    holidays = ["--12-24", {"date": "2026-12-24", "open": ["09:00-12:00"]}]
    assert is_open(OFFICE, "UTC", "2026-12-24T10:00:00+00:00", holidays)
    assert not is_open(OFFICE, "UTC", "2027-12-24T10:00:00+00:00", holidays)


@given(
    zone=st.sampled_from(["Europe/Lisbon", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]),
    start=st.integers(0, 1438),
    length=st.integers(1, 1440),
    when=st.datetimes(datetime(2020, 1, 1), datetime(2036, 1, 1)),  # noqa: DTZ001 - the zone follows
)
def test_every_instant_agrees_with_the_clock_on_the_wall(zone: str, start: int, length: int, when: datetime) -> None:
    end = min(start + length, 1440)
    clock = f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"
    hours = BusinessHours(time_zone=zone, open={",".join(DAYS): [clock]})
    local = when.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    minute = local.hour * 60 + local.minute
    assert calendar_of(hours).is_open(when.replace(tzinfo=UTC)) is (start <= minute < end)


def test_a_day_of_one_range_is_open_as_long_as_the_clock_runs_through_it() -> None:
    calendar = calendar_of(BusinessHours(time_zone="Europe/Lisbon", open={"mon-sun": ["00:30-02:30"]}))
    minutes = [datetime(2026, 10, 25, tzinfo=UTC) + timedelta(minutes=n - 60) for n in range(300)]
    assert sum(map(calendar.is_open, minutes)) == 180  # two hours on the wall, one of them twice
