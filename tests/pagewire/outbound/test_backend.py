"""httpx, held to a policy: real connections to this machine, and one name that means it."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from pagewire.outbound import Policy
from pagewire.outbound.backend import guarded, refusal_of


class Server:
    """Counts who comes, and sends them away to itself."""

    def __init__(self) -> None:
        self.came = 0
        self.port = 0

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.came += 1
        await reader.readuntil(b"\r\n\r\n")
        writer.write(
            b"HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        )
        await writer.drain()
        writer.close()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    made = Server()
    listening = await asyncio.start_server(made.connected, "127.0.0.1", 0)
    made.port = listening.sockets[0].getsockname()[1]
    yield made
    listening.close()
    await listening.wait_closed()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "[::ffff:127.0.0.1]", "127.1"])
async def test_nobody_is_connected_to_at_a_private_address(server: Server, host: str):
    async with httpx.AsyncClient(transport=guarded(Policy())) as client:
        with pytest.raises(httpx.ConnectError) as refused:
            await client.get(f"http://{host}:{server.port}/")
    assert "PAGEWIRE_PRIVATE_ADDRESSES" in str(refusal_of(refused.value))
    assert server.came == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_an_allowed_one_is_and_where_it_sends_us_is_not_followed(server: Server, host: str):
    async with httpx.AsyncClient(transport=guarded(Policy.parse("127.0.0.0/8,::1"))) as client:
        answer = await client.get(f"http://{host}:{server.port}/")
        assert (answer.status_code, server.came) == (302, 1)
        with pytest.raises(httpx.ConnectError) as refused:
            await client.get(f"http://{host}:{server.port}/", follow_redirects=True)
    assert "169.254.169.254" in str(refusal_of(refused.value))


async def test_a_name_is_looked_up_once_so_that_it_cannot_change_its_mind(
    server: Server, monkeypatch: pytest.MonkeyPatch
):
    told = ["127.0.0.1", "1.1.1.1"]
    loop = asyncio.get_running_loop()

    async def look_up(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        return [(2, 1, 6, "", (told.pop(0) if host == "changing.example" else host, port))]

    monkeypatch.setattr(loop, "getaddrinfo", look_up)
    async with httpx.AsyncClient(transport=guarded(Policy.parse("127.0.0.1"))) as client:
        assert (await client.get(f"http://changing.example:{server.port}/")).status_code == 302
    assert told == ["1.1.1.1"]


async def test_an_error_of_another_kind_is_no_refusal(unused_tcp_port: int):
    async with httpx.AsyncClient(transport=guarded(Policy.parse("all"))) as client:
        with pytest.raises(httpx.ConnectError) as failed:
            await client.get(f"http://127.0.0.1:{unused_tcp_port}/")
    assert refusal_of(failed.value) is None


def test_a_proxy_of_the_environment_decides_by_itself(monkeypatch: pytest.MonkeyPatch):
    assert guarded(Policy()) is not None
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    assert guarded(Policy()) is None
