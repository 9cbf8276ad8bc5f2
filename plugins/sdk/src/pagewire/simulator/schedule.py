"""When Meta tries a failed delivery again, and when it gives up (webhooks.md 1.4). Pure."""

from __future__ import annotations

IMMEDIATE = 2
"""Retries without a pause, right after the first failure: "immediately a few times"."""

GAPS = (15.0, 60.0, 225.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0, 14400.0, 21600.0, 28800.0)
"""Seconds between later tries; the last one repeats. Their exact spacing is not documented: ours puts a try on the
quarter of an hour and on the hour, when Meta alerts and unsubscribes."""

LIFETIME = 36 * 3600.0
"""Seconds after which an undelivered body is dropped."""

ALERT_AFTER = 15 * 60.0
"""Seconds of continuous failure after which the developer is alerted."""

DISABLE_AFTER = 3600.0
"""Seconds of continuous failure after which the app is unsubscribed from the account."""


def next_try(tries: int, first: float, now: float) -> float | None:
    """When to try again after ``tries`` failures, or None to drop the body.

    Args:
        tries: failed attempts so far, at least 1.
        first: seconds since the epoch of the first attempt.
        now: seconds since the epoch.
    """
    if tries <= IMMEDIATE:
        return now
    gap = GAPS[min(tries - IMMEDIATE - 1, len(GAPS) - 1)]
    return now + gap if now + gap - first <= LIFETIME else None
