"""``/oauth/access_token`` and ``/oauth/revoke`` on graph.facebook.com (graph.md 2.1 to 2.3, 2.5)."""

from __future__ import annotations

import msgspec

from pagewire.simulator import errors
from pagewire.simulator.errors import Refused
from pagewire.simulator.graph import access, oauth_instagram
from pagewire.simulator.graph.answer import Answer, ok
from pagewire.simulator.graph.call import Call
from pagewire.simulator.identity import issue, refusals, secrets
from pagewire.simulator.identity.registry import Code
from pagewire.simulator.identity.standing import refusal
from pagewire.simulator.meta import Meta
from pagewire.simulator.world import App, Token


async def access_token(meta: Meta, call: Call) -> Answer:
    """Client credentials, an authorization code, or a token in exchange; api.instagram.com has its own."""
    if call.host == "instagram":
        return oauth_instagram.exchange_code(meta, call)
    app = client(meta, call)
    call.app = app
    kind = call.text("grant_type") or "authorization_code"
    if kind == "client_credentials":
        return ok({"access_token": secrets.app_token(app), "token_type": "bearer"})
    if kind == "authorization_code":
        return bearer(redeem(meta, call, app), meta.clock.now())
    if kind == "fb_exchange_token":
        return bearer(_exchange(meta, call, app), meta.clock.now())
    raise Refused(refusals.grant_type(kind))


def client(meta: Meta, call: Call) -> App:
    """The app that ``client_id`` and ``client_secret`` name.

    Raises:
        Refused: 101 for the id, 1 for the secret.
    """
    client_id = call.text("client_id")
    if client_id is None:
        raise Refused(refusals.NO_CLIENT)
    app = meta.state.apps.get(client_id)
    if app is None:
        raise Refused(refusals.WRONG_APP)
    if call.text("client_secret") not in secrets.secrets_of(app):
        raise Refused(refusals.WRONG_SECRET)
    return app


def bearer(token: Token, now: float) -> Answer:
    """A token as these endpoints answer it; without ``expires_in`` when it never expires."""
    answer: dict[str, object] = {"access_token": token.value, "token_type": "bearer"}
    if token.expires_at:
        answer["expires_in"] = token.expires_at - int(now)
    return ok(answer)


def redeem(meta: Meta, call: Call, app: App) -> Token:
    """Turn an authorization code into its token, once.

    Raises:
        Refused: 1 without a code; 100, 100/36009 used, 100/36007 expired, 100/36008 another ``redirect_uri``.
    """
    value = call.text("code")
    if value is None:
        raise Refused(refusals.NO_CODE)
    code = meta.state.identity.codes.get(value)
    if code is None or code.app_id != app.id or code.token.type == "INSTAGRAM":
        raise Refused(refusals.BAD_CODE)
    if code.used:
        raise Refused(refusals.CODE_USED)
    if code.expires_at <= meta.clock.now():
        raise Refused(refusals.CODE_EXPIRED)
    if (code.redirect_uri or None) != call.text("redirect_uri"):
        raise Refused(refusals.REDIRECT_MISMATCH)
    return token_of(meta, code)


def token_of(meta: Meta, code: Code) -> Token:
    """The token of a code that was found good; the code is used up."""
    code.used = True
    now = int(meta.clock.now())
    made = msgspec.structs.replace(
        code.token,
        value=issue.new_value(meta.ids, code.token.type),
        issued_at=now,
        expires_at=now + code.lifetime if code.lifetime else 0,
    )
    return issue.keep(meta.state, made)


def _exchange(meta: Meta, call: Call, app: App) -> Token:
    value, now = call.text("fb_exchange_token"), meta.clock.now()
    if value is None:
        raise Refused(refusals.NO_EXCHANGE_TOKEN)
    token = meta.state.tokens.get(value)
    if token is None:
        known = meta.state.app_of_token(value)
        raise Refused(errors.TOKEN_UNREADABLE if known is None else refusals.NOT_EXCHANGEABLE)
    if token.app_id != app.id or token.type == "INSTAGRAM":
        raise Refused(refusals.foreign_token(app.id))
    dead = refusal(meta.state, token, now)
    if dead is not None:
        raise Refused(dead)
    if token.type == "SYSTEM_USER":
        if call.text("set_token_expires_in_60_days") not in ("true", "True", "1"):
            raise Refused(refusals.NOT_EXPIRING)
        return issue.renewed(meta.state, meta.ids, token, now)
    if token.type == "PAGE":
        raise Refused(refusals.NOT_EXCHANGEABLE)
    # A long-lived token comes back as it is: only the person can prolong it (graph.md 2.3).
    return issue.renewed(meta.state, meta.ids, token, now) if issue.is_short(token) else token


async def revoke(meta: Meta, call: Call) -> Answer:
    """``GET /oauth/revoke``: kill ``revoke_token`` at once, with another token of the same owner."""
    app = client(meta, call)
    caller = access.authenticate(meta, call)
    value = call.text("revoke_token")
    if value is None:
        raise Refused(refusals.NO_REVOKE_TOKEN)
    token = meta.state.tokens.get(value)
    if token is None:
        raise Refused(errors.TOKEN_UNREADABLE)
    if token.app_id != app.id or caller.app.id != app.id:
        raise Refused(refusals.foreign_token(app.id))
    dead = refusal(meta.state, token, meta.clock.now())
    if dead is not None:
        raise Refused(dead)
    if caller.token is not None and caller.token.user_id != token.user_id:
        raise Refused(refusals.foreign_token(app.id))
    issue.kill(meta.state, token, 467)
    return ok({"success": True})
