"""kubectl's own port-forward, through a real API server, to a program of this machine."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.kube.cluster import Cluster, Namespace
from tests.kube.kubelet import NODE, kubelet
from tests.ports import free_port

POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "backwards"},
    "spec": {"nodeName": NODE, "containers": [{"name": "main", "image": "none"}]},
}


async def backwards(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Says everything the other way round, once the other side has said all."""
    writer.write((await reader.read())[::-1])
    await writer.drain()
    writer.close()


@pytest.fixture
async def pod(cluster: Cluster, namespace: Namespace) -> AsyncIterator[Namespace]:
    async with kubelet(cluster):
        namespace.apply(json.dumps(POD))
        running = '{"status": {"phase": "Running"}}'
        namespace.kubectl("patch", "pod", "backwards", "--subresource=status", "--type=merge", "-p", running)
        yield namespace


@asynccontextmanager
async def forwarded(pod: Namespace, port: int) -> AsyncIterator[tuple[int, asyncio.StreamReader]]:
    """The port of this machine that leads there, and what kubectl has to complain of."""
    words = ("--namespace", pod.name, "port-forward", "pod/backwards", f":{port}")
    pipe = asyncio.subprocess.PIPE
    kubectl = await asyncio.create_subprocess_exec(
        pod.kubectl.program, *words, env=pod.kubectl.environment, stdout=pipe, stderr=pipe
    )
    try:
        assert kubectl.stdout is not None
        assert kubectl.stderr is not None
        said = (await kubectl.stdout.readline()).decode()
        found = re.search(r"127\.0\.0\.1:(\d+) -> ", said)
        assert found, said + (await kubectl.stderr.read()).decode()
        yield int(found[1]), kubectl.stderr
    finally:
        kubectl.terminate()
        await kubectl.wait()


async def asked(port: int, words: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(words)
    writer.write_eof()
    answer = await reader.read()
    writer.close()
    return answer


async def test_connections_beside_each_other_carry_all_of_their_bytes(pod: Namespace) -> None:
    server = await asyncio.start_server(backwards, "127.0.0.1", 0)
    async with server, forwarded(pod, server.sockets[0].getsockname()[1]) as (port, _):
        texts = [bytes([number]) + b"a long story " * 40_000 for number in range(5)]
        assert await asyncio.gather(*(asked(port, text) for text in texts)) == [text[::-1] for text in texts]


async def test_a_port_that_nobody_listens_on_is_told(pod: Namespace) -> None:
    closed = free_port()
    async with forwarded(pod, closed) as (port, complaints):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        async with asyncio.timeout(30):
            assert f"error forwarding port {closed}" in (await complaints.readline()).decode()
        writer.close()
