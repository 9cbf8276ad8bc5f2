"""What answers for a node without containers: it forwards ports, as a kubelet does, to programs on this machine."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from aiohttp import WSMsgType, web

from tests.kube import forwarding
from tests.kube.cluster import Cluster

PROTOCOL = "v4.channel.k8s.io"
NODE = "on-this-machine"


_ADDRESS = web.AppKey("address", Callable[[str], str])
_LOGS = web.AppKey("logs", Callable[[str], Path])


def _loopback(_: str) -> str:
    return "127.0.0.1"


@asynccontextmanager
async def kubelet(
    cluster: Cluster, address: Callable[[str], str] = _loopback, logs: Callable[[str], Path] | None = None
) -> AsyncIterator[None]:
    """A node of the cluster whose pods' ports are on this machine.

    Args:
        cluster: whose node it is.
        address: of a pod, by its name.
        logs: the file a pod writes to, by its name; without it nobody can ask for logs.
    """
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(cluster.folder / "server.crt", cluster.folder / "server.key")
    app = web.Application()
    app.router.add_get("/portForward/{namespace}/{pod}", _forward)
    app[_ADDRESS] = address
    if logs is not None:
        app.router.add_get("/containerLogs/{namespace}/{pod}/{container}", _log)
        app[_LOGS] = logs
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
    await site.start()
    _register(cluster, runner.addresses[0][1])
    try:
        yield
    finally:
        cluster.kubectl("delete", "node", NODE)
        await runner.cleanup()


def _register(cluster: Cluster, port: int) -> None:
    cluster.apply(f"{{apiVersion: v1, kind: Node, metadata: {{name: {NODE}}}}}")
    status = (
        '{"status": {"addresses": [{"type": "InternalIP", "address": "127.0.0.1"}], '
        f'"daemonEndpoints": {{"kubeletEndpoint": {{"Port": {port}}}}}, "declaredFeatures": ["{forwarding.FEATURE}"]}}}}'
    )
    cluster.kubectl("patch", "node", NODE, "--subresource=status", "--type=merge", "-p", status)


async def _log(request: web.Request) -> web.StreamResponse:
    return web.FileResponse(request.app[_LOGS](request.match_info["pod"]))


async def _forward(request: web.Request) -> web.WebSocketResponse:
    address = request.app[_ADDRESS](request.match_info["pod"])
    if request.headers.get("sec-websocket-protocol") == forwarding.PROTOCOL:
        return await forwarding.forward(request, address)
    return await _channels(request, address, int(request.query["port"]))


async def _channels(request: web.Request, address: str, port: int) -> web.WebSocketResponse:
    socket = web.WebSocketResponse(protocols=(PROTOCOL,))
    await socket.prepare(request)
    for channel in (0, 1):
        await socket.send_bytes(bytes([channel]) + port.to_bytes(2, "little"))
    try:
        reader, writer = await asyncio.open_connection(address, port)
    except OSError as error:
        await socket.send_bytes(b"\x01" + f"error forwarding port {port}: {error}".encode())
        return socket
    back = asyncio.create_task(_back(reader, socket))
    try:
        async for message in socket:
            if message.type is WSMsgType.BINARY and message.data[0] == 0:
                writer.write(message.data[1:])
                await writer.drain()
    finally:
        back.cancel()
        writer.transport.abort()  # also where the one who asked went away first
    return socket


async def _back(reader: asyncio.StreamReader, socket: web.WebSocketResponse) -> None:
    with suppress(ConnectionError):
        while chunk := await reader.read(65_536):
            await socket.send_bytes(b"\x00" + chunk)
        await socket.close()
