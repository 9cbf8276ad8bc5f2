"""Times as the API shows and reads them: RFC 3339, UTC, milliseconds, ``Z``."""

from datetime import UTC, datetime, timedelta

from pagewire.resources.durations import parse_duration
from pagewire_gateway.admin.numbers import whole

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = 253_402_300_799_999
"""The last millisecond of the year 9999, beyond which `datetime` does not go."""
_TOLD = 60
"""Characters of something that is no time, of which people are told."""


def show(millis: int) -> str:
    """A time as text.

    Args:
        millis: milliseconds since 1970, UTC; what lies outside 1970 to 9999 is shown as the nearest end.
    """
    seconds, rest = divmod(max(0, min(millis, _LATEST)), 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:03d}Z"


def show_set(millis: int) -> str | None:
    """The same for a time that may not be set: 0 gives ``None``."""
    return show(millis) if millis else None


def read(text: str) -> int:
    """A time from text, in milliseconds since 1970.

    Args:
        text: RFC 3339 with an offset or ``Z``, or milliseconds since 1970.

    Raises:
        ValueError: it is neither; the message says how to write it.
    """
    millis = whole(text)
    if millis is not None:
        return min(millis, _LATEST)
    moment = _parsed(text)
    if moment is None or moment.tzinfo is None:
        short = text if len(text) <= _TOLD else f"{text[:_TOLD]}…"
        raise ValueError(f"{short!r} is no time; write it as in 2026-11-22T18:00:00Z")
    return max(0, (moment - _EPOCH) // timedelta(milliseconds=1))


def asked(text: str, now: int) -> str:
    """A time as people ask for one, shown as the API does.

    Args:
        text: as `read` takes it, or how long ago, such as ``2h`` or ``1h30m``.
        now: milliseconds since 1970.

    Raises:
        ValueError: it is neither.
    """
    try:
        return show(now - int(parse_duration(text).total_seconds() * 1000))
    except ValueError:
        return show(read(text))


def _parsed(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
