"""One POST, with limits on everything the other side decides: time, size, redirects."""

import asyncio
import os
import ssl
from functools import cache

import httpx

from pagewire.outbound import policy_of
from pagewire.outbound.backend import guarded, refusal_of
from pagewire_crm_sync.answer import Answer
from pagewire_crm_sync.batcher import REQUESTS
from pagewire_crm_sync.settings import is_loopback

ANSWER_BYTES = 2 << 20
"""Most that is read of an answer. HubSpot repeats a hundred notes, or all mapped fields of a hundred contacts, in one."""
_GZIP = b"\x1f\x8b"


class NoAnswer(Exception):
    """The sink did not answer; what became of the request is unknown."""


class Unreachable(NoAnswer):
    """There was no connection, so the request never reached the sink."""


class Transport:
    """Keeps connections to one sink open.

    Args:
        url: the sink.
        timeout: seconds for a whole request, answer included.
        note: names of the answer's headers that somebody wants to read, in lower case.
    """

    def __init__(self, url: str, timeout: float, note: tuple[str, ...] = ()) -> None:
        self._url = url
        self._note = note
        self._timeout = timeout
        self._client: httpx.AsyncClient | None = None
        self._closed = False

    async def post(self, body: bytes, headers: dict[str, str]) -> Answer:
        """Send a request to the sink's own address; raises as `request`."""
        return await self.request("POST", "", body, headers)

    async def request(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        """Send a request.

        Args:
            method: of HTTP.
            path: added to the address.
            body: of the request.
            headers: of the request.

        Raises:
            Unreachable: there is no connection.
            NoAnswer: there was one, but no answer in time.
        """
        try:
            async with asyncio.timeout(self._timeout):
                return await self._ask(method, path, body, headers)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.InvalidURL) as error:
            if (refusal := refusal_of(error)) is not None:
                raise Unreachable(str(refusal)) from error
            raise Unreachable(f"the sink cannot be reached ({type(error).__name__})") from error
        except (TimeoutError, httpx.TimeoutException) as error:
            raise NoAnswer(f"the sink gave no answer in {self._timeout:g} s") from error
        except httpx.HTTPError as error:
            raise NoAnswer(f"the connection to the sink was lost ({type(error).__name__})") from error

    async def aclose(self) -> None:
        """Close the connections, for good."""
        self._closed = True
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        async with self._open().stream(method, self._url + path, content=body, headers=headers) as response:
            return Answer(
                status=response.status_code,
                retry_after=response.headers.get("retry-after"),
                body=await _read(response),
                noted={name: response.headers[name] for name in self._note if name in response.headers},
            )

    def _open(self) -> httpx.AsyncClient:
        if self._closed:
            raise NoAnswer("the request came after the sink was closed")
        if self._client is None:
            limits = httpx.Limits(max_connections=REQUESTS, max_keepalive_connections=REQUESTS)
            self._client = httpx.AsyncClient(
                verify=_trust(),
                transport=guarded(policy_of(os.environ), verify=_trust(), limits=limits),
                timeout=self._timeout,
                follow_redirects=False,
                # A proxy of the environment has no business between this machine and itself.
                trust_env=not is_loopback(self._url),
                limits=limits,
            )
        return self._client


async def _read(response: httpx.Response) -> bytes | None:
    """The body as it came, unless it is coded, too long or cut short. Read to its end, the connection can be used again."""
    body = bytearray()
    try:
        async for piece in response.aiter_raw():
            body += piece
            if len(body) > ANSWER_BYTES:
                return None
    except httpx.TransportError:
        return None
    return None if _is_coded(response.headers.get("content-encoding", "identity"), body) else bytes(body)


def _is_coded(said: str, body: bytearray) -> bool:
    """Tryton 8.2 says gzip of every answer of more than 1,400 bytes, and leaves it plain for those who did not ask for gzip."""
    return said != "identity" and (said != "gzip" or body.startswith(_GZIP))


@cache
def _trust() -> ssl.SSLContext:
    """One context for all sinks: making one reads every certificate authority, which takes 10 ms."""
    return httpx.create_ssl_context()
