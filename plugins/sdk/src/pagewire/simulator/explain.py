"""Exceptions as JSON answers of the control API and the chat page: ``{"error": "a sentence"}``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException

_Handler = Callable[[Request[Any, Any, Any], Exception], Response[dict[str, str]]]


def explain(status: int) -> _Handler:
    """An exception handler that answers with the exception's own sentence."""

    def handler(_: Request[Any, Any, Any], error: Exception) -> Response[dict[str, str]]:
        return Response({"error": str(error)}, status_code=status)

    return handler


def explain_http(_: Request[Any, Any, Any], error: HTTPException) -> Response[dict[str, Any]]:
    """An exception handler for what the framework refuses: a bad body, a foreign caller."""
    detail: dict[str, Any] = {"error": error.detail}
    if error.extra:
        detail["extra"] = error.extra
    return Response(detail, status_code=error.status_code)
