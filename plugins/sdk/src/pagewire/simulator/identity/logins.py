"""What a login hands back: grants and authorization codes (graph.md 2.2, 2.7, 3)."""

from __future__ import annotations

from collections.abc import Collection

from pagewire.simulator.identity.issue import DAY, LOGIN_SHORT_LIFE, LONG_LIFE, SHORT_LIFE, new_value
from pagewire.simulator.identity.model import Business, SystemUser
from pagewire.simulator.identity.registry import CODE_LIFE, Code
from pagewire.simulator.identity.scopes import INSTAGRAM_PERMISSIONS, PAGE_PERMISSIONS
from pagewire.simulator.ids import Ids
from pagewire.simulator.state import State
from pagewire.simulator.world import Account, App, Token

DATA_ACCESS = 90 * DAY
"""Seconds that a login opens a person's data for."""

LIFETIMES = {"short": SHORT_LIFE, "long": LONG_LIFE, "never": 0}
"""Name of a lifetime to its seconds; 0 is a token that never ends."""


def consent(
    state: State,
    app: App,
    user_id: str,
    scopes: Collection[str],
    declined: Collection[str],
    pages: Collection[str] | None,
) -> None:
    """A person goes through the login dialog: permissions and Pages as ticked this time."""
    grant = state.identity.grant(user_id, app.id)
    grant.permissions |= {scope: "declined" if scope in declined else "granted" for scope in [*scopes, *declined]}
    for scope in scopes:
        if scope in PAGE_PERMISSIONS or scope in INSTAGRAM_PERMISSIONS:
            _tick(state, grant.targets, scope, pages)


def _tick(state: State, targets: dict[str, set[str]], scope: str, pages: Collection[str] | None) -> None:
    if pages is None:
        targets.pop(scope, None)
    elif scope in PAGE_PERMISSIONS:
        targets[scope] = set(pages)
    elif linked := {a.id for page in pages if (a := state.instagram_of(page)) is not None}:
        targets[scope] = linked


def person_token(app: App, user_id: str, scopes: Collection[str]) -> Token:
    """The pattern of a person's token."""
    return Token(value="", type="USER", app_id=app.id, user_id=user_id, scopes=set(scopes))


def integration(state: State, ids: Ids, app: App, business: Business, pages: Collection[str]) -> SystemUser:
    """The system user through which an app works for a client's business; made on first use."""
    business.integrations.add(app.id)
    known = state.identity.system_users.values()
    found = next((u for u in known if u.client_of == app.id and u.business_id == business.id), None)
    if found is None:
        found = SystemUser(
            id=ids.number("61"),
            business_id=business.id,
            name=f"{app.name} integration",
            apps={app.id},
            client_of=app.id,
        )
        state.identity.system_users[found.id] = found
    found.pages |= {page: {"ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MESSAGING", "MODERATE"} for page in pages}
    return found


def robot_token(app: App, user: SystemUser, scopes: Collection[str]) -> Token:
    """The pattern of a system user's token."""
    return Token(value="", type="SYSTEM_USER", app_id=app.id, user_id=user.id, scopes=set(scopes))


def instagram_token(app: App, account: Account, scopes: Collection[str]) -> Token:
    """The pattern of an Instagram user's token."""
    return Token(value="", type="INSTAGRAM", app_id=app.id, account_id=account.id, scopes=set(scopes))


def code_for(state: State, ids: Ids, token: Token, lifetime: int, redirect_uri: str | None, now: float) -> str:
    """An authorization code that will become this token."""
    prefix = "AQ" if token.type == "INSTAGRAM" else "AQB"
    value = prefix + new_value(ids, "USER")[3:]
    life = LOGIN_SHORT_LIFE if token.type == "INSTAGRAM" else lifetime
    state.identity.codes[value] = Code(
        app_id=token.app_id,
        token=token,
        lifetime=life,
        redirect_uri=redirect_uri,
        expires_at=int(now) + CODE_LIFE,
    )
    return value
