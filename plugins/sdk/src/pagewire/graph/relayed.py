"""Requests that go through a proxy, over aiohttp. Imported by the first of them: aiohttp takes its time and its memory."""

import asyncio
import ssl
from functools import lru_cache
from typing import Any

import aiohttp
import httpx
import yarl

from pagewire.graph.connection import Answer
from pagewire.graph.direct import Headers, Limits
from pagewire.graph.faults import told_apart

__all__ = ["Relayed"]


class Relayed:
    """One session of aiohttp.

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
        proxy: httpx.Proxy | None,
        max_connections: int,
        keepalive_expiry: float,
        longest_answer: int,
    ) -> None:
        self._proxy: dict[str, Any] = {"proxy": str(proxy.url), "proxy_headers": _proxy_headers(proxy)} if proxy else {}
        self._longest_answer = longest_answer
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=verify, limit=max_connections, keepalive_timeout=keepalive_expiry),
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    async def exchange(self, method: str, url: str, headers: Headers, body: bytes, limits: Limits) -> Answer:
        """Send one request and read the whole answer; see `pagewire.graph.transport.GraphTransport.exchange`."""
        # Two turns of the loop let it notice connections that the server has closed meanwhile; see `Direct`.
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        with told_apart():
            async with self._session.request(
                method,
                _parsed(url),
                headers=headers,
                data=body or None,
                allow_redirects=False,
                timeout=_aiohttp_limits(limits),
                **self._proxy,
            ) as answer:
                return Answer(answer.status, answer.raw_headers, await self._read(answer.content))

    async def aclose(self) -> None:
        """Close all connections."""
        await self._session.close()

    async def _read(self, content: aiohttp.StreamReader) -> bytes:
        body = b""
        while not content.at_eof():
            body += await content.readany()
            if len(body) > self._longest_answer:
                raise httpx.RemoteProtocolError("The answer is too long.")
        return body


@lru_cache(4096)
def _parsed(url: str) -> yarl.URL:
    return yarl.URL(url, encoded=True)


@lru_cache(64)
def _aiohttp_limits(limits: Limits) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(
        total=limits.total, connect=limits.pool, sock_connect=limits.connect, sock_read=limits.read
    )


def _proxy_headers(proxy: httpx.Proxy) -> dict[str, str]:
    headers = dict(proxy.headers)
    if proxy.auth is not None:
        # aiohttp gives up its own argument for a proxy's credentials; the header stays.
        headers["Proxy-Authorization"] = aiohttp.encode_basic_auth(*proxy.auth)
    return headers
