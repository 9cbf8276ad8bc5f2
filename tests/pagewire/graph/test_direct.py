"""What our own connections make of answers in other shapes than the ordinary one."""

import asyncio
import gzip
import json
import zlib

import httpx
import pytest

from pagewire.graph import GraphClient, NotSent, open_http
from tests.pagewire.graph.conftest import MESSAGE, PAGE, SENT, TOKEN
from tests.pagewire.graph.servers import Behaviour, Connection, answering, serving

BODY = json.dumps(SENT).encode()


async def send(http: httpx.AsyncClient, url: str) -> str:
    return (await GraphClient(url, http=http).send(PAGE, TOKEN, MESSAGE)).message_id


def raw(*pieces: bytes) -> Behaviour:
    """Answer one request with these bytes, then close."""

    async def behave(connection: Connection) -> None:
        await connection.request()
        for piece in pieces:
            await connection.write(piece)
            await asyncio.sleep(0)

    return behave


ANSWERS: dict[str, Behaviour] = {
    "gzip": answering(gzip.compress(BODY), Content_Encoding="gzip"),
    "deflate": answering(zlib.compress(BODY), Content_Encoding="deflate"),
    "identity": answering(BODY, content_encoding="identity"),
    "until it closes": raw(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n", BODY),
    "HTTP/1.0": raw(b"HTTP/1.0 200 OK\r\n\r\n" + BODY),
    "in chunks": raw(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        *(b"%x\r\n%b\r\n" % (len(BODY[at : at + 10]), BODY[at : at + 10]) for at in range(0, len(BODY), 10)),
        b"0\r\n\r\n",
    ),
    "announced": raw(
        b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(BODY),
        BODY,
    ),
    "byte by byte": raw(
        *(bytes([one]) for one in b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(BODY), BODY))
    ),
}


@pytest.mark.parametrize("behave", ANSWERS.values(), ids=ANSWERS)
async def test_an_answer_is_read_whole(http: httpx.AsyncClient, behave: Behaviour) -> None:
    async with serving(behave) as server:
        assert await send(http, server.url) == SENT["message_id"]
    assert len(server.requests) == 1


async def test_a_connection_that_will_be_closed_is_not_kept(http: httpx.AsyncClient) -> None:
    async with serving(answering(BODY, Connection="close")) as server:
        for _ in range(3):
            await send(http, server.url)
    assert server.connections == 3


async def test_what_nobody_asked_for_spoils_no_later_answer(http: httpx.AsyncClient) -> None:
    async def talk(connection: Connection) -> None:
        await connection.request()
        await connection.answer(BODY)
        await connection.answer(b'{"message_id":"m_forged"}')
        await connection.reader.read()

    async with serving(talk) as server:
        for _ in range(3):
            assert await send(http, server.url) == SENT["message_id"]
            await asyncio.sleep(0.01)


async def test_an_old_connection_is_not_used_again() -> None:
    async with serving(answering(BODY)) as server, open_http(keepalive_expiry=0.0) as http:
        for _ in range(3):
            await send(http, server.url)
            await asyncio.sleep(0.005)
    assert server.connections == 3


async def test_idle_connections_give_way_to_another_host() -> None:
    async with (
        serving(answering(BODY)) as one,
        serving(answering(BODY)) as other,
        open_http(max_connections=2) as http,
    ):
        for server in (one, other, one, other):
            await asyncio.gather(*(send(http, server.url) for _ in range(2)))
    assert (len(one.requests), len(other.requests)) == (4, 4)
    assert one.connections > 2


async def test_a_cancelled_send_leaves_no_connection_behind_that_answers_late() -> None:
    asked, go_on = asyncio.Event(), asyncio.Event()

    async def late(connection: Connection) -> None:
        while True:
            await connection.request()
            asked.set()
            await go_on.wait()
            await connection.answer(SENT)

    async with serving(late) as server, open_http(max_connections=1) as http:
        first = asyncio.ensure_future(send(http, server.url))
        await asked.wait()
        first.cancel()
        await asyncio.wait([first])
        go_on.set()
        assert await send(http, server.url) == SENT["message_id"]
    assert server.connections == 2


@pytest.mark.parametrize("header", [("X-Good", "bad\r\nX-Evil: 1"), ("X-Bad\n", "good")])
async def test_a_line_break_in_a_header_goes_nowhere(http: httpx.AsyncClient, header: tuple[str, str]) -> None:
    async with serving(answering(BODY)) as server:
        with pytest.raises(httpx.UnsupportedProtocol):
            await http.exchange("POST", f"{server.url}/x", (header,), b"{}")  # type: ignore[attr-defined]
    assert server.requests == []


async def test_only_http_is_spoken(http: httpx.AsyncClient) -> None:
    with pytest.raises(httpx.UnsupportedProtocol):
        await http.exchange("POST", "ftp://127.0.0.1/x", (), b"")  # type: ignore[attr-defined]


async def test_length_and_host_are_ours(http: httpx.AsyncClient) -> None:
    async with serving(answering(BODY)) as server:
        given = (("Host", "evil.example"), ("Content-Length", "1"), ("Transfer-Encoding", "chunked"))
        await http.exchange("POST", f"{server.url}/x", given, b"{}")  # type: ignore[attr-defined]
    [request] = server.requests
    assert request.body == b"{}"
    assert request.headers["host"] == server.url.removeprefix("http://")


async def test_a_proxy_is_asked_by_someone_else(unused_tcp_port: int) -> None:
    """Nothing may go past a proxy that is configured."""
    async with serving(answering(BODY)) as server, open_http(proxy=f"http://127.0.0.1:{unused_tcp_port}") as http:
        with pytest.raises(NotSent):
            await send(http, server.url)
    assert server.requests == []
