"""One shape for everything that goes wrong: ``{"error": {"code", "message", "hint"}}``."""

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from msgspec import Struct

from pagewire_gateway.audit.port import AuditError
from pagewire_gateway.journal.port import JournalError, JournalFull, JournalUnavailable

log = logging.getLogger(__name__)


class ErrorFacts(Struct, frozen=True, kw_only=True):
    """What went wrong.

    Attributes:
        code: a word for programs.
        message: a sentence for people.
        hint: what to do next.
    """

    code: str
    message: str
    hint: str = ""


class ErrorBody(Struct, frozen=True):
    """The body of every answer that is not a success."""

    error: ErrorFacts


class AdminError(Exception):
    """The request cannot be served.

    Args:
        status: HTTP status.
        code: a word for programs.
        message: a sentence for people.
        hint: what to do next.
    """

    def __init__(self, status: int, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.facts = ErrorFacts(code=code, message=message, hint=hint)


def not_found(what: str, hint: str) -> AdminError:
    """Something the request names does not exist."""
    return AdminError(404, "not_found", what, hint)


def invalid(message: str, hint: str = "") -> AdminError:
    """The request cannot be understood."""
    return AdminError(400, "invalid", message, hint)


AnyRequest = Request[Any, Any, Any]
Answer = Response[ErrorBody]

DOCS: Final = "GET /api/v1/docs lists what there is."
_SPELLED: Final = {"lane_state": "state", "object_": "object", "id_": "id", "data": "body"}
"""Parameters that cannot be called in Python what they are called in the API."""
_CODES: Final = {400: "invalid", 404: "not_found", 405: "method_not_allowed", 413: "too_large"}


def answer(status: int, facts: ErrorFacts) -> Answer:
    """An error as a response."""
    return Response(ErrorBody(facts), status_code=status, media_type="application/json")


def _refused(_: AnyRequest, error: AdminError) -> Answer:
    return answer(error.status, error.facts)


def _misunderstood(_: AnyRequest, error: ValidationException) -> Answer:
    extra = error.extra if isinstance(error.extra, list) else []
    said = "; ".join(f"{_SPELLED.get(one.get('key'), one.get('key', 'body'))}: {one['message']}" for one in extra)
    return answer(400, ErrorFacts(code="invalid", message=said or error.detail, hint=DOCS))


def _http(_: AnyRequest, error: HTTPException) -> Answer:
    message = HTTPStatus(error.status_code).phrase if error.status_code in {404, 405} else error.detail
    code = _CODES.get(error.status_code, "refused")
    return answer(error.status_code, ErrorFacts(code=code, message=message, hint=DOCS))


def _full(_: AnyRequest, error: JournalFull) -> Answer:
    hint = "Free disk space, shorten the retention, or raise PAGEWIRE_JOURNAL_MAX_BYTES."
    return answer(507, ErrorFacts(code="journal_full", message=str(error), hint=hint))


def _unavailable(_: AnyRequest, error: JournalUnavailable) -> Answer:
    hint = "Try again; if it stays, look at the disk and at GET /readyz."
    return answer(503, ErrorFacts(code="journal_unavailable", message=str(error), hint=hint))


def _journal(_: AnyRequest, error: JournalError) -> Answer:
    return answer(500, ErrorFacts(code="journal", message=str(error), hint="Nothing was changed."))


def _unaudited(_: AnyRequest, error: AuditError) -> Answer:
    hint = "Nothing was done, as it could not be written down: look at the disk, or at the servers of NATS."
    return answer(503, ErrorFacts(code="audit_unavailable", message=str(error), hint=hint))


def _unexpected(_: AnyRequest, error: Exception) -> Answer:
    # The text of an unknown error may hold anything, so it goes to the log of the machine and not to the client.
    log.error("the admin API failed: %s", type(error).__name__, exc_info=error)
    hint = "The gateway's log has the details."
    return answer(500, ErrorFacts(code="internal", message="The request failed inside the gateway.", hint=hint))


HANDLERS: Final[dict[int | type[Exception], Callable[..., Answer]]] = {
    AdminError: _refused,
    ValidationException: _misunderstood,
    HTTPException: _http,
    JournalFull: _full,
    JournalUnavailable: _unavailable,
    JournalError: _journal,
    AuditError: _unaudited,
    Exception: _unexpected,
}
"""Which exception is answered how."""
