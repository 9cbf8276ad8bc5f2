"""Business hours: is it open at this instant? By wall clock, so a change to summer time moves the doors with it."""

import re
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from msgspec import Struct

from pagewire_auto_reply.mistakes import Mistake, did_you_mean
from pagewire_auto_reply.shapes import BusinessHours, Holiday

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY: Final = 24 * 60
"""Minutes of a day on the wall clock."""

_RANGE: Final = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")
_DATE: Final = re.compile(r"(\d{4}|-)-(\d{2})-(\d{2})")
_LEAP_YEAR: Final = 2000


class Span(NamedTuple):
    """Open from `start` until before `end`, in minutes of the day it starts on; past 1440 it is the next day."""

    start: int
    end: int


Spans = tuple[Span, ...]


class Calendar(Struct, frozen=True):
    """Business hours, ready to be asked.

    Attributes:
        zone: where the wall clock hangs.
        week: the hours of Monday to Sunday.
        dated: days with hours of their own.
        yearly: the same for every year, by month and day.
    """

    zone: ZoneInfo
    week: tuple[Spans, ...]
    dated: dict[date, Spans]
    yearly: dict[tuple[int, int], Spans]

    def is_open(self, now: datetime) -> bool:
        """Whether the business is open at an instant that knows its zone."""
        local = now.astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        today = local.date()
        if any(start <= minute < end for start, end in self.spans(today)):
            return True
        return any(minute + DAY < end for _, end in self.spans(today - timedelta(days=1)))

    def spans(self, day: date) -> Spans:
        """The hours that start on a day."""
        if day in self.dated:
            return self.dated[day]
        return self.yearly.get((day.month, day.day), self.week[day.weekday()])


def calendar_of(hours: BusinessHours) -> Calendar:
    """Read business hours.

    Raises:
        Mistake: an unknown zone, day, time or date, or hours that overlap.
    """
    dated, yearly = _holidays(hours)
    return Calendar(_zone(hours.time_zone), _week(hours.open), dated, yearly)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        hint = did_you_mean(name, tuple(sorted(available_timezones())), "write a name such as Europe/Lisbon")
        raise Mistake("timeZone", f"{name!r} is no IANA time zone; {hint}") from None


def _week(opening: dict[str, list[str]]) -> tuple[Spans, ...]:
    week: dict[str, Spans] = {}
    for key, ranges in opening.items():
        spans = spans_of(f"open.{key}", ranges)
        for day in _days(key):
            if day in week:
                raise Mistake(f"open.{key}", f"{day} has its hours already; name each day once")
            week[day] = spans
    if not any(week.values()):
        raise Mistake("open", "names no hours; leave businessHours out if there are none")
    return tuple(week.get(day, ()) for day in DAYS)


def _days(key: str) -> list[str]:
    days: list[str] = []
    for part in key.split(","):
        ends = [end.strip() for end in part.split("-")]
        if len(ends) > 2 or any(end not in DAYS for end in ends):
            raise Mistake(
                f"open.{key}", "is no day; write mon, tue, wed, thu, fri, sat or sun, as in mon-fri or sat,sun"
            )
        first, last = DAYS.index(ends[0]), DAYS.index(ends[-1])
        days += [DAYS[(first + step) % 7] for step in range((last - first) % 7 + 1)]
    return days


def spans_of(where: str, ranges: list[str]) -> Spans:
    """Read ranges of time such as ``09:00-12:30``.

    Raises:
        Mistake: at `where`, with the index of the range.
    """
    spans = tuple(_span(f"{where}[{index}]", text) for index, text in enumerate(ranges))
    for before, after in pairwise(sorted(spans)):
        if after.start < before.end:
            raise Mistake(where, f"{_clock(after.start)} lies within another range of the same day; join them")
    return spans


def _span(where: str, text: str) -> Span:
    found = _RANGE.fullmatch(text)
    if found is None:
        raise Mistake(where, f'{text!r} is no range of time; write it as in "09:00-12:30"')
    hour, minute, end_hour, end_minute = map(int, found.groups())
    start, end = hour * 60 + minute, end_hour * 60 + end_minute
    if max(minute, end_minute) > 59 or start >= DAY or end > DAY:
        raise Mistake(where, f"{text!r} is no time of day; hours go from 00:00 to 24:00")
    if start == end:
        raise Mistake(where, f"{text!r} has no length; the whole day is 00:00-24:00")
    return Span(start, end if end > start else end + DAY)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _holidays(hours: BusinessHours) -> tuple[dict[date, Spans], dict[tuple[int, int], Spans]]:
    dated: dict[date, Spans] = {}
    yearly: dict[tuple[int, int], Spans] = {}
    for index, entry in enumerate(hours.holidays):
        where = f"holidays[{index}]"
        holiday = Holiday(date=entry) if isinstance(entry, str) else entry
        day, every_year = _date(where, holiday.date)
        spans = spans_of(f"{where}.open", holiday.open)
        if (day.month, day.day) in yearly if every_year else day in dated:
            raise Mistake(where, f"{holiday.date} is named twice")
        if every_year:
            yearly[day.month, day.day] = spans
        else:
            dated[day] = spans
    return dated, yearly


def _date(where: str, text: str) -> tuple[date, bool]:
    found = _DATE.fullmatch(text)
    if found is None:
        raise Mistake(where, f'{text!r} is no date; write "2026-12-25", or "--12-25" for every year')
    year, month, day = found.groups()
    try:
        return date(_LEAP_YEAR if year == "-" else int(year), int(month), int(day)), year == "-"
    except ValueError:
        raise Mistake(where, f"{text!r} is no day of the calendar") from None
