"""What is to be known of a token, without the token itself. Pure."""

from __future__ import annotations

import hashlib

import msgspec

from pagewire.simulator.identity.standing import grant_of, granted, is_system, refusal, targets_of
from pagewire.simulator.state import State
from pagewire.simulator.stored import Unknown
from pagewire.simulator.world import Token, TokenType


class TokenFacts(msgspec.Struct, kw_only=True):
    """A token as ``GET /_control/identity`` shows it.

    Attributes:
        id: names the token to the control API without being a secret.
        type, app_id, user_id, account_id: as in ``Token``.
        scopes: those that are still granted.
        targets: scope to the objects it is limited to; a scope that is missing here reaches all.
        issued_at, expires_at, data_access_expires_at: seconds since the epoch; 0 is unknown, never and never.
        valid: whether calls with it are accepted.
        code, subcode, message: of the refusal it meets, while it is not valid.
        parent: ``id`` of the token it was derived from.
    """

    id: str
    type: TokenType
    app_id: str
    user_id: str
    account_id: str | None
    scopes: list[str]
    targets: dict[str, list[str]]
    issued_at: int
    expires_at: int
    data_access_expires_at: int
    valid: bool
    code: int | None = None
    subcode: int | None = None
    message: str | None = None
    parent: str | None = None


def token_id(value: str) -> str:
    """The name of a token that may be shown."""
    return hashlib.sha256(value.encode()).hexdigest()[:12]


def facts(state: State, token: Token, now: float) -> TokenFacts:
    """All that is to be known of a token at ``now`` (seconds)."""
    grant = grant_of(state, token)
    scopes = granted(token, grant)
    limited = {scope: targets_of(token, grant, scope) for scope in sorted(scopes)}
    refused = refusal(state, token, now)
    return TokenFacts(
        id=token_id(token.value),
        type=token.type,
        app_id=token.app_id,
        user_id=token.user_id,
        account_id=token.account_id,
        scopes=sorted(scopes),
        targets={scope: sorted(found) for scope, found in limited.items() if found is not None},
        issued_at=token.issued_at,
        expires_at=token.expires_at,
        data_access_expires_at=0 if grant is None or is_system(state, token) else grant.data_access_expires_at,
        valid=refused is None,
        code=refused.code if refused is not None else None,
        subcode=refused.subcode if refused is not None else None,
        message=refused.message if refused is not None else None,
        parent=token_id(token.parent) if token.parent is not None else None,
    )


def find(state: State, who: str) -> Token | None:
    """The token with this value or this shown name, or None."""
    found = state.tokens.get(who)
    if found is not None:
        return found
    return next((token for token in state.tokens.values() if token_id(token.value) == who), None)


def must_find(state: State, who: str) -> Token:
    """The token with this value or this shown name.

    Raises:
        Unknown: there is none.
    """
    found = find(state, who)
    if found is None:
        raise Unknown("no such token in this world: name it by its value, or by its id in the list of tokens")
    return found
