"""Who may use the control API and the chat page."""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection
from litestar.exceptions import PermissionDeniedException
from litestar.handlers.base import BaseRouteHandler

_NAMES = {"localhost"}

Connection = ASGIConnection[Any, Any, Any, Any]


def loopback_only(connection: Connection, _: BaseRouteHandler) -> None:
    """Refuse callers from other machines, and browsers that were led here under another name."""
    host = connection.client.host if connection.client is not None else ""
    if not _is_loopback(host) or not _is_loopback(_named(connection)):
        raise PermissionDeniedException("The control API answers loopback callers only; call it from this machine.")


def same_origin(connection: Connection, _: BaseRouteHandler) -> None:
    """Refuse requests that a page of another site makes in somebody's browser."""
    origin = connection.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != connection.headers.get("host"):
        raise PermissionDeniedException("This request comes from another site's page.")


def same_site(connection: Connection, _: BaseRouteHandler) -> None:
    """Refuse forms that a page of another site posts; a link from there may lead here."""
    if connection.scope.get("method") == "POST" and connection.headers.get("sec-fetch-site") == "cross-site":
        raise PermissionDeniedException("This form comes from another site's page.")


def _named(connection: Connection) -> str:
    return urlsplit(f"//{connection.headers.get('host', '')}").hostname or ""


def _is_loopback(host: str) -> bool:
    if host in _NAMES:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
