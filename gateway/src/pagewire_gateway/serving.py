"""uvicorn servers that start and stop inside one program, without taking over its signals."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from typing import Any

import uvicorn

from pagewire_gateway.config import Address
from pagewire_gateway.straight import StraightProtocol, Webhooks

KEEP_ALIVE = 65
"""Seconds for which a connection is kept on which nothing comes after an answer."""

MOST_CONNECTIONS = 256
"""Connections of a port for which nobody says how many."""


class _Quiet(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals belong to the program, which has more to stop than this server."""
        yield


class Listener:
    """One port.

    Args:
        app: an ASGI application.
        address: where to listen; port 0 takes a free one.
        grace: seconds for requests in flight when it stops.
        connections: that may be open; see `pagewire_gateway.patience.PatientProtocol.most`.
        webhooks: takes deliveries that come whole; without, all requests are the application's.
    """

    def __init__(
        self,
        app: Any,
        address: Address,
        grace: float,
        connections: int = MOST_CONNECTIONS,
        webhooks: Webhooks | None = None,
    ) -> None:
        self._socket = _bind(address)
        self.host, self.port = self._socket.getsockname()[:2]
        config = uvicorn.Config(
            app,
            http=type("Protocol", (StraightProtocol,), {"most": connections, "webhooks": webhooks}),
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            date_header=True,
            timeout_keep_alive=KEEP_ALIVE,
            timeout_graceful_shutdown=int(grace),
            backlog=2048,
            ws="none",
            proxy_headers=False,
        )
        self._server = _Quiet(config)
        self._task: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """Address of the port, as a URL."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    async def start(self) -> None:
        """Accept connections from now on."""
        self._task = asyncio.ensure_future(self._server.serve(sockets=[self._socket]))
        while not self._server.started:
            if self._task.done():
                await self._task
            await asyncio.sleep(0.005)

    async def stop(self) -> None:
        """Accept nothing more and let requests in flight end."""
        self._server.should_exit = True
        if self._task is not None:
            await self._task
        self._socket.close()


def _bind(address: Address) -> socket.socket:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Accepted connections inherit it; without it head and body of an answer can be 40 ms apart.
    bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        bound.bind((address.host, address.port))
    except OSError as error:
        bound.close()
        raise OSError(error.errno, f"cannot listen on {address.host}:{address.port}: {error.strerror}") from error
    bound.listen(2048)
    return bound
