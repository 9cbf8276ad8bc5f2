"""Whoever lets the head of a request drip loses the connection; whoever is merely quiet between two requests does not."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from pagewire_gateway.config import Address, IngressLimits
from pagewire_gateway.ingress import Ingress, create_public_app
from pagewire_gateway.patience import PatientProtocol
from pagewire_gateway.registry.manifests import ManifestRegistry
from pagewire_gateway.serving import Listener
from tests.pagewire_gateway import making

GET = b"GET /webhooks/support/acme?hub.mode=x HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture
async def listener(tmp_path, journal, monkeypatch) -> AsyncIterator[Listener]:
    monkeypatch.setattr(PatientProtocol, "head_seconds", 0.3)
    registry = ManifestRegistry(making.write(tmp_path / "manifests", making.page_manifest()))
    await registry.start()
    listener = Listener(
        create_public_app(Ingress(registry, journal, IngressLimits(), lambda: 0)), Address("127.0.0.1", 0), 1
    )
    await listener.start()
    yield listener
    await listener.stop()
    await registry.aclose()


async def answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
    await reader.readexactly(length)
    return head[:12]


@pytest.mark.parametrize("begun", [b"", b"POST /webh", GET[:-2]])
async def test_a_head_that_does_not_come_costs_the_connection(listener, begun):
    reader, writer = await asyncio.open_connection(listener.host, listener.port)
    writer.write(begun)
    async with asyncio.timeout(10):
        assert await reader.read() == b""
    writer.close()


async def test_dripping_does_not_gain_time(listener):
    reader, writer = await asyncio.open_connection(listener.host, listener.port)

    async def drip() -> None:
        for place in range(len(GET) - 2):
            writer.write(GET[place : place + 1])
            await asyncio.sleep(0.05)

    dripping = asyncio.ensure_future(drip())
    async with asyncio.timeout(10):
        with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
            await reader.readexactly(1)
    assert not dripping.done()
    dripping.cancel()
    writer.close()


async def test_the_second_head_of_a_connection_has_its_time_too(listener):
    reader, writer = await asyncio.open_connection(listener.host, listener.port)
    writer.write(GET)
    assert await answer(reader) == b"HTTP/1.1 400"
    await asyncio.sleep(0.6)  # twice the time of a head: a quiet connection is kept
    writer.write(GET)
    assert await answer(reader) == b"HTTP/1.1 400"
    writer.write(GET[:20])
    async with asyncio.timeout(10):
        assert await reader.read() == b""
    writer.close()
