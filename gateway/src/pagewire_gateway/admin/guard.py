"""The door of the admin port: who asks, under which name, and from which page."""

import hmac
import secrets
from hmac import compare_digest
from typing import Final
from urllib.parse import urlsplit

from litestar.datastructures import Headers, MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from pagewire_gateway.access.callers import LOCAL, Caller
from pagewire_gateway.access.rules import Rule, rule_of
from pagewire_gateway.admin.errors import AdminError
from pagewire_gateway.admin.exposure import is_loopback
from pagewire_gateway.audit import acting
from pagewire_gateway.audit.acting import Recording
from pagewire_gateway.audit.port import Audit

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_HEADERS: Final = (
    ("cache-control", "no-store"),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("content-security-policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"),
)


class Guard(ASGIMiddleware):
    """Refuses requests that are not meant for the admin port or not allowed to it.

    Args:
        host: what the port is bound to.
        token: the bearer token every request must carry, or ``None``.
        audit: where changes are written down.
    """

    scopes = (ScopeType.HTTP,)

    def __init__(self, host: str, token: str | None, audit: Audit) -> None:
        self._audit = audit
        self._local = is_loopback(host)
        self._token = token.encode() if token is not None else None
        self._key = secrets.token_bytes(32)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Let a request in, or raise why not."""
        headers, method = Headers.from_scope(scope), str(scope.get("method", ""))
        rule = rule_of(method, scope["path_template"])
        if rule.least is not None:
            self._check_host(headers)
            _check_origin(method, headers)
            caller = self._caller(headers)
            _check_role(caller, rule)
            scope["user"] = caller
            scope["state"]["csrf_token"] = self._form_token(caller)
            acting.give(scope, self._audit)
        if rule.action:
            await self._recorded(Recording(self._audit, scope, rule.action), scope, receive, send, next_app)
        else:
            await next_app(scope, receive, send)

    async def _recorded(
        self, recording: Recording, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp
    ) -> None:
        await recording.begin()
        try:
            await next_app(scope, receive, recording.wrap(send))
        except BaseException as error:
            await recording.end(acting.outcome_of(error))
            raise

    def _check_host(self, headers: Headers) -> None:
        # DNS rebinding: a web page makes its own name point to 127.0.0.1, but cannot change the name it asks for.
        if self._local and not is_loopback(_hostname(f"//{headers.get('host', '')}")):
            raise AdminError(
                421, "wrong_host", "This name is not the admin port's.", "Ask for localhost or 127.0.0.1 by name."
            )

    def _caller(self, headers: Headers) -> Caller:
        if self._token is None:
            return LOCAL
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not compare_digest(given.strip().encode(), self._token):
            raise AdminError(
                401,
                "unauthorized",
                "The admin port asks for a token.",
                "Send `Authorization: Bearer TOKEN`; the CLI reads it from PAGEWIRE_ADMIN_TOKEN.",
            )
        return Caller(name="admin", role="admin", how="token")

    def _form_token(self, caller: Caller) -> str:
        return hmac.new(self._key, f"form of {caller.session}".encode(), "sha256").hexdigest()


def _check_role(caller: Caller, rule: Rule) -> None:
    if rule.least is not None and not caller.may(rule.least):
        said = f"This asks for the role {rule.least}; {caller.name} has the role {caller.role}."
        raise AdminError(
            403, "forbidden", said, "Ask whoever runs the gateway; the reference page on roles tells who may do what."
        )


def _check_origin(method: str, headers: Headers) -> None:
    # Without a token the browser of a local person is the one thing that could be led to ask in a stranger's name.
    origin = headers.get("origin")
    if method not in _SAFE and origin is not None and _netloc(origin) != headers.get("host", ""):
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
