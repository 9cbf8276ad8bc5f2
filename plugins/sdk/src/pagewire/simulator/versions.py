"""Which Graph API versions exist, until when, and which one really serves a call."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache

_SPELLING = re.compile(r"v\d+\.\d+\Z")

LIFE: dict[str, str | None] = {
    "v26.0": None,
    "v25.0": "2028-07-29",
    "v24.0": "2028-02-18",
    "v23.0": "2027-10-08",
    "v22.0": "2027-05-20",
    "v21.0": "2027-01-21",
    "v20.0": "2026-09-24",
    "v19.0": "2026-05-21",
    "v18.0": "2026-01-26",
}
"""Version to the day it ends (None: not announced). Meta's changelog of 2026-07-29 (graph.md 1.3)."""

NEWEST = next(iter(LIFE))

_OLDER = (
    [f"v{major}.0" for major in range(4, 18)]
    + [f"v3.{minor}" for minor in range(4)]
    + [f"v2.{minor}" for minor in range(13)]
    + ["v1.0"]
)
_EVER = frozenset(LIFE) | frozenset(_OLDER)


def is_version(segment: str) -> bool:
    """Whether a path segment is written like a version."""
    return _SPELLING.match(segment) is not None


def ever(version: str) -> bool:
    """Whether there is or was such a version."""
    return version in _EVER


def served(asked: str | None, now: float) -> str | None:
    """The version that answers a call, or None for one that never existed.

    An ended version, and a call without any, is served by the oldest one still alive; only the
    ``facebook-api-version`` header tells (graph.md 1.3).

    Args:
        asked: the version in the path, or None.
        now: seconds since the epoch.
    """
    return _served(asked, int(now // 86400))


@lru_cache(maxsize=256)
def _served(asked: str | None, day: int) -> str | None:
    if asked is not None and asked not in _EVER:
        return None
    today = datetime.fromtimestamp(day * 86400, UTC).date().isoformat()
    living = [version for version, until in LIFE.items() if until is None or until > today]
    return asked if asked in living else living[-1]
