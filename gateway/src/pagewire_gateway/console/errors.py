"""What goes wrong, as a page for those who asked for one."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from litestar import Response
from litestar.response import Redirect

from pagewire_gateway.admin.errors import DOCS, HANDLERS, Answer, AnyRequest
from pagewire_gateway.console.render import page

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
        return page(request, "error.html", HTTPStatus(status).phrase, status, error=facts, number=status)

    return answer


def _log_in(request: AnyRequest) -> Response[Any]:
    """To the log-in page, and from there back; a part of a page cannot show it, so htmx leads there."""
    if request.headers.get("hx-request"):
        return Response(b"", status_code=401, headers={"hx-redirect": "/console/login"})
    if request.method != "GET":
        return Redirect("/console/login", status_code=303)
    path, query = request.url.path, request.url.query
    return Redirect(f"/console/login?{urlencode({'next': f'{path}?{query}' if query else path})}", status_code=303)


EXCEPTIONS: Final[dict[int | type[Exception], Handler]] = {kind: for_people(made) for kind, made in HANDLERS.items()}
