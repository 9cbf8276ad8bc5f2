"""Who calls, and may they? Tokens, proofs, and the object in the path (appendix A step 1; graph.md 1.6, 2)."""

from __future__ import annotations

import hashlib
import hmac

import msgspec

from pagewire.simulator import errors
from pagewire.simulator.errors import Refusal, Refused
from pagewire.simulator.graph.call import Call
from pagewire.simulator.meta import Meta
from pagewire.simulator.world import Account, App, Token


class Caller(msgspec.Struct, kw_only=True):
    """A call whose token is good.

    Attributes:
        app: the app of the token.
        token: the token; None for an app token.
        account: the Page or Instagram account the token stands for.
    """

    app: App
    token: Token | None
    account: Account | None


def authenticate(meta: Meta, call: Call, missing: Refusal = errors.TOKEN_REQUIRED) -> Caller:
    """Check the token, its family, its life and the ``appsecret_proof``.

    Args:
        meta: the simulated company.
        call: the call.
        missing: the refusal when there is no token at all.

    Raises:
        Refused: 190, 104, or 100 for a proof.
    """
    if call.token is None:
        raise Refused(missing)
    caller = _known(meta, call, call.token)
    call.app, call.account = caller.app, caller.account
    if caller.token is not None:
        alive(caller.token, meta.clock.now())
    _proof(call, caller)
    return caller


def _known(meta: Meta, call: Call, value: str) -> Caller:
    token = meta.state.tokens.get(value)
    if token is None:
        app = meta.state.app_of_token(value)
        if app is None or call.host == "instagram":
            raise Refused(errors.TOKEN_UNREADABLE)
        return Caller(app=app, token=None, account=None)
    app = meta.state.apps.get(token.app_id)
    if app is None or (token.type == "INSTAGRAM") != (call.host == "instagram"):
        raise Refused(errors.TOKEN_UNREADABLE)
    account = meta.state.accounts.get(token.account_id) if token.account_id else None
    return Caller(app=app, token=token, account=account)


def alive(token: Token, now: float) -> None:
    """Refuse a token that was revoked or has expired at ``now`` (seconds)."""
    if token.revoked is not None:
        raise Refused(errors.revoked(token.revoked, token.app_id))
    if token.expires_at and token.expires_at <= now:
        raise Refused(errors.TOKEN_EXPIRED)


def _proof(call: Call, caller: Caller) -> None:
    given = call.text("appsecret_proof")
    if given is None:
        if caller.app.require_proof:
            raise Refused(errors.PROOF_MISSING)
        return
    when = call.text("appsecret_time")
    signed = call.token or ""
    if when is not None:
        signed += f"|{when}"
    secret = caller.app.secret
    if caller.token is not None and caller.token.type == "INSTAGRAM":
        secret = caller.app.instagram_secret or secret
    proof = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(proof, given):
        raise Refused(errors.PROOF_INVALID)


def account_of(meta: Meta, call: Call, missing: Refusal = errors.TOKEN_REQUIRED) -> Caller:
    """The caller of an edge of a Page or Instagram account, which the first path segment names.

    Raises:
        Refused: as ``authenticate``; 210 without an account's token, 100/33 for another object than its own.
    """
    caller = authenticate(meta, call, missing)
    if caller.token is None or caller.token.type in ("USER", "SYSTEM_USER"):
        raise Refused(errors.PAGE_TOKEN_REQUIRED)
    if caller.account is None or call.segments[0] not in ("me", caller.account.id):
        raise Refused(errors.no_object(call.method, call.segments[0]))
    return caller


def permit(caller: Caller, account: Account) -> None:
    """Refuse a token without the messaging permission of this account (outbound.md 1.1).

    Raises:
        Refused: 230 on Messenger, 10 on Instagram.
    """
    scopes = caller.token.scopes if caller.token is not None else set()
    if account.object == "page":
        if "pages_messaging" not in scopes:
            raise Refused(errors.NEEDS_PAGES_MESSAGING)
    elif account.instagram_login:
        if "instagram_business_manage_messages" not in scopes:
            raise Refused(errors.NO_PERMISSION)
    elif "instagram_manage_messages" not in scopes:
        raise Refused(errors.NO_PERMISSION)
