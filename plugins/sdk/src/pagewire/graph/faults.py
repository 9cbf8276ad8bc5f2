"""aiohttp's errors as httpx's, told apart by one question: can the request have been written? No I/O.

Whoever takes a lost answer for a lost request sends twice, so what is not in the table counts as lost after writing.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
import httpx
from aiohttp.http_exceptions import HttpProcessingError

__all__ = ["told_apart"]

# The first that fits counts: aiohttp's classes overlap.
_TABLE: tuple[tuple[type[BaseException], type[httpx.TransportError], str], ...] = (
    (aiohttp.ClientProxyConnectionError, httpx.ProxyError, "No connection to the proxy"),
    (aiohttp.ClientHttpProxyError, httpx.ProxyError, "The proxy did not connect"),
    (aiohttp.ClientConnectorError, httpx.ConnectError, "No connection"),
    (aiohttp.ConnectionTimeoutError, httpx.ConnectTimeout, "No connection in time"),
    (aiohttp.InvalidURL, httpx.UnsupportedProtocol, "Not a URL to call"),
    (aiohttp.NonHttpUrlClientError, httpx.UnsupportedProtocol, "Not a URL to call"),
    (TimeoutError, httpx.ReadTimeout, "No answer in time"),
    (aiohttp.ServerDisconnectedError, httpx.RemoteProtocolError, "The connection was closed without a whole answer"),
    (aiohttp.ClientPayloadError, httpx.RemoteProtocolError, "The answer broke off"),
    (aiohttp.ClientResponseError, httpx.RemoteProtocolError, "The answer is not HTTP"),
    (HttpProcessingError, httpx.RemoteProtocolError, "The answer is not HTTP"),
    (Exception, httpx.ReadError, "The connection was lost"),
)


@contextmanager
def told_apart(request: httpx.Request | None = None) -> Iterator[None]:
    """Raise every failure of aiohttp as the `httpx.TransportError` that it is.

    The chain of causes is cut, as aiohttp's texts hold whole URLs.
    """
    try:
        yield
    except (aiohttp.ClientError, HttpProcessingError, OSError) as error:
        raise _translated(error, request) from None


def _translated(error: BaseException, request: httpx.Request | None) -> httpx.TransportError:
    kind, said = next((to, said) for found, to, said in _TABLE if isinstance(error, found))
    return kind(f"{said}{_reason(error)}.", request=request)


def _reason(error: BaseException) -> str:
    if not isinstance(error, aiohttp.ClientConnectorError):
        return ""
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        reason = getattr(error.certificate_error, "verify_message", "certificate refused")
    else:
        reason = error.os_error.strerror or type(error.os_error).__name__
    return f" to {error.host}:{error.port}: {reason}"
