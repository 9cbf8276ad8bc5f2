"""Delivery bodies over real HTTP: each kind of bad input has its answer and its counter."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator

import httpx
import pytest

from pagewire import samples
from pagewire_gateway.app import now
from pagewire_gateway.config import Address, IngressLimits
from pagewire_gateway.ingress import Ingress, WholeDeliveries, create_public_app
from pagewire_gateway.journal.port import EventFilter
from pagewire_gateway.journal.sqlite import SqliteJournal
from pagewire_gateway.registry.manifests import ManifestRegistry
from pagewire_gateway.serving import Listener
from pagewire_gateway.telemetry import metrics
from tests.pagewire_gateway import making

URL = "/webhooks/support/acme"


class Door:
    """A public port with a client in front of it."""

    def __init__(self, listener: Listener, journal: SqliteJournal) -> None:
        self.listener = listener
        self.journal = journal
        self.client = httpx.AsyncClient(base_url=listener.url)

    async def post(self, content: bytes, headers: dict[str, str] | None = None, url: str = URL) -> int:
        return (await self.client.post(url, content=content, headers=headers or making.signed(content))).status_code

    async def kinds(self) -> list[str]:
        return [view.stored.item.kind for view in await self.journal.events(EventFilter(limit=1000))]


def counted(outcome: str, app: str = "support/acme") -> int:
    return metrics.deliveries.values[app, outcome]


async def open_door(manifests, journal, *, straight: bool = True, **limits: object) -> AsyncIterator[Door]:
    registry = ManifestRegistry(manifests)
    await registry.start()
    ingress = Ingress(registry, journal, IngressLimits(**limits), now)
    whole = WholeDeliveries(ingress) if straight else None
    listener = Listener(create_public_app(ingress), Address("127.0.0.1", 0), 1, webhooks=whole)
    await listener.start()
    door = Door(listener, journal)
    yield door
    await door.client.aclose()
    await listener.stop()
    await registry.aclose()


@pytest.fixture(params=[True, False], ids=["straight", "through ASGI"])
async def door(tmp_path, journal, request):
    """Both ways of a delivery behave alike."""
    manifests = making.write(tmp_path / "manifests", making.page_manifest())
    async for door in open_door(manifests, journal, straight=request.param, max_body=100_000, read_timeout=0.2):
        yield door


async def test_a_signed_body_is_durable_when_it_is_answered(door):
    assert await door.post(making.body(making.message())) == 200
    assert await door.kinds() == ["message"]


@pytest.mark.parametrize("name", samples.names())
async def test_every_sample_is_accepted_once(door, name):
    body = samples.body(name)
    answers = [await door.client.post(URL, content=body, headers=making.signed(body)) for _ in range(2)]
    assert [(answer.status_code, answer.text) for answer in answers] == [(200, "EVENT_RECEIVED")] * 2
    assert await door.kinds() == [kind.removeprefix("standby:") for kind in samples.kinds(name)]


async def test_a_repeat_is_answered_200_and_counted(door):
    content = making.body(making.message())
    before = counted("duplicate")
    assert [await door.post(content), await door.post(content)] == [200, 200]
    assert (len(await door.kinds()), counted("duplicate") - before) == (1, 1)


async def test_a_rotated_secret_is_accepted(door):
    content = making.body(making.message())
    assert await door.post(content, making.signed(content, "the-old-one")) == 200


BODY = making.body(making.message())
SIGNED = making.signed(BODY)


def without(name: str) -> dict[str, str]:
    return {key: value for key, value in SIGNED.items() if key != name}


@pytest.mark.parametrize(
    ("content", "headers", "status", "outcome"),
    [
        (BODY, without("X-Hub-Signature-256"), 401, "no_signature"),
        (BODY, making.signed(BODY, "wrong"), 403, "bad_signature"),
        (BODY + b" ", SIGNED, 403, "bad_signature"),
        (BODY, {**SIGNED, "X-Hub-Signature-256": "sha256="}, 403, "bad_signature"),
        (BODY, without("Content-Type"), 415, "wrong_type"),
        (BODY, {**SIGNED, "Content-Type": "text/plain"}, 415, "wrong_type"),
        (BODY, {**SIGNED, "Content-Encoding": "gzip"}, 415, "wrong_type"),
        (BODY, {**SIGNED, "Content-Type": "application/json; charset=utf-8"}, 200, "accepted"),
        (b"", making.signed(b""), 400, "malformed"),
        (b"{", making.signed(b"{"), 400, "malformed"),
        (b"\xff\xfe", making.signed(b"\xff\xfe"), 400, "malformed"),
        (b"[" * 50_000 + b"]" * 50_000, making.signed(b"[" * 50_000 + b"]" * 50_000), 400, "malformed"),
        (b" " * 100_001, making.signed(b" " * 100_001), 413, "too_large"),
        (b'{"object":"page","entry":[]}', making.signed(b'{"object":"page","entry":[]}'), 200, "no_items"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
async def test_bad_input_has_its_answer_and_its_counter(door, content, headers, status, outcome):
    before = counted(outcome)
    assert await door.post(content, headers) == status
    assert counted(outcome) - before == 1
    assert len(await door.kinds()) == (outcome == "accepted")


async def test_one_item_in_broken_utf8_does_not_spoil_its_neighbours(door):
    good = json.dumps(making.message())
    content = b'{"object":"page","entry":[{"id":"1","time":1,"messaging":[{"message":"\xff"},' + good.encode() + b"]}]}"
    assert await door.post(content) == 200
    assert sorted(await door.kinds()) == ["message", "unknown"]


async def test_an_unknown_account_is_stored(door):
    content = making.body(making.message(account="999"), account="999")
    assert await door.post(content) == 200
    assert await door.kinds() == ["message"]


@pytest.mark.parametrize(
    "url", ["/webhooks/support/nobody", "/webhooks/acme", "/webhooks/support/acme/more", "/webhooks"]
)
async def test_no_such_app(door, url):
    assert await door.post(BODY, SIGNED, url) == 404


@pytest.mark.parametrize("url", ["/", "/healthz", "/metrics", "/api/v1/events", "/console", "/schema", "/docs"])
async def test_the_public_port_has_nothing_else(door, url):
    assert (await door.client.get(url)).status_code == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
async def test_wrong_method(door, method):
    answer = await door.client.request(method, URL)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")


async def test_sha1_only_as_an_opt_in(tmp_path, journal, door):
    sha1 = {"X-Hub-Signature": "sha1=" + hmac.new(making.SECRET.encode(), BODY, hashlib.sha1).hexdigest()}
    headers = {"Content-Type": "application/json", **sha1}
    assert await door.post(BODY, headers) == 401
    async for lenient in open_door(tmp_path / "manifests", journal, allow_sha1=True):
        assert await lenient.post(BODY, headers) == 200


async def raw(door: Door, *chunks: bytes, wait: bool = True) -> bytes:
    """Send bytes as they are; returns what comes back until the server closes or 5 s are over."""
    reader, writer = await asyncio.open_connection("127.0.0.1", door.listener.port)
    for chunk in chunks:
        writer.write(chunk)
        await writer.drain()
    try:
        return await asyncio.wait_for(reader.read(4096), 5) if wait else b""
    finally:
        writer.close()
        await writer.wait_closed()


def head(size: int, *more: str) -> bytes:
    lines = [f"POST {URL} HTTP/1.1", "Host: x", "Content-Type: application/json", f"Content-Length: {size}", *more]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def test_a_body_that_does_not_come_is_408(door):
    before = counted("too_slow")
    answer = await raw(door, head(100, f"X-Hub-Signature-256: {SIGNED['X-Hub-Signature-256']}"), b"{")
    assert answer.startswith(b"HTTP/1.1 408")
    assert counted("too_slow") - before == 1


async def test_an_announced_body_that_is_too_large_is_refused_before_it_is_read(door):
    assert (await raw(door, head(10**9))).startswith(b"HTTP/1.1 413")


async def test_chunks_beyond_the_cap_are_refused(door):
    lines = f"POST {URL} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"%x\r\n%s\r\n" % (60_000, b" " * 60_000)
    assert (await raw(door, lines.encode(), chunk, chunk)).startswith(b"HTTP/1.1 413")


async def test_a_client_that_goes_away_leaves_nothing(door):
    await raw(door, head(100), b"{", wait=False)
    assert await door.post(BODY, SIGNED) == 200
    assert await door.kinds() == ["message"]


async def test_without_a_secret_there_is_no_service(tmp_path, journal):
    manifests = making.write(tmp_path / "manifests")
    text = (manifests / "all.yaml").read_text().replace("name: acme-app, key: app-secret", "name: gone, key: x")
    (manifests / "all.yaml").write_text(text.replace("name: acme-app, key: old-secret", "name: gone, key: y"))
    async for door in open_door(manifests, journal):
        before = counted("no_secret")
        assert [await door.post(BODY, SIGNED), await door.post(BODY, making.signed(BODY, ""))] == [503, 503]
        assert counted("no_secret") - before == 2
        assert await door.kinds() == []


async def test_a_full_journal_is_503_and_stores_nothing(tmp_path):
    small = SqliteJournal(tmp_path / "small.db", max_bytes=600_000, clock=now)
    await small.start()
    manifests = making.write(tmp_path / "manifests", making.page_manifest())
    async for door in open_door(manifests, small):
        before = counted("journal_full")
        statuses = []
        for _ in range(200):
            statuses.append(await door.post(making.body(*(making.message("x" * 1800) for _ in range(10)))))
            if statuses[-1] == 503:
                break
        assert set(statuses) == {200, 503}
        assert counted("journal_full") - before == 1
        assert len(await door.kinds()) == statuses.count(200) * 10
    await small.aclose()
