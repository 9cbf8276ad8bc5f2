"""One call to the Graph API, from its parameters to its answer. Nothing here logs a URL, and no error holds one."""

import logging
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, TypeVar

import httpx
import msgspec

from pagewire.graph import wire
from pagewire.graph.addressing import Address
from pagewire.graph.answers import Received, judge, unreadable
from pagewire.graph.direct import NOT_SENT
from pagewire.graph.errors import Ambiguous, GraphError, NotSent
from pagewire.graph.transport import GraphHttp
from pagewire.graph.usage import Usage, read_headers

__all__ = ["Caller", "File", "encoded"]

A = TypeVar("A", bound=wire.ErrorAnswer)
T = TypeVar("T")

log = logging.getLogger(__name__)

_DONE = wire.decoder(wire.DoneAnswer)


def encoded(body: object) -> bytes:
    """JSON; ids that came from Meta are strings of a kind of their own."""
    return msgspec.json.encode(body, enc_hook=_plain)


def _plain(value: object) -> str:
    if isinstance(value, wire.Id):
        return str(value)
    raise TypeError(f"a {type(value).__name__} has no place in a request")


class File(NamedTuple):
    """Bytes on their way to Meta.

    Attributes:
        name: of the file.
        content_type: MIME type; Meta goes by it.
        content: the bytes.
    """

    name: str
    content_type: str
    content: bytes


class Caller:
    """The calls of one app to one host of the Graph API.

    Args:
        base_url: `https://graph.facebook.com`, `https://graph.instagram.com`, or a simulator's.
        version: Graph API version, `vMAJOR.MINOR`.
        http: from `open_http`, shared by all clients of the process and closed by its owner. httpx's own client with
            one of its own transports works too. Not with httpx-aiohttp's: it calls some sent requests unsent.
        app_secret: the app's secret; adds `appsecret_proof` to every call.

    Raises:
        ValueError: `base_url` or `version` is malformed.
    """

    def __init__(
        self, base_url: str, *, version: str = "v25.0", http: httpx.AsyncClient, app_secret: str | None = None
    ) -> None:
        self.version = version
        self.served_version: str | None = None
        """`facebook-api-version` of the latest answer: differs from `version` when Meta moved the app silently."""
        self._warned: set[str] = set()
        self._http = http
        self._address = Address(base_url, version, app_secret)

    async def _read(
        self,
        wanted: msgspec.json.Decoder[A],
        path: tuple[str, ...],
        token: str,
        *,
        profile: bool = False,
        **params: str | None,
    ) -> tuple[Received, A]:
        received = await self._exchange(self._address.get(path, token, **_given(params)))
        return received, judge(received, wanted, profile=profile)

    async def _listed(
        self, kind: type[T], path: tuple[str, ...], token: str, *, thorough: bool = False, **params: str | None
    ) -> wire.Listed[T]:
        """One page of a list; `thorough` for lists whose last page still has a cursor, and no address of a next one."""
        received, answer = await self._read(wire.list_decoder(kind), path, token, profile=False, **params)  # type: ignore[arg-type]
        if answer.data is None:
            unreadable(received, "The answer is no list.")
        return wire.Listed(answer.data, answer.after(thorough=thorough), received.rim.usage)

    async def _post(
        self, wanted: msgspec.json.Decoder[A], path: tuple[str, ...], token: str, body: Mapping[str, Any]
    ) -> tuple[Received, A]:
        received = await self._write(path, token, encoded(body))
        return received, judge(received, wanted)

    def _done(self, received: Received) -> Usage | None:
        """Whether Meta says that it is done; everything else proves nothing."""
        answer = judge(received, _DONE)
        if not (answer.success or answer.result == "success"):
            unreadable(received, "Meta does not say that it is done.")
        return received.rim.usage

    async def _do(self, path: tuple[str, ...], token: str, body: Mapping[str, Any]) -> Usage | None:
        return self._done(await self._write(path, token, encoded(body)))

    async def _delete(self, path: tuple[str, ...], token: str, **params: str | None) -> Usage | None:
        return self._done(await self._exchange(self._address.delete(path, token, **_given(params))))

    async def _write(
        self, path: tuple[str, ...], token: str, body: bytes, read_timeout: float | None = None
    ) -> Received:
        if not isinstance(self._http, GraphHttp):
            return await self._exchange(self._address.post(path, token, body), read_timeout)
        url, headers = self._address.outgoing(path, token)
        try:
            answer = await self._http.exchange("POST", url, headers, body, read_timeout)
        except httpx.HTTPError as error:
            raise _failed(error) from None
        return self._received(answer.status, answer.headers, answer.body)

    async def _write_file(
        self, path: tuple[str, ...], token: str, fields: Mapping[str, str], file: File, read_timeout: float | None
    ) -> Received:
        request = self._address.upload(path, token, fields, file.name, file.content_type, file.content)
        return await self._exchange(request, read_timeout)

    async def _exchange(self, request: httpx.Request, read_timeout: float | None = None) -> Received:
        if read_timeout is not None:
            request.extensions["timeout"] = {**self._http.timeout.as_dict(), "read": read_timeout}
        try:
            response = await self._http.send(request, auth=None, follow_redirects=False)
        except httpx.HTTPError as error:
            raise _failed(error) from None
        return self._received(response.status_code, response.headers.raw, response.content)

    def _received(self, status: int, headers: Iterable[tuple[bytes, bytes]], body: bytes) -> Received:
        rim = read_headers(headers)
        if rim.version is not None and rim.version != self.served_version:
            self._served(rim.version)
        return Received(status, body, rim)

    def _served(self, version: str) -> None:
        self.served_version = version
        if version != self.version and version not in self._warned:
            self._warned.add(version)
            log.warning(
                "Meta serves Graph API %s although %s was asked for: set a version that is still available.",
                version,
                self.version,
            )


def _given(params: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in params.items() if value is not None}


def _failed(error: httpx.HTTPError) -> GraphError:
    # httpx's text is short and without a URL; the exception itself is not chained, as it carries the whole request.
    kind = NotSent if isinstance(error, NOT_SENT) else Ambiguous
    return kind(f"{type(error).__name__}: {error}")
