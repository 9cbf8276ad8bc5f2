"""Making tokens: derived, exchanged, refreshed (graph.md 2.2 to 2.7)."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from typing import cast

import msgspec

from pagewire.simulator.identity.standing import ended
from pagewire.simulator.ids import Ids
from pagewire.simulator.state import State
from pagewire.simulator.world import Token, TokenType

DAY = 24 * 3600
LONG_LIFE = 60 * DAY
"""Seconds a long-lived or refreshed token lives."""
SHORT_LIFE = 5400
"""Seconds a short-lived token of a person lives: between one hour and two."""
LOGIN_SHORT_LIFE = 3600
"""Seconds a short-lived Instagram token lives."""


def new_value(ids: Ids, kind: TokenType) -> str:
    """A token string: opaque, with the prefix that its family usually has."""
    noise = urlsafe_b64encode(ids.random.randbytes(90)).decode().replace("-", "Z").replace("_", "B")
    return ("IGAA" if kind == "INSTAGRAM" else "EAA") + noise


def keep(state: State, token: Token) -> Token:
    """Make a token known."""
    state.tokens[token.value] = token
    return token


def is_short(token: Token) -> bool:
    """Whether a token was made for hours rather than for days."""
    return bool(token.expires_at and token.issued_at) and token.expires_at - token.issued_at <= DAY


def page_token(state: State, ids: Ids, parent: Token, page_id: str, now: float) -> Token:
    """The Page token of a person's or system user's token: the same one each time it is asked for.

    A short-lived parent gives a short-lived one; any other gives one without an expiry date.
    """
    key = (parent.value, page_id)
    known = state.tokens.get(state.identity.derived.get(key, ""))
    if known is not None and ended(known, now) is None:
        return known
    made = Token(
        value=new_value(ids, "PAGE"),
        type="PAGE",
        app_id=parent.app_id,
        account_id=page_id,
        user_id=parent.user_id,
        scopes=set(parent.scopes),
        issued_at=int(now),
        expires_at=parent.expires_at if is_short(parent) else 0,
        targets={scope: set(ids_) for scope, ids_ in parent.targets.items()},
        parent=parent.value,
    )
    state.identity.derived[key] = made.value
    return keep(state, made)


def renewed(state: State, ids: Ids, token: Token, now: float, life: int = LONG_LIFE) -> Token:
    """Another token for the same, good for ``life`` seconds from now; the old one keeps its own expiry."""
    made = msgspec.structs.replace(
        token,
        value=new_value(ids, token.type),
        issued_at=int(now),
        expires_at=int(now) + life,
        scopes=set(token.scopes),
        parent=None,
    )
    return keep(state, made)


def kill(state: State, token: Token, subcode: int) -> None:
    """Invalidate a token and all that was derived from it."""
    token.revoked = subcode
    for other in tuple(state.tokens.values()):
        if other.parent == token.value and other.revoked is None:
            kill(state, other, subcode)


def kill_all(state: State, user_id: str, subcode: int, app_id: str | None = None) -> None:
    """Invalidate every token of a person or system user, for one app or for all."""
    for token in tuple(state.tokens.values()):
        if token.user_id == user_id and token.type != "INSTAGRAM" and app_id in (None, token.app_id):
            token.revoked = subcode


def as_type(name: str) -> TokenType:
    """The name of a token type, checked.

    Raises:
        ValueError: it is none.
    """
    if name not in ("PAGE", "USER", "SYSTEM_USER", "INSTAGRAM"):
        raise ValueError(f"{name!r} is no type of token: choose PAGE, USER, SYSTEM_USER or INSTAGRAM")
    return cast("TokenType", name)
