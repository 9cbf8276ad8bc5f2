"""An httpx transport that connects to no private address: checked after the name was looked up, so no name can lead there."""

import asyncio
import socket
from collections.abc import Iterable
from typing import Any
from urllib.request import getproxies

import httpcore
import httpx

from .addresses import Forbidden, Policy


class _Guard(httpcore.AsyncNetworkBackend):
    """Looks a name up, checks every address, and connects to one of those: a second look-up could tell something else."""

    def __init__(self, policy: Policy, inner: httpcore.AsyncNetworkBackend) -> None:
        self._policy, self._inner = policy, inner

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - as httpcore has it
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """See `httpcore.AsyncNetworkBackend`; the certificate is still that of the name."""
        try:
            async with asyncio.timeout(timeout):
                addresses = await _addresses(host, port)
            self._policy.check(host, addresses)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        return await self._first(addresses, port, timeout, local_address, socket_options)

    async def _first(self, addresses: list[str], port: int, *more: Any) -> httpcore.AsyncNetworkStream:
        last: Exception = httpcore.ConnectError("the name has no address")
        for address in addresses:
            try:
                return await self._inner.connect_tcp(address, port, *more)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
        raise last

    async def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        """No resource leads to a socket of this machine."""
        raise httpcore.ConnectError("sockets are not spoken to")

    async def sleep(self, seconds: float) -> None:
        """See `httpcore.AsyncNetworkBackend`."""
        await self._inner.sleep(seconds)


class _Transport(httpx.AsyncHTTPTransport):
    """httpx's own, with a guard between it and the network."""

    def __init__(self, policy: Policy, **how: Any) -> None:
        super().__init__(**how)
        # httpx has no parameter for it; `tests/pagewire/outbound` notices if a release keeps it elsewhere.
        self._pool._network_backend = _Guard(policy, self._pool._network_backend)  # noqa: SLF001


def guarded(policy: Policy, **how: Any) -> httpx.AsyncHTTPTransport | None:
    """The transport for a client; ``None``, which is httpx's own, where a proxy of the environment decides who is spoken to.

    Args:
        policy: what is allowed.
        how: as `httpx.AsyncHTTPTransport` takes it.
    """
    return None if getproxies().keys() & {"http", "https", "all"} else _Transport(policy, **how)


def refusal_of(error: BaseException | None) -> Forbidden | None:
    """The refusal that an error of httpx came from."""
    while error is not None:
        if isinstance(error, Forbidden):
            return error
        error = error.__cause__ or error.__context__
    return None


async def _addresses(host: str, port: int) -> list[str]:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))
