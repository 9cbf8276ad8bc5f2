"""Meta's limits as figures (outbound.md 5.1). Pure."""

from __future__ import annotations

import msgspec


class Limits(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The limits in force; None switches one off.

    Attributes:
        sends_per_second: text, links, reactions, sender actions and all that has no limit of its own; per account.
        login_sends_per_second: the same on Instagram Login.
        media_per_second: audio and video.
        bulky_per_second: images, files and templates. Meta publishes no figure: off.
        thread_per_second: sends to one person. Meta says there is a limit and publishes no figure: off.
        conversations_per_second: the Conversations API.
        private_replies_per_hour: sends to a comment or post.
        live_replies_per_second: sends to a comment on a live broadcast, Instagram only.
        high_volume_per_second: messages of a Page from which on Meta's inbox stops and conversations cannot be
            listed. Whether the Send API refuses too is not published: ``high_volume_refuses``.
        instagram_volume_per_day: the same for an Instagram account, whose period is not published.
        high_volume_refuses: sends beyond those two are refused with 613.
        profile_calls_per_10_minutes: the Messenger Profile API, reads and refused calls included (graph.md 7).
        daily_calls_per_person: messaging calls per person who may be written to, in 24 h: code 80006. Off,
            because a world of three people would stand still after 600 calls.
        app_calls_per_hour: all calls of one app: code 4. Off.
    """

    sends_per_second: int | None = 300
    login_sends_per_second: int | None = 100
    media_per_second: int | None = 10
    bulky_per_second: int | None = None
    thread_per_second: int | None = None
    conversations_per_second: int | None = 2
    private_replies_per_hour: int | None = 750
    live_replies_per_second: int | None = 100
    high_volume_per_second: int | None = 40
    instagram_volume_per_day: int | None = 72_000
    high_volume_refuses: bool = False
    profile_calls_per_10_minutes: int | None = 10
    daily_calls_per_person: int | None = None
    app_calls_per_hour: int | None = None


def unlimited() -> Limits:
    """No limits: for load."""
    off = {name: None for name in Limits.__struct_fields__ if name != "high_volume_refuses"}
    return msgspec.convert(off, Limits)


PERIODS: dict[str, float] = {
    "sends_per_second": 1,
    "login_sends_per_second": 1,
    "media_per_second": 1,
    "bulky_per_second": 1,
    "thread_per_second": 1,
    "conversations_per_second": 1,
    "private_replies_per_hour": 3600,
    "live_replies_per_second": 1,
    "high_volume_per_second": 1,
    "instagram_volume_per_day": 86400,
    "daily_calls_per_person": 86400,
    "app_calls_per_hour": 3600,
}
"""Limit to the seconds it is counted over."""
