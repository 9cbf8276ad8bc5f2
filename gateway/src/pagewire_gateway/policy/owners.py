"""Who may answer in a thread (Meta, Conversation Routing; outbound.md 4.3)."""

from typing import Final

from pagewire_gateway.policy.words import Talk

DAY_MS: Final = 86_400_000

PAGE_INBOX: Final = "263902037430900"
INSTAGRAM_INBOX: Final = "1217981644879628"
_MISPRINTED: Final = "26390203743090"
"""One page of Meta's leaves out the last digit of the Page inbox."""

SOMEBODY: Final = "another app"
"""The owner where Meta does not say which app it is."""


def inbox(app_id: str) -> str | None:
    """The name of Meta's own inbox with this app id; ``None`` for any other app."""
    if app_id in {PAGE_INBOX, _MISPRINTED}:
        return "the Page inbox"
    return "the Instagram inbox" if app_id == INSTAGRAM_INBOX else None


def owner_of(talk: Talk, app_id: str, now: int) -> str | None:
    """Who else has the thread, in words for people; ``None`` if this app may answer, as far as is known.

    The latest sign counts: a hand-over names the owner, standby means that it is another app, and a person's act that is
    delivered as messaging means that this app may answer. Without any user message for 24 hours a thread falls back.
    """
    if not talk.standby and not talk.owner_at:
        return None
    latest = max(talk.standby, talk.owner_at)
    if talk.direct > latest or now - max(latest, talk.last_inbound) >= DAY_MS:
        return None
    if talk.owner_at >= talk.standby:
        return _named(talk.owner, app_id)
    # Standby says "not you"; the last hand-over may say who, unless it said that it was us.
    return _named(talk.owner, app_id) or SOMEBODY


def _named(owner: str, app_id: str) -> str | None:
    if not owner or owner == app_id:
        return None
    return inbox(owner) or f"app {owner}"
