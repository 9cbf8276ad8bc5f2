"""One TLS context for all the HTTP clients of a test process."""

import os
import ssl
from functools import cache
from typing import Any

import httpx
from httpx._transports import default

_make = httpx.create_ssl_context


def share_contexts() -> None:
    """From now on, clients that would make equal contexts share one.

    Each reads more than a hundred roots, which is 20 ms of processor time; the tests open thousands of clients, some of
    them for each look at a program that is not ready yet, and nearly all for plain HTTP on loopback.
    """
    httpx.create_ssl_context = default.create_ssl_context = _shared  # type: ignore[assignment]


def _shared(verify: Any = True, cert: Any = None, trust_env: bool = True) -> ssl.SSLContext:
    if verify is True and cert is None:
        roots = (os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")) if trust_env else ()
        return _of(trust_env, roots)
    return _make(verify, cert, trust_env)


@cache
def _of(trust_env: bool, _roots: tuple[str | None, ...]) -> ssl.SSLContext:
    return _make(trust_env=trust_env)
