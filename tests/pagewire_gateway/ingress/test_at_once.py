"""Answers that go out in one step are, byte for byte, those that uvicorn writes, and keep a connection's order."""

import asyncio
import gc
import re
from collections.abc import AsyncIterator

import pytest
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from pagewire_gateway import patience, serving
from pagewire_gateway.at_once import AtOnce
from pagewire_gateway.config import Address, IngressLimits
from pagewire_gateway.ingress import Ingress, WholeDeliveries, create_public_app
from pagewire_gateway.registry.manifests import ManifestRegistry
from pagewire_gateway.serving import Listener
from pagewire_gateway.signature import sign
from tests.pagewire_gateway import making

HERE = b"/webhooks/support/acme"
BODY = b'{"object":"page","entry":[]}'


def request(
    method: bytes = b"POST", path: bytes = HERE, body: bytes = BODY, more: bytes = b"", version: bytes = b"1.1"
) -> bytes:
    signature = sign(body, making.SECRET.encode()).encode()
    head = (
        method + b" " + path + b" HTTP/" + version + b"\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"X-Hub-Signature-256: " + signature + b"\r\nContent-Length: " + str(len(body)).encode() + b"\r\n" + more
    )
    return head + b"\r\n" + body


@pytest.fixture
def short_rests(monkeypatch) -> None:
    monkeypatch.setattr(serving, "KEEP_ALIVE", 1)


@pytest.fixture(params=[True, False], ids=["straight", "through ASGI"])
async def listener(tmp_path, journal, request) -> AsyncIterator[Listener]:
    registry = ManifestRegistry(making.write(tmp_path / "manifests", making.page_manifest()))
    await registry.start()
    ingress = Ingress(registry, journal, IngressLimits(), lambda: 0)
    whole = WholeDeliveries(ingress) if request.param else None
    listener = Listener(create_public_app(ingress), Address("127.0.0.1", 0), 1, webhooks=whole)
    await listener.start()
    yield listener
    await listener.stop()
    await registry.aclose()


async def said(listener: Listener, sent: bytes) -> bytes:
    """All that comes back until the connection ends."""
    reader, writer = await asyncio.open_connection(listener.host, listener.port)
    writer.write(sent)
    async with asyncio.timeout(60):
        found = await reader.read()
    writer.close()
    return re.sub(rb"date: [^\r]+ GMT\r\n", b"date: now\r\n", found)


LAST = request(more=b"Connection: close\r\n")
CASES = {
    "pipelined": request() + request(path=b"/webhooks/no/such") + request(body=b"{") + LAST,
    "unread_body": request(path=b"/webhooks/no/such", body=b"x" * 100_000) + LAST,
    "head": request(b"HEAD", body=b"") + LAST,
    "put": request(b"PUT") + LAST,
    "old_version": request(version=b"1.0"),
    "too_large": request(more=b"Content-Encoding: br\r\n"),
    "expect": request(more=b"Expect: 100-continue\r\n") + LAST,
}


@pytest.mark.parametrize("name", CASES)
async def test_the_same_bytes_as_uvicorn_s_own(listener, monkeypatch, name):
    at_once = await said(listener, CASES[name])
    monkeypatch.setattr(patience, "EXTENSION", "something.else")
    assert await said(listener, CASES[name]) == at_once
    assert at_once.startswith(b"HTTP/1.1 ")


async def test_a_body_in_pieces_and_one_that_comes_after_its_answer(listener):
    head, _, body = request().partition(b"\r\n\r\n")
    unread = request(path=b"/webhooks/no/such", body=b"x" * 50_000)
    reader, writer = await asyncio.open_connection(listener.host, listener.port)
    async with asyncio.timeout(10):
        for piece in (head + b"\r\n\r\n", body[:5], body[5:]):
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.01)
        assert await reader.readline() == b"HTTP/1.1 200 OK\r\n"
        writer.write(unread[:1000])
        while b"HTTP/1.1 404" not in await reader.readline():
            pass
        writer.write(unread[1000:] + LAST)
        rest = await reader.read()
    writer.close()
    assert re.findall(rb"HTTP/1.1 (\d+)", rest) == [b"200"]


async def test_pipelined_requests_are_answered_in_their_order(listener):
    found = await said(listener, CASES["pipelined"])
    assert re.findall(rb"HTTP/1.1 (\d+)", found) == [b"200", b"404", b"400", b"200"]


async def test_an_answered_delivery_leaves_nothing_to_the_garbage_collector(listener):
    """A search for cycles stops the whole gateway; with every delivery in a cycle it took hundreds of milliseconds."""
    delivery = request(body=b'{"object":"page","entry":[{"id":"1","time":1,"messaging":[{"read":{"watermark":1}}]}]}')
    await said(listener, delivery + LAST)
    gc.collect()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        await said(listener, delivery * 20 + LAST)
        gc.collect()
        left = [found for found in gc.garbage if isinstance(found, AtOnce | RequestResponseCycle)]
        assert left == []
    finally:
        gc.set_debug(0)
        gc.garbage.clear()


async def test_an_idle_connection_keeps_nothing_of_its_last_request(listener):
    reader, writer = await asyncio.open_connection(listener.host, listener.port)
    try:
        writer.write(request())
        async with asyncio.timeout(10):
            head = await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(0)
        assert head.startswith(b"HTTP/1.1 200")
        assert [found for found in gc.get_objects() if isinstance(found, RequestResponseCycle)] == []
    finally:
        writer.close()


@pytest.mark.usefixtures("short_rests")
async def test_a_connection_is_closed_once_it_has_rested_long_enough(listener):
    async with asyncio.timeout(60):
        assert (await said(listener, request())).count(b"HTTP/1.1 200") == 1


@pytest.mark.usefixtures("short_rests")
async def test_a_connection_that_is_in_use_has_not_rested(listener):
    loop = asyncio.get_running_loop()
    reader, writer = await asyncio.open_connection(listener.host, listener.port)
    async with asyncio.timeout(60):
        until = loop.time() + 2
        while loop.time() < until:
            writer.write(request())
            assert (await reader.readuntil(b"EVENT_RECEIVED")).startswith(b"HTTP/1.1 200")
    writer.close()
