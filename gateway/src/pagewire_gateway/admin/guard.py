"""The door of the admin port: who asks, under which name, from which page, and whether they may."""

import hmac
from typing import Final
from urllib.parse import urlsplit

from litestar.datastructures import Headers, MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from pagewire_gateway.access.callers import Caller
from pagewire_gateway.access.door import Access, refused
from pagewire_gateway.access.rules import Rule, rule_of
from pagewire_gateway.admin.errors import AdminError
from pagewire_gateway.admin.exposure import is_loopback
from pagewire_gateway.audit import acting
from pagewire_gateway.audit.acting import Recording
from pagewire_gateway.audit.port import Audit

PROBES: Final = frozenset({"/healthz", "/readyz"})
"""Asked by kubelets, which have no token; they tell nothing but whether the gateway is well."""

STALE: Final = "pagewire_stale"
"""In a request's state: its session counts once the identity provider has said again whose it is."""

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_HEADERS: Final = (
    ("cache-control", "no-store"),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("content-security-policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"),
)


class Guard(ASGIMiddleware):
    """Refuses requests that are not meant for the admin port or not allowed to it, and has acts written down.

    Args:
        host: what the port is bound to.
        access: tells who asks.
        audit: where acts are written down.
    """

    scopes = (ScopeType.HTTP,)

    def __init__(self, host: str, access: Access, audit: Audit) -> None:
        self._local = is_loopback(host)
        self._access, self._audit = access, audit

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Let a request in, or raise why not."""
        if scope["path"] in PROBES:
            await next_app(scope, receive, send)
            return
        headers, method = Headers.from_scope(scope), str(scope.get("method", ""))
        self._check_host(headers)
        _check_origin(method, headers)
        rule = rule_of(method, scope["path_template"])
        client = scope.get("client")
        source, changes = client[0] if client else "", method not in _SAFE
        caller, renew, stale = await self._access.identify(headers, source, changes=changes)
        self._give(scope, caller)
        scope["state"][STALE] = stale
        if caller is None and rule.least is not None:
            raise refused()
        recording = Recording(self._audit, scope, rule.action) if rule.action else None
        send = _renewing(send, renew) if renew else send
        await self._serve(recording, rule, scope, receive, send, next_app)

    async def _serve(
        self, recording: Recording | None, rule: Rule, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp
    ) -> None:
        if recording is None:
            self._check_rights(scope, rule)
            await next_app(scope, receive, send)
            return
        await recording.begin()
        try:
            self._check_rights(scope, rule)
            await next_app(scope, receive, recording.wrap(send))
        except BaseException as error:
            await recording.end(acting.outcome_of(error))
            raise

    def _give(self, scope: Scope, caller: Caller | None) -> None:
        acting.give(scope, self._audit)
        scope["user"] = caller
        scope["state"]["csrf_token"] = self._access.sessions.form_token(caller.session if caller else "")
        scope["state"]["asks"] = self._access.asks

    def _check_host(self, headers: Headers) -> None:
        # DNS rebinding: a web page makes its own name point to 127.0.0.1, but cannot change the name it asks for.
        if self._local and not is_loopback(_hostname(f"//{headers.get('host', '')}")):
            raise AdminError(
                421, "wrong_host", "This name is not the admin port's.", "Ask for localhost or 127.0.0.1 by name."
            )

    def _check_rights(self, scope: Scope, rule: Rule) -> None:
        caller: Caller | None = scope.get("user")
        if caller is None or rule.least is None:
            return
        if not caller.may(rule.least):
            said = f"This asks for the role {rule.least}; {caller.name} has the role {caller.role}."
            raise AdminError(403, "forbidden", said, "Ask whoever runs the gateway for it.")
        # Pages have it in their forms, where `console.routes` looks; a cookie alone moves nothing anywhere.
        unsafe = str(scope.get("method", "")) not in _SAFE and not scope["path"].startswith("/console")
        given = Headers.from_scope(scope).get("x-csrf-token", "").encode()
        if caller.session and unsafe and not hmac.compare_digest(given, scope["state"]["csrf_token"].encode()):
            said = "A session of the console alone changes nothing."
            raise AdminError(403, "stale_form", said, "Send the page's token as X-CSRF-Token, or a bearer token.")


def _renewing(send: Send, cookie: str) -> Send:
    async def renewed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableScopeHeaders.from_message(message)
            # Whoever logs out or in with this request has said what the browser should keep.
            if "set-cookie" not in headers:
                headers.add("set-cookie", cookie)
        await send(message)

    return renewed


def _check_origin(method: str, headers: Headers) -> None:
    # Without a token the browser of a local person is the one thing that could be led to ask in a stranger's name.
    if method in _SAFE:
        return
    origin = headers.get("origin")
    foreign = origin is not None and _netloc(origin) != headers.get("host", "")
    if foreign or headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise AdminError(
            403, "cross_origin", "Another web page may not change anything here.", "Use the CLI, or the console itself."
        )


def _hostname(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


async def harden(message: Message, _: Scope) -> None:
    """Add the headers every answer has, also an error."""
    if message["type"] == "http.response.start":
        headers = MutableScopeHeaders.from_message(message)
        for name, value in _HEADERS:
            headers.setdefault(name, value)


def _netloc(url: str) -> str:
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""
