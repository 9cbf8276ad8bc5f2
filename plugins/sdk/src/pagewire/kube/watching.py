"""A watch: one answer that goes on for minutes, a change a line."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from typing import Any, Final, Literal, NamedTuple

import aiohttp

from .decoding import decode
from .errors import api_error
from .http import CONNECT_SECONDS, Http
from .kinds import Object

SERVER_SECONDS: Final = 300
"""How long the server goes on. Short, so that no load balancer gets to cut it first."""
SILENT_SECONDS: Final = 70.0
"""Bookmarks come each minute; a stream that is silent for longer is dead, however open it looks."""

HeardType = Literal["ADDED", "MODIFIED", "DELETED", "BOOKMARK"]
_TYPES: Final = frozenset({"ADDED", "MODIFIED", "DELETED", "BOOKMARK"})


class Heard(NamedTuple):
    """One line of a watch. A bookmark's object has a ``metadata.resourceVersion`` only."""

    type: HeardType
    object: Object


async def listen(
    http: Http, path: str, params: Mapping[str, str], accept: str, opened: Callable[[], None]
) -> AsyncGenerator[Heard, None]:
    """Read a watch until the server ends it.

    Args:
        http: the API server.
        path: of all objects of a kind.
        params: which of them, and since when.
        accept: in which form.
        opened: called when the server has agreed.

    Raises:
        Gone: the version to go on from is too old.
        KubeError: anything else.
    """
    asked = {**params, "watch": "true", "allowWatchBookmarks": "true", "timeoutSeconds": str(SERVER_SECONDS)}
    # Between two pieces, not in all: the answer has no end.
    limits = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS, sock_read=SILENT_SECONDS)
    async with http.open("GET", path, asked, {"Accept": accept}, limits) as answer:
        opened()
        try:
            async for line in _lines(answer.content):
                yield _heard(path, decode(line))
                del line  # as in `_lines`
        finally:
            _hang_up(answer)


def _hang_up(answer: aiohttp.ClientResponse) -> None:
    # A polite end of TLS waits for the other side's, half a minute if that is dead, and nobody waits for us then.
    if answer.connection is not None and answer.connection.transport is not None:
        answer.connection.transport.abort()


def _heard(path: str, line: Mapping[str, Any]) -> Heard:
    kind, found = line.get("type"), line.get("object")
    if kind in _TYPES and isinstance(found, dict):
        return Heard(kind, found)
    code = found.get("code", 500) if isinstance(found, dict) else 500
    raise api_error(f"WATCH {path}", code, found)


async def _lines(content: aiohttp.StreamReader) -> AsyncIterator[bytes]:
    # Not `async for line in content`: that ends at 128 KiB, and a Secret may have a megabyte.
    rest = b""
    async for piece in content.iter_any():
        *whole, rest = (rest + piece).split(b"\n")
        del piece
        whole.reverse()
        # Taken out and not looped over: what was read may be a Secret, and nothing more may come for a minute.
        while whole:
            if whole[-1]:
                yield whole.pop()
            else:
                whole.pop()
