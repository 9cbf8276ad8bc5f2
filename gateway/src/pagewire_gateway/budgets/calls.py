"""Kinds of calls, and what Meta allows of each. Pure. Source: Meta, rate limits (outbound.md 5.1)."""

from collections.abc import Callable
from typing import Final, Literal

from msgspec import Struct

from pagewire.surfaces import Surface
from pagewire_gateway.budgets.sharing import Tap

Call = Literal["message", "media", "bulky", "action", "private_reply", "conversations", "profile", "healing"]
"""``message``: text, stickers, links. ``media``: audio and video. ``bulky``: images, files and templates. ``action``: typing,
seen, reactions and thread control. ``conversations``: looking for a doubtful send; ``healing`` reads from the same
allowance, after those."""

CALLS: Final[tuple[Call, ...]] = (
    "message",
    "action",
    "private_reply",
    "media",
    "bulky",
    "conversations",
    "profile",
    "healing",
)
SPARE: Final = frozenset({"profile", "healing"})
"""Calls that wait for better times once an allowance runs short: nobody's answer depends on them."""

SENDS: Final = frozenset(CALLS) - SPARE - {"conversations"}
"""Calls that may try whether a trouble is over."""

INSTAGRAM_LOGIN_RATE: Final = 90.0
"""Meta takes 100 a second of an account with Instagram Login."""


class Limits(Struct, frozen=True, kw_only=True):
    """Calls to one account, a second unless the name says otherwise, always a little below what Meta allows.

    Attributes:
        rate: messages. Meta takes 300, but above 40 a second its inbox stops working for the Page.
        burst: messages at once after a quiet time; with `rate` below 40.
        media: audio and video; Meta takes 10.
        bulky: images, files and templates; Meta publishes no figure and is asked no more of than of media.
        private_replies_per_hour: Meta takes 750.
        conversations: Conversations API; Meta takes 2.
        profiles: look-ups of people.
        thread_rate: messages to one person, sustained; Meta throttles "too many" and publishes no figure.
        thread_burst: messages to one person at once.
        instagram_per_day: messages of an Instagram account; above 72,000 its inbox stops working.
    """

    rate: float = 30.0
    burst: float = 8.0
    media: float = 8.0
    bulky: float = 8.0
    private_replies_per_hour: float = 700.0
    conversations: float = 1.8
    profiles: float = 5.0
    thread_rate: float = 1.0
    thread_burst: float = 5.0
    instagram_per_day: float = 70_000.0


MakeTap = Callable[[str, float, float], Tap]
"""Makes what calls are drawn from: its name, calls a second, and calls at once."""


def taps(limits: Limits, surface: Surface, tap: MakeTap) -> dict[Call, tuple[Tap, ...]]:
    """What each kind of call of an account is drawn from; several kinds share some."""
    rate = min(limits.rate, INSTAGRAM_LOGIN_RATE) if surface is Surface.INSTAGRAM_LOGIN else limits.rate
    general = tap("general", rate, limits.burst)
    sends: tuple[Tap, ...] = (general,)
    if surface.is_instagram:
        # Half at once and half over the day: however Meta's day falls, no 24 hours see more.
        half = limits.instagram_per_day / 2
        sends = (general, tap("day", half / 86_400, half))
    reading = tap("conversations", limits.conversations, 1)
    hourly = limits.private_replies_per_hour / 2
    return {
        "message": sends,
        "action": (general,),
        "media": (*sends, tap("media", limits.media, 1)),
        "bulky": (*sends, tap("bulky", limits.bulky, 1)),
        "private_reply": (*sends, tap("private_reply", hourly / 3600, hourly)),
        "conversations": (reading,),
        "healing": (reading,),
        "profile": (tap("profile", limits.profiles, 4 * limits.profiles),),
    }
