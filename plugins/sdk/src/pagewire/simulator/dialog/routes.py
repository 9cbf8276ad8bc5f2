"""The routes of the login dialogs: www.facebook.com and www.instagram.com on the simulator's first port."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

from litestar import Controller, Request, Response, get, route
from litestar.datastructures import MultiDict
from litestar.exceptions import HTTPException
from litestar.response import Redirect

from pagewire.simulator.dialog import decision, page
from pagewire.simulator.dialog.asked import Asked, Blocked, Provider, read
from pagewire.simulator.explain import explain_http
from pagewire.simulator.guards import same_site
from pagewire.simulator.meta import Meta
from pagewire.simulator.people import Impossible
from pagewire.simulator.stored import Unknown
from pagewire.simulator.wiring import TheMeta

_PATH = re.compile(r"(?:/v\d+\.\d+)?/dialog/[a-z.]+/?|/instagram/oauth/authorize/?")
_CHOSEN = {"as", "act", "page", "all_pages", "permission"}
"""What the pages add to the query of the app."""

_Browser = Request[Any, Any, Any]


def is_dialog(path: str) -> bool:
    """Whether a path is the dialogs' and not the Graph API's."""
    return _PATH.fullmatch(path) is not None


class Dialogs(Controller):
    """What a person sees who logs in."""

    guards = [same_site]
    exception_handlers = {HTTPException: explain_http}
    include_in_schema = False

    @get("/dialog/dialog.css", sync_to_thread=False)
    def style(self) -> Response[str]:
        """Looks."""
        return Response(page.STYLE, media_type="text/css", headers=page.HEADERS)

    @route(["/dialog/oauth", "/{version:str}/dialog/oauth"], http_method=["GET", "POST"])
    async def facebook(self, request: _Browser, meta: TheMeta) -> Response[Any]:
        """Facebook Login."""
        return await _dialog(meta, request, "facebook")

    @route("/instagram/oauth/authorize", http_method=["GET", "POST"])
    async def instagram(self, request: _Browser, meta: TheMeta) -> Response[Any]:
        """Instagram Login."""
        return await _dialog(meta, request, "instagram")


async def _dialog(meta: Meta, request: _Browser, provider: Provider) -> Response[Any]:
    form = await _form(request)
    query = {name: value for name, value in form.items() if name not in _CHOSEN}
    try:
        asked = read(meta.state, provider, query)
        if form.get("act") == "cancel":
            return Redirect(decision.cancel(asked), status_code=302)
        if request.method == "POST":
            return Redirect(decision.allow(meta, asked, _ticked(asked, form)), status_code=302)
        return _html(_page(meta, asked, query, form.get("as", "")))
    except Blocked as problem:
        return _html(page.blocked(provider, problem), 400)
    except (Unknown, Impossible) as error:
        return _html(page.blocked(provider, Blocked("You cannot log in", str(error))), 400)


async def _form(request: _Browser) -> MultiDict[str]:
    if request.method == "GET":
        return MultiDict(request.query_params.multi_items())
    return MultiDict(parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True))


def _page(meta: Meta, asked: Asked, query: dict[str, str], person: str) -> str:
    if asked.provider == "instagram":
        return _instagram_page(meta, asked, query, person)
    known = {user.id: user for user in decision.people(meta, asked)}
    if person not in known:
        return page.who(asked, query, [(user.id, user.name, user.id) for user in known.values()])
    user = known[person]
    pages = [(account.id, account.name, account.id) for account in decision.pages_of(meta, user)]
    return page.consent(asked, {**query, "as": person}, user.name, pages, decision.offered(meta, asked, person))


def _instagram_page(meta: Meta, asked: Asked, query: dict[str, str], account: str) -> str:
    known = {one.id: one for one in decision.professionals(meta)}
    if account not in known:
        return page.who(asked, query, [(one.id, one.name, f"@{one.username}") for one in known.values()])
    return page.consent(asked, {**query, "as": account}, f"@{known[account].username}", None, asked.scopes)


def _ticked(asked: Asked, form: MultiDict[str]) -> decision.Ticked:
    everything = asked.provider == "instagram" or bool(form.get("all_pages"))
    return decision.Ticked(
        who=form.get("as", ""),
        pages=None if everything else form.getall("page", []),
        granted=form.getall("permission", []),
    )


def _html(text: str, status: int = 200) -> Response[str]:
    return Response(text, media_type="text/html", headers=page.HEADERS, status_code=status)
