"""What goes wrong, as a page for those who asked for one."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from litestar import Response

from pagewire_gateway.admin.errors import HANDLERS, Answer, AnyRequest
from pagewire_gateway.console.render import page

Handler = Callable[[AnyRequest, Any], Response[Any]]


def for_people(handler: Callable[..., Answer]) -> Handler:
    """The same answer: as a page under ``/console``, as JSON elsewhere."""

    def answer(request: AnyRequest, error: Any) -> Response[Any]:
        said = handler(request, error)
        if not request.scope["path"].startswith("/console"):
            return said
        facts, status = said.content.error, said.status_code or 500
        return page(request, "error.html", HTTPStatus(status).phrase, status, error=facts, number=status)

    return answer


EXCEPTIONS: Final[dict[int | type[Exception], Handler]] = {kind: for_people(made) for kind, made in HANDLERS.items()}
