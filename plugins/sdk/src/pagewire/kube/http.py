"""One request to the API server: logged in, bounded in time, repeated only when the server asks for it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import aiohttp
import msgspec

from .access import Access, Middleware
from .decoding import decode
from .errors import ApiError, Unauthorized, Unreachable, api_error

CONNECT_SECONDS: Final = 5.0
ANSWER_SECONDS: Final = 30.0
LONGEST_WAIT: Final = 30.0
"""Seconds; what a ``Retry-After`` beyond it asks for is left to the caller."""
_TRIES: Final = 4

Params = Mapping[str, str]
_BUSY: Final = frozenset({429, 503})
_JSON: Final = "application/json"


class Http:
    """Requests to one API server.

    Args:
        access: where it is and who we are.
        agent: the ``User-Agent``.
        in_flight: most requests at once, watches not counted: more only makes a small API server refuse them.
        middlewares: called around every request.
    """

    def __init__(self, access: Access, agent: str, in_flight: int, *middlewares: Middleware) -> None:
        self._access = access
        self._session = access.session(agent, *middlewares)
        self._room = asyncio.Semaphore(in_flight)

    async def send(
        self,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        body: object = None,
        content_type: str = _JSON,
        accept: str = _JSON,
    ) -> Any:
        """Ask, and return the decoded answer.

        Raises:
            KubeError: see ``errors``.
        """
        headers = {"Accept": accept, "Content-Type": content_type}
        data = None if body is None else msgspec.json.encode(body)
        try:
            return await self._patiently(method, path, params, headers, data)
        except Unauthorized:
            await self._access.renew()
            return await self._patiently(method, path, params, headers, data)

    async def _patiently(
        self, method: str, path: str, params: Params | None, headers: Params, data: bytes | None
    ) -> Any:
        for left in reversed(range(_TRIES)):
            try:
                return await self._once(method, path, params, headers, data)
            except ApiError as error:
                if not left or error.retry_after is None or error.retry_after > LONGEST_WAIT:
                    raise
                await asyncio.sleep(error.retry_after)
        raise AssertionError("the last try returns or raises")

    async def _once(self, method: str, path: str, params: Params | None, headers: Params, data: bytes | None) -> Any:
        limits = aiohttp.ClientTimeout(total=ANSWER_SECONDS, sock_connect=CONNECT_SECONDS)
        async with self._room, self.open(method, path, params, headers, limits, data) as answer:
            body = await answer.read()
        return decode(body) if body else None

    @asynccontextmanager
    async def open(
        self,
        method: str,
        path: str,
        params: Params | None,
        headers: Params,
        limits: aiohttp.ClientTimeout,
        data: bytes | None = None,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """An answer whose body is not read yet, after its status was looked at.

        Raises:
            KubeError: it is not a good one, or the connection breaks inside the block.
        """
        what = f"{method} {path}"
        try:
            async with self._session.request(
                method, self._access.server + path, params=params, data=data, headers=headers, timeout=limits
            ) as answer:
                if answer.status >= 400:
                    raise _refusal(what, answer, await answer.read())
                yield answer
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unreachable(f"{what}: {type(error).__name__} {error}".rstrip()) from error

    @asynccontextmanager
    async def socket(self, path: str, params: Params, protocol: str) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """A connection that stays open in both directions.

        Raises:
            KubeError: it is not given, or breaks inside the block.
        """
        what = f"GET {path}"
        try:
            address = self._access.server + path
            async with self._session.ws_connect(address, params=params, protocols=(protocol,)) as opened:
                yield opened
        except aiohttp.WSServerHandshakeError as error:
            raise api_error(what, error.status, None) from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unreachable(f"{what}: {type(error).__name__} {error}".rstrip()) from error

    async def aclose(self) -> None:
        """Close every connection."""
        await self._session.close()


def _refusal(what: str, answer: aiohttp.ClientResponse, body: bytes) -> ApiError:
    try:
        told = msgspec.json.decode(body)
    except msgspec.DecodeError:
        told = None
    wait = answer.headers.get("Retry-After", "")
    # Only with the header is it sure that the server did not begin: priority and fairness, or a start.
    asked = float(wait) if answer.status in _BUSY and wait.isdigit() else None
    return api_error(what, answer.status, told, asked)
