"""What a token may do right now: its life, its scopes, and the tasks behind it (graph.md 2.6, 2.8). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone

import msgspec

from pagewire.simulator import errors
from pagewire.simulator.errors import Refusal
from pagewire.simulator.identity import refusals
from pagewire.simulator.identity.model import ALL_TASKS, Grant, Holder
from pagewire.simulator.identity.scopes import IMPERSONATING, INSTAGRAM_PERMISSIONS, PAGE_PERMISSIONS
from pagewire.simulator.state import State
from pagewire.simulator.world import Token

_PACIFIC = timezone(timedelta(hours=-8), "PST")


class Standing(msgspec.Struct, frozen=True):
    """What a live token may do.

    Attributes:
        scopes: permissions that are granted, neither declined nor lapsed and, for a Page's token, cover that Page.
        tasks: what the person behind a Page's token may do there.
    """

    scopes: frozenset[str]
    tasks: frozenset[str] = ALL_TASKS


def ended(token: Token, now: float) -> Refusal | None:
    """Why a token is dead by itself: invalidated, or run out."""
    if token.revoked is not None:
        return errors.revoked(token.revoked, token.app_id)
    if token.expires_at and token.expires_at <= now:
        return errors.TOKEN_EXPIRED.saying(
            f"Error validating access token: Session has expired on {_spoken(token.expires_at)}. "
            f"The current time is {_spoken(now)}."
        )
    return None


def _spoken(when: float) -> str:
    return datetime.fromtimestamp(int(when), UTC).astimezone(_PACIFIC).strftime("%A, %d-%b-%y %H:%M:%S %Z")


def refusal(state: State, token: Token, now: float) -> Refusal | None:
    """Why a token is refused everywhere, or None while it is good."""
    dead = ended(token, now)
    if dead is not None or token.type != "PAGE":
        return dead
    if not tasks_on(state, token, token.account_id):
        return refusals.NO_ROLE
    grant = grant_of(state, token)
    if not token.targets and (grant is None or not (grant.targets or grant.permissions)):
        return None  # nothing was ever limited or declined: the usual case, and senders measure themselves by it
    if not token.scopes.isdisjoint(IMPERSONATING) and not covering(state, token, grant, IMPERSONATING):
        return refusals.NOT_IMPERSONATING
    return None


def standing(state: State, token: Token, now: float) -> Standing:
    """What a token that is not refused may do."""
    grant = grant_of(state, token)
    if token.type == "INSTAGRAM":
        return Standing(frozenset(token.scopes))
    if grant is not None and lapsed(grant, now) and not is_system(state, token):
        return Standing(frozenset({"public_profile"}), tasks_on(state, token, token.account_id))
    if token.type == "PAGE":
        return Standing(covering(state, token, grant, token.scopes), tasks_on(state, token, token.account_id))
    return Standing(granted(token, grant))


def grant_of(state: State, token: Token) -> Grant | None:
    """What its person allows the token's app, if anything was ever said; Instagram Login has no such grants."""
    if token.type == "INSTAGRAM":
        return None
    return state.identity.grants.get((token.user_id, token.app_id))


def lapsed(grant: Grant, now: float) -> bool:
    """Whether the 90 days of data access are over."""
    return 0 < grant.data_access_expires_at <= now


def is_system(state: State, token: Token) -> bool:
    """Whether the token speaks for a system user, for whom the clock of data access does not run."""
    return token.user_id in state.identity.system_users


def granted(token: Token, grant: Grant | None) -> frozenset[str]:
    """The scopes of a token that were not declined and have not lapsed."""
    if grant is None or not grant.permissions:
        return frozenset(token.scopes)
    return frozenset(scope for scope in token.scopes if grant.allows(scope))


def covering(state: State, token: Token, grant: Grant | None, scopes: Iterable[str]) -> frozenset[str]:
    """Those of ``scopes`` that a Page token has for its own Page, or for the Instagram account behind it."""
    held = granted(token, grant).intersection(scopes)
    if not token.targets and (grant is None or not grant.targets):
        return held
    page = token.account_id or ""
    linked = state.instagram_of(page)
    behind = linked.id if linked is not None else None
    return frozenset(s for s in held if covers(token, grant, s, behind if s in INSTAGRAM_PERMISSIONS else page))


def covers(token: Token, grant: Grant | None, scope: str, target: str | None) -> bool:
    """Whether a scope reaches an object; without ``target_ids`` it reaches all, present and future."""
    for limits in (token.targets, grant.targets if grant is not None else {}):
        limited = limits.get(scope)
        if limited and target is not None and target not in limited:
            return False
    return True


def reaches(state: State, token: Token, scope: str, target: str) -> bool:
    """Whether a token has a scope, and has it for this object."""
    grant = grant_of(state, token)
    return scope in granted(token, grant) and covers(token, grant, scope, target)


def targets_of(token: Token, grant: Grant | None, scope: str) -> set[str] | None:
    """The objects that a scope is limited to, or None for all."""
    own = token.targets.get(scope)
    given = grant.targets.get(scope) if grant is not None else None
    if own and given:
        return own & given
    return own or given or None


def page_scopes(state: State, token: Token, page_id: str) -> frozenset[str]:
    """The Page permissions that a token of a person or system user has for one Page."""
    grant = grant_of(state, token)
    held = granted(token, grant)
    return frozenset(s for s in held if s in PAGE_PERMISSIONS and covers(token, grant, s, page_id))


def tasks_on(state: State, token: Token, page_id: str | None) -> frozenset[str]:
    """What the person behind a token may do on a Page. A world that is silent about it trusts the token."""
    holder: Holder | None = state.identity.holder(token.user_id)
    if holder is None or page_id is None or page_id not in holder.pages:
        return ALL_TASKS
    return frozenset(holder.pages[page_id])
