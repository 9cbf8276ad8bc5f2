"""From what was seen of a token to the steps that give it one that works. Pure.

A token is made again when its source changed, when what was made of it is dead, or when its end is near. A source that
cannot be used changes nothing: what was kept before stays in force.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from msgspec import Struct

from pagewire.resources import AccessToken, TokenType, owned_secret
from pagewire_operator.model import Step

from .facts import Facts, Kept, TokenSeen, Way
from .renewal import Renewal, method, renew_at
from .verdict import usable

__all__ = ["Action", "Making", "plan"]


class Action(StrEnum):
    """What a step does; also how it is called."""

    OBTAIN = "Obtain"
    """Make an app's or client token of the app's credentials."""
    EXCHANGE = "Exchange"
    """Get a long-lived token for a short-lived, or for one that ends."""
    REFRESH = "Refresh"
    """Get another token for one that ends after 60 days."""
    DERIVE = "Derive"
    """Get a Page's own token."""
    GENERATE = "Generate"
    """Get a token for a system user."""
    ADOPT = "Adopt"
    """Put a given token where an older result is kept."""
    REVOKE = "Revoke"
    """Revoke the token that was replaced."""
    RESTORE = "Restore"
    """Go back to the token before, because its replacement does not work."""


class Making(Struct, frozen=True, kw_only=True):
    """What `apply` needs to do a step.

    Attributes:
        action: what is done.
        anew: it begins with the source, not with the token that is kept.
    """

    action: Action
    anew: bool = False


PAUSE: Final = 600.0
"""Seconds after which a result that does not work is made again."""

_MADE_BY: Final = {
    Way.DERIVED: Action.DERIVE,
    Way.GENERATED: Action.GENERATE,
    Way.CREDENTIALS: Action.OBTAIN,
    Way.CLIENT: Action.OBTAIN,
}
_RENEWED_BY: Final = {
    Renewal.REFRESH: Action.REFRESH,
    Renewal.INSTAGRAM: Action.REFRESH,
    Renewal.EXCHANGE: Action.EXCHANGE,
    Renewal.DERIVE: Action.DERIVE,
}


def plan(token: AccessToken, seen: TokenSeen, now: float) -> tuple[Step, ...]:
    """The steps for one AccessToken, in order; at most one of them makes a token.

    Args:
        token: what is wanted.
        seen: what was seen.
        now: seconds since 1970.
    """
    if seen.kept is not None and seen.kept.retired is not None and seen.facts is not None:
        return (_aftermath(token, seen.facts.valid),)
    return tuple(_step(token, seen, making) for making in _makings(token, seen, now))


def _aftermath(token: AccessToken, works: bool) -> Step:
    """What a renewal left to do: it was written down, and then something stopped it."""
    if works:
        return _told(token, Making(action=Action.REVOKE), "the token before, which was replaced")
    return _told(token, Making(action=Action.RESTORE), "the token before: Meta does not accept its replacement")


def _makings(token: AccessToken, seen: TokenSeen, now: float) -> Iterator[Making]:
    works = usable(token, seen.facts, now)
    if seen.source is None:
        yield from _renewal(token, seen.facts if works else None, seen.kept, now)
    elif seen.source.way is not Way.GIVEN:
        action = _MADE_BY[seen.source.way]
        if seen.kept is None or seen.changed or _dead(seen.kept, works, now):
            yield Making(action=action, anew=True)
        else:
            yield from _renewal(token, seen.facts if works else None, seen.kept, now)
    elif seen.kept is None:
        yield from _given(token, seen.facts, None, now)
    elif seen.changed or _dead(seen.kept, works, now):
        yield from _given(token, seen.offered, seen.kept, now)
    else:
        yield from _renewal(token, seen.facts if works else None, seen.kept, now)


def _dead(kept: Kept, works: bool, now: float) -> bool:
    """Whether a result is to be made again; not at once, for writing one down is what we are woken by."""
    return not works and now - kept.made_at >= PAUSE


def _given(token: AccessToken, facts: Facts | None, kept: Kept | None, now: float) -> Iterator[Making]:
    """What becomes of a token that somebody gave us: most are used as they are."""
    if facts is None or not usable(token, facts, now):
        return
    how = method(token)
    if how is Renewal.INSTAGRAM or (facts.short(now) and token.spec.type is TokenType.USER):
        yield Making(action=Action.EXCHANGE, anew=True)
    elif _due(token, facts, None, now) and how in _RENEWED_BY:
        yield Making(action=_RENEWED_BY[how], anew=True)
    elif kept is not None:
        yield Making(action=Action.ADOPT, anew=True)


def _renewal(token: AccessToken, facts: Facts | None, kept: Kept | None, now: float) -> Iterator[Making]:
    how = method(token)
    if facts is not None and how in _RENEWED_BY and _due(token, facts, kept, now):
        yield Making(action=_RENEWED_BY[how])


def _due(token: AccessToken, facts: Facts, kept: Kept | None, now: float) -> bool:
    at = renew_at(token, facts, kept)
    return at is not None and at <= now


def _step(token: AccessToken, seen: TokenSeen, making: Making) -> Step:
    place = seen.source.place if seen.source is not None else "its Secret"
    details = {
        Action.OBTAIN: f"made of {place}",
        Action.EXCHANGE: "for a long-lived one" if making.anew else "for one that lives longer",
        Action.REFRESH: "another one for 60 days",
        Action.DERIVE: f"from {place}",
        Action.GENERATE: f"with {', '.join(token.spec.scopes)}, on behalf of {place}",
        Action.ADOPT: f"the one of {place} instead of the one kept before",
    }
    return _told(token, making, f"{details[making.action]}; kept in Secret {owned_secret(token)}")


def _told(token: AccessToken, making: Making, detail: str) -> Step:
    return Step(action=making.action, target=_target(token), detail=detail, arguments=making)


def _target(token: AccessToken) -> str:
    if token.spec.page_id is not None:
        return f"token of Page {token.spec.page_id}"
    if token.spec.source.system_user is not None:
        return f"token of system user {token.spec.source.system_user.system_user_id}"
    return f"{token.spec.type} token"
