"""Graph API versions and the days on which they end (Meta, Graph API changelog, July 2026). Pure.

A version that has ended fails no call: Meta silently serves the oldest one alive, and only the header
`facebook-api-version` tells. So look at the calendar before, and at `Served.version` after.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

__all__ = ["ENDS", "NEWEST", "days_left", "ends", "known"]

ENDS: Mapping[str, date | None] = MappingProxyType(
    {
        "v26.0": None,
        "v25.0": date(2028, 7, 29),
        "v24.0": date(2028, 2, 18),
        "v23.0": date(2027, 10, 8),
        "v22.0": date(2027, 5, 20),
        "v21.0": date(2027, 1, 21),
        "v20.0": date(2026, 9, 24),
        "v19.0": date(2026, 5, 21),
        "v18.0": date(2026, 1, 26),
    }
)
"""Version to the day from which it is no longer served; `None` while Meta has not set one. Newest first."""

NEWEST = next(iter(ENDS))
"""The newest version that this release knows; Meta may serve newer ones."""


def known(version: str) -> bool:
    """Whether the table has `version`; it lacks those that ended long ago and those that came after this release."""
    return version in ENDS


def ends(version: str) -> date | None:
    """The day from which `version` is no longer served; `None` if Meta has not set one, or the table lacks it."""
    return ENDS.get(version)


def days_left(version: str, today: date) -> int | None:
    """Days until `version` ends: 0 on the day itself, negative after it; `None` where `ends` knows no day."""
    end = ends(version)
    return None if end is None else (end - today).days
