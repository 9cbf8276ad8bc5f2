"""Durations as Go and Kubernetes write them: ``168h``, ``1h30m``, ``90s``, ``0s``."""

import re
from datetime import timedelta
from typing import Final

DURATION_PATTERN: Final = r"^([0-9]{1,6}[hms])+\Z"

_PART: Final = re.compile(r"([0-9]+)([hms])")
_UNITS: Final = {"h": timedelta(hours=1), "m": timedelta(minutes=1), "s": timedelta(seconds=1)}


def parse_duration(text: str) -> timedelta:
    """Read ``1h30m`` as a `timedelta`.

    Args:
        text: Whole hours, minutes and seconds, at least one of them; they add up.

    Raises:
        ValueError: The text is anything else. Days and fractions are refused: Kubernetes has no days, and
            a fraction has two spellings.
    """
    if re.match(DURATION_PATTERN, text) is None:
        raise ValueError('a duration is hours, minutes and seconds, as in "168h", "1h30m" or "90s"')
    return sum((int(count) * _UNITS[unit] for count, unit in _PART.findall(text)), timedelta())
