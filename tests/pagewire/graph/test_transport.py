"""What becomes of a send when the network fails: never "not sent" when it may have been, and never twice."""

import asyncio
import base64
import contextlib
import gzip
import logging
import socket
import ssl
import threading
from collections.abc import Coroutine
from typing import Any

import httpx
import pytest
import trustme
import uvloop

from pagewire.graph import Ambiguous, GraphClient, NotSent, open_http
from tests.pagewire.graph.conftest import MESSAGE, PAGE, SENT, TOKEN
from tests.pagewire.graph.servers import Behaviour, Connection, answering, serving

QUICK = httpx.Timeout(0.2, connect=1, pool=1)


async def send(http: httpx.AsyncClient, url: str, **options: Any) -> str:
    return (await GraphClient(url, http=http).send(PAGE, TOKEN, MESSAGE, **options)).message_id


async def close_at_once(connection: Connection) -> None:
    """Accept and close before reading anything."""


async def reset_at_once(connection: Connection) -> None:
    connection.reset()


async def close_after_request(connection: Connection) -> None:
    await connection.request()


async def reset_after_request(connection: Connection) -> None:
    await connection.request()
    connection.reset()


async def close_in_headers(connection: Connection) -> None:
    await connection.request()
    await connection.write(b"HTTP/1.1 200 OK\r\nContent-Le")


async def close_in_body(connection: Connection) -> None:
    await connection.request()
    await connection.write(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"message_id":"m_')


async def reset_in_body(connection: Connection) -> None:
    await connection.request()
    await connection.write(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"message_id":"m_')
    connection.reset()


async def close_in_chunks(connection: Connection) -> None:
    await connection.request()
    await connection.write(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{"message_id":"')


async def never_answer(connection: Connection) -> None:
    await connection.request()
    await connection.reader.read()


async def stop_in_body(connection: Connection) -> None:
    await connection.request()
    await connection.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
    await connection.reader.read()


async def drip(connection: Connection) -> None:
    """A byte now and then, for ever: no single pause is too long."""
    await connection.request()
    await connection.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    while True:
        await connection.write(b" ")
        await asyncio.sleep(0.05)


async def garbage(connection: Connection) -> None:
    await connection.request()
    await connection.write(b"220 mail.example ESMTP\r\n\r\n")


async def endless_headers(connection: Connection) -> None:
    await connection.request()
    await connection.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        await connection.write(b"X: " + b"x" * 8000 + b"\r\n")


async def endless_body(connection: Connection) -> None:
    await connection.request()
    await connection.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        await connection.write(b" " * 65536)


AFTER_WRITING: list[Behaviour] = [
    close_at_once,
    reset_at_once,
    close_after_request,
    reset_after_request,
    close_in_headers,
    close_in_body,
    reset_in_body,
    close_in_chunks,
    never_answer,
    stop_in_body,
    drip,
    garbage,
    endless_headers,
    endless_body,
    answering(b" " * 200_000),
    answering(gzip.compress(b" " * 10_000_000), Content_Encoding="gzip"),
    answering(b"not gzip", Content_Encoding="gzip"),
    answering(b"<html>", 502),
]


@pytest.mark.parametrize("behave", AFTER_WRITING)
async def test_once_a_connection_stands_a_failed_send_may_have_been_sent(behave: Behaviour) -> None:
    async with serving(behave) as server, open_http(timeout=QUICK, longest_answer=100_000) as http:
        with pytest.raises(Ambiguous):
            await send(http, server.url)
        assert server.connections == 1, "it was tried again, which can send it twice"


@pytest.mark.parametrize("behave", AFTER_WRITING)
async def test_the_client_goes_on_afterwards(behave: Behaviour) -> None:
    """One bad answer neither blocks the only connection nor spoils the next."""
    async with (
        serving(behave) as bad,
        serving(answering(SENT)) as good,
        open_http(timeout=QUICK, longest_answer=100_000, max_connections=1) as http,
    ):
        with pytest.raises(Ambiguous):
            await send(http, bad.url)
        assert await send(http, good.url) == SENT["message_id"]


async def test_refused_connection_is_not_sent(http: httpx.AsyncClient, unused_tcp_port: int) -> None:
    with pytest.raises(NotSent, match=rf"127\.0\.0\.1:{unused_tcp_port}: Connect"):
        await send(http, f"http://127.0.0.1:{unused_tcp_port}")


async def test_unknown_name_is_not_sent(http: httpx.AsyncClient) -> None:
    with pytest.raises(NotSent, match=r"nowhere\.invalid:443"):
        await send(http, "https://nowhere.invalid")


async def test_unanswered_connection_is_not_sent() -> None:
    """The queue of connections is full: TCP itself gets no answer."""
    with socket.socket() as listening, contextlib.ExitStack() as others:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for _ in range(4):
            other = others.enter_context(socket.socket())
            other.setblocking(False)
            other.connect_ex(listening.getsockname())
        async with open_http(timeout=httpx.Timeout(5, connect=0.2)) as http:
            with pytest.raises(NotSent, match="No connection in time"):
                await send(http, f"http://127.0.0.1:{listening.getsockname()[1]}")


async def test_no_free_connection_is_not_sent() -> None:
    taken = asyncio.Event()

    async def hold(connection: Connection) -> None:
        await connection.request()
        taken.set()
        await connection.reader.read()

    limits = httpx.Timeout(5, pool=0.2)
    async with serving(hold) as server, open_http(timeout=limits, max_connections=1) as http:
        first = asyncio.create_task(send(http, server.url))
        await taken.wait()
        with pytest.raises(NotSent):
            await send(http, server.url)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
    assert len(server.requests) == 1


async def greet(connection: Connection) -> None:
    """Speak first, and not TLS."""
    await connection.write(b"220 mail.example ESMTP\r\n\r\n")


@pytest.mark.parametrize("behave", [greet, close_at_once, reset_at_once])
async def test_failed_tls_is_not_sent(http: httpx.AsyncClient, behave: Behaviour) -> None:
    async with serving(behave) as server:
        with pytest.raises(NotSent):
            await send(http, server.url.replace("http:", "https:"))
    assert server.requests == []


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def server_tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.fixture
def client_tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


async def test_tls(server_tls: ssl.SSLContext, client_tls: ssl.SSLContext) -> None:
    async with serving(answering(SENT), server_tls) as server, open_http(verify=client_tls) as http:
        for _ in range(3):
            assert await send(http, server.url) == SENT["message_id"]
    assert (server.connections, len(server.requests)) == (1, 3)


async def test_untrusted_certificate_is_not_sent(http: httpx.AsyncClient, server_tls: ssl.SSLContext) -> None:
    async with serving(answering(SENT), server_tls) as server:
        with pytest.raises(NotSent, match="unable to get local issuer certificate"):
            await send(http, server.url)
    assert server.requests == []


@pytest.mark.parametrize("behave", [close_after_request, reset_after_request, close_in_body, never_answer])
async def test_lost_over_tls_may_have_been_sent(
    server_tls: ssl.SSLContext, client_tls: ssl.SSLContext, behave: Behaviour
) -> None:
    async with serving(behave, server_tls) as server, open_http(timeout=QUICK, verify=client_tls) as http:
        with pytest.raises(Ambiguous):
            await send(http, server.url)
    assert len(server.requests) == 1


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
    writer.close()


async def tunnel(connection: Connection) -> None:
    """An HTTP proxy that knows CONNECT."""
    target = (await connection.request()).target
    host, _, port = target.partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    await connection.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
    await asyncio.gather(pump(connection.reader, writer), pump(reader, connection.writer))


async def test_proxy(server_tls: ssl.SSLContext, client_tls: ssl.SSLContext) -> None:
    async with serving(answering(SENT), server_tls) as server, serving(tunnel) as proxy:
        credentials = proxy.url.replace("//", "//user:p%40ss@")
        async with open_http(verify=client_tls, proxy=credentials) as http:
            assert await send(http, server.url) == SENT["message_id"]
    [connect] = proxy.requests
    assert (connect.method, connect.target) == ("CONNECT", server.url.removeprefix("https://"))
    assert base64.b64decode(connect.headers["proxy-authorization"].removeprefix("Basic ")) == b"user:p@ss"
    assert "authorization" not in connect.headers


@pytest.mark.parametrize("status", [403, 407, 503])
async def test_a_proxy_that_refuses_sends_nothing(status: int) -> None:
    async with serving(answering(b"", status)) as proxy, open_http(proxy=proxy.url) as http:
        with pytest.raises(NotSent):
            await send(http, "https://graph.invalid")


@pytest.mark.parametrize("behave", [close_at_once, garbage])
async def test_a_proxy_that_fails_leaves_it_open(behave: Behaviour) -> None:
    """Nothing was sent in truth, but aiohttp does not say at which of two answers it failed."""
    async with serving(behave) as proxy, open_http(proxy=proxy.url, timeout=QUICK) as http:
        with pytest.raises(Ambiguous):
            await send(http, "https://graph.invalid")


async def test_no_proxy_is_not_sent(unused_tcp_port: int) -> None:
    async with open_http(proxy=f"http://127.0.0.1:{unused_tcp_port}") as http:
        with pytest.raises(NotSent, match="proxy"):
            await send(http, "https://graph.invalid")


async def answer_once(connection: Connection) -> None:
    """Promise to keep the connection, and close it."""
    await connection.request()
    await connection.answer(SENT)


async def test_a_connection_that_the_server_closed_is_not_used_again(http: httpx.AsyncClient) -> None:
    async with serving(answer_once) as server:
        for _ in range(3):
            server.closed.clear()
            assert await send(http, server.url) == SENT["message_id"]
            await server.closed.wait()
    assert len(server.requests) == 3


class Elsewhere(threading.Thread):
    """A server in a thread of its own, which closes every connection after one answer, even while the loop stands."""

    def __init__(self, tls: ssl.SSLContext | None) -> None:
        super().__init__(daemon=True)
        self.tls = tls
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self.listening.getsockname()[1]}"
        self.bodies: list[bytes] = []
        self.closed = threading.Event()

    def run(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                plain, _ = self.listening.accept()
                connection = self.tls.wrap_socket(plain, server_side=True) if self.tls else plain
                self.bodies.append(connection.recv(65536))
                connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{"message_id":"m_1"}')
                self.leave(connection)
                self.closed.set()

    def leave(self, connection: socket.socket) -> None:
        if isinstance(connection, ssl.SSLSocket):
            # Say goodbye without waiting for the client's, which stands still.
            connection.settimeout(0)
            with contextlib.suppress(OSError):
                connection.unwrap()
        connection.close()

    def stop(self) -> None:
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        self.join()


async def send_to_the_just_closed(server: Elsewhere, verify: ssl.SSLContext) -> list[str]:
    sent = []
    async with open_http(verify=verify) as http:
        for _ in range(20):
            server.closed.clear()
            sent.append(await send(http, server.url))
            # The loop stands still until the connection is closed, so it cannot have noticed when the next one starts.
            assert server.closed.wait(10)
    return sent


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run])
@pytest.mark.parametrize("tls", [False, True])
def test_nor_one_that_it_closed_a_moment_ago(
    run: Any, tls: bool, server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    """The close lies in the socket, unread by the loop: every send arrives once and none is in doubt."""
    server = Elsewhere(server_tls if tls else None)
    server.start()
    try:
        work: Coroutine[Any, Any, list[str]] = send_to_the_just_closed(server, client_tls)
        assert run(work) == ["m_1"] * 20
    finally:
        server.stop()
    assert len(server.bodies) == 20


async def answer_late(connection: Connection) -> None:
    """Longer than the client's ordinary patience."""
    await connection.request()
    await asyncio.sleep(0.5)
    await connection.answer(SENT)


async def test_one_send_may_wait_longer() -> None:
    async with serving(answer_late) as server, open_http(timeout=QUICK) as http:
        assert await send(http, server.url, read_timeout=5) == SENT["message_id"]


async def test_many_at_once_share_the_connections(http: httpx.AsyncClient) -> None:
    async with serving(answering(SENT)) as server, open_http(max_connections=4) as few:
        await asyncio.gather(*(send(few, server.url) for _ in range(40)))
    assert (server.connections, len(server.requests)) == (4, 40)


async def test_streaming_is_left_to_the_caller(http: httpx.AsyncClient) -> None:
    async with serving(answering(b'{"id":"1"}')) as server, http.stream("GET", server.url) as response:
        assert await response.aread() == b'{"id":"1"}'


async def test_a_closed_client_says_so() -> None:
    http = open_http()
    await http.aclose()
    with pytest.raises(RuntimeError, match="open_http"):
        await http.get("http://127.0.0.1:1")


@pytest.mark.parametrize(("before", "after"), [(logging.NOTSET, logging.WARNING), (logging.ERROR, logging.ERROR)])
async def test_urls_stay_out_of_logs(before: int, after: int) -> None:
    logger = logging.getLogger("httpx")
    logger.setLevel(before)
    async with open_http():
        assert logger.level == after
