"""The tokens of Instagram Login: api.instagram.com and graph.instagram.com (graph.md 2.7)."""

from __future__ import annotations

import hashlib

import msgspec

from pagewire.simulator import errors
from pagewire.simulator.errors import Refusal, Refused
from pagewire.simulator.graph import access
from pagewire.simulator.graph.answer import Answer, ok
from pagewire.simulator.graph.call import Call
from pagewire.simulator.identity import issue, refusals, secrets
from pagewire.simulator.identity.standing import ended
from pagewire.simulator.meta import Meta
from pagewire.simulator.world import App, Token

_encode = msgspec.json.Encoder().encode


def app_scoped_id(account_id: str) -> str:
    """The id that an Instagram account has towards an Instagram app; ``user_id`` is what webhooks carry."""
    digest = hashlib.sha256(account_id.encode()).digest()
    return f"102{int.from_bytes(digest[:8], 'big') % 10**13:013d}"


def exchange_code(meta: Meta, call: Call) -> Answer:
    """``POST api.instagram.com/oauth/access_token``: a form, and errors in a shape of their own."""
    try:
        return ok(_login(meta, call))
    except Refused as refused:
        told = {"error_type": "OAuthException", "code": 400, "error_message": refused.refusal.message}
        return Answer(status=400, body=_encode(told), refusal=refused.refusal)


def _login(meta: Meta, call: Call) -> dict[str, object]:
    if call.method != "POST" or call.json_body:
        raise Refused(Refusal(400, None, "You must include a valid client_id, redirect_uri and code in a form body"))
    app = _client(meta, call)
    if call.text("grant_type") != "authorization_code":
        raise Refused(Refusal(400, None, "Invalid grant_type"))
    code = meta.state.identity.codes.get(call.text("code") or "")
    if code is None or code.app_id != app.id or code.token.type != "INSTAGRAM":
        raise Refused(refusals.LOGIN_BAD_CODE)
    if code.used:
        raise Refused(refusals.LOGIN_CODE_USED)
    if code.expires_at <= meta.clock.now():
        raise Refused(refusals.LOGIN_BAD_CODE)
    if (code.redirect_uri or None) != call.text("redirect_uri"):
        raise Refused(refusals.LOGIN_REDIRECT)
    code.used = True
    token = issue.renewed(meta.state, meta.ids, code.token, meta.clock.now(), code.lifetime)
    return _shape(meta, token)


def _client(meta: Meta, call: Call) -> App:
    client_id = call.text("client_id")
    apps = meta.state.apps.values()
    app = next((app for app in apps if client_id == (app.instagram_app_id or app.id)), None)
    if app is None:
        raise Refused(refusals.LOGIN_WRONG_APP)
    if call.text("client_secret") not in secrets.secrets_of(app, instagram=True):
        raise Refused(refusals.LOGIN_WRONG_SECRET)
    return app


def _shape(meta: Meta, token: Token) -> dict[str, object]:
    scopes = sorted(token.scopes)
    account = token.account_id or ""
    if meta.options.flat_instagram_token:
        return {"access_token": token.value, "user_id": int(account), "permissions": scopes}
    documented = {"access_token": token.value, "user_id": app_scoped_id(account), "permissions": ",".join(scopes)}
    return {"data": [documented]}


async def exchange(meta: Meta, call: Call) -> Answer:
    """``GET graph.instagram.com/access_token``: a short-lived token for one of 60 days."""
    caller = _caller(meta, call, "ig_exchange_token")
    if call.text("client_secret") not in secrets.secrets_of(caller[0], instagram=True):
        raise Refused(refusals.WRONG_SECRET)
    token, now = caller[1], meta.clock.now()
    if not issue.is_short(token):
        raise Refused(refusals.SESSION_KEY)
    return _answer(issue.renewed(meta.state, meta.ids, token, now))


async def refresh(meta: Meta, call: Call) -> Answer:
    """``GET graph.instagram.com/refresh_access_token``: from 24 hours after a token was made until it ends."""
    _, token = _caller(meta, call, "ig_refresh_token")
    now = meta.clock.now()
    if issue.is_short(token):
        raise Refused(errors.unsupported_method(call.method, call.host))
    if "instagram_business_basic" not in token.scopes:
        raise Refused(refusals.NEEDS_BASIC)
    if now - token.issued_at < issue.DAY:
        raise Refused(refusals.TOO_YOUNG)
    return _answer(issue.renewed(meta.state, meta.ids, token, now))


def _caller(meta: Meta, call: Call, grant_type: str) -> tuple[App, Token]:
    """The app and the token of these two, which live on one host and take GET only."""
    if call.host != "instagram":
        raise Refused(errors.unknown_path(call.path))
    if call.method != "GET" or call.text("grant_type") != grant_type:
        raise Refused(errors.unsupported_method(call.method, call.host))
    known = meta.state.tokens.get(call.token or "")
    if known is not None and known.type != "INSTAGRAM" and ended(known, meta.clock.now()) is None:
        raise Refused(errors.unsupported_method(call.method, call.host))  # graph.md 10.6
    caller = access.authenticate(meta, call)
    if caller.token is None:
        raise Refused(errors.TOKEN_UNREADABLE)
    return caller.app, caller.token


def _answer(token: Token) -> Answer:
    return ok(
        {
            "access_token": token.value,
            "token_type": "bearer",
            "expires_in": token.expires_at - token.issued_at,
            "permissions": ",".join(sorted(token.scopes)),
        }
    )
