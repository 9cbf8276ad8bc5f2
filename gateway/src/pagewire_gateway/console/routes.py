"""Every route of the console."""

from hmac import compare_digest
from typing import Final

from litestar import Router

from pagewire_gateway.admin.errors import AdminError, AnyRequest
from pagewire_gateway.console import static
from pagewire_gateway.console.pages import (
    accounts,
    audit,
    conversations,
    events,
    live,
    login,
    logins,
    outbox,
    overview,
    parked,
    people,
    plugins,
    replays,
)
from pagewire_gateway.console.render import FORM, fields

_MODULES: Final = (
    *(login, overview, events, live, conversations, parked, replays),
    *(plugins, accounts, outbox, people, logins, audit),
)
_SAFE: Final = frozenset({"GET", "HEAD"})


def console() -> Router:
    """The routes, for the admin port's application."""
    handlers = [handler for module in _MODULES for handler in module.HANDLERS]
    return Router(
        path="/", route_handlers=[static.static, *handlers], before_request=check_token, include_in_schema=False
    )


async def check_token(request: AnyRequest) -> None:
    """Refuse a change that no page of the console asked for."""
    # Whoever logs in has no session yet that a form could belong to; the guard has looked at where the form comes from.
    if request.method in _SAFE or request.url.path == "/console/login":
        return
    wanted: str = request.scope["state"]["csrf_token"]
    form = await fields(request)
    given = request.headers.get("x-csrf-token") or form.get("csrf", "")
    if not compare_digest(given.encode(), wanted.encode()):
        # The guard has looked at where it comes from: a page of ours, but of another session. Whoever sees it may send it again.
        request.scope["state"][FORM] = {name: value for name, value in form.items() if name != "csrf"}
        raise AdminError(
            403,
            "stale_form",
            "This form is not from the page you have now.",
            "Look at it once more, and send it again.",
        )
