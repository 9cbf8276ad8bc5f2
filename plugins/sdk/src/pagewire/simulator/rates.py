"""Meta's rate limits as token buckets on the simulator's clock, and the usage headers that announce them."""

from __future__ import annotations

import math

import msgspec

from pagewire.simulator.settings.window import Windows

SHOWN_FROM = 20
"""Usage headers are absent at low use (graph.md 9.2); this is the percentage from which we show them."""


class Limits(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The limits in force; None switches one off. Figures of outbound.md 5.1.

    Attributes:
        sends_per_second: text, links, reactions, sender actions and all that is not media; per account.
        login_sends_per_second: the same on Instagram Login.
        media_per_second: audio and video.
        conversations_per_second: the Conversations API.
        private_replies_per_hour: sends to a comment.
        profile_calls_per_10_minutes: the Messenger Profile API, reads and refused calls included (graph.md 7).
        daily_calls_per_person: messaging calls per person who may be written to, in 24 h: code 80006. Off,
            because a world of three people would stand still after 600 calls.
        app_calls_per_hour: all calls of one app: code 4. Off.
    """

    sends_per_second: int | None = 300
    login_sends_per_second: int | None = 100
    media_per_second: int | None = 10
    conversations_per_second: int | None = 2
    private_replies_per_hour: int | None = 750
    profile_calls_per_10_minutes: int | None = 10
    daily_calls_per_person: int | None = None
    app_calls_per_hour: int | None = None


def unlimited() -> Limits:
    """No limits: for load."""
    return Limits(
        sends_per_second=None,
        login_sends_per_second=None,
        media_per_second=None,
        conversations_per_second=None,
        private_replies_per_hour=None,
        profile_calls_per_10_minutes=None,
    )


class Usage(msgspec.Struct, kw_only=True):
    """Use of an allowance in percent, as the usage headers print it."""

    call_count: int = 0
    total_time: int = 0
    total_cputime: int = 0
    estimated_time_to_regain_access: int = 0


class _Bucket(msgspec.Struct):
    used: float
    at: float


class Rates:
    """The buckets of all accounts and apps.

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

    def clear(self) -> None:
        """Begin anew, with full buckets."""
        self._buckets.clear()
        self.pinned.clear()
        self.profile_calls.clear()

    def take(self, who: str, what: str, amount: float | None, per: float, now: float) -> bool:
        """Use one call of ``amount`` per ``per`` seconds; False when there is none left."""
        if amount is None:
            return True
        bucket = self._buckets.get((who, what))
        if bucket is None:
            bucket = self._buckets[who, what] = _Bucket(0.0, now)
        bucket.used = max(0.0, bucket.used - (now - bucket.at) * amount / per)
        bucket.at = now
        if bucket.used + 1 > amount:
            return False
        bucket.used += 1
        return True

    def used(self, who: str, what: str, amount: float | None) -> int:
        """Percent of a bucket that is used."""
        bucket = self._buckets.get((who, what))
        if bucket is None or amount is None:
            return 0
        return min(100, math.ceil(100 * bucket.used / max(amount, 1)))

    def app_usage(self, app: str) -> Usage | None:
        """What ``X-App-Usage`` says, or None when it is absent."""
        pinned = self.pinned.get(app)
        if pinned is not None:
            return pinned
        return _shown(self.used(app, "app", self.limits.app_calls_per_hour), 0)

    def account_usage(self, account: str, daily: int | None, *, login: bool) -> Usage | None:
        """What ``X-Business-Use-Case-Usage`` says of an account, or None when it is absent.

        Args:
            account: Page or Instagram account id.
            daily: its calls allowed in 24 h, from ``daily``.
            login: whether it is reached by Instagram Login.
        """
        pinned = self.pinned.get(account)
        if pinned is not None:
            return pinned
        limits = self.limits
        per_second = limits.login_sends_per_second if login else limits.sends_per_second
        if per_second is None and daily is None:
            return None
        of_day = self.used(account, "day", daily)
        percent = max(of_day, self.used(account, "send", per_second))
        return _shown(percent, math.ceil(24 * 60 / (daily or 1)) if of_day >= 100 else 0)

    def daily(self, people: int) -> int | None:
        """Calls allowed in 24 h to an account that may write to so many people."""
        each = self.limits.daily_calls_per_person
        return None if each is None else each * max(people, 1)


def _shown(percent: int, minutes: int) -> Usage | None:
    if percent < SHOWN_FROM:
        return None
    return Usage(
        call_count=percent,
        total_time=percent // 2,
        total_cputime=percent // 2,
        estimated_time_to_regain_access=minutes,
    )
