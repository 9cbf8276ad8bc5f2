"""What goes wrong, as a page for those who asked for one."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import msgspec
from litestar import Response
from litestar.response import Redirect

from pagewire_gateway.admin.errors import DOCS, HANDLERS, Answer, AnyRequest
from pagewire_gateway.admin.guard import STALE
from pagewire_gateway.console.render import FORM, page

Handler = Callable[[AnyRequest, Any], Response[Any]]


def for_people(handler: Callable[..., Answer]) -> Handler:
    """The same answer: as a page under ``/console``, as JSON elsewhere."""

    def answer(request: AnyRequest, error: Any) -> Response[Any]:
        said = handler(request, error)
        if not request.scope["path"].startswith("/console"):
            return said
        if said.status_code == 401:
            return _log_in(request)
        facts, status = said.content.error, said.status_code or 500
        if facts.hint == DOCS:  # of the API, which people in a browser have not asked for
            facts = msgspec.structs.replace(facts, hint="")
        shown = {"error": facts, "number": status, "form": request.scope["state"].get(FORM)}
        return page(request, "error.html", HTTPStatus(status).phrase, status, **shown)

    return answer


def _log_in(request: AnyRequest) -> Response[Any]:
    """To the log-in page, and from there back; a part of a page cannot show it, so htmx leads there.

    Whoever only has to be confirmed by the identity provider goes there at once, and sees nothing of it if it knows them still.
    """
    stale = request.scope["state"].get(STALE, False) and request.url.path != "/console/logout"
    door = "/console/login/oidc" if stale else "/console/login"
    if "text/event-stream" in request.headers.get("accept", ""):
        return Response(b"", status_code=401)
    if request.headers.get("hx-request"):
        back = _asking_page(request, "hx-current-url")
        return Response(b"", status_code=401, headers={"hx-redirect": _through(door, back)})
    if request.method == "GET":
        path, query = request.url.path, request.url.query
        return Redirect(_through(door, f"{path}?{query}" if query else path), status_code=303)
    if not stale:
        return Redirect("/console/login", status_code=303)
    # No redirect, for browsers let no form end at another site.
    way = _through(door, _asking_page(request, "referer"))
    return page(request, "stale.html", "Nothing was changed", 401, way=way)


def _through(door: str, back: str) -> str:
    return f"{door}?{urlencode({'next': back})}" if back else door


def _asking_page(request: AnyRequest, header: str) -> str:
    """The page that a request was sent from; the log-in leads to none but our own."""
    parts = urlsplit(request.headers.get(header, ""))
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


EXCEPTIONS: Final[dict[int | type[Exception], Handler]] = {kind: for_people(made) for kind, made in HANDLERS.items()}
