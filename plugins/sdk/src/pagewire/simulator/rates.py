"""Meta's rate limits as buckets on the simulator's clock, the usage they show, and who went beyond them."""

from __future__ import annotations

import math
from collections import Counter

import msgspec

from pagewire.simulator.limits import PERIODS, Limits
from pagewire.simulator.settings.window import Windows

SHOWN_FROM = 20
"""Usage headers are absent at low use (graph.md 9.2); this is the percentage from which we show them."""

_SHOWN = ("media_per_second", "bulky_per_second", "private_replies_per_hour")


class Usage(msgspec.Struct, kw_only=True):
    """Use of an allowance in percent, as the usage headers print it."""

    call_count: int = 0
    total_time: int = 0
    total_cputime: int = 0
    estimated_time_to_regain_access: int = 0


class Violation(msgspec.Struct, kw_only=True, frozen=True):
    """How often an account or app went beyond one limit.

    Attributes:
        who: Page, Instagram account or app id.
        limit: name of the limit in ``Limits``.
        count: calls beyond it.
    """

    who: str
    limit: str
    count: int


class _Bucket(msgspec.Struct):
    used: float
    at: float
    over: bool = False

    def drain(self, now: float, per_second: float) -> float:
        """Let what ran off since the last look go; what is left."""
        self.used = max(0.0, self.used - (now - self.at) * per_second)
        self.at = now
        return self.used


class Rates:
    """The buckets of all accounts and apps. Limits go by their names in ``Limits``.

    In every method ``amount`` replaces the figure of ``limits``, ``now`` is in seconds since the epoch.

    Args:
        limits: what is allowed.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._buckets: dict[tuple[str, str], _Bucket] = {}
        self.pinned: dict[str, Usage] = {}
        """Account or app id to a usage that the headers show whatever the traffic."""
        self.profile_calls = Windows()
        """Calls of the Messenger Profile API, by account."""
        self._violations: Counter[tuple[str, str]] = Counter()

    def clear(self) -> None:
        """Begin anew, with full buckets and nothing held against anybody."""
        self._buckets.clear()
        self.pinned.clear()
        self.profile_calls.clear()
        self._violations.clear()

    @property
    def violations(self) -> list[Violation]:
        """Every limit that somebody went beyond; empty is the proof of good pacing."""
        return [Violation(who=who, limit=limit, count=count) for (who, limit), count in self._violations.items()]

    def violated(self, who: str, limit: str) -> None:
        """Count one call beyond a limit."""
        self._violations[who, limit] += 1

    def take(self, who: str, limit: str, now: float, *, amount: float | None = None, part: str = "") -> bool:
        """Use one call of a limit; False, and a violation, when there is none left.

        ``part`` names what of ``who`` has a bucket of its own, such as a person.
        """
        allowed = self._allowed(limit, amount)
        if allowed is None:
            return True
        bucket = self._bucket(who, limit + part, now)
        if bucket.drain(now, allowed / PERIODS[limit]) + 1 > allowed:
            self.violated(who, limit)
            return False
        bucket.used += 1
        return True

    def pour(self, who: str, limit: str, now: float) -> bool:
        """Count a message towards a volume that nothing holds back; False, and a violation, beyond it."""
        allowed = self._allowed(limit, None)
        if allowed is None:
            return True
        bucket = self._bucket(who, limit, now)
        bucket.drain(now, allowed / PERIODS[limit])
        bucket.used += 1
        if bucket.used <= allowed:
            return True
        bucket.over = True
        self.violated(who, limit)
        return False

    def beyond(self, who: str, limit: str, now: float) -> bool:
        """Whether a volume is beyond its limit and has not dropped to half of it since."""
        allowed, bucket = self._allowed(limit, None), self._buckets.get((who, limit))
        if allowed is None or bucket is None:
            return False
        left = bucket.drain(now, allowed / PERIODS[limit])
        bucket.over = bucket.over and left > allowed / 2
        return bucket.over

    def used(self, who: str, limit: str, now: float, amount: float | None = None) -> int:
        """Percent of a limit that is used."""
        allowed, bucket = self._allowed(limit, amount), self._buckets.get((who, limit))
        if bucket is None or allowed is None:
            return 0
        left = max(0.0, bucket.used - (now - bucket.at) * allowed / PERIODS[limit])
        return min(100, math.ceil(100 * left / max(allowed, 1)))

    def app_usage(self, app: str, now: float) -> Usage | None:
        """What ``X-App-Usage`` says, or None when it is absent."""
        pinned = self.pinned.get(app)
        return pinned if pinned is not None else _shown(self.used(app, "app_calls_per_hour", now), 0)

    def account_usage(self, account: str, daily: int | None, now: float, *, login: bool) -> Usage | None:
        """What ``X-Business-Use-Case-Usage`` says of an account, or None when it is absent.

        Args:
            account: Page or Instagram account id.
            daily: its calls allowed in 24 h, from ``daily``.
            now: seconds since the epoch.
            login: whether it is reached by Instagram Login.
        """
        pinned = self.pinned.get(account)
        if pinned is not None:
            return pinned
        of_day = self.used(account, "daily_calls_per_person", now, daily) if daily else 0
        limits = ("login_sends_per_second" if login else "sends_per_second", *_SHOWN)
        percent = max(of_day, *(self.used(account, limit, now) for limit in limits))
        return _shown(percent, math.ceil(24 * 60 / (daily or 1)) if of_day >= 100 else 0)

    def daily(self, people: int) -> int | None:
        """Calls allowed in 24 h to an account that may write to so many people."""
        each = self.limits.daily_calls_per_person
        return None if each is None else each * max(people, 1)

    def _allowed(self, limit: str, amount: float | None) -> float | None:
        found: float | None = amount if amount is not None else getattr(self.limits, limit)
        return found

    def _bucket(self, who: str, name: str, now: float) -> _Bucket:
        found = self._buckets.get((who, name))
        if found is None:
            found = self._buckets[who, name] = _Bucket(0.0, now)
        return found


def _shown(percent: int, minutes: int) -> Usage | None:
    if percent < SHOWN_FROM:
        return None
    return Usage(
        call_count=percent,
        total_time=percent // 2,
        total_cputime=percent // 2,
        estimated_time_to_regain_access=minutes,
    )
