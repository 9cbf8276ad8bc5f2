"""What can go wrong between us and the API server.

::

    KubeError                     it did not do what was asked
    ├── AccessError               no cluster is configured, or its configuration cannot be used
    ├── Unreachable               no answer, or none in time
    └── ApiError                  it answered with an error
        ├── Unauthorized          401: it does not know us
        ├── Forbidden             403: it knows us, and RBAC or an admission rule says no
        ├── NotFound              404
        ├── Conflict              409: somebody else changed the object first
        │   └── AlreadyExists
        ├── Gone                  410: that resourceVersion is too old to go on from
        ├── Invalid               422: the object breaks the schema or a rule
        ├── TooManyRequests       429: still, after waiting as long as it asked
        └── ServerError           5xx
"""

from collections.abc import Mapping
from typing import Any, Final

_LONGEST: Final = 500


class KubeError(Exception):
    """The API server did not do what was asked."""

    @property
    def passing(self) -> bool:
        """Whether it may go away by itself: trying again later is right."""
        return False


class AccessError(KubeError):
    """No cluster is configured, or its configuration cannot be used."""


class Unreachable(KubeError):
    """No answer, or none in time. A change that was asked for may have been made."""

    @property
    def passing(self) -> bool:
        """Always."""
        return True


class ApiError(KubeError):
    """The API server answered with an error.

    Attributes:
        status: HTTP status.
        reason: Kubernetes' word for it, as in ``AlreadyExists``; may be empty.
        message: its sentence, cut to 500 characters.
        causes: its finer reasons, as in ``NamespaceTerminating``.
        retry_after: seconds the server asks us to wait. It did nothing yet, so repeating is safe. None if it did not ask.
    """

    def __init__(self, what: str, status: int, body: Mapping[str, Any], retry_after: float | None = None) -> None:
        self.status, self.retry_after = status, retry_after
        self.reason = str(body.get("reason") or "")
        self.message = str(body.get("message") or "")[:_LONGEST]
        details = body.get("details") or {}
        self.causes = tuple(str(cause.get("reason") or "") for cause in details.get("causes") or ())
        super().__init__(f"{what}: {status} {self.message or self.reason or 'without a word'}")

    @property
    def passing(self) -> bool:
        """Whether the server is in trouble, not the request."""
        return self.status == 429 or self.status >= 500


class Unauthorized(ApiError):
    """The API server does not know us: the token or the client certificate has ended."""


class Forbidden(ApiError):
    """RBAC, or an admission rule, says no."""


class NotFound(ApiError):
    """No such object, or no such kind."""


class Conflict(ApiError):
    """Somebody else changed the object first."""


class AlreadyExists(Conflict):
    """An object of that name exists."""


class Gone(ApiError):
    """That ``resourceVersion`` is too old to go on from: list again."""


class Invalid(ApiError):
    """The object breaks the schema or a rule."""


class TooManyRequests(ApiError):
    """The server is busy, still, after waiting as long as it asked."""


class ServerError(ApiError):
    """The server failed."""


_CLASSES: Final[Mapping[int, type[ApiError]]] = {
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    410: Gone,
    422: Invalid,
    429: TooManyRequests,
}


def api_error(what: str, status: int, body: object, retry_after: float | None = None) -> ApiError:
    """The error that an answer means.

    Args:
        what: method and path, for people.
        status: HTTP status, or the code inside a watch.
        body: the decoded ``Status`` object; anything else says nothing.
        retry_after: seconds, as the header says.
    """
    told = body if isinstance(body, dict) and body.get("kind") == "Status" else {}
    return _class(status, told)(what, status, told, retry_after)


def _class(status: int, told: Mapping[str, Any]) -> type[ApiError]:
    if status == 409 and told.get("reason") == "AlreadyExists":
        return AlreadyExists
    return ServerError if status >= 500 else _CLASSES.get(status, ApiError)
