"""Beyond what can be taken: 503 with Retry-After, before it costs anything; and all goes on by itself."""

import asyncio
import logging
from collections.abc import AsyncIterator

import httpx
import pytest

from pagewire_gateway import files
from pagewire_gateway.app import now
from pagewire_gateway.config import Address, IngressLimits
from pagewire_gateway.ingress import Ingress, WholeDeliveries, create_public_app
from pagewire_gateway.ingress.complaints import Complaints
from pagewire_gateway.ingress.crowd import Crowd
from pagewire_gateway.journal.sqlite import SqliteJournal
from pagewire_gateway.registry.manifests import ManifestRegistry
from pagewire_gateway.serving import Listener
from pagewire_gateway.telemetry import metrics
from tests.pagewire_gateway import making

URL = "/webhooks/support/acme"


class HeldJournal(SqliteJournal):
    """A journal whose disk stands still until the test lets it go on."""

    def __init__(self, path) -> None:
        super().__init__(path)
        self.goes_on = asyncio.Event()

    async def append(self, *asked):
        await self.goes_on.wait()
        return await super().append(*asked)


class Door:
    def __init__(self, listener: Listener, journal: HeldJournal, crowd: Crowd) -> None:
        self.listener, self.journal, self.crowd = listener, journal, crowd
        self.client = httpx.AsyncClient(base_url=listener.url)

    def post(self, content: bytes = b"") -> "asyncio.Task[httpx.Response]":
        content = content or making.body(making.message())
        return asyncio.ensure_future(self.client.post(URL, content=content, headers=making.signed(content)))

    async def waits(self, count: int) -> None:
        async with asyncio.timeout(10):
            while len(self.crowd) < count:
                await asyncio.sleep(0)


@pytest.fixture
async def open_door(tmp_path) -> AsyncIterator[object]:
    opened = []

    async def open_(connections: int = 100, **limits: object) -> Door:
        registry = ManifestRegistry(making.write(tmp_path / "manifests", making.page_manifest()))
        await registry.start()
        journal = HeldJournal(tmp_path / "journal.db")
        await journal.start()
        ingress = Ingress(registry, journal, IngressLimits(**limits), now)
        whole = WholeDeliveries(ingress)
        listener = Listener(create_public_app(ingress), Address("127.0.0.1", 0), 1, connections, whole)
        await listener.start()
        opened.append((Door(listener, journal, ingress._crowd), registry))
        return opened[-1][0]

    yield open_
    for door, registry in opened:
        door.journal.goes_on.set()
        await door.client.aclose()
        await door.listener.stop()
        await registry.aclose()
        await door.journal.aclose()


def counted(outcome: str, app: str = "support/acme") -> int:
    return metrics.deliveries.values[app, outcome]


def is_turned_away(answer: httpx.Response) -> bool:
    return (answer.status_code, answer.headers.get("retry-after"), answer.headers["connection"]) == (503, "2", "close")


@pytest.mark.parametrize("limits", [{"max_waiting": 2}, {"max_waiting_bytes": 300}, {"longest_wait": 0.0}])
async def test_what_is_too_much_is_turned_away_and_the_rest_is_taken(open_door, limits):
    door, before = await open_door(**limits), counted("overloaded")
    waiting = []
    while not door.crowd.full:
        waiting.append(door.post())
        await door.waits(len(waiting))
    assert is_turned_away(await door.post())
    assert counted("overloaded") == before + 1
    door.journal.goes_on.set()
    assert [(await task).status_code for task in waiting] == [200] * len(waiting)
    assert (await door.post()).status_code == 200


async def test_bodies_that_are_still_arriving_count(open_door):
    door = await open_door(max_waiting_bytes=1000)
    slow = await _begun(door, bytes(2000))
    answer = await slow[0].readuntil(b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 503")
    slow[1].close()
    door.journal.goes_on.set()
    assert (await door.post()).status_code == 200


async def _begun(door: Door, piece: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", door.listener.port)
    head = f"POST {URL} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n"
    writer.write(head.encode() + piece)
    return reader, writer


async def test_connections_beyond_the_limit_are_answered_and_closed(open_door):
    door, before = await open_door(connections=2), counted("too_many_connections", "")
    held = [await asyncio.open_connection("127.0.0.1", door.listener.port) for _ in range(2)]
    door.journal.goes_on.set()
    assert is_turned_away(await door.post())
    assert counted("too_many_connections", "") == before + 1
    for _, writer in held:
        writer.close()
    async with asyncio.timeout(10):
        while (await door.post()).status_code != 200:
            await asyncio.sleep(0)


async def test_connections_far_beyond_it_are_closed_at_once(open_door):
    door = await open_door(connections=4)
    held = [await asyncio.open_connection("127.0.0.1", door.listener.port) for _ in range(5)]
    reader, writer = await asyncio.open_connection("127.0.0.1", door.listener.port)
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await asyncio.wait_for(reader.readexactly(1), 5)
    writer.close()
    for _, one in held:
        one.close()


def test_the_oldest_that_waits_shuts_the_door():
    time = 100.0
    crowd = Crowd(10, 1000, 3.0, lambda: time)
    crowd.enter(10)
    assert not crowd.full
    time += 3.1
    assert crowd.full
    crowd.enter(10)
    crowd.leave(10)
    assert not crowd.full


def test_an_overload_is_a_line_a_second(caplog):
    time = 100.0
    complaints = Complaints(lambda: time)
    with caplog.at_level(logging.WARNING):
        for _ in range(1000):
            complaints.note("delivery support/acme", 503, "overloaded")
        time += 1.1
        complaints.note("delivery support/acme", 503, "overloaded")
    assert caplog.messages == [
        "delivery support/acme answered 503: overloaded",
        "delivery support/acme answered 503: overloaded (and 999 more since)",
    ]


@pytest.mark.parametrize(("wanted", "open_files", "allowed"), [(4096, 65_536, 4096), (4096, 1024, 409), (4096, 64, 1)])
def test_connections_leave_files_for_the_rest(wanted, open_files, allowed):
    assert files.connections(wanted, open_files) == allowed
