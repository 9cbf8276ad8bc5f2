"""From what was seen of a token to what is said about it. Pure.

Times in a status are times of Meta's, never of ours, so that a look that finds nothing new writes nothing.
"""

from collections.abc import Iterable
from typing import Final, Literal

from msgspec import structs

from pagewire.resources import (
    AccessToken,
    AccessTokenStatus,
    ConditionType,
    LimitedScope,
    Reason,
    ScopeFacts,
    TokenType,
    owned_secret,
)
from pagewire_operator.brain.conditions import timestamp
from pagewire_operator.brain.permissions import Grants, Need, Standing, check, grants_of, standing
from pagewire_operator.brain.report import Report, Work
from pagewire_operator.brain.trouble import Pace, Trouble
from pagewire_operator.model import Saying

from .facts import Facts, TokenSeen
from .needs import lacking_tasks, needs_of
from .renewal import renew_at
from .verdict import day, turns, verdict

__all__ = ["status"]

_MOST_SCOPES: Final = 150
_MOST_LIMITED: Final = 50
_MOST_TARGETS: Final = 20


def status(token: AccessToken, seen: TokenSeen | None, work: Work, now: float) -> Report:
    """What to say about an AccessToken.

    Args:
        token: with its status so far.
        seen: what is true now; ``None`` if nothing could be seen.
        work: what was planned, done, and in the way.
        now: seconds since 1970.
    """
    if seen is None:
        old = token.status or AccessTokenStatus()
        return Report(facts=old, sayings=_unseen(token, work))
    facts = _facts(token, seen)
    return Report(
        facts=facts,
        sayings=_sayings(token, seen, work, facts, now),
        happenings=seen.notes,
        again=_again(token, seen, now),
    )


def _unseen(token: AccessToken, work: Work) -> tuple[Saying, ...]:
    trouble = work.trouble
    spoken = trouble is not None and trouble.pace is Pace.SLOW and trouble.about is ConditionType.TOKEN_VALID
    valid = _of_trouble("False" if spoken else "Unknown", trouble, "It was not looked at yet.")
    return (valid, *_permissions(token, None, ()))


def _sayings(
    token: AccessToken, seen: TokenSeen, work: Work, status: AccessTokenStatus, now: float
) -> tuple[Saying, ...]:
    if seen.facts is None:
        blamed = work.trouble is not None and work.trouble.pace is Pace.SLOW
        valid = _of_trouble("False" if blamed else "Unknown", work.trouble, "There is no token yet.")
        return (valid, *_permissions(token, None, ()))
    valid = verdict(token, seen.facts, seen.kept, now)
    grants = _told(token, status) if seen.facts.valid and not seen.facts.foreign else None
    return (valid, *_permissions(token, grants, seen.facts.tasks))


def _permissions(token: AccessToken, grants: Grants | None, tasks: tuple[str, ...]) -> Iterable[Saying]:
    if token.spec.type in {TokenType.APP, TokenType.CLIENT}:
        return
    said = check(needs_of(token), grants)
    missing = lacking_tasks(tasks)
    if said.status != "True" or not missing:
        yield said
        return
    listed = " and ".join(missing)
    told = (
        f"The person behind the token lacks task {listed} on the Page; give it in the Page's settings. {said.message}"
    )
    yield Saying(type=said.type, status="False", reason=Reason.TASK_MISSING, message=told)


def _told(token: AccessToken, status: AccessTokenStatus) -> Grants | None:
    """The grants as every other resource will read them from the status."""
    return grants_of(structs.replace(token, status=status))


def _of_trouble(status: Literal["False", "Unknown"], trouble: Trouble | None, otherwise: str) -> Saying:
    reason, message = (trouble.reason, trouble.message) if trouble else (Reason.PROGRESSING, otherwise)
    return Saying(type=ConditionType.TOKEN_VALID, status=status, reason=reason, message=message)


def _facts(token: AccessToken, seen: TokenSeen) -> AccessTokenStatus:
    kept = owned_secret(token) if seen.kept is not None else None
    facts = seen.facts
    if facts is None:
        old = token.status if seen.trouble is not None and seen.token is not None else None
        return structs.replace(old or AccessTokenStatus(), secret_name=kept)
    return AccessTokenStatus(
        token_type=facts.type or None,
        app_id=facts.app_id or None,
        user_id=facts.user_id or None,
        profile_id=facts.profile_id or None,
        issued_at=_time(facts.issued_at),
        expires=_expires(facts),
        expires_at=_time(facts.expires_at),
        data_access_expires_at=_time(facts.data_access_expires_at),
        renew_at=_time(renew_at(token, facts, seen.kept)) if facts.valid else None,
        scopes=None if facts.foreign or facts.scopes is None else _scopes(token, facts, facts.scopes),
        tasks=sorted(facts.tasks)[:_MOST_LIMITED],
        access=_access(token, seen),
        secret_name=kept,
    )


def _access(token: AccessToken, seen: TokenSeen) -> Literal["Standard", "Advanced", "Unknown"] | None:
    if token.spec.type in {TokenType.APP, TokenType.CLIENT}:
        return None
    return seen.access or "Unknown"


def _expires(facts: Facts) -> str | None:
    if facts.expires_at is None:
        return None
    return day(facts.expires_at) if facts.expires_at else "Never"


def _time(when: float | None) -> str | None:
    return timestamp(when) if when else None


def _scopes(token: AccessToken, facts: Facts, scopes: frozenset[str]) -> ScopeFacts:
    grants = Grants(scopes=scopes, targets=facts.targets, declined=facts.declined, expired=facts.expired)
    found = [(need, standing(need, grants)) for need in needs_of(token)]
    return ScopeFacts(
        granted=sorted(scopes)[:_MOST_SCOPES],
        missing=_names(found, {Standing.MISSING, Standing.EXPIRED, Standing.DECLINED}),
        declined=_names(found, {Standing.DECLINED}),
        limited=[_limited(token, scope, facts.targets[scope]) for scope in sorted(facts.targets)[:_MOST_LIMITED]],
    )


def _names(found: Iterable[tuple[Need, Standing]], wanted: set[Standing]) -> list[str]:
    return [need.scope for need, what in found if what in wanted]


def _limited(token: AccessToken, scope: str, targets: frozenset[str]) -> LimitedScope:
    """The targets of a permission, the Page in question first, in case that not all can be listed."""
    listed = sorted(targets, key=lambda target: (target != token.spec.page_id, target))
    return LimitedScope(scope=scope, targets=listed[:_MOST_TARGETS], more=max(len(listed) - _MOST_TARGETS, 0))


def _again(token: AccessToken, seen: TokenSeen, now: float) -> float | None:
    """Seconds until the next moment at which something else is to be done or said."""
    if seen.facts is None:
        return None
    renewal = renew_at(token, seen.facts, seen.kept)
    moments = [*turns(token, seen.facts, seen.kept), *([renewal] if renewal is not None else [])]
    return min((moment - now + 1 for moment in moments if moment > now), default=None)
