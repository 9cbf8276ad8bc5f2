"""``kubectl port-forward``, answered as a kubelet of Kubernetes 1.36 does: SPDY in a WebSocket, a stream for each connection."""

import asyncio
from contextlib import suppress
from typing import Final

from aiohttp import WSMsgType, web

from tests.kube.spdy import Data, Frame, Frames, Opened, Ping, Reset

PROTOCOL: Final = "SPDY/3.1+portforward.k8s.io"
FEATURE: Final = "ExtendWebSocketsToKubelet"
"""What a node declares whose kubelet takes the WebSocket itself; else the API server would speak bare SPDY with it."""


async def forward(request: web.Request, address: str) -> web.WebSocketResponse:
    """Carry what comes to the ports of an address, until the other side goes."""
    socket = web.WebSocketResponse(protocols=(PROTOCOL,))
    await socket.prepare(request)
    ways = _Ways(socket, address)
    try:
        async for message in socket:
            if message.type is WSMsgType.BINARY:
                await ways.take(message.data)
    finally:
        await ways.close()
    return socket


class _Ways:
    """The connections of one `kubectl port-forward`: each has a stream of bytes, and before it one for what goes wrong."""

    def __init__(self, socket: web.WebSocketResponse, address: str) -> None:
        self._socket, self._address, self._frames = socket, address, Frames()
        self._errors: dict[str, int] = {}
        self._writers: dict[int, asyncio.StreamWriter] = {}
        self._back: list[asyncio.Task[None]] = []

    async def take(self, chunk: bytes) -> None:
        for frame in self._frames.feed(chunk):
            await self._do(frame)

    async def close(self) -> None:
        for writer in self._writers.values():
            writer.transport.abort()
        for task in self._back:
            task.cancel()
        await asyncio.gather(*self._back, return_exceptions=True)

    async def _do(self, frame: Frame) -> None:
        match frame:
            case Opened(stream, headers):
                await self._socket.send_bytes(self._frames.reply(stream))
                await self._open(stream, headers)
            case Data(stream, data, last) if stream in self._writers:
                self._writers[stream].write(data)
                if last:
                    self._writers[stream].write_eof()
            case Reset(stream) if stream in self._writers:
                self._writers.pop(stream).transport.abort()
            case Ping():
                await self._socket.send_bytes(self._frames.pong(frame))

    async def _open(self, stream: int, headers: dict[str, str]) -> None:
        if headers["streamtype"] == "error":
            self._errors[headers["requestid"]] = stream
            return
        error, port = self._errors.pop(headers["requestid"]), int(headers["port"])
        try:
            reader, self._writers[stream] = await asyncio.open_connection(self._address, port)
        except OSError as refused:
            await self._end(error, f"error forwarding port {port}: {refused}".encode())
            await self._end(stream)
        else:
            self._back.append(asyncio.create_task(self._carry_back(reader, stream, error)))

    async def _carry_back(self, reader: asyncio.StreamReader, stream: int, error: int) -> None:
        with suppress(ConnectionError):
            while chunk := await reader.read(65_536):
                await self._socket.send_bytes(self._frames.data(stream, chunk))
            await self._end(stream)
            await self._end(error)

    async def _end(self, stream: int, data: bytes = b"") -> None:
        await self._socket.send_bytes(self._frames.data(stream, data, last=True))
