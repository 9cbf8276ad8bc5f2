"""A port of a pod, reached through the API server, as ``kubectl port-forward`` does it.

The kubelet speaks ``v4.channel.k8s.io``: binary messages whose first byte is the channel, 0 for data and 1 for errors; the first
message of each channel repeats the port in two bytes (k8s.io/kubelet, streaming/portforward). One socket is one connection.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import aiohttp

from .errors import KubeError, Unreachable
from .http import Http

_PROTOCOL: Final = "v4.channel.k8s.io"
_DATA, _ERRORS = 0, 1
_CHUNK: Final = 65_536


class Forward:
    """A way to a port of a pod.

    Attributes:
        port: of loopback; connect to it.
        trouble: why the last connection failed; None if none did.
    """

    def __init__(self, http: Http, path: str, port: int) -> None:
        self._http, self._path, self._there = http, path, port
        self.port = 0
        self.trouble: KubeError | None = None
        self._open: set[asyncio.Task[None]] = set()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection until either side ends it."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a connection is served in a task
        self._open.add(task)
        try:
            async with self._http.socket(self._path, {"ports": str(self._there)}, _PROTOCOL) as socket:
                await _both_ways(socket, reader, writer)
        except KubeError as error:
            self.trouble = error
        finally:
            self._open.discard(task)
            writer.close()

    async def aclose(self) -> None:
        """End every connection."""
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)


@asynccontextmanager
async def forward(http: Http, path: str, port: int) -> AsyncIterator[Forward]:
    """Listen on a free port of loopback for as long as the block lasts.

    Args:
        http: the API server.
        path: of the pod's ``portforward``.
        port: of the pod.
    """
    opened = Forward(http, path, port)
    server = await asyncio.start_server(opened.carry, "127.0.0.1", 0)
    opened.port = server.sockets[0].getsockname()[1]
    try:
        yield opened
    finally:
        server.close()
        await opened.aclose()


async def _both_ways(
    socket: aiohttp.ClientWebSocketResponse, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    there = asyncio.create_task(_there(socket, reader))
    try:
        await _back(socket, writer)
    finally:
        there.cancel()
        await asyncio.gather(there, return_exceptions=True)


async def _there(socket: aiohttp.ClientWebSocketResponse, reader: asyncio.StreamReader) -> None:
    while chunk := await reader.read(_CHUNK):
        await socket.send_bytes(bytes([_DATA]) + chunk)
    await socket.close()


async def _back(socket: aiohttp.ClientWebSocketResponse, writer: asyncio.StreamWriter) -> None:
    begun: set[int] = set()
    async for message in socket:
        if message.type is not aiohttp.WSMsgType.BINARY or not message.data:
            continue
        channel, said = message.data[0], message.data[1:]
        if channel not in begun:
            begun.add(channel)  # the port
        elif channel == _ERRORS:
            raise Unreachable(f"the pod's port: {said.decode(errors='replace').strip()[:200]}")
        else:
            writer.write(said)
            await writer.drain()
