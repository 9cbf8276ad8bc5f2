"""What strangers try at the public port: floods, bombs, paths that mean others, and lines of their own in the log."""

import asyncio
import gzip
import json
import logging
import zlib

import pytest

from pagewire_gateway.journal.port import EventFilter
from tests.pagewire_gateway import making
from tests.pagewire_gateway.ingress.test_delivery import URL, Door, counted, door, head, raw

__all__ = ["door"]

BODY = making.body(making.message())
SIGNED = making.signed(BODY)
SAME = ("/webhooks/support%2facme", "/webhooks//support/acme")
"""Other spellings of the app's own address: its signature is asked for there as well."""


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "GZIP", "identity, gzip", "x-gzip"])
async def test_a_compressed_body_is_refused_unread(door: Door, coding: str):
    bomb = gzip.compress(bytes(64 * 1024 * 1024))
    answer = await raw(door, head(len(bomb), f"Content-Encoding: {coding}", "X-Hub-Signature-256: sha256=00"))
    assert answer.startswith(b"HTTP/1.1 415")


async def test_a_compressed_body_is_refused_however_often_the_header_comes(door: Door):
    lines = ("Content-Encoding: identity", "Content-Encoding: gzip", "Content-Encoding: identity")
    assert (await raw(door, head(10, *lines))).startswith(b"HTTP/1.1 415")


async def test_a_bomb_that_says_nothing_is_only_bytes_that_are_no_json(door: Door):
    bomb = zlib.compress(bytes(8 * 1024 * 1024))
    assert await door.post(bomb, making.signed(bomb)) == 400


async def test_a_flood_of_headers_ends_with_the_connection_and_others_are_served(door: Door):
    line = f"POST {URL} HTTP/1.1\r\nHost: x\r\n".encode()
    flood = [line, *(b"X-%d: %s\r\n" % (number, b"y" * 900) for number in range(2_000))]
    reader, writer = await asyncio.open_connection("127.0.0.1", door.listener.port)
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        for one in flood:
            writer.write(one)
            await writer.drain()
        await asyncio.wait_for(reader.readexactly(1_000_000), 5)
    writer.close()
    assert await door.post(BODY, SIGNED) == 200


@pytest.mark.parametrize(
    "path",
    [
        "/webhooks/support/acme/../acme", "/webhooks/support/acme%2f..%2facme", *SAME,
        "/webhooks/support/acme%00", "/webhooks/support/acme;x=1", "/webhooks/support/ACME", "/webhooks/support/acme%20",
        "/WEBHOOKS/support/acme", "/webhooks/%2e%2e/%2e%2e/etc/passwd", "/webhooks/support/%c0%ae", "/../../etc/passwd",
        "/webhooks/support/acme/..", "/api/v1/events", "/webhooks/../api/v1/events", "/%61pi/v1/events", "/console/", "/metrics",
    ],
)  # fmt: skip
async def test_a_path_means_one_thing_or_nothing(door: Door, path: str):
    lines = [f"POST {path} HTTP/1.1", "Host: x", "Connection: close", f"Content-Length: {len(BODY)}"]
    headers = "\r\n".join([*lines, *(f"{name}: {value}" for name, value in SIGNED.items())])
    answer = await raw(door, headers.encode() + b"\r\n\r\n" + BODY)
    status = answer.partition(b" ")[2][:3]
    assert status in {b"404", b"405", b"400"} or (status == b"200" and path in SAME), answer[:200]
    assert b"root:" not in answer


@pytest.mark.parametrize(
    "smuggled",
    [
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        b"Content-Length: -1\r\n\r\n",
        b"Content-Length: 1e3\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\n",
        b"X: a\r\n b\r\nContent-Length: 0\r\n\r\n",
        b"X\x00: a\r\nContent-Length: 0\r\n\r\n",
    ],
)
async def test_a_request_within_a_request_is_never_answered(door: Door, smuggled: bytes):
    begun = f"POST {URL} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n".encode()
    inner = f"GET {URL}?hub.mode=subscribe&hub.verify_token=letmein&hub.challenge=smuggled HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    answer = await raw(door, begun + smuggled, inner) if b"\r\n\r\n" in smuggled else b""
    assert answer[:12] != b"HTTP/1.1 200"
    assert await door.kinds() == []


async def test_nobody_writes_lines_into_the_log(door: Door, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    evil = "\r\n2026-01-01 INFO pagewire: all is well\x1b[31m"
    item = making.message(evil)
    item["message"]["mid"] = f"m{evil}"
    content = making.body(item)
    assert await door.post(content) == 200
    assert await door.post(b"{" + evil.encode(), making.signed(b"{" + evil.encode())) == 400
    await raw(
        door,
        b"GET /webhooks/support/acme%0d%0aevil?hub.mode=%0d%0aINFO+all+is+well HTTP/1.1\r\nHost: x\r\n\r\n",
    )
    said = [record.getMessage() for record in caplog.records if record.name.startswith("pagewire")]
    assert not [line for line in said if "all is well" in line or "\n" in line or "\r" in line or "\x1b" in line]
    assert counted("accepted") > 0


async def test_an_attachment_is_never_fetched(door: Door):
    came: list[bytes] = []

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.append(await reader.readline())
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    item = making.message("look")
    item["message"]["attachments"] = [{"type": "image", "payload": {"url": f"http://127.0.0.1:{port}/a.png"}}]
    assert await door.post(making.body(item)) == 200
    (view,) = await door.journal.events(EventFilter(limit=10))
    assert str(port).encode() in view.stored.item.raw
    await asyncio.sleep(0)
    assert came == []
    server.close()


@pytest.mark.parametrize("size", [10, 100_000])
async def test_a_signature_is_checked_before_anything_is_read_of_a_body(door: Door, size: int):
    content = json.dumps({"object": "page", "entry": [{"id": "1", "messaging": [{"x": "y" * size}]}]}).encode()
    assert await door.post(content[:99_000], making.signed(content, "wrong")) == 403
    assert await door.kinds() == []
