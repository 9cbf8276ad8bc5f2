"""From a call to an `httpx.Request`: host, version, path, credentials. No I/O.

The token travels in the `Authorization` header only. `appsecret_proof` is a query parameter, as Meta takes it there for
every method; it proves the token to Meta and is worth nothing without it.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote, urlencode

import httpx

from pagewire.graph.errors import Reauth

__all__ = ["Address", "appsecret_proof"]

_CACHED = 4096  # (path, token) pairs; parsing the URL and the proof cost more than everything else here
_USER_AGENT = b"pagewire"


def appsecret_proof(app_secret: str, token: str, at: int | None = None) -> str:
    """Prove that the caller knows the app's secret (Meta, Securing Requests).

    Args:
        app_secret: the secret of the app that the token belongs to.
        token: the very token that the call carries.
        at: seconds since 1970, for the variant that is sent with `appsecret_time` and good for five minutes.

    Returns:
        The HMAC-SHA256 in lower case hexadecimal digits.
    """
    proven = token if at is None else f"{token}|{at}"
    return hmac.new(app_secret.encode(), proven.encode(), hashlib.sha256).hexdigest()


class Address:
    """Where the calls of one app go.

    Args:
        base_url: scheme and host, and a path if a proxy or a simulator needs one.
        version: `vMAJOR.MINOR`; calls without a version are never made, as Meta then chooses one.
        app_secret: adds `appsecret_proof` to every call; `None` leaves it out.

    Raises:
        ValueError: `base_url` or `version` is not of that form.
    """

    def __init__(self, base_url: str, version: str, app_secret: str | None) -> None:
        if httpx.URL(base_url).scheme not in {"http", "https"} or not httpx.URL(base_url).host:
            raise ValueError("the Graph API's base URL must be like https://graph.facebook.com")
        if not re.fullmatch(r"v\d+\.\d+", version):
            raise ValueError(f"the Graph API's version must be like v25.0, not {version!r}")
        self._root = f"{base_url.rstrip('/')}/{version}"
        self._app_secret = app_secret or None
        self._target = lru_cache(_CACHED)(self._make_target)
        self._outgoing = lru_cache(_CACHED)(self._make_outgoing)

    def get(self, path: tuple[str, ...], token: str, **params: str) -> httpx.Request:
        """A read of `path`, whose parts are quoted here."""
        url, headers = self._make_target(path, token, **params)
        return httpx.Request("GET", url, headers=[*headers])

    def post(self, path: tuple[str, ...], token: str, body: bytes) -> httpx.Request:
        """A write of the JSON `body` to `path`."""
        url, headers = self._target(path, token)
        # A stream with its length keeps httpx from going through all headers again to complete them.
        request = httpx.Request(
            "POST",
            url,
            headers=[
                *headers,
                (b"Content-Type", b"application/json"),
                (b"Content-Length", str(len(body)).encode()),
            ],
            stream=httpx.ByteStream(body),
        )
        request.read()
        return request

    def delete(self, path: tuple[str, ...], token: str, **params: str) -> httpx.Request:
        """A removal of `path`."""
        url, headers = self._make_target(path, token, **params)
        return httpx.Request("DELETE", url, headers=[*headers])

    def upload(
        self, path: tuple[str, ...], token: str, fields: Mapping[str, str], name: str, content_type: str, content: bytes
    ) -> httpx.Request:
        """A form with the bytes of a file in part ``filedata`` (Meta, Send API, sending a file from a device)."""
        url, headers = self._make_target(path, token)
        request = httpx.Request(
            "POST", url, headers=[*headers], data=dict(fields), files={"filedata": (name, content, content_type)}
        )
        request.read()
        return request

    def outgoing(self, path: tuple[str, ...], token: str) -> tuple[str, tuple[tuple[str, str], ...]]:
        """URL and headers of a write of JSON to `path`, for a client that needs no `httpx.Request`."""
        return self._outgoing(path, token)

    def _make_outgoing(self, path: tuple[str, ...], token: str) -> tuple[str, tuple[tuple[str, str], ...]]:
        url, headers = self._make_target(path, token)
        wanted = [(name.decode(), value.decode()) for name, value in headers if name != b"Host"]
        return str(url), (*wanted, ("Content-Type", "application/json"))

    def _make_target(
        self, path: tuple[str, ...], token: str, **params: str
    ) -> tuple[httpx.URL, tuple[tuple[bytes, bytes], ...]]:
        if not re.fullmatch(r"[!-~]+", token):
            raise Reauth("The token is empty or holds a character that no token has, such as a line break at its end.")
        if self._app_secret is not None:
            params["appsecret_proof"] = appsecret_proof(self._app_secret, token)
        url = httpx.URL("/".join((self._root, *(quote(part, safe="") for part in path))) + _query(params))
        return url, (
            (b"Host", url.netloc),
            (b"Authorization", b"Bearer " + token.encode()),
            (b"Accept", b"application/json"),
            (b"Accept-Encoding", b"identity"),
            (b"User-Agent", _USER_AGENT),
        )


def _query(params: dict[str, str]) -> str:
    return f"?{urlencode(params)}" if params else ""
