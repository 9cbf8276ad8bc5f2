"""Logins that ended: whose accounts are closed for it, and what plugins said."""

from typing import Final

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from pagewire_gateway.admin import logins
from pagewire_gateway.admin.errors import AnyRequest
from pagewire_gateway.admin.gateway import GatewayHere
from pagewire_gateway.console.moods import DELETIONS, RECEIPTS
from pagewire_gateway.console.render import Page, go, page

_NEWEST: Final = 50


@get("/console/logins")
async def list_ended(request: AnyRequest, gateway: GatewayHere) -> Page:
    """Logins whose person took the app back, the newest first."""
    found = (await logins.list_ended.fn(gateway, _NEWEST)).logins
    return page(request, "logins.html", "Ended logins", ended=found, moods=DELETIONS)


@get("/console/logins/{ending:str}")
async def show_ended(request: AnyRequest, gateway: GatewayHere, ending: FromPath[str]) -> Page:
    """One of them: its accounts, as they are now, and what plugins said."""
    found = await logins.ended_of(gateway, ending)
    accounts = [(one, gateway.registry.account(one.object, one.account)) for one in found.accounts]
    shown = {"ended": found, "accounts": accounts, "mood": DELETIONS[found.state], "receipts": RECEIPTS}
    return page(request, "ended_login.html", f"Ended login {found.id}", 200, **shown)


@post("/console/logins/{ending:str}/retry")
async def retry(gateway: GatewayHere, ending: FromPath[str]) -> Redirect:
    """Tell plugins again that did not take it."""
    found = await logins.retry_ended.fn(gateway, ending)
    return go(f"/console/logins/{found.id}", "The plugins are told again.")


HANDLERS: Final = (list_ended, show_ended, retry)
