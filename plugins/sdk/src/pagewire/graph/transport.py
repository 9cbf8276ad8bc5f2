"""The HTTP client under the Graph client: httpx's interface over connections of our own, or aiohttp's through a proxy.

Why, and by how much, is measured in decision 0005. Both ways keep what sending messages needs: they always say rightly
whether a failed request can have been written, never write to a connection that is known to be closed, cap answers, keep
no cookies, follow no redirects and keep URLs out of logs.
"""

import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

import httpx

from pagewire.graph.connection import Answer
from pagewire.graph.direct import Direct, Headers, Limits

if TYPE_CHECKING:
    from pagewire.graph.relayed import Relayed

__all__ = [
    "CONNECT_SECONDS",
    "MEDIA_READ_SECONDS",
    "READ_SECONDS",
    "GraphHttp",
    "GraphTransport",
    "open_http",
]

CONNECT_SECONDS = 5.0
"""For name, TCP and TLS together."""
POOL_SECONDS = 10.0
"""For a free connection; through a proxy it holds `CONNECT_SECONDS` too, as aiohttp counts both together."""
READ_SECONDS = 30.0
"""Between two pieces of an answer."""
MEDIA_READ_SECONDS = 80.0
"""The same, when Meta first fetches a video by its URL: Meta gives that 75 s."""
LONGEST_ANSWER = 4 * 1024 * 1024
"""Bytes; the largest answer in use, twenty messages with attachments, stays far below."""

_CODING = (b"content-encoding", b"content-length", b"transfer-encoding")


class GraphTransport(httpx.AsyncBaseTransport):
    """httpx's seam, filled by `Direct`, or by `Relayed` where a proxy goes between.

    Args:
        verify: checks the server's certificate.
        proxy: goes between for every request, if given.
        max_connections: to all hosts together; 0 for as many as it takes.
        keepalive_expiry: seconds an idle connection is kept.
        longest_answer: bytes, unpacked, after which an answer is given up.
    """

    def __init__(
        self,
        *,
        verify: ssl.SSLContext,
        proxy: httpx.Proxy | None = None,
        max_connections: int = 256,
        keepalive_expiry: float = 15.0,
        longest_answer: int = LONGEST_ANSWER,
    ) -> None:
        self._direct = Direct(
            verify=verify,
            max_connections=max_connections,
            keepalive_expiry=keepalive_expiry,
            longest_answer=longest_answer,
        )
        self._proxy = proxy
        self._verify, self._max_connections = verify, max_connections
        self._keepalive_expiry, self._longest_answer = keepalive_expiry, longest_answer
        self._opened: Relayed | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request and read the whole answer; see `httpx.AsyncBaseTransport`."""
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw)
        limits = _limits(**request.extensions.get("timeout", {}))
        with _naming(request):
            found = await self.exchange(request.method, str(request.url), headers, await request.aread(), limits)
        # The body is unpacked already, so its coding must not reach httpx, which would unpack it again.
        raw = [(name, value) for name, value in found.headers if name.lower() not in _CODING]
        return httpx.Response(found.status, headers=raw, content=found.body, request=request)

    async def exchange(self, method: str, url: str, headers: Headers, body: bytes, limits: Limits) -> Answer:
        """Send one request without httpx's models, which cost as much as all else; read the whole answer.

        Raises:
            httpx.TransportError: those of `NOT_SENT` prove that nothing was written.
        """
        if self._proxy or method == "HEAD":
            return await self._relayed().exchange(method, url, headers, body, limits)
        return await self._direct.exchange(method, url, headers, body, limits)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._direct.aclose()
        if self._opened is not None:
            await self._opened.aclose()

    def _relayed(self) -> "Relayed":
        if self._opened is None:
            # aiohttp takes 9 MB, and most gateways have no proxy.
            self._opened = import_module("pagewire.graph.relayed").Relayed(
                verify=self._verify,
                proxy=self._proxy,
                max_connections=self._max_connections,
                keepalive_expiry=self._keepalive_expiry,
                longest_answer=self._longest_answer,
            )
        return self._opened


@contextmanager
def _naming(request: httpx.Request) -> Iterator[None]:
    try:
        yield
    except httpx.TransportError as error:
        error.request = request
        raise


@lru_cache(64)
def _limits(
    connect: float | None = None, read: float | None = None, pool: float | None = None, **_: float | None
) -> Limits:
    # The read limit starts anew with every byte, so an answer that drips, or a request that nobody takes, needs an end
    # of its own. It lies behind the limits for pool and connecting, so that those still say that nothing was sent.
    total = None if pool is None or read is None else pool + 2 * read
    return Limits(pool, connect, read, total)


class GraphHttp(httpx.AsyncClient):
    """httpx, straight to the transport: no cookies, redirects, auth flows or hooks, which cost a third of a call.

    Build requests whole (`httpx.Request`), with their own headers. `response.elapsed` is not measured.
    """

    def __init__(self, transport: GraphTransport, timeout: httpx.Timeout) -> None:
        super().__init__(transport=transport, timeout=timeout, follow_redirects=False, trust_env=False)
        self._straight = transport
        self._limits = self.timeout.as_dict()

    async def send(self, request: httpx.Request, *, stream: bool = False, **_options: Any) -> httpx.Response:
        """Send `request`; every error is an `httpx.TransportError`, those of `NOT_SENT` prove that nothing was written.

        Args:
            request: sent as it is.
            stream: leave the body to be read by the caller.
        """
        self._check_open()
        request.extensions.setdefault("timeout", self.timeout.as_dict())
        response = await self._straight.handle_async_request(request)
        if not stream:
            await response.aread()
        return response

    async def exchange(
        self, method: str, url: str, headers: Headers, body: bytes, read_timeout: float | None = None
    ) -> Answer:
        """The same without httpx's models, for the path on which every reply goes; see `GraphTransport.exchange`.

        Args:
            method: of HTTP.
            url: whole, and quoted.
            headers: all but ``Host`` and ``Content-Length``.
            body: sent as it is.
            read_timeout: seconds to wait for the answer, where the client's own do not do.
        """
        self._check_open()
        limits = self._limits if read_timeout is None else {**self._limits, "read": read_timeout}
        return await self._straight.exchange(method, url, headers, body, _limits(**limits))

    def _check_open(self) -> None:
        if self.is_closed:
            raise RuntimeError("The HTTP client has been closed; open another one with open_http().")


def open_http(
    *,
    verify: ssl.SSLContext | None = None,
    proxy: str | None = None,
    max_connections: int = 256,
    keepalive_expiry: float = 15.0,
    longest_answer: int = LONGEST_ANSWER,
    timeout: httpx.Timeout | None = None,
) -> httpx.AsyncClient:
    """Open the one HTTP client of a process; share it between all Graph clients and close it with `aclose`.

    Args:
        verify: checks the server's certificate; without it the roots of `SSL_CERT_FILE`, or else those of certifi.
        proxy: URL of an HTTP proxy; the environment is not read.
        max_connections: to all hosts together; further requests wait up to `POOL_SECONDS`.
        keepalive_expiry: seconds an idle connection is kept.
        longest_answer: bytes of the longest answer that is read.
        timeout: instead of `CONNECT_SECONDS`, `READ_SECONDS` and `POOL_SECONDS`.
    """
    for name in ("httpx", "httpcore", "aiohttp"):
        # httpx logs every URL at INFO; a URL names Pages and people.
        logger = logging.getLogger(name)
        logger.setLevel(max(logger.level, logging.WARNING))
    transport = GraphTransport(
        verify=verify or httpx.create_ssl_context(),
        proxy=httpx.Proxy(proxy) if proxy else None,
        max_connections=max_connections,
        keepalive_expiry=keepalive_expiry,
        longest_answer=longest_answer,
    )
    return GraphHttp(transport, timeout or httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS, pool=POOL_SECONDS))
