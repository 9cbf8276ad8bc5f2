"""When a token is renewed, and when its end is near enough to be told. Pure.

Meta sends no notice when a token ends, and an ended one cannot be renewed: only a person can help then. So everything
that can be renewed is renewed well ahead, each token at a time of its own (Meta, Access Tokens; Instagram Platform).
"""

from enum import StrEnum
from typing import Final
from zlib import crc32

from pagewire.resources import AccessToken, LoginProvider, TokenType, parse_duration

from .facts import DAY, Facts, Kept

__all__ = ["Renewal", "alarm_at", "method", "renew_at"]

INSTAGRAM_AGE: Final = 30 * DAY
"""Half of the 60 days of an Instagram Login token."""
INSTAGRAM_ALARM: Final = 15 * DAY
"""After 45 of the 60 days somebody should know that it was not refreshed."""
YOUNGEST: Final = DAY + 300
"""Instagram refuses to refresh a token of less than 24 hours; nothing else is renewed twice a day either."""
SPREAD: Final = 0.1
"""Share of the time ahead by which tokens that end together are renewed apart."""


class Renewal(StrEnum):
    """How a token is renewed."""

    REFRESH = "refresh"
    """A 60-day token of a system user: another one is made, the old is revoked."""
    EXCHANGE = "exchange"
    """A person's long-lived token: Meta may prolong it, or want the person."""
    INSTAGRAM = "instagram"
    """An Instagram Login token: refreshed as long as it lives."""
    DERIVE = "derive"
    """A Page's token that ends: derived again from its parent."""
    PERSON = "person"
    """Nobody but a person can."""


def method(token: AccessToken) -> Renewal:
    """How a token of this resource is renewed if it ends."""
    spec = token.spec
    if spec.provider is LoginProvider.INSTAGRAM:
        return Renewal.INSTAGRAM
    if spec.type is TokenType.SYSTEM_USER:
        return Renewal.REFRESH
    if spec.type is TokenType.USER:
        return Renewal.EXCHANGE
    derived = spec.type is TokenType.PAGE and spec.source.secret_ref is None
    return Renewal.DERIVE if derived else Renewal.PERSON


def renew_at(token: AccessToken, facts: Facts, kept: Kept | None) -> float | None:
    """When the token is to be renewed, in seconds since 1970; past if it is due.

    Args:
        token: the resource; its ``renewBefore`` and its uid set the time.
        facts: what Meta says of the token in force.
        kept: the result it comes from, if it is one.

    Returns:
        ``None`` if it never ends, has no time left to be renewed in, or only a person can renew it.
    """
    how = method(token)
    if how is Renewal.INSTAGRAM:
        return _instagram(token, facts, kept)
    if how is Renewal.PERSON or not facts.expires_at:
        return None
    at = facts.expires_at - _ahead(token, facts, kept) * (1 + SPREAD * _share(token))
    return _not_before(at, kept.made_at + YOUNGEST if kept is not None else 0.0, facts)


def alarm_at(token: AccessToken, facts: Facts, kept: Kept | None) -> float | None:
    """When the end of a token is near enough to be told, in seconds since 1970; ``None`` if it never ends."""
    if not facts.expires_at:
        return None
    if method(token) is Renewal.INSTAGRAM:
        return facts.expires_at - INSTAGRAM_ALARM
    return facts.expires_at - _ahead(token, facts, kept)


def _instagram(token: AccessToken, facts: Facts, kept: Kept | None) -> float | None:
    made = _made(facts, kept)
    if not facts.expires_at:
        # A token somebody pasted: only its first refresh tells when it ends.
        return made + YOUNGEST if made else None
    half = (made or facts.expires_at - 2 * INSTAGRAM_AGE) + INSTAGRAM_AGE + 2 * DAY * _share(token)
    at = min(half, facts.expires_at - _seconds(token))
    return _not_before(at, made + YOUNGEST, facts)


def _ahead(token: AccessToken, facts: Facts, kept: Kept | None) -> float:
    """``renewBefore``, but never more than half of the token's life."""
    made = _made(facts, kept)
    whole = (facts.expires_at or 0.0) - made if made else float("inf")
    return min(_seconds(token), whole / 2)


def _made(facts: Facts, kept: Kept | None) -> float:
    return facts.issued_at or (kept.made_at if kept is not None else 0.0)


def _seconds(token: AccessToken) -> float:
    return parse_duration(token.spec.renew_before).total_seconds()


def _not_before(at: float, earliest: float, facts: Facts) -> float | None:
    when = max(at, earliest)
    return when if when < (facts.expires_at or 0.0) else None


def _share(token: AccessToken) -> float:
    """From 0 to 1, always the same for one resource."""
    metadata = token.metadata
    return crc32((metadata.uid or f"{metadata.namespace}/{metadata.name}").encode()) / 0xFFFFFFFF
