"""HTTP for plugins: so many requests of one plugin at a time, each within its time and size."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

import httpx
from opentelemetry.trace import get_current_span

from pagewire.errors import Refused, TryLater
from pagewire.offers import Answer
from pagewire.outbound.backend import refusal_of
from pagewire.telemetry.tracing import TRACING, traceparent

AT_ONCE: Final = 8
LARGEST: Final = 1 << 20
_PLAIN: Final = {"accept-encoding": "identity"}
"""A compressed answer grows as it is read; asked for plain ones, only who means harm sends one."""


class PluginHttp:
    """See `pagewire.offers.Http`.

    Args:
        client: shared by all plugins.
    """

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def request(
        self,
        method: str,
        url: str,
        *,
        json: Any = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float = 5.0,  # noqa: ASYNC109 - the protocol's
        trace: bool = False,
    ) -> Answer:
        """See `Http`."""
        if trace and TRACING.on and (parent := traceparent(get_current_span())):
            headers = {**(headers or {}), "traceparent": parent}
        try:
            async with asyncio.timeout(timeout), self._turns:
                what = {"json": json} if content is None else {"content": content}
                async with self._client.stream(method, url, headers={**_PLAIN, **(headers or {})}, **what) as response:
                    return await _read(response)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise Refused("the address is none: write it as https://host/path") from error
        except (httpx.TransportError, TimeoutError) as error:
            if (refusal := refusal_of(error)) is not None:
                raise Refused(str(refusal)) from error
            raise TryLater(reason=f"no answer from the other system: {type(error).__name__}") from error


async def _read(response: httpx.Response) -> Answer:
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise Refused("the other system answered compressed, though it was asked not to")
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > LARGEST:
            raise Refused(f"the other system answered more than {LARGEST >> 20} MiB")
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(status=response.status_code, headers=headers, body=bytes(body))
