"""Requests without a proxy: our own few connections, as the client libraries cost ten times what the request does."""

import asyncio
import ssl
from collections import deque
from functools import lru_cache
from typing import Any, NamedTuple

import httpx

from pagewire.graph.connection import Answer, Connection
from pagewire.graph.slots import Slots

__all__ = ["NOT_SENT", "Direct", "Headers", "Limits"]

NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)
"""What is raised before a request is written; any other failure may have come after."""

Headers = tuple[tuple[str, str], ...]

_OURS = {"host", "content-length", "transfer-encoding", "connection"}


class Limits(NamedTuple):
    """Seconds a request may take; ``None`` for as long as it takes.

    Attributes:
        pool: for a free connection.
        connect: for name, TCP and TLS together.
        read: between two pieces of the answer.
        total: from writing the request to the end of the answer.
    """

    pool: float | None
    connect: float | None
    read: float | None
    total: float | None


class _Target(NamedTuple):
    """Where a request goes, and its head without its length."""

    host: str
    port: int
    is_tls: bool
    head: bytes


class Direct:
    """Sends requests over connections that are kept.

    Args:
        verify: checks the server's certificate.
        max_connections: to all hosts together; 0 for as many as it takes.
        keepalive_expiry: seconds an idle connection is kept.
        longest_answer: bytes, unpacked, after which an answer is given up.
    """

    def __init__(
        self, *, verify: ssl.SSLContext, max_connections: int, keepalive_expiry: float, longest_answer: int
    ) -> None:
        self._verify = verify
        self._most = max_connections or 1_000_000
        self._expiry = keepalive_expiry
        self._longest = longest_answer
        self._turns = Slots(self._most)
        self._idle: dict[tuple[str, int, bool], deque[Connection]] = {}
        self._open: set[Connection] = set()

    async def exchange(self, method: str, url: str, headers: Headers, body: bytes, limits: Limits) -> Answer:
        """Send one request, read the whole answer.

        Raises:
            httpx.TransportError: those of `NOT_SENT` prove that nothing was written.
        """
        target = _target(method, url, headers)
        if not self._turns.took():
            await self._turn(limits.pool)
        try:
            connection = await self._kept(target[:3]) or await self._new(target, limits.connect)
            try:
                request = b"%b%d\r\n\r\n%b" % (target.head, len(body), body)
                return await connection.ask(request, limits.read, limits.total)
            finally:
                self._release(target[:3], connection)
        finally:
            self._turns.give_back()

    async def aclose(self) -> None:
        """Close all connections."""
        for connection in list(self._open):
            connection.close()
        self._open.clear()
        self._idle.clear()

    async def _turn(self, seconds: float | None) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._turns.wait()
        except TimeoutError:
            raise httpx.PoolTimeout("No free connection in time.") from None

    async def _kept(self, key: tuple[str, int, bool]) -> Connection | None:
        """A connection that stands; the one used last, so that the others may grow old."""
        idle = self._idle.get(key)
        while idle:
            connection = idle.pop()
            if connection.idle_since + self._expiry >= asyncio.get_running_loop().time():
                if connection.has_news():
                    # Two turns of the loop let it notice that the server has closed the connection meanwhile. Without this
                    # a request could be written to a dead one, and nobody could say what became of it.
                    await asyncio.sleep(0)
                    await asyncio.sleep(0)
            else:
                connection.close()
            if not connection.closed:
                return connection
            self._open.discard(connection)
        return None

    async def _new(self, target: _Target, seconds: float | None) -> Connection:
        self._make_room()
        where = f"to {target.host}:{target.port}"
        options: dict[str, Any] = {"ssl": self._verify} if target.is_tls else {}
        try:
            async with asyncio.timeout(seconds):
                _, connection = await asyncio.get_running_loop().create_connection(
                    lambda: Connection(self._longest), target.host, target.port, **options
                )
        except TimeoutError:
            raise httpx.ConnectTimeout(f"No connection in time {where}.") from None
        except (OSError, EOFError) as error:
            raise httpx.ConnectError(f"No connection {where}: {_reason(error)}.") from None
        self._open.add(connection)
        return connection

    def _make_room(self) -> None:
        # Those at work never are too many; idle ones, to whatever host, give way.
        for idle in self._idle.values():
            while idle and len(self._open) >= self._most:
                self._drop(idle.popleft())

    def _release(self, key: tuple[str, int, bool], connection: Connection) -> None:
        if connection.closed:
            self._drop(connection)
            return
        connection.idle_since = now = asyncio.get_running_loop().time()
        idle = self._idle.setdefault(key, deque())
        idle.append(connection)
        while idle[0].closed or idle[0].idle_since + self._expiry < now:
            self._drop(idle.popleft())

    def _drop(self, connection: Connection) -> None:
        self._open.discard(connection)
        connection.close()


def _reason(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    return getattr(error, "strerror", None) or type(error).__name__


@lru_cache(4096)
def _target(method: str, url: str, headers: Headers) -> _Target:
    """Read the URL, and write the head of the request; both are the same for all messages of an account."""
    parsed = httpx.URL(url)
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise httpx.UnsupportedProtocol("Not a URL to call.")
    given = [(name, value) for name, value in headers if name.lower() not in _OURS]
    lines = [
        f"{method} {parsed.raw_path.decode('ascii')} HTTP/1.1",
        f"Host: {parsed.netloc.decode('ascii')}",
        *(f"{name}: {value}" for name, value in given),
        "Content-Length: ",
    ]
    if any("\r" in line or "\n" in line for line in lines):
        raise httpx.UnsupportedProtocol("A header or the URL holds a line break.")
    is_tls = parsed.scheme == "https"
    port = parsed.port or (443 if is_tls else 80)
    return _Target(parsed.raw_host.decode("ascii"), port, is_tls, "\r\n".join(lines).encode("latin-1"))
