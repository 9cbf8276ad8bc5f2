"""Logging in and out."""

import re
from typing import Any, Final

from litestar import Response, get, post
from litestar.response import Redirect

from pagewire_gateway.access import cookies
from pagewire_gateway.access.callers import Caller
from pagewire_gateway.access.door import Access
from pagewire_gateway.access.oidc import LIFE, Dance, OidcError
from pagewire_gateway.access.sessions import Session
from pagewire_gateway.admin.errors import AdminError, AnyRequest
from pagewire_gateway.admin.gateway import GatewayHere
from pagewire_gateway.audit.acting import record
from pagewire_gateway.console.render import Page, fields, page

_HOME: Final = "/console"
_PLAIN: Final = re.compile(r"[\w/?=&%.~:@+,;-]*", re.ASCII)


@get("/console/login")
async def show(request: AnyRequest, gateway: GatewayHere) -> Response[Any]:
    """Ways to log in."""
    next_ = safe(request.query_params.get("next", ""))
    if request.scope.get("user") is not None:
        return Redirect(next_, status_code=303)
    return _page(request, gateway.access, next_)


@post("/console/login")
async def with_token(request: AnyRequest, gateway: GatewayHere) -> Response[Any]:
    """Log in with a token, which then need not be kept in the browser."""
    given = await fields(request)
    next_, source = safe(given.get("next", "")), request.client.host if request.client else ""
    try:
        gateway.access.check_attempts(source)
        caller, mark = await gateway.access.bearer(given.get("token", "").strip(), source)
    except AdminError as error:
        await record(request, "session.login", outcome="refused", detail=error.facts.code)
        said = "Nobody is known by this token." if error.status == 401 else f"{error.facts.message} {error.facts.hint}"
        return _page(request, gateway.access, next_, said, error.status)
    return await _begin(request, gateway.access, caller, next_, mark)


@get("/console/login/oidc")
async def with_provider(request: AnyRequest, gateway: GatewayHere) -> Response[Any]:
    """Go to the identity provider."""
    access, next_ = gateway.access, safe(request.query_params.get("next", ""))
    if access.oidc is None:
        return Redirect("/console/login", status_code=303)
    try:
        address, dance = await access.oidc.begin(next_)
    except OidcError as error:
        return _page(request, access, next_, str(error), 502)
    away = Redirect(address, status_code=303)
    sealed, secure = access.sessions.sealed_as(dance), access.is_secure(request.headers)
    away.headers["set-cookie"] = cookies.write(cookies.DANCE, sealed, secure=secure, age=LIFE)
    return away


@get("/console/login/return")
async def back(request: AnyRequest, gateway: GatewayHere) -> Response[Any]:
    """Come back from the identity provider."""
    access = gateway.access
    if access.oidc is None:
        return Redirect("/console/login", status_code=303)
    value = cookies.read(request.headers.get("cookie", ""), cookies.DANCE, secure=access.is_secure(request.headers))
    dance = access.sessions.opened(value, Dance)
    next_ = safe(dance.next) if dance else _HOME
    try:
        caller = await access.oidc.finish(dance, dict(request.query_params.items()))
    except OidcError as error:
        await record(request, "session.login", outcome="refused", detail=str(error))
        return _page(request, access, next_, str(error), 403)
    known = await access.session_of(request.headers)
    if known is not None and (known.how, known.name) == ("oidc", caller.name):
        return await _go_on(request, access, known, caller, next_)
    return await _begin(request, access, caller, next_)


@post("/console/logout")
async def logout(request: AnyRequest, gateway: GatewayHere) -> Response[Any]:
    """End the session, also for whoever has a copy of its cookie."""
    access = gateway.access
    session = await access.session_of(request.headers)
    if session is not None:
        await access.sessions.end(session)
    gone = Redirect("/console/login", status_code=303)
    gone.headers["set-cookie"] = cookies.write(cookies.SESSION, "", secure=access.is_secure(request.headers))
    return gone


async def _begin(request: AnyRequest, access: Access, caller: Caller, next_: str, mark: str = "") -> Response[Any]:
    await record(request, "session.login", detail=f"role {caller.role}, by {caller.how}", name=caller.name)
    home = Redirect(next_, status_code=303)
    home.headers["set-cookie"] = access.session_cookie(access.sessions.begin(caller, mark), request.headers)
    return home


async def _go_on(request: AnyRequest, access: Access, known: Session, caller: Caller, next_: str) -> Response[Any]:
    """The provider knows them still: the same session, with what they may do now."""
    if known.role != caller.role:
        await record(request, "session.role", detail=f"from {known.role} to {caller.role}", name=caller.name)
    home = Redirect(next_, status_code=303)
    home.headers["set-cookie"] = access.session_cookie(access.sessions.again(known, caller), request.headers)
    return home


def _page(request: AnyRequest, access: Access, next_: str, wrong: str = "", status: int = 200) -> Page:
    provider = access.oidc.label if access.oidc else ""
    return page(request, "login.html", "Log in", status, provider=provider, next=next_, wrong=wrong)


def safe(path: str) -> str:
    """A page of the console to go to; whatever else it is becomes the overview."""
    inside = path == _HOME or path.startswith((f"{_HOME}/", f"{_HOME}?"))
    plain = _PLAIN.fullmatch(path) and "//" not in path.partition("?")[0]
    return path if inside and plain and not path.startswith("/console/log") else _HOME


HANDLERS: Final = (show, with_token, with_provider, back, logout)
