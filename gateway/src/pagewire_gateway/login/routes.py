"""The login pages on the public port."""

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, parse_qsl

from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath

from .door import Door, Reply
from .html import headers
from .pages import refused

MOST_BYTES = 16 * 1024
"""Of a form or a query: twenty names of tokens, or a code."""

READ_SECONDS = 10.0

Browser = Request[Any, Any, Any]


def login_routes(door: Door) -> type[Controller]:
    """The routes for a door."""

    class Login(Controller):
        """Facebook Login and Instagram Login."""

        path = "/login/{namespace:str}/{app:str}"

        @get("/")
        async def look(self, request: Browser, namespace: FromPath[str], app: FromPath[str]) -> Response[str]:
            """What a link is for, or how it ended."""
            return _response(await door.look(namespace, app, _query(request), _cookies(request)))

        @post("/", status_code=200)
        async def begin(self, request: Browser, namespace: FromPath[str], app: FromPath[str]) -> Response[str]:
            """Go to Meta's dialog."""
            form = await read_form(request)
            if form is None or request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
                return Response(
                    refused("This form cannot be used", "Go back to the link you were sent, and begin again."),
                    media_type="text/html",
                    status_code=400,
                    headers=dict(headers()),
                )
            chosen, again = form.get("token", []), "again" in form
            return _response(await door.begin(namespace, app, chosen, _cookies(request), again=again))

        @get("/callback")
        async def back(self, request: Browser, namespace: FromPath[str], app: FromPath[str]) -> Response[str]:
            """The answer of Meta's dialog."""
            return _response(await door.back(namespace, app, _query(request), _cookies(request)))

    return Login


def _response(reply: Reply) -> Response[str]:
    return Response(
        reply.html, media_type="text/html; charset=utf-8", status_code=reply.status, headers=dict(reply.headers)
    )


def _query(request: Browser) -> Mapping[str, str]:
    raw: bytes = request.scope["query_string"]
    return dict(parse_qsl(raw[:MOST_BYTES].decode("latin-1"), max_num_fields=50)) if raw.count(b"&") < 50 else {}


def _cookies(request: Browser) -> str:
    return request.headers.get("cookie", "")


async def read_form(request: Browser) -> dict[str, list[str]] | None:
    """The form, or None if it is none, or too large, or too slow."""
    parts, size = [], 0
    try:
        async with asyncio.timeout(READ_SECONDS):
            async for part in request.stream():
                parts.append(part)
                size += len(part)
                if size > MOST_BYTES:
                    return None
        return parse_qs(b"".join(parts).decode("utf-8", "replace"), max_num_fields=100)
    except (TimeoutError, ValueError):
        return None
